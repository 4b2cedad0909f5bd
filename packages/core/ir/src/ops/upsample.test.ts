import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resizeAxes } from '../resample/onnx.ts';
import type { AxisResampling } from '../resample/spec.ts';
import { calc, of } from './arrays.testing.ts';
import {
  apply,
  dense,
  elementsOf,
  expectReadsSuffice,
  itInfers,
  itRejects,
  pattern,
  ramp,
} from './ops.testing.ts';
import { upsample } from './upsample.ts';

const onnx = (inputShape: readonly number[], call: object) => resizeAxes({ inputShape, opset: 19, ...call });

const twice = (axis: number, from: AxisResampling['from'], to: AxisResampling['to']): AxisResampling => ({
  axis,
  from,
  to,
  map: 'half_pixel',
  filter: { kind: 'linear' },
  antialias: false,
  border: 'clamp',
  profile: 'onnx',
});

/** By onnxruntime 1.30.0 (CPU), seven digits. */
describe('values', () => {
  it('cubic over two axes', () => {
    const expected = [
      -0.2578425, 1.116001, 2.489844, 1.390157, 2.763999, 4.137842, 4.126158, 5.5, 6.873844, 6.862159,
      8.236001, 9.609845, 8.510161, 9.884005, 11.25785,
    ];
    const x = ramp([1, 1, 3, 4]);
    const actual = elementsOf(upsample, [x], onnx(x.shape, { mode: 'cubic', sizes: [1, 1, 5, 3] }));
    for (const [i, value] of expected.entries())
      expect(Math.abs(actual[i]! - value)).toBeLessThan(12 * 16 * 2 ** -24);
  });

  it('an element outside on one axis is the extrapolation value', () => {
    const x = ramp([1, 1, 3, 4]);
    const attributes = onnx(x.shape, {
      mode: 'linear',
      coordinateTransformationMode: 'tf_crop_and_resize',
      extrapolationValue: -1,
      sizes: [1, 1, 4, 3],
      roi: [0, 0, -0.5, 0, 1, 1, 1, 0.5],
    });
    expect(calc(upsample, [x], attributes)).toEqual([
      [
        [
          [-1, -1, -1],
          [0, 0.75, 1.5],
          [4, 4.75, 5.5],
          [8, 8.75, 9.5],
        ],
      ],
    ]);
  });

  it('interpolated integers are truncated', () => {
    const x = of([[0, 5, 10, 255]], 'uint8');
    expect(calc(upsample, [x], onnx(x.shape, { mode: 'linear', sizes: [1, 8] }))).toEqual([
      [0, 1, 3, 6, 8, 71, 193, 255],
    ]);
  });
});

it('constants stay constant in integers, where a sum of weights may fall short of 1', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 255 }),
      (from, to, value) => {
        const x = dense([from], new Array<number>(from).fill(value), 'uint8');
        const attributes = {
          axes: [
            {
              ...twice(0, from, to),
              filter: { kind: 'lanczos', lobes: 3 } as const,
              border: 'renormalise' as const,
            },
          ],
        };
        expect(elementsOf(upsample, [x], attributes)).toEqual(new Array<number>(to).fill(value));
      },
    ),
  );
});

it('integers that overshoot saturate', () => {
  const x = of([255, 255, 0, 0], 'uint8');
  const [y] = apply(upsample, [x], onnx(x.shape, { mode: 'cubic', sizes: [8] }));
  expect(Math.max(...y!.data)).toBe(255);
  expect(Math.min(...y!.data)).toBe(0);
});

describe('an output element needs only what reads says', () => {
  it.each<readonly [title: string, call: object]>([
    ['linear', { mode: 'linear', sizes: [1, 2, 7, 3] }],
    ['nearest', { mode: 'nearest', sizes: [1, 2, 9, 2] }],
    ['cubic, antialiased', { mode: 'cubic', sizes: [1, 2, 3, 9], antialias: true }],
    [
      'a roi that runs backwards',
      {
        mode: 'linear',
        coordinateTransformationMode: 'tf_crop_and_resize',
        sizes: [1, 2, 4, 4],
        roi: [0, 0, 1, 0, 1, 1, -0.25, 1],
      },
    ],
  ])('%s', (_, call) => {
    const x = pattern([1, 2, 5, 4]);
    expectReadsSuffice(upsample, [x], onnx(x.shape, call));
  });
});

it('sums as many terms as the axes have taps together', () => {
  const { axes } = onnx([1, 1, 8, 8], { mode: 'cubic', sizes: [1, 1, 16, 16] });
  const value = { name: 'x', type: { dtype: 'float32', shape: [1, 1, 8, 8] } } as const;
  expect(upsample.terms([value], { axes, extrapolation: 0 })).toBe(16);
});

describe('types', () => {
  itInfers(upsample, [
    [['float32[1, 3, 4, 5]'], { axes: [twice(2, 4, 8), twice(3, 5, 3)] }, ['float32[1, 3, 8, 3]']],
    [['float16[n, 3, h]'], { axes: [twice(2, 'h', '2*h')] }, ['float16[n, 3, 2*h]']],
    [['uint8[4]'], { axes: [twice(0, 4, 2)] }, ['uint8[2]']],
  ]);

  itRejects(upsample, [
    [['float32[4]'], { axes: [] }, 'PP2003] net/layer (upsample): no axis is resampled'],
    [
      ['float32[4, 4]'],
      { axes: [twice(0, 4, 8), twice(0, 4, 8)] },
      'PP2003] net/layer (upsample): the axes are [0, 0]',
    ],
    [
      ['float32[4]'],
      { axes: [twice(1, 4, 8)] },
      'PP2003] net/layer (upsample): axis 1 does not exist in x of rank 1',
    ],
    [
      ['float32[4]'],
      { axes: [twice(0, 5, 8)] },
      'PP2002] net/layer (upsample): the length of axis 0 of x is 4, 5 is needed',
    ],
    [
      ['float32[4]'],
      { axes: [twice(0, 4, 1e10)] },
      'PP2003] net/layer (upsample): axis 0 is resampled from 4 to 10000000000. Use integer lengths from 0 to 16777216.',
    ],
    [['bool[4]'], { axes: [twice(0, 4, 8)] }, 'PP2001] net/layer (upsample): x is bool and is interpolated'],
  ]);
});
