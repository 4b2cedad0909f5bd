import { type ResampleFilter, upsample } from '@polyphase/ir';
import { cases, type Suite } from '../cases.ts';
import { between, typed, withAt } from '../data.ts';
import { everyWidth } from './shared.ts';
import { coordinates, filters } from './upsample-grid.ts';
import { cubic, lanczos, linear, nearest, resample, type UpsampleRow } from './upsample-rows.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const floor = { filter: nearest('floor'), map: 'asymmetric' } as const;

/** What decoders do most: integer factors. */
const factors = cases(upsample, {
  'nearest, twice': resample([1, 3, 4, 5], { 2: 8, 3: 10 }, floor),
  'nearest, three times': resample([1, 2, 3, 4], { 2: 9, 3: 12 }, floor),
  'nearest, four and two times': resample([1, 2, 3, 4], { 2: 12, 3: 8 }, floor),
  'nearest, eight times': resample([1, 5, 2, 3], { 2: 16, 3: 24 }, floor),
  'linear, twice': resample([1, 3, 4, 5], { 2: 8, 3: 10 }),
  'linear, three times': resample([1, 2, 3, 4], { 2: 9, 3: 12 }),
  'linear, four times': resample([1, 2, 3, 4], { 2: 12, 3: 16 }),
  'linear, eight times: DBNet': resample([1, 1, 3, 4], { 2: 24, 3: 32 }),
  'linear, twice, aligned corners': resample([1, 3, 4, 5], { 2: 8, 3: 10 }, { map: 'align_corners' }),
  'linear, twice, asymmetric': resample([1, 3, 4, 5], { 2: 8, 3: 10 }, { map: 'asymmetric' }),
  'cubic, twice': resample([1, 2, 5, 6], { 2: 10, 3: 12 }, { filter: cubic(-0.75) }),
  'cubic, three times': resample([1, 2, 4, 5], { 2: 12, 3: 15 }, { filter: cubic(-0.5) }),
  'lanczos 3, twice': resample([1, 2, 7, 8], { 2: 14, 3: 16 }, { filter: lanczos(3), border: 'renormalise' }),
  'linear, half': resample([1, 2, 6, 8], { 2: 3, 3: 4 }),
  'linear, half, antialiased': resample([1, 2, 6, 8], { 2: 3, 3: 4 }, { antialias: true }),
  'area, a third': resample([1, 2, 6, 9], { 2: 2, 3: 3 }, { filter: { kind: 'area' }, map: 'asymmetric' }),
});

const lengths = cases(upsample, {
  'from one element, linear': resample([1, 2, 1, 1], { 2: 5, 3: 4 }),
  'from one element, cubic': resample([1, 2, 1, 1], { 2: 3, 3: 7 }, { filter: cubic(-0.75) }),
  'from one element, nearest': resample([1, 2, 1, 1], { 2: 5, 3: 4 }, floor),
  'from one element, aligned corners': resample([1, 2, 1, 1], { 2: 5, 3: 4 }, { map: 'align_corners' }),
  'to one element, half_pixel': resample([1, 2, 5, 4], { 2: 1, 3: 1 }),
  'to one element, pytorch_half_pixel takes the first': resample(
    [1, 2, 5, 4],
    { 2: 1, 3: 1 },
    { map: 'pytorch_half_pixel' },
  ),
  'to one element, aligned corners': resample([1, 2, 5, 4], { 2: 1, 3: 1 }, { map: 'align_corners' }),
  'to one element, antialiased: the mean': resample([1, 2, 5, 4], { 2: 1, 3: 1 }, { antialias: true }),
  'from two elements to three': resample([1, 2, 2, 2], { 2: 3, 3: 3 }),
  'one axis grows, the other shrinks': resample([1, 2, 4, 9], { 2: 7, 3: 5 }),
  'neither length divides the other': resample([1, 2, 7, 11], { 2: 10, 3: 13 }),
  'nearly the same length': resample([1, 2, 7, 8], { 2: 8, 3: 7 }),
  'the same length at another scale': resample([1, 1, 6, 6], { 2: 6, 3: 6 }, { scale: 1.1 }),
  'a scale that is not the ratio of the lengths': resample([1, 2, 5, 6], { 2: 7, 3: 9 }, { scale: 1.5 }),
  'a scale and aligned corners: the lengths decide': resample(
    [1, 2, 5, 6],
    { 2: 7, 3: 9 },
    { scale: 1.5, map: 'align_corners' },
  ),
  'a scale and half_pixel_symmetric': resample(
    [1, 2, 5, 6],
    { 2: 8, 3: 10 },
    { scale: 1.7, map: 'half_pixel_symmetric' },
  ),
  'a scale, nearest': resample([1, 2, 5, 6], { 2: 11, 3: 13 }, { ...floor, scale: 2.2 }),
  'a scale below 1, cubic': resample([1, 2, 9, 8], { 2: 5, 3: 4 }, { scale: 0.6, filter: cubic(-0.75) }),
  'a scale below 1, antialiased': resample([1, 2, 9, 8], { 2: 5, 3: 4 }, { scale: 0.6, antialias: true }),
  '2 to 82, nearest: PyTorch and onnxruntime differ at an integer scale, torch': resample(
    [1, 1, 2],
    { 2: 82 },
    { ...floor, profile: 'torch' },
  ),
  '2 to 82, nearest: PyTorch and onnxruntime differ at an integer scale, onnx': resample(
    [1, 1, 2],
    { 2: 82 },
    floor,
  ),
  'more elements than float16 can count, nearest': resample([1, 1, 2100], { 2: 4200 }, floor),
  'more elements than float16 can count, linear': resample([1, 1, 2100], { 2: 3150 }),
  'shrunk from more elements than float16 can count': resample([1, 1, 4200], { 2: 70 }),
});

