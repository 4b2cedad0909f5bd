import { describe, expect, it } from 'vitest';
import { failure } from '../ops/arrays.testing.ts';
import { expectWeights, type Matrix, onlyAxis, runsOf } from './resample.testing.ts';
import { type TorchInterpolate, torchInterpolate } from './torch.ts';

type Call = Omit<TorchInterpolate, 'inputShape' | 'size' | 'scaleFactor'> & {
  readonly from: number;
  readonly size?: number;
  readonly scale?: number;
};

/** The first of two spatial axes is resampled, the other keeps its two elements. */
const interpolate = ({ from, size, scale, ...call }: Call) =>
  torchInterpolate({
    inputShape: [1, 1, from, 2],
    size: size === undefined ? undefined : [size, 2],
    scaleFactor: scale === undefined ? undefined : [scale, 1],
    ...call,
  });

/** Weights that torch 2.13.0 (CPU) gives for the rows of a unit matrix. */
const weightRows: readonly (readonly [call: Call, golden: Matrix])[] = [
  [
    { mode: 'bilinear', from: 3, scale: 1.6 },
    [
      [1, 0, 0],
      [0.5625, 0.4375, 0],
      [0, 0.9375, 0.0625],
      [0, 0.3125, 0.6875],
    ],
  ],
  [
    { mode: 'bilinear', from: 3, scale: 1.6, recomputeScaleFactor: true },
    [
      [1, 0, 0],
      [0.375, 0.625, 0],
      [0, 0.625, 0.375],
      [0, 0, 1],
    ],
  ],
  [
    { mode: 'bilinear', from: 3, size: 5, alignCorners: true },
    [
      [1, 0, 0],
      [0.5, 0.5, 0],
      [0, 1, 0],
      [0, 0.5, 0.5],
      [0, 0, 1],
    ],
  ],
  [
    { mode: 'bicubic', from: 3, size: 5 },
    [
      [1.096, -0.09599996, 0],
      [0.6119997, 0.46, -0.07199979],
      [0, 1, 0],
      [-0.07199979, 0.4599998, 0.6120001],
      [0, -0.09599996, 1.096],
    ],
  ],
  [
    { mode: 'bicubic', from: 3, scale: 1.3 },
    [
      [1.06772, -0.06771994, 0],
      [0.3287439, 0.7822456, -0.1109896],
      [-0.1056125, 0.6919236, 0.4136893],
    ],
  ],
  [
    { mode: 'bilinear', from: 3, size: 2, antialias: true },
    [
      [0.625, 0.375, 0],
      [0, 0.375, 0.625],
    ],
  ],
  [
    { mode: 'bicubic', from: 3, size: 5, antialias: true },
    [
      [1.075472, -0.07547166, 0],
      [0.6492537, 0.3955224, -0.04477614],
      [0, 1, 0],
      [-0.04477607, 0.3955222, 0.6492538],
      [0, -0.07547167, 1.075472],
    ],
  ],
  [
    { mode: 'bilinear', from: 3, size: 2, antialias: true, alignCorners: true },
    [
      [0.4285714, 0.4285714, 0.1428571],
      [0, 0.25, 0.75],
    ],
  ],
  [{ mode: 'bicubic', from: 3, size: 1, antialias: true, alignCorners: true }, [[1.125, -0.125, 0]]],
  [
    { mode: 'lanczos', from: 3, size: 2, antialias: true },
    [
      [0.6538405, 0.4183685, -0.07220905],
      [-0.07220905, 0.4183686, 0.6538405],
    ],
  ],
  [
    { mode: 'area', from: 5, size: 2 },
    [
      [0.3333333, 0.3333333, 0.3333333, 0, 0],
      [0, 0, 0.3333333, 0.3333333, 0.3333333],
    ],
  ],
];

describe('weights are torch’s', () => {
  it.each(weightRows)('%j', (call, golden) => expectWeights(onlyAxis(interpolate(call)), golden));
});

