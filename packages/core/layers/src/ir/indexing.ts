import { type DType, fromNumbers, normalAxis, ops, type ScatterReduction } from '@polyphase/ir';
import { indicesOf, type PerAxis } from '../arguments.ts';
import { type Flow, layer, type Named, type Operand } from '../flow.ts';

export interface GatherOptions extends Named {
  /** Default 0. */
  readonly axis?: number | undefined;
}

/** Indices of any integer type; negative ones count from the end. A plain number drops the axis. */
export type Indices = Operand | PerAxis;

/** Slices of x along the axis, one for each index. @throws PP2001, PP2003. */
export function gather(x: Operand, indices: Indices, options: GatherOptions = {}): Flow {
  const attributes = () => ({ axis: normalAxis(options.axis ?? 0, x.shape.length) });
  return layer(ops.gather, { x, indices: indicesOf(indices) }, attributes, options);
}

/** One element of x for each index, at the index's own place on the other axes. @throws PP2001 to PP2003. */
export function gatherElements(x: Operand, indices: Operand, options: GatherOptions = {}): Flow {
  const attributes = () => ({ axis: normalAxis(options.axis ?? 0, x.shape.length) });
  return layer(ops.gatherElements, { x, indices }, attributes, options);
}

export interface GatherNDOptions extends Named {
  /** How many leading axes x and indices share. Default 0. */
  readonly batchDims?: number | undefined;
}

/** The elements or slices of x that the tuples along the last axis of indices name. @throws PP2001 to PP2003. */
export const gatherND = (x: Operand, indices: Operand, options: GatherNDOptions = {}): Flow =>
  layer(ops.gatherND, { x, indices }, { batchDims: options.batchDims ?? 0 }, options);

export interface ScatterNDOptions extends Named {
  /** How an update joins what is there. Default 'none': it replaces it. */
  readonly reduction?: ScatterReduction | undefined;
}

export interface ScatterOptions extends ScatterNDOptions {
  /** Default 0. */
  readonly axis?: number | undefined;
}

/** x with one update for each index, at the index's own place on the other axes. @throws PP2001 to PP2003. */
export function scatterElements(
  x: Operand,
  indices: Operand,
  updates: Operand,
  options: ScatterOptions = {},
): Flow {
  const { axis = 0, reduction = 'none' } = options;
  const attributes = () => ({ axis: normalAxis(axis, x.shape.length), reduction });
  return layer(ops.scatterElements, { x, indices, updates }, attributes, options);
}

/** x with updates of what the tuples along the last axis of indices name. @throws PP2001 to PP2003. */
export const scatterND = (
  x: Operand,
  indices: Operand,
  updates: Operand,
  options: ScatterNDOptions = {},
): Flow => layer(ops.scatterND, { x, indices, updates }, { reduction: options.reduction ?? 'none' }, options);

export interface OneHotOptions extends Named {
  /** The length of the new axis. */
  readonly depth: number;
  /** Where the new axis stands in the result. Default -1. */
  readonly axis?: number | undefined;
  /** Default [0, 1]. */
  readonly values?: readonly [off: number, on: number] | undefined;
  /** Default 'float32'. */
  readonly dtype?: DType | undefined;
}

/** `on` where the position along a new axis is the index, `off` elsewhere. @throws PP2001, PP2003. */
export function oneHot(indices: Operand, options: OneHotOptions): Flow {
  const { depth, axis = -1, values = [0, 1], dtype = 'float32' } = options;
  const attributes = () => ({ depth, axis: normalAxis(axis, indices.shape.length + 1) });
  return layer(
    ops.oneHot,
    { indices, values: fromNumbers(dtype, [2], Float64Array.from(values)) },
    attributes,
    options,
  );
}

export interface TriluOptions extends Named {
  /** Default true. */
  readonly upper?: boolean | undefined;
  /** Which diagonal: that many above the main one. Default 0. */
  readonly k?: number | undefined;
}

/** The upper or lower triangle of each matrix of the last two axes, 0 elsewhere. @throws PP2002, PP2003. */
export const trilu = (x: Operand, options: TriluOptions = {}): Flow =>
  layer(ops.trilu, { x }, { upper: options.upper ?? true, k: options.k ?? 0 }, options);
