import { describe, expect, it } from 'vitest';
import { failure } from '../ops/arrays.testing.ts';
import { expectWeights, type Matrix, onlyAxis, runsOf } from './resample.testing.ts';
import { kerasUpSampling, type TfCoordinates, type TfMethod, tfResize } from './tf.ts';

interface Call {
  readonly method: TfMethod;
  readonly from: number;
  readonly to: number;
  readonly coordinates?: TfCoordinates;
  readonly antialias?: boolean;
}

const resize = ({ from, to, ...call }: Call) => tfResize({ inputShape: [1, 1, from], size: [to], ...call });

/**
 * Weights that tensorflow-cpu 2.21.0 gives for the rows of a unit matrix: tf.image.resize, and the ops of
 * TensorFlow 1.
 */
const weightRows: readonly (readonly [call: Call, golden: Matrix])[] = [
  [
    { method: 'bilinear', from: 3, to: 5 },
    [
      [1, 0, 0],
      [0.6, 0.4, 0],
      [0, 1, 0],
      [0, 0.3999999, 0.6000001],
      [0, 0, 1],
    ],
  ],
  [
    { method: 'bilinear', from: 3, to: 5, coordinates: 'legacy' },
    [
      [1, 0, 0],
      [0.4, 0.6, 0],
      [0, 0.8, 0.2],
      [0, 0.1999999, 0.8000001],
      [0, 0, 1],
    ],
  ],
  [
    { method: 'bilinear', from: 3, to: 5, coordinates: 'align_corners' },
    [
      [1, 0, 0],
      [0.5, 0.5, 0],
      [0, 1, 0],
      [0, 0.5, 0.5],
      [0, 0, 1],
    ],
  ],
  [
    { method: 'bicubic', from: 4, to: 6 },
    [
      [1.065889, -0.06588884, 0, 0],
      [0.5294118, 0.5294118, -0.05882353, 0],
      [-0.05793811, 0.9372692, 0.1322837, -0.01161479],
      [-0.01161479, 0.1322837, 0.9372692, -0.05793811],
      [0, -0.05882353, 0.5294118, 0.5294118],
      [0, 0, -0.06588884, 1.065889],
    ],
  ],
  [
    { method: 'bicubic', from: 4, to: 6, coordinates: 'legacy' },
    [
      [1, 0, 0, 0],
      [0.3144622, 0.7966489, -0.111111, 0],
      [-0.111111, 0.7966489, 0.3699364, -0.05547418],
      [0, 0, 1, 0],
      [0, -0.05547418, 0.3699364, 0.6855378],
      [0, 0, -0.111111, 1.111111],
    ],
  ],
  [
    { method: 'bicubic', from: 4, to: 6, coordinates: 'align_corners' },
    [
      [1, 0, 0, 0],
      [0.3884336, 0.7195311, -0.1079648, 0],
      [-0.09604684, 0.9198534, 0.2002344, -0.02404103],
      [-0.02404103, 0.2002344, 0.9198534, -0.09604684],
      [0, -0.1079648, 0.7195311, 0.3884336],
      [0, 0, 0, 1],
    ],
  ],
  [
    { method: 'bicubic', from: 5, to: 3, antialias: true },
    [
      [0.5846154, 0.4461538, 0, -0.03076929, 0],
      [-0.03720938, 0.2465117, 0.5813954, 0.2465117, -0.03720938],
      [0, -0.03076929, 3.820811e-8, 0.4461539, 0.5846153],
    ],
  ],
  [
    { method: 'bilinear', from: 5, to: 2, antialias: true },
    [
      [0.3181818, 0.4090909, 0.2272727, 0.04545453, 0],
      [0, 0.04545453, 0.2272727, 0.4090909, 0.3181818],
    ],
  ],
  [
    { method: 'lanczos3', from: 3, to: 5 },
    [
      [1.108064, -0.1407958, 0.03273212],
      [0.6713854, 0.431216, -0.1026014],
      [-2.301318e-8, 1, -2.301318e-8],
      [-0.1026013, 0.4312158, 0.6713856],
      [0.03273212, -0.1407958, 1.108064],
    ],
  ],
  [
    { method: 'lanczos5', from: 5, to: 2, antialias: true },
    [
      [0.3571456, 0.4114151, 0.2620874, 0.04334364, -0.07399181],
      [-0.07399181, 0.04334364, 0.2620874, 0.4114151, 0.3571456],
    ],
  ],
  [
    { method: 'area', from: 5, to: 2 },
    [
      [0.4, 0.4, 0.2, 0, 0],
      [0, 0, 0.2, 0.4, 0.4],
    ],
  ],
  [
    { method: 'area', from: 2, to: 3 },
    [
      [1, 0],
      [0.5, 0.5000001],
      [0, 0.9999999],
    ],
  ],
  [
    { method: 'area', from: 4, to: 3, coordinates: 'align_corners' },
    [
      [0.6666667, 0.3333333, 0, 0],
      [0, 0.3333333, 0.6666667, 0],
      [0, 0, 0, 1],
    ],
  ],
  [
    { method: 'mitchellcubic', from: 3, to: 4 },
    [
      [0.9938548, 0.006145123, 0],
      [0.3823871, 0.6519716, -0.03435867],
      [-0.03435867, 0.6519716, 0.3823871],
      [0, 0.006145123, 0.9938548],
    ],
  ],
  [
    { method: 'gaussian', from: 3, to: 4 },
    [
      [0.9241418, 0.07585818, 0],
      [0.3705751, 0.6109751, 0.01844985],
      [0.01844985, 0.610975, 0.3705751],
      [0, 0.07585818, 0.9241418],
    ],
  ],
];