/** Coordinates of x.5, where the four roundings part. */
const ties = cases(
  upsample,
  Object.fromEntries(
    (['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'] as const).flatMap((rounding) => [
      [`half, ${rounding}`, resample([1, 1, 6, 8], { 2: 3, 3: 4 }, { filter: nearest(rounding) })],
      [
        `asymmetric, ${rounding}`,
        resample([1, 1, 3, 5], { 2: 6, 3: 10 }, { filter: nearest(rounding), map: 'asymmetric' }),
      ],
      [
        `aligned corners, ${rounding}`,
        resample([1, 1, 2, 4], { 2: 3, 3: 7 }, { filter: nearest(rounding), map: 'align_corners' }),
      ],
    ]),
  ),
).map((row) => ({ ...row, title: `ties, ${row.title}` }));

const axes = cases(upsample, {
  '1-D': resample([2, 3, 5], { 2: 9 }),
  '1-D, nearest': resample([2, 3, 5], { 2: 10 }, floor),
  '3-D, linear': resample([1, 2, 3, 4, 5], { 2: 6, 3: 7, 4: 8 }),
  '3-D, nearest': resample([1, 2, 2, 3, 4], { 2: 4, 3: 6, 4: 8 }, floor),
  '3-D, cubic, up and down': resample([1, 1, 3, 6, 5], { 2: 5, 3: 4, 4: 9 }, { filter: cubic(-0.5) }),
  'the height only': resample([1, 3, 4, 5], { 2: 7 }),
  'the width only': resample([1, 3, 4, 5], { 3: 9 }),
  'channels last': resample([1, 3, 4, 5], { 1: 6, 2: 7 }),
  'channels last, nearest': resample([1, 3, 4, 5], { 1: 6, 2: 8 }, floor),
  'the batch': resample([3, 2, 2], { 0: 5 }),
  'the channels': resample([1, 4, 3, 2], { 1: 7 }, { filter: cubic(-0.75) }),
  'every axis': resample([2, 3, 2, 3], { 0: 3, 1: 5, 2: 3, 3: 4 }),
  'axes in another order': resample([1, 2, 3, 4], { 3: 7, 2: 5 }),
  'axes resampled in different ways': {
    x: [1, 2, 4, 5],
    axes: [
      ...resample([1, 2, 4, 5], { 2: 7 }, { filter: cubic(-0.75) }).axes!,
      ...resample([1, 2, 4, 5], { 3: 10 }, floor).axes!,
    ],
  },
  'a vector': resample([6], { 0: 11 }),
});

/** The roi leaves the input, and beyond it stands the extrapolation value. */
const cropped = (
  x: readonly number[],
  to: Readonly<Record<number, number>>,
  roi: readonly [number, number],
  filter: ResampleFilter = linear,
): UpsampleRow => ({ ...resample(x, to, { map: 'tf_crop_and_resize', roi, filter }), extrapolation: 10 });

