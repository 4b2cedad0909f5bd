import {
  type DType,
  kerasUpSampling,
  type OnnxResize,
  type ResampledAxes,
  resizeAxes,
  type TorchInterpolate,
  torchInterpolate,
} from '@polyphase/ir';
import { describe, it } from 'vitest';
import { expectLayer } from '../rows.testing.ts';

const torch = (shape: readonly number[], call: Omit<TorchInterpolate, 'inputShape'>): ResampledAxes =>
  torchInterpolate({ inputShape: shape, ...call });
const onnx = (shape: readonly number[], node: Omit<OnnxResize, 'inputShape' | 'opset'>): ResampledAxes =>
  resizeAxes({ inputShape: shape, opset: 19, ...node });

describe('upsample', () => {
  const shape = [1, 2, 5, 6];
  it.each([
    ['nearest 2x', shape, torch(shape, { scaleFactor: 2 })],
    ['nearest to odd lengths', shape, torch(shape, { size: [7, 17] })],
    ['nearest down', shape, torch(shape, { size: [2, 3] })],
    ['nearest 1.5x', shape, torch(shape, { scaleFactor: 1.5 })],
    ['nearest, ties up', shape, onnx(shape, { scales: [1, 1, 2, 2], nearestMode: 'ceil' })],
    ['linear 2x', [1, 2, 40, 41], torch([1, 2, 40, 41], { scaleFactor: 2, mode: 'bilinear' })],
    [
      'linear 4x, aligned corners',
      [1, 1, 9, 12],
      torch([1, 1, 9, 12], { scaleFactor: 4, mode: 'bilinear', alignCorners: true }),
    ],
    ['linear 3x of one axis', [2, 1, 50], torch([2, 1, 50], { scaleFactor: 3, mode: 'linear' })],
    ['linear in three axes', [1, 1, 3, 4, 5], torch([1, 1, 3, 4, 5], { scaleFactor: 2, mode: 'trilinear' })],
    ['linear down by 2', [1, 1, 40, 60], torch([1, 1, 40, 60], { scaleFactor: 0.5, mode: 'bilinear' })],
    [
      'linear with antialias',
      [1, 1, 20, 31],
      torch([1, 1, 20, 31], { size: [7, 9], mode: 'bilinear', antialias: true }),
    ],
    ['cubic 2x', [1, 2, 30, 31], torch([1, 2, 30, 31], { scaleFactor: 2, mode: 'bicubic' })],
    [
      'cubic, borders left out',
      [1, 1, 8, 30],
      onnx([1, 1, 8, 30], { scales: [1, 1, 2, 3], mode: 'cubic', excludeOutside: true }),
    ],
    ['area down', shape, torch(shape, { size: [2, 4], mode: 'area' })],
    ['one axis up, one down', shape, onnx(shape, { sizes: [1, 2, 3, 13], mode: 'linear' })],
    ['the batch too', shape, onnx(shape, { scales: [2, 1, 1, 2], mode: 'linear' })],
    [
      'a region, some of it outside',
      shape,
      onnx(shape, {
        scales: [1, 1, 2, 2],
        mode: 'linear',
        coordinateTransformationMode: 'tf_crop_and_resize',
        roi: [0, 0, -0.3, 0.2, 1, 1, 0.9, 1.4],
        extrapolationValue: 7,
      }),
    ],
    [
      'a region run backwards',
      shape,
      onnx(shape, {
        sizes: [1, 2, 5, 6],
        mode: 'nearest',
        coordinateTransformationMode: 'tf_crop_and_resize',
        roi: [0, 0, 1, 0, 1, 1, 0, 1],
      }),
    ],
    ['of one element', [1, 1, 1, 1], torch([1, 1, 1, 1], { scaleFactor: 3, mode: 'bicubic' })],
    [
      'Keras, cubic',
      [1, 1, 6, 6],
      kerasUpSampling({ inputShape: [1, 1, 6, 6], size: [2, 2], interpolation: 'bicubic' }),
    ],
  ] as const)('%s', (_, x, { axes, ...rest }) => {
    for (const dtype of ['float32', 'float64', 'float16'] as readonly DType[])
      expectLayer('upsample', { inputs: [x], attributes: { axes, ...rest }, dtype });
  });

  it.each(['uint8', 'int8', 'int32'] as const)('of %s', (dtype) => {
    expectLayer('upsample', { inputs: [shape], attributes: torch(shape, { scaleFactor: 2 }), dtype });
    expectLayer('upsample', {
      inputs: [shape],
      attributes: torch(shape, { scaleFactor: 2, mode: 'bilinear' }),
      dtype,
    });
  });
});
