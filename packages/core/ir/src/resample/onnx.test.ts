import { describe, expect, it } from 'vitest';
import type { Dim } from '../dim.ts';
import { failure } from '../ops/arrays.testing.ts';
import { type OnnxResize, resizeAxes } from './onnx.ts';
import { expectWeights, type Matrix, matrixOf, onlyAxis, runsOf } from './resample.testing.ts';

type Call = Partial<OnnxResize> & { readonly from: number };

const resize = ({ from, ...call }: Call) => resizeAxes({ inputShape: [from], opset: 19, ...call });

/** Weights that onnxruntime 1.30.0 (CPU) gives for the rows of a unit matrix. */
const weightRows: readonly (readonly [title: string, call: Call, golden: Matrix])[] = [
  [
    'linear, half_pixel',
    { from: 3, sizes: [5], mode: 'linear' },
    [
      [1, 0, 0],
      [0.6, 0.4, 0],
      [0, 1, 0],
      [0, 0.3999999, 0.6000001],
      [0, 0, 1],
    ],
  ],
  [
    'the scale given, not the ratio of the lengths, sets the coordinates',
    { from: 7, scales: [Math.fround(0.6)], mode: 'linear' },
    [
      [0.6666667, 0.3333333, 0, 0, 0, 0, 0],
      [0, 0, 1, 0, 0, 0, 0],
      [0, 0, 0, 0.3333335, 0.6666665, 0, 0],
      [0, 0, 0, 0, 0, 0.666667, 0.333333],
    ],
  ],
  [
    'half_pixel_symmetric',
    {
      from: 4,
      scales: [Math.fround(0.6)],
      mode: 'linear',
      coordinateTransformationMode: 'half_pixel_symmetric',
    },
    [
      [0.3333333, 0.6666667, 0, 0],
      [0, 0, 0.6666667, 0.3333333],
    ],
  ],
  [
    'align_corners counts the whole output elements of a fractional length',
    { from: 4, scales: [Math.fround(1.6)], mode: 'linear', coordinateTransformationMode: 'align_corners' },
    [
      [1, 0, 0, 0],
      [0.4, 0.6, 0, 0],
      [0, 0.8, 0.2, 0],
      [0, 0.2, 0.8, 0],
      [0, 0, 0.5999999, 0.4000001],
      [0, 0, 0, 1],
    ],
  ],
  [
    'asymmetric',
    { from: 3, scales: [1.5], mode: 'linear', coordinateTransformationMode: 'asymmetric' },
    [
      [1, 0, 0],
      [0.3333333, 0.6666667, 0],
      [0, 0.6666666, 0.3333334],
      [0, 0, 1],
    ],
  ],
  [
    'Upsample-9',
    { from: 2, scales: [2], mode: 'linear', opset: 9 },
    [
      [1, 0],
      [0.5, 0.5],
      [0, 1],
      [0, 1],
    ],
  ],
  [
    'pytorch_half_pixel to one element is the first',
    { from: 4, sizes: [1], mode: 'linear', coordinateTransformationMode: 'pytorch_half_pixel' },
    [[1, 0, 0, 0]],
  ],
  [
    'cubic',
    { from: 4, sizes: [6], mode: 'cubic' },
    [
      [1.086806, -0.08680558, 0, 0],
      [0.5, 0.59375, -0.09375, 0],
      [-0.08680558, 0.9432871, 0.1608796, -0.01736069],
      [-0.01736116, 0.1608796, 0.943287, -0.08680534],
      [0, -0.09375, 0.59375, 0.5],
      [0, 0, -0.08680534, 1.086805],
    ],
  ],
  [
    'cubic with exclude_outside',
    { from: 4, sizes: [6], mode: 'cubic', cubicCoeffA: -0.5, excludeOutside: true },
    [
      [1.065789, -0.06578921, 0, 0],
      [0.5294118, 0.5294118, -0.05882353, 0],
      [-0.05787015, 0.9375, 0.1319444, -0.01157427],
      [-0.01157427, 0.1319446, 0.9375002, -0.0578704],
      [0, -0.05882353, 0.5294118, 0.5294118],
      [0, 0, -0.0657895, 1.065789],
    ],
  ],
  [
    'linear, antialiased: taps beyond the ends read the edge',
    { from: 8, sizes: [5], mode: 'linear', antialias: true },
    [
      [0.64, 0.36, 0, 0, 0, 0, 0, 0],
      [0, 0.2592592, 0.5555556, 0.1851852, 0, 0, 0, 0],
      [0, 0, 0.04166667, 0.4583333, 0.4583333, 0.04166667, 0, 0],
      [0, 0, 0, 0, 0.1851852, 0.5555556, 0.2592592, 0],
      [0, 0, 0, 0, 0, 0, 0.3600001, 0.6399999],
    ],
  ],
  [
    'cubic, antialiased, with exclude_outside',
    { from: 6, sizes: [4], mode: 'cubic', antialias: true, excludeOutside: true, cubicCoeffA: -0.5 },
    [
      [0.6553399, 0.3932039, -0.04045309, -0.008090751, 0, 0],
      [-0.03828485, 0.3721286, 0.6202144, 0.08728938, -0.04134763, 0],
      [0, -0.04134763, 0.08728938, 0.6202144, 0.3721286, -0.03828485],
      [0, 0, -0.008090751, -0.04045309, 0.3932039, 0.6553399],
    ],
  ],
  [
    'cubic, antialiased, align_corners: stretched by the scale all the same',
    { from: 6, sizes: [3], mode: 'cubic', antialias: true, coordinateTransformationMode: 'align_corners' },
    [
      [0.75, 0.296875, 0, -0.046875, 0, 0],
      [-0.0703125, 0.1308594, 0.4394531, 0.4394531, 0.1308594, -0.0703125],
      [0, 0, -0.046875, 0, 0.296875, 0.75],
    ],
  ],
  [
    'tf_crop_and_resize with a roi that runs backwards',
    {
      from: 4,
      sizes: [3],
      mode: 'cubic',
      roi: [1, 0.25],
      coordinateTransformationMode: 'tf_crop_and_resize',
    },
    [
      [0, 0, 0, 1],
      [-0.01025391, 0.1147461, 0.9672852, -0.07177734],
      [0.2265625, 0.8789062, -0.1054688, 0],
    ],
  ],
];

