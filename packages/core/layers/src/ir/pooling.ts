import { type Dim, ops, type Window } from '@polyphase/ir';
import { type Pairs, type PerAxis, pairs, perAxis, spatialAxes } from '../arguments.ts';
import { type Flow, layer, layerOutputs, type Named, type Operand } from '../flow.ts';

export interface PoolOptions extends Named {
  readonly kernel: PerAxis;
  /** Default: the kernel, so that windows do not overlap. */
  readonly stride?: PerAxis | undefined;
  /** Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Elements before and after each spatial axis that no window counts. Default 0. */
  readonly pads?: Pairs | undefined;
  /** A last window may reach beyond the end. Default false. */
  readonly ceil?: boolean | undefined;
}

function windowOf(
  x: Operand,
  { kernel, stride = kernel, dilation = 1, pads = 0, ceil = false }: PoolOptions,
): Window {
  const axes = spatialAxes(x);
  return {
    kernel: perAxis('kernel', kernel, axes),
    stride: perAxis('stride', stride, axes),
    dilation: perAxis('dilation', dilation, axes),
    pads: pairs('pads', pads, axes),
    ceil,
  };
}

/** The pooled elements, with where they were. */
export interface MaxPooled extends Flow {
  /** int64, flat over the whole of x. */
  readonly indices: Flow;
}

export interface MaxPoolOptions extends PoolOptions {
  /** How `indices` count inside a plane: 0 row-major (default), 1 column-major. */
  readonly storageOrder?: 0 | 1 | undefined;
}

/**
 * The greatest element under each window of x [N, C, spatial], and its place: `maxUnpool(y, y.indices, ...)`.
 *
 * @throws PP2002, PP2003; PP2004 when no window fits.
 */
export function maxPool(x: Operand, options: MaxPoolOptions): MaxPooled {
  const { storageOrder = 0 } = options;
  const attributes = () => ({ ...windowOf(x, options), storageOrder });
  const [y, indices] = layerOutputs(ops.maxPool, { x }, attributes, options);
  return { ...y!, indices: indices! };
}

export interface AveragePoolOptions extends PoolOptions {
  /** Divide by the whole window, padding included, and not only by its elements in x. Default false. */
  readonly countIncludePad?: boolean | undefined;
}

/** The mean of the elements under each window of x [N, C, spatial]. @throws as `maxPool`. */
export function averagePool(x: Operand, options: AveragePoolOptions): Flow {
  const { countIncludePad = false } = options;
  return layer(ops.averagePool, { x }, () => ({ ...windowOf(x, options), countIncludePad }), options);
}

export interface LpPoolOptions extends PoolOptions {
  /** Default 2. */
  readonly p?: number | undefined;
}

/** (sum |x|^p)^(1/p) over the elements under each window of x [N, C, spatial]. @throws as `maxPool`. */
export const lpPool = (x: Operand, options: LpPoolOptions): Flow =>
  layer(ops.lpPool, { x }, () => ({ ...windowOf(x, options), p: options.p ?? 2 }), options);

export interface MaxUnpoolOptions extends Named {
  /** Of the whole output: batch, channels and spatial lengths. */
  readonly shape: readonly Dim[];
}

/**
 * The elements of x at the places that `indices` (int64, flat over the whole output) names, 0 elsewhere.
 *
 * @throws PP2001, PP2002, PP2003; PP2003 while running when an index is outside the output.
 */
export const maxUnpool = (x: Operand, indices: Operand, options: MaxUnpoolOptions): Flow =>
  layer(ops.maxUnpool, { x, indices }, { shape: options.shape }, options);