const crops = cases(upsample, {
  'crop inside': cropped([1, 2, 6, 7], { 2: 4, 3: 5 }, [0.25, 0.75]),
  'crop beyond both ends': cropped([1, 2, 4, 5], { 2: 7, 3: 6 }, [-0.25, 1.25]),
  'crop beyond the end of one axis': cropped([1, 2, 4, 5], { 3: 8 }, [0.5, 1.5]),
  'crop backwards': cropped([1, 2, 4, 5], { 2: 6, 3: 7 }, [1, 0]),
  'crop to one element': cropped([1, 2, 4, 5], { 2: 1, 3: 1 }, [0.2, 0.6]),
  'crop, nearest': cropped([1, 2, 4, 5], { 2: 6, 3: 7 }, [-0.2, 0.9], nearest('floor')),
  'crop, cubic': cropped([1, 2, 6, 5], { 2: 6, 3: 7 }, [0.1, 0.9], cubic(-0.75)),
});

const numbers = cases(upsample, {
  'reals: linear, twice': { ...resample([2, 3, 5, 6], { 2: 10, 3: 12 }), reals: true },
  'reals: linear, 5 to 7': { ...resample([1, 3, 5, 5], { 2: 7, 3: 7 }), reals: true },
  'reals: cubic, twice': {
    ...resample([1, 3, 6, 6], { 2: 12, 3: 12 }, { filter: cubic(-0.75) }),
    reals: true,
  },
  'reals: linear, antialiased': {
    ...resample([1, 3, 9, 10], { 2: 4, 3: 3 }, { antialias: true }),
    reals: true,
  },
  'float16: linear': { ...resample([1, 2, 4, 5], { 2: 8, 3: 10 }), dtype: 'float16' },
  'float16: nearest': { ...resample([1, 2, 4, 5], { 2: 8, 3: 10 }, floor), dtype: 'float16' },
  'float64: cubic': {
    ...resample([1, 2, 4, 5], { 2: 7, 3: 9 }, { filter: cubic(-0.5) }),
    dtype: 'float64',
    reals: true,
  },
  'uint8: nearest': {
    ...resample([1, 2, 4, 5], { 2: 8, 3: 10 }, floor),
    x: typed('uint8', between(0, 255, [1, 2, 4, 5])),
  },
  'uint8: linear, twice: fractions are cut off': {
    ...resample([1, 2, 4, 5], { 2: 8, 3: 10 }),
    x: typed('uint8', between(0, 255, [1, 2, 4, 5])),
  },
  'int8: linear, twice: cut off towards 0': { ...resample([1, 2, 4, 5], { 2: 8, 3: 10 }), dtype: 'int8' },
  'int32: nearest': { ...resample([1, 2, 4, 5], { 2: 7, 3: 10 }, floor), dtype: 'int32' },
  'int64: nearest': { ...resample([1, 2, 4, 5], { 2: 8, 3: 3 }, floor), dtype: 'int64' },
  'bool: nearest': { ...resample([1, 2, 4, 5], { 2: 8, 3: 10 }, floor), dtype: 'bool' },
  'NaN spreads to its neighbours': {
    ...resample([1, 1, 5, 5], { 2: 10, 3: 10 }),
    x: withAt({ 12: nan }, [1, 1, 5, 5]),
  },
  'infinity is copied, nearest': {
    ...resample([1, 1, 3, 4], { 2: 6, 3: 8 }, floor),
    x: withAt({ 0: infinity, 7: -infinity, 9: nan }, [1, 1, 3, 4]),
  },
  'batch of none': resample([0, 2, 3, 4], { 2: 6, 3: 8 }),
  ...everyWidth('nearest, twice', (width) => resample([1, 2, 2, width], { 2: 4, 3: 2 * width }, floor)),
  ...everyWidth('linear, twice', (width) => resample([1, 2, 2, width], { 2: 4, 3: 2 * width })),
  ...everyWidth('cubic', (width) =>
    resample([1, 1, 2, width], { 2: 3, 3: width + 3 }, { filter: cubic(-0.75) }),
  ),
  ...everyWidth('linear from 6', (width) => resample([1, 2, 3, 6], { 2: 2, 3: width }, { filter: linear })),
});

export const upsampleSuite: Suite = {
  name: 'upsample',
  rows: [...factors, ...lengths, ...ties, ...axes, ...crops, ...numbers, ...coordinates, ...filters],
};
