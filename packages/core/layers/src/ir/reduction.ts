import { normalAxis, type Op, ops, type ReduceAttributes } from '@polyphase/ir';
import { allAxes, axesOf } from '../arguments.ts';
import { type Flow, layer, type Named, type Operand } from '../flow.ts';

export interface ReduceOptions extends Named {
  /** Negative ones count from the end. Default: all; `[]`: every element alone. */
  readonly axes?: number | readonly number[] | undefined;
  /** Leave an axis of length 1 in the place of each. Default true. */
  readonly keepDims?: boolean | undefined;
}

/** All elements along some axes as one. @throws PP2001, PP2003. */
const reduce =
  (op: Op<'x', ReduceAttributes>) =>
  (x: Operand, options: ReduceOptions = {}): Flow => {
    const { axes, keepDims = true } = options;
    return layer(op, { x }, () => ({ axes: axesOf(x, axes, allAxes(x)), keepDims }), options);
  };

export const reduceSum = reduce(ops.reduceSum);
export const reduceMean = reduce(ops.reduceMean);
export const reduceMax = reduce(ops.reduceMax);
export const reduceMin = reduce(ops.reduceMin);
export const reduceProd = reduce(ops.reduceProd);
export const reduceL1 = reduce(ops.reduceL1);
export const reduceL2 = reduce(ops.reduceL2);
export const reduceLogSum = reduce(ops.reduceLogSum);
export const reduceLogSumExp = reduce(ops.reduceLogSumExp);
export const reduceSumSquare = reduce(ops.reduceSumSquare);

export interface ArgMaxOptions extends Named {
  readonly axis: number;
  /** Default true. */
  readonly keepDims?: boolean | undefined;
  /** Of equal elements the last one. Default false. */
  readonly selectLastIndex?: boolean | undefined;
}

const argBest =
  (op: typeof ops.argMax) =>
  (x: Operand, options: ArgMaxOptions): Flow => {
    const { axis, keepDims = true, selectLastIndex = false } = options;
    const attributes = () => ({ axis: normalAxis(axis, x.shape.length), keepDims, selectLastIndex });
    return layer(op, { x }, attributes, options);
  };

/** The index (int64) of the greatest element along the axis. @throws PP2001 to PP2003. */
export const argMax = argBest(ops.argMax);
/** The index (int64) of the least element along the axis. @throws PP2001 to PP2003. */
export const argMin = argBest(ops.argMin);

export interface SoftmaxOptions extends Named {
  /** Default -1. */
  readonly axis?: number | undefined;
}

const alongAxis =
  (op: typeof ops.softmax) =>
  (x: Operand, options: SoftmaxOptions = {}): Flow =>
    layer(op, { x }, () => ({ axis: normalAxis(options.axis ?? -1, x.shape.length) }), options);

/** exp(x) / sum exp(x) along the axis. @throws PP2001, PP2003. */
export const softmax = alongAxis(ops.softmax);
/** x - log(sum exp(x)) along the axis. @throws PP2001, PP2003. */
export const logSoftmax = alongAxis(ops.logSoftmax);
/** 1 at the greatest element along the axis, 0 elsewhere. @throws PP2001, PP2003. */
export const hardmax = alongAxis(ops.hardmax);

export interface CumulativeOptions extends Named {
  readonly axis: number;
  /** Leave the element itself out. Default false. */
  readonly exclusive?: boolean | undefined;
  /** From the end to the beginning. Default false. */
  readonly reverse?: boolean | undefined;
}

const cumulative =
  (op: typeof ops.cumSum) =>
  (x: Operand, options: CumulativeOptions): Flow => {
    const { axis, exclusive = false, reverse = false } = options;
    return layer(op, { x }, () => ({ axis: normalAxis(axis, x.shape.length), exclusive, reverse }), options);
  };

/** The sum of an element and all before it along the axis. @throws PP2001, PP2003. */
export const cumSum = cumulative(ops.cumSum);
/** The product of an element and all before it along the axis. @throws PP2001, PP2003. */
export const cumProd = cumulative(ops.cumProd);
