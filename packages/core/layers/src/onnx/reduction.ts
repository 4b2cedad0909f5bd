import type { Flow, Named, Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import type { Flag } from './attributes.ts';

export interface ReduceAttributes extends Named {
  /** Default: all. */
  readonly axes?: readonly number[] | undefined;
  /** Default 1. */
  readonly keepdims?: Flag | undefined;
  /** Without axes, give x as it is. Default 0. */
  readonly noop_with_empty_axes?: Flag | undefined;
}

const reduce =
  (kind: string, build: typeof layers.reduceSum) =>
  (x: Operand, attributes: ReduceAttributes = {}): Flow => {
    const { axes = [], keepdims = 1, noop_with_empty_axes = 0, name = kind } = attributes;
    if (axes.length === 0 && noop_with_empty_axes === 1) return layers.identity(x, { name });
    return build(x, { axes: axes.length === 0 ? undefined : axes, keepDims: keepdims === 1, name });
  };

/** ReduceSum-13. @throws PP2001, PP2003. */
export const ReduceSum = reduce('ReduceSum', layers.reduceSum);
/** ReduceMean-18. @throws PP2001, PP2003. */
export const ReduceMean = reduce('ReduceMean', layers.reduceMean);
/** ReduceMax-20. @throws PP2001, PP2003. */
export const ReduceMax = reduce('ReduceMax', layers.reduceMax);
/** ReduceMin-20. @throws PP2001, PP2003. */
export const ReduceMin = reduce('ReduceMin', layers.reduceMin);
/** ReduceProd-18. @throws PP2001, PP2003. */
export const ReduceProd = reduce('ReduceProd', layers.reduceProd);
/** ReduceL1-18. @throws PP2001, PP2003. */
export const ReduceL1 = reduce('ReduceL1', layers.reduceL1);
/** ReduceL2-18. @throws PP2001, PP2003. */
export const ReduceL2 = reduce('ReduceL2', layers.reduceL2);
/** ReduceLogSum-18. @throws PP2001, PP2003. */
export const ReduceLogSum = reduce('ReduceLogSum', layers.reduceLogSum);
/** ReduceLogSumExp-18. @throws PP2001, PP2003. */
export const ReduceLogSumExp = reduce('ReduceLogSumExp', layers.reduceLogSumExp);
/** ReduceSumSquare-18. @throws PP2001, PP2003. */
export const ReduceSumSquare = reduce('ReduceSumSquare', layers.reduceSumSquare);

export interface ArgMaxAttributes extends Named {
  /** Default 0. */
  readonly axis?: number | undefined;
  /** Default 1. */
  readonly keepdims?: Flag | undefined;
  /** Default 0. */
  readonly select_last_index?: Flag | undefined;
}

const argBest =
  (kind: string, build: typeof layers.argMax) =>
  (x: Operand, attributes: ArgMaxAttributes = {}): Flow => {
    const { axis = 0, keepdims = 1, select_last_index = 0, name = kind } = attributes;
    return build(x, { axis, keepDims: keepdims === 1, selectLastIndex: select_last_index === 1, name });
  };

/** ArgMax-13, int64. @throws PP2001 to PP2003. */
export const ArgMax = argBest('ArgMax', layers.argMax);
/** ArgMin-13, int64. @throws PP2001 to PP2003. */
export const ArgMin = argBest('ArgMin', layers.argMin);

export interface AxisAttributes extends Named {
  /** Default -1. */
  readonly axis?: number | undefined;
}

const alongAxis =
  (kind: string, build: typeof layers.softmax) =>
  (x: Operand, { axis, name = kind }: AxisAttributes = {}): Flow =>
    build(x, { axis, name });

/** Softmax-13. @throws PP2001, PP2003. */
export const Softmax = alongAxis('Softmax', layers.softmax);
/** LogSoftmax-13. @throws PP2001, PP2003. */
export const LogSoftmax = alongAxis('LogSoftmax', layers.logSoftmax);
/** Hardmax-13. @throws PP2001, PP2003. */
export const Hardmax = alongAxis('Hardmax', layers.hardmax);

export interface CumSumAttributes extends Named {
  readonly axis: number;
  /** Default 0. */
  readonly exclusive?: Flag | undefined;
  /** Default 0. */
  readonly reverse?: Flag | undefined;
}

/** CumSum-14. @throws PP2001, PP2003. */
export const CumSum = (x: Operand, { axis, exclusive, reverse, name = 'CumSum' }: CumSumAttributes): Flow =>
  layers.cumSum(x, { axis, exclusive: exclusive === 1, reverse: reverse === 1, name });