/** How many output elements take each input element in torch 2.13.0 (CPU). */
describe('nearest elements are torch’s', () => {
  it.each<readonly [call: Call, runs: readonly number[]]>([
    [{ mode: 'nearest', from: 2, size: 82 }, [42, 40]],
    [
      { mode: 'nearest', from: 26, size: 64 },
      [3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 2],
    ],
    [
      { mode: 'nearest-exact', from: 26, size: 64 },
      [2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2],
    ],
    [{ mode: 'nearest-exact', from: 2, size: 41 }, [21, 20]],
    [{ mode: 'nearest', from: 5, scale: 2.1 }, [2, 2, 2, 2, 2]],
    [{ mode: 'nearest', from: 5, scale: 1.5 }, [2, 1, 2, 1, 1]],
  ])('%j', (call, runs) => {
    expect(runsOf(onlyAxis(interpolate(call)))).toEqual(runs);
  });

  it('one-dimensional nearest heeds the scale factor where the two-dimensional one copies', () => {
    const line = torchInterpolate({ inputShape: [1, 1, 7], scaleFactor: 1.09 });
    expect(runsOf(onlyAxis(line))).toEqual([2, 1, 1, 1, 1, 1, 0]);
    expect(interpolate({ from: 7, scale: 1.09 }).axes).toEqual([]);
  });
});

it('linear and antialiased copy where the scale factor leaves the length, bicubic does not', () => {
  expect(interpolate({ mode: 'bicubic', from: 3, scale: 1.3, antialias: true }).axes).toEqual([]);
  expect(interpolate({ mode: 'bilinear', from: 3, scale: 1.3 }).axes).toEqual([]);
  expect(interpolate({ mode: 'bicubic', from: 3, scale: 1.3 }).axes).toHaveLength(1);
});

it('keeps lengths open', () => {
  const call = { inputShape: ['n', 3, 'h', 'w'], mode: 'bilinear' } as const;
  expect(torchInterpolate({ ...call, scaleFactor: 2 }).shape).toEqual(['n', 3, '2*h', '2*w']);
  expect(torchInterpolate({ ...call, scaleFactor: [0.5, 1.5] }).shape).toEqual([
    'n',
    3,
    'floor(h/2)',
    'floor(1.5*w)',
  ]);
  expect(torchInterpolate({ ...call, size: 8, antialias: true, alignCorners: true }).shape).toEqual([
    'n',
    3,
    8,
    8,
  ]);
});

it.each<readonly [call: Partial<TorchInterpolate>, message: string]>([
  [{}, 'PP2003 size is undefined and scale_factor is undefined. Give exactly one of the two.'],
  [{ size: 8, scaleFactor: 2 }, 'PP2003 size is 8 and scale_factor is 2. Give exactly one of the two.'],
  [{ size: [8] }, 'PP2003 size is [8] for 2 spatial axes. Give size one value or 2.'],
  [
    { size: 8, mode: 'trilinear' },
    'PP2003 mode is trilinear for an input of rank 4. Give an input of rank 5 or use another mode.',
  ],
  [
    { size: 8, alignCorners: true },
    'PP2003 align_corners is true for mode nearest. Leave align_corners out or use linear, bilinear, trilinear or bicubic.',
  ],
  [
    { size: 8, antialias: true },
    'PP2003 antialias is set for mode nearest. Use bilinear, bicubic or lanczos, or no antialiasing.',
  ],
  [{ size: 8, mode: 'lanczos' }, 'PP2003 mode is lanczos without antialias. Set antialias.'],
  [{ scaleFactor: 0.1 }, 'PP2004 axis 2 is resampled from 4 elements to none. Use a larger scale or size.'],
])('refuses %j', (call, message) => {
  expect(failure(() => torchInterpolate({ inputShape: [1, 1, 4, 4], ...call }))).toBe(message);
});
