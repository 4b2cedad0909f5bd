import {
  type AxisResampling,
  type CoordinateMap,
  type NearestRounding,
  type ResampleFilter,
  type ResampleProfile,
  upsample,
} from '@polyphase/ir';
import { cases } from '../cases.ts';
import { combinations } from './shared.ts';
import { cubic, lanczos, linear, nearest, resample, type UpsampleRow } from './upsample-rows.ts';

const namedAs = <N extends string>(...names: readonly N[]): Readonly<Record<N, N>> =>
  Object.fromEntries(names.map((name) => [name, name])) as Record<N, N>;

const maps = namedAs<CoordinateMap>(
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
  'tf_crop_and_resize',
);
const roundings = namedAs<NearestRounding>('floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil');
const { half_pixel, align_corners, asymmetric } = maps;

/** Filters that antialiasing stretches. */
const windows: Readonly<Record<string, ResampleFilter>> = {
  linear,
  'cubic -0.75': cubic(-0.75),
  'cubic -0.5': cubic(-0.5),
  'lanczos 3': lanczos(3),
  'lanczos 5': lanczos(5),
  mitchell: { kind: 'mitchell' },
  gaussian: { kind: 'gaussian' },
};
const means: Readonly<Record<string, ResampleFilter>> = {
  area: { kind: 'area' },
  adaptive: { kind: 'adaptive' },
};

/** One axis grows and the other shrinks, neither by an integer. */
const upAndDown = (how: Partial<AxisResampling>): UpsampleRow => ({
  ...resample(
    [1, 2, 5, 7],
    { 2: 8, 3: 3 },
    how.map === 'tf_crop_and_resize' ? { ...how, roi: [-0.1, 0.8] } : how,
  ),
  extrapolation: -20,
});

const profiles: readonly ResampleProfile[] = ['onnx', 'torch', 'tf', 'tf1', 'keras', 'webnn'];
const everyProfile = (how: Partial<AxisResampling>): readonly UpsampleRow[] =>
  profiles.map((profile) => upAndDown({ ...how, profile }));

/** Every coordinate map with every rounding of every profile, and with every filter. */
export const coordinates = cases(upsample, {
  ...combinations(
    (map: CoordinateMap, rounding: NearestRounding) => everyProfile({ map, filter: nearest(rounding) }),
    maps,
    roundings,
  ),
  ...combinations((map: CoordinateMap, filter: ResampleFilter) => upAndDown({ map, filter }), maps, {
    ...windows,
    ...means,
  }),
});

type Border = AxisResampling['border'];

/** Every filter, antialiased or not, with either border; and TensorFlow's table of cubic weights. */
export const filters = cases(
  upsample,
  {
    ...combinations(
      (filter: ResampleFilter, map: CoordinateMap, antialias: boolean, border: Border) =>
        upAndDown({ filter, map, antialias, border }),
      windows,
      { half_pixel, align_corners, asymmetric },
      { plain: false, antialiased: true },
      namedAs('clamp', 'renormalise'),
    ),
    ...combinations(
      (map: CoordinateMap, filter: ResampleFilter, border: Border) => everyProfile({ map, filter, border }),
      {
        'every profile, half_pixel': half_pixel,
        'every profile, align_corners': align_corners,
        'every profile, asymmetric': asymmetric,
      },
      { 'cubic -0.75': cubic(-0.75), 'cubic -0.5': cubic(-0.5), linear },
      namedAs('clamp', 'renormalise'),
    ),
  },
  { reals: true },
).map((row) => ({ ...row, title: `reals: ${row.title}` }));