/** How many output elements take each input element in onnxruntime 1.30.0 (CPU). */
const nearestRows: readonly (readonly [
  map: string,
  rounding: string,
  call: Call,
  runs: readonly number[],
])[] = [
  [
    'half_pixel',
    'round_prefer_ceil',
    { from: 20, sizes: [6] },
    [0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0],
  ],
  [
    'half_pixel',
    'round_prefer_floor',
    { from: 26, sizes: [64] },
    [2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2],
  ],
  ['half_pixel', 'floor', { from: 4, scales: [Math.fround(1.4)] }, [2, 1, 2, 0]],
  ['asymmetric', 'floor', { from: 2, sizes: [82] }, [41, 41]],
  ['asymmetric', 'ceil', { from: 7, scales: [Math.fround(0.6)] }, [1, 0, 1, 0, 1, 1, 0]],
  ['align_corners', 'round_prefer_floor', { from: 5, sizes: [9] }, [2, 2, 2, 2, 1]],
  ['align_corners', 'round_prefer_ceil', { from: 5, sizes: [9] }, [1, 2, 2, 2, 2]],
  [
    'half_pixel_symmetric',
    'floor',
    { from: 22, sizes: [2] },
    [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
  ],
  ['tf_half_pixel_for_nn', 'floor', { from: 4, sizes: [6] }, [1, 2, 1, 2]],
];

describe('weights are onnxruntime’s', () => {
  it.each(weightRows)('%s', (_, call, golden) => expectWeights(onlyAxis(resize(call)), golden));
});

describe('nearest elements are onnxruntime’s', () => {
  it.each(nearestRows)('%s %s %j', (coordinateTransformationMode, nearestMode, call, runs) => {
    expect(runsOf(onlyAxis(resize({ ...call, coordinateTransformationMode, nearestMode })))).toEqual(runs);
  });

  it('Resize-10 takes the ceiling where an axis shrinks and the floor where it grows', () => {
    expect(runsOf(onlyAxis(resize({ from: 7, opset: 10, scales: [Math.fround(0.6)] })))).toEqual([
      1, 0, 1, 0, 1, 1, 0,
    ]);
    expect(runsOf(onlyAxis(resize({ from: 3, opset: 10, scales: [1.5] })))).toEqual([2, 1, 1]);
  });
});

it('tf_crop_and_resize marks what is outside, as onnxruntime 1.30.0 extrapolates it', () => {
  const call = { from: 4, sizes: [5], roi: [-0.25, 0.75], mode: 'linear', extrapolationValue: 9 };
  const resized = resize({ ...call, coordinateTransformationMode: 'tf_crop_and_resize' });
  expect(resized.extrapolation).toBe(9);
  expect(matrixOf(onlyAxis(resized))).toEqual([
    undefined,
    [1, 0, 0, 0],
    [0.25, 0.75, 0, 0],
    [0, 0.5, 0.5, 0],
    [0, 0, 0.75, 0.25],
  ]);
});

const crop = { coordinateTransformationMode: 'tf_crop_and_resize' };

/** Lengths by onnxruntime 1.30.0, but for the roi, which it leaves out against the text of the operator. */
it.each<
  readonly [title: string, call: Partial<OnnxResize> & { inputShape: readonly Dim[] }, shape: readonly Dim[]]
>([
  ['floor in float32', { inputShape: [10], scales: [Math.fround(1.4)] }, [14]],
  ['floor', { inputShape: [7], scales: [Math.fround(0.6)] }, [4]],
  ['axes in any order', { inputShape: [1, 2, 5, 8], sizes: [16, 10], axes: [3, -2] }, [1, 2, 10, 16]],
  ['no axes are all axes', { inputShape: [5, 8], sizes: [16, 10], axes: [] }, [16, 10]],
  ['not_larger', { inputShape: [5, 8], sizes: [7, 9], keepAspectRatioPolicy: 'not_larger' }, [6, 9]],
  ['not_smaller', { inputShape: [5, 8], sizes: [7, 9], keepAspectRatioPolicy: 'not_smaller' }, [7, 11]],
  ['the roi counts', { inputShape: [16], scales: [2], roi: [0.25, 0.5], ...crop }, [8]],
  ['an open length times an integer', { inputShape: ['n', 'h'], scales: [1, 2] }, ['n', '2*h']],
  ['an open length halved', { inputShape: ['h'], scales: [0.5] }, ['floor(h/2)']],
  ['an open length times a fraction', { inputShape: ['h'], scales: [1.5] }, ['floor(1.5*h)']],
  ['sizes of an open length', { inputShape: ['n', 'h'], axes: [1], sizes: [224] }, ['n', 224]],
])('length: %s', (_, call, shape) => {
  expect(resizeAxes({ opset: 19, ...call }).shape).toEqual(shape);
});

describe('axes that are left alone', () => {
  it.each<readonly [title: string, call: Partial<OnnxResize>, axes: readonly number[]]>([
    ['scale 1', { scales: [1, 1, 2, 2] }, [2, 3]],
    [
      'scale 1, whatever the map',
      { scales: [1, 1, 1, 2], coordinateTransformationMode: 'tf_half_pixel_for_nn' },
      [3],
    ],
    ['a length kept', { sizes: [1, 3, 4, 10] }, [3]],
    ['all', { sizes: [1, 3, 4, 5] }, []],
    [
      'none: a roi crops an axis of scale 1',
      { sizes: [1, 3, 4, 5], roi: [0, 0, 0, 0.5, 1, 1, 1, 1], ...crop },
      [3],
    ],
    ['none: scale 1.2 of 4 is 4, at other coordinates', { scales: [1, 1, Math.fround(1.2), 1] }, [2]],
  ])('%s', (_, call, axes) => {
    const resized = resizeAxes({ inputShape: [1, 3, 4, 5], opset: 19, ...call });
    expect(resized.axes.map(({ axis }) => axis)).toEqual(axes);
  });
});

it('one scale for every axis sets the coordinates under an aspect policy', () => {
  const { axes } = resizeAxes({
    inputShape: [5, 8],
    opset: 19,
    mode: 'linear',
    sizes: [7, 9],
    keepAspectRatioPolicy: 'not_larger',
  });
  expect(axes.map(({ from, to, scale }) => [from, to, scale])).toEqual([
    [5, 6, 1.125],
    [8, 9, undefined],
  ]);
});

it.each<readonly [call: Partial<OnnxResize>, message: string]>([
  [{}, 'PP2003 scales is [] and sizes is []. Give exactly one of the two.'],
  [
    { scales: [2, 2], sizes: [8, 8] },
    'PP2003 scales is [2, 2] and sizes is [8, 8]. Give exactly one of the two.',
  ],
  [
    { scales: [2] },
    'PP2003 scales is [2] for 2 axes of an input [4, 4]. Give one number above 0 for each axis.',
  ],
  [
    { scales: [2, -1] },
    'PP2003 scales is [2, -1] for 2 axes of an input [4, 4]. Give one number above 0 for each axis.',
  ],
  [
    { scales: [2, Number.NaN] },
    'PP2003 scales is [2, NaN] for 2 axes of an input [4, 4]. Give one number above 0 for each axis.',
  ],
  [{ sizes: [2, 2.5] }, 'PP2003 axis 1 is resampled from 4 to 2.5. Use integer lengths from 0 to 16777216.'],
  [
    { scales: [1e9, 1] },
    'PP2003 axis 0 is resampled from 4 to 4000000000. Use integer lengths from 0 to 16777216.',
  ],
  [{ scales: [0.2, 1] }, 'PP2004 axis 0 is resampled from 4 elements to none. Use a larger scale or size.'],
  [{ scales: [2, 2], axes: [0, -2] }, 'PP2003 axes is [0, 0]. Name every axis once.'],
  [{ scales: [2, 2], mode: 'bilinear' }, 'PP2003 mode is "bilinear". Use one of nearest, linear, cubic.'],
  [
    { scales: [2, 2], nearestMode: 'round' },
    'PP2003 nearest_mode is "round". Use one of floor, ceil, round_prefer_floor, round_prefer_ceil.',
  ],
  [
    { scales: [2, 2], coordinateTransformationMode: 'tf_crop_and_resize', roi: [0, 1] },
    'PP2003 roi is [0, 1] for 2 axes. tf_crop_and_resize needs 2 starts, then 2 ends.',
  ],
  [
    { sizes: [2, 2], keepAspectRatioPolicy: 'fit' },
    'PP2003 keep_aspect_ratio_policy is "fit". Use one of stretch, not_larger, not_smaller.',
  ],
])('refuses %j', (call, message) => {
  expect(failure(() => resizeAxes({ inputShape: [4, 4], opset: 19, ...call }))).toBe(message);
});