describe('weights are TensorFlow’s', () => {
  it.each(weightRows)('%j', (call, golden) => expectWeights(onlyAxis(resize(call)), golden));
});

/** How many output elements take each input element in tensorflow-cpu 2.21.0. */
it.each<readonly [call: Call, runs: readonly number[]]>([
  [
    { method: 'nearest', from: 26, to: 64 },
    [2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2],
  ],
  [{ method: 'nearest', from: 2, to: 41 }, [21, 20]],
  [{ method: 'nearest', from: 2, to: 82, coordinates: 'legacy' }, [42, 40]],
  [{ method: 'nearest', from: 5, to: 9, coordinates: 'align_corners' }, [1, 2, 2, 2, 2]],
])('%j takes TensorFlow’s elements', (call, runs) => {
  expect(runsOf(onlyAxis(resize(call)))).toEqual(runs);
});

/** Weights that UpSampling2D of keras 3.15.1 on tensorflow-cpu 2.21.0 gives for the rows of a unit matrix. */
const kerasRows: readonly (readonly [interpolation: TfMethod, factor: number, golden: Matrix])[] = [
  [
    'nearest',
    2,
    [
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ],
  ],
  [
    'bilinear',
    2,
    [
      [1, 0, 0],
      [0.75, 0.25, 0],
      [0.25, 0.75, 0],
      [0, 0.75, 0.25],
      [0, 0.25, 0.75],
      [0, 0, 1],
    ],
  ],
  [
    'bicubic',
    3,
    [
      [1.105206, -0.1052063, 0],
      [1, 0, 0],
      [0.7244915, 0.3099408, -0.03443225],
      [0.3210269, 0.7504054, -0.07143226],
      [0, 1, 0],
      [-0.07143226, 0.7504054, 0.3210269],
      [-0.03443225, 0.3099408, 0.7244915],
      [0, 0, 1],
      [0, -0.1052063, 1.105206],
    ],
  ],
  [
    'lanczos3',
    2,
    [
      [1.13065, -0.1687858, 0.03813573],
      [0.8147324, 0.2473211, -0.0620535],
      [0.2629877, 0.8663415, -0.1293293],
      [-0.1293293, 0.8663415, 0.2629877],
      [-0.0620535, 0.2473211, 0.8147324],
      [0.03813573, -0.1687858, 1.13065],
    ],
  ],
];

describe('weights are Keras’', () => {
  it.each(kerasRows)('%s by %i', (interpolation, factor, golden) => {
    const call = { inputShape: [1, 1, 3, 2], size: [factor, 1], interpolation };
    expectWeights(onlyAxis(kerasUpSampling(call)), golden);
  });
});

it('repeats every element of one and three axes, lengths open or not', () => {
  expect(kerasUpSampling({ inputShape: ['n', 8, 5], size: [3] }).shape).toEqual(['n', 8, 15]);
  const volume = kerasUpSampling({ inputShape: ['n', 8, 'd', 4, 5], size: [2, 1, 3] });
  expect(volume.shape).toEqual(['n', 8, '2*d', 4, 15]);
  expect(volume.axes.map(({ axis }) => axis)).toEqual([2, 4]);
});

it.each<readonly [body: () => unknown, message: string]>([
  [
    () => tfResize({ inputShape: [1, 1, 4, 4], size: [8], method: 'nearest' }),
    'PP2003 size is [8] for 2 spatial axes. Give one length for each.',
  ],
  [
    () => tfResize({ inputShape: [1, 1, 4], size: [8], method: 'lanczos3', coordinates: 'legacy' }),
    'PP2003 method is lanczos3 for legacy coordinates. Use half-pixel coordinates.',
  ],
  [
    () =>
      tfResize({
        inputShape: [1, 1, 4],
        size: [8],
        method: 'bilinear',
        coordinates: 'align_corners',
        antialias: true,
      }),
    'PP2003 method is bilinear with antialias for align_corners coordinates. Use half-pixel coordinates.',
  ],
  [
    () => kerasUpSampling({ inputShape: [1, 1, 4], size: [1.5] }),
    'PP2003 size is [1.5] for 1 spatial axes. Give one integer above 0 for each.',
  ],
  [
    () => kerasUpSampling({ inputShape: [1, 1, 4], size: [2], interpolation: 'bilinear' }),
    'PP2003 interpolation is bilinear for 1 spatial axes. Use nearest, or two spatial axes.',
  ],
])('refuses %s', (body, message) => {
  expect(failure(body)).toBe(message);
});
