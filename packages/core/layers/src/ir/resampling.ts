import {
  type AxisResampling,
  type CoordinateMap,
  type Dim,
  need,
  ops,
  type ResampledAxes,
  type ResampleFilter,
  type ResampleProfile,
  resampledAxes,
  scaledLength,
} from '@polyphase/ir';
import { allAxes, axesOf, oneOf, type PerAxis } from '../arguments.ts';
import { building, type Flow, layer, type Named, type Operand } from '../flow.ts';

const filters = {
  nearest: { kind: 'nearest', rounding: 'floor' },
  linear: { kind: 'linear' },
  cubic: { kind: 'cubic', coefficient: -0.75 },
  lanczos3: { kind: 'lanczos', lobes: 3 },
  lanczos5: { kind: 'lanczos', lobes: 5 },
  mitchell: { kind: 'mitchell' },
  gaussian: { kind: 'gaussian' },
  area: { kind: 'area' },
  adaptive: { kind: 'adaptive' },
} as const satisfies Readonly<Record<string, ResampleFilter>>;

type Mode = keyof typeof filters;

export interface UpsampleOptions extends Named {
  /** The length of each resampled axis afterwards; or `scale`. */
  readonly size?: Dim | readonly Dim[] | undefined;
  /** How many times longer each resampled axis becomes, rounded down. */
  readonly scale?: PerAxis | undefined;
  /** Default: the spatial axes of [N, C, spatial]. */
  readonly axes?: readonly number[] | undefined;
  /** A filter or its name; 'nearest' (default) takes the floor, 'cubic' the coefficient -0.75. */
  readonly mode?: Mode | ResampleFilter | undefined;
  /** Default: 'asymmetric' for nearest, area and adaptive, 'half_pixel' for the others. */
  readonly map?: CoordinateMap | undefined;
  /** When shrinking, every element counts. Default false. */
  readonly antialias?: boolean | undefined;
  /** Taps outside read the edge (default), or drop out. */
  readonly border?: AxisResampling['border'] | undefined;
  /** Whose rounding decides the last bit of a coordinate. Default 'webnn', which is exact. */
  readonly profile?: ResampleProfile | undefined;
}

/**
 * Resampling of axes, to more elements or fewer. The two lengths of an axis set its coordinates.
 *
 * @throws PP2002, PP2003; PP2004 when nothing would be left.
 */
export function upsample(x: Operand, options: UpsampleOptions): Flow {
  const { axes, mode = 'nearest', map, antialias = false, border = 'clamp', profile = 'webnn' } = options;
  return building(ops.upsample.name, options, (name) => {
    const filter: ResampleFilter =
      typeof mode === 'string' ? filters[oneOf('mode', mode, Object.keys(filters) as Mode[])] : mode;
    const stepped = filter.kind === 'nearest' || filter.kind === 'area' || filter.kind === 'adaptive';
    const terms = {
      map: map ?? (stepped ? 'asymmetric' : 'half_pixel'),
      filter,
      antialias,
      border,
      profile,
    } as const;
    const named = axesOf(x, axes, allAxes(x).slice(2));
    const specs = named.map((axis, i): AxisResampling => {
      const from = x.shape[axis]!;
      return { axis, from, to: lengthAfter(from, options, i, named.length), ...terms };
    });
    return resampled(x, resampledAxes(x.shape, specs), name);
  });
}

function lengthAfter(from: Dim, { size, scale }: UpsampleOptions, i: number, axes: number): Dim {
  need((size === undefined) !== (scale === undefined), 'PP2003', () => [
    `size is ${size ?? 'missing'} and scale is ${scale ?? 'missing'}`,
    'Give exactly one of the two',
  ]);
  const given = size ?? scale!;
  need(!Array.isArray(given) || given.length === axes, 'PP2003', () => [
    `${size === undefined ? 'scale' : 'size'} is [${given}] for ${axes} axes`,
    'Give one value, or one for each axis',
  ]);
  const value = (Array.isArray(given) ? given[i] : given) as Dim;
  return size === undefined ? scaledLength(from, value as number) : value;
}

/** A layer that resamples these axes; with none it copies x. */
export function resampled(x: Operand, { axes }: ResampledAxes, name: string, extrapolation = 0): Flow {
  if (axes.length === 0) return layer(ops.identity, { x }, {}, { name });
  return layer(ops.upsample, { x }, { axes, extrapolation }, { name });
}

export interface DepthToSpaceOptions extends Named {
  readonly blocksize: number;
  /** 'DCR' (default) as TensorFlow, 'CRD' as PyTorch's PixelShuffle. */
  readonly mode?: 'DCR' | 'CRD' | undefined;
}

/** Channels spread over blocks: [N, C*b*b, H, W] -> [N, C, H*b, W*b]. @throws PP2002, PP2003. */
export const depthToSpace = (x: Operand, options: DepthToSpaceOptions): Flow =>
  layer(ops.depthToSpace, { x }, { blocksize: options.blocksize, mode: options.mode ?? 'DCR' }, options);

export interface SpaceToDepthOptions extends Named {
  readonly blocksize: number;
}

/** Blocks gathered into channels: [N, C, H*b, W*b] -> [N, C*b*b, H, W]. @throws PP2002, PP2003. */
export const spaceToDepth = (x: Operand, options: SpaceToDepthOptions): Flow =>
  layer(ops.spaceToDepth, { x }, { blocksize: options.blocksize }, options);
