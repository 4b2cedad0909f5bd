import { type Dim, mul } from '../dim.ts';
import { need } from '../op.ts';
import { checkName } from './check.ts';
import { openLength, type ResampledAxes, resampledAxes } from './resampled.ts';
import type { AxisResampling, ResampleFilter } from './spec.ts';

/** The arguments of torch.nn.functional.interpolate and torch.nn.Upsample. */
export interface TorchInterpolate {
  /** [N, C, spatial]. */
  readonly inputShape: readonly Dim[];
  readonly size?: number | readonly number[] | undefined;
  readonly scaleFactor?: number | readonly number[] | undefined;
  readonly mode?: TorchMode | undefined;
  readonly alignCorners?: boolean | undefined;
  readonly recomputeScaleFactor?: boolean | undefined;
  readonly antialias?: boolean | undefined;
}

const torchModes = [
  'nearest',
  'nearest-exact',
  'linear',
  'bilinear',
  'trilinear',
  'bicubic',
  'lanczos',
  'area',
] as const;
export type TorchMode = (typeof torchModes)[number];

/**
 * PyTorch's interpolation of every spatial axis. A scale factor is what coordinates are computed from, unless
 * it is recomputed; antialiased bicubic has the coefficient -0.5, without antialiasing it is -0.75.
 *
 * @throws PP2003 for arguments that PyTorch does not take either.
 */
export function torchInterpolate(call: TorchInterpolate): ResampledAxes {
  const { inputShape, mode = 'nearest', antialias = false } = call;
  checkArguments(call, mode);
  const specs = inputShape.slice(2).map(
    (from, i): AxisResampling => ({
      axis: i + 2,
      from,
      ...lengthAndMap(call, mode, from, i),
      filter: filterOf(mode, antialias),
      antialias,
      border: antialias ? 'renormalise' : 'clamp',
      profile: 'torch',
    }),
  );
  return resampledAxes(inputShape, specs);
}

function filterOf(mode: TorchMode, antialias: boolean): ResampleFilter {
  switch (mode) {
    case 'nearest':
      return { kind: 'nearest', rounding: 'floor' };
    case 'nearest-exact':
      return { kind: 'nearest', rounding: 'round_prefer_ceil' };
    case 'bicubic':
      return { kind: 'cubic', coefficient: antialias ? -0.5 : -0.75 };
    case 'lanczos':
      return { kind: 'lanczos', lobes: 3 };
    case 'area':
      return { kind: 'adaptive' };
    default:
      return { kind: 'linear' };
  }
}

const rankOf: Partial<Record<TorchMode, number>> = {
  linear: 3,
  bilinear: 4,
  bicubic: 4,
  lanczos: 4,
  trilinear: 5,
};

function checkArguments(call: TorchInterpolate, mode: TorchMode): void {
  const { inputShape, alignCorners, antialias = false } = call;
  checkName('mode', mode, torchModes);
  const rank = rankOf[mode];
  need(inputShape.length === (rank ?? inputShape.length) && inputShape.length > 2, 'PP2003', () => [
    `mode is ${mode} for an input of rank ${inputShape.length}`,
    rank === undefined
      ? 'Give an input [N, C, spatial]'
      : `Give an input of rank ${rank} or use another mode`,
  ]);
  need(
    alignCorners === undefined || (rank !== undefined && !(alignCorners && mode === 'lanczos')),
    'PP2003',
    () => [
      `align_corners is ${alignCorners} for mode ${mode}`,
      'Leave align_corners out or use linear, bilinear, trilinear or bicubic',
    ],
  );
  need(rank === 4 || !antialias, 'PP2003', () => [
    `antialias is set for mode ${mode}`,
    'Use bilinear, bicubic or lanczos, or no antialiasing',
  ]);
  need(mode !== 'lanczos' || antialias, 'PP2003', () => [
    'mode is lanczos without antialias',
    'Set antialias',
  ]);
}

type LengthAndMap = Pick<AxisResampling, 'to' | 'map'> & { readonly scale?: number };

function lengthAndMap(call: TorchInterpolate, mode: TorchMode, from: Dim, i: number): LengthAndMap {
  const { size, scaleFactor, recomputeScaleFactor = false, alignCorners = false, antialias = false } = call;
  need((size === undefined) !== (scaleFactor === undefined), 'PP2003', () => [
    `size is ${size} and scale_factor is ${scaleFactor}`,
    'Give exactly one of the two',
  ]);
  const scale = entry('scale_factor', scaleFactor, i, call);
  const to = entry('size', size, i, call) ?? flooredLength(from, scale!);
  if (alignCorners) return antialias ? steppedCorners(from, to) : { to, map: 'align_corners' };
  const map = mode === 'nearest' || mode === 'area' ? 'asymmetric' : 'half_pixel';
  const byLengths =
    recomputeScaleFactor || mode === 'area' || !decides(from, to, scale) || drops(call, mode, from, to);
  return byLengths ? { to, map } : { to, map, scale };
}

/**
 * Where PyTorch forgets the scale factor: antialiased and linear where the length stays, two-dimensional
 * nearest also where it doubles.
 */
function drops(
  { inputShape, antialias = false }: TorchInterpolate,
  mode: TorchMode,
  from: Dim,
  to: Dim,
): boolean {
  if (mode === 'nearest') return inputShape.length === 4 && (to === from || to === mul(2, from));
  return to === from && (antialias || mode === 'linear' || mode === 'bilinear' || mode === 'trilinear');
}

function entry(
  name: string,
  given: number | readonly number[] | undefined,
  i: number,
  call: TorchInterpolate,
): number | undefined {
  if (given === undefined || typeof given === 'number') return given;
  const axes = call.inputShape.length - 2;
  need(given.length === axes, 'PP2003', () => [
    `${name} is [${given.join(', ')}] for ${axes} spatial axes`,
    `Give ${name} one value or ${axes}`,
  ]);
  return given[i];
}

/** PyTorch's output length for a scale factor, in float64. */
const flooredLength = (length: Dim, scale: number): Dim =>
  typeof length === 'number' ? Math.floor(length * scale) : openLength(length, scale);

/**
 * Antialiased with aligned corners, PyTorch spaces half_pixel centres by (from - 1) / (to - 1); one output
 * stays at -1/2.
 */
function steppedCorners(from: Dim, to: Dim): LengthAndMap {
  if (typeof from !== 'number' || typeof to !== 'number') return { to, map: 'align_corners' };
  const step = to > 1 ? (from - 1) / (to - 1) : 0;
  return { to, map: 'half_pixel', scale: step === 0 ? Number.MAX_VALUE : 1 / step };
}

/** Whether coordinates differ, in float32, between the given scale and the ratio of the lengths. */
const decides = (from: Dim, to: Dim, scale: number | undefined): scale is number =>
  scale !== undefined &&
  (typeof from !== 'number' || typeof to !== 'number' || Math.fround(from / to) !== Math.fround(1 / scale));
