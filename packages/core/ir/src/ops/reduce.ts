import type { DType } from '../dtype.ts';
import { rangeOf } from '../dtype.ts';
import { defineOp } from '../op.ts';
import { sizeOf } from '../tensor.ts';
import { checkAxes, reducedReads, reducedShape } from './axes.ts';
import { checkKind } from './pointwise.ts';
import { logSumExp, slicesOf } from './slices.ts';

export interface ReduceAttributes {
  /** Counted from the front, in any order; none: every element is reduced alone. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

interface Fold {
  readonly of: (elements: Float64Array, dtype: DType) => number;
  /** Rounded operations besides one for each element; undefined: none at all, the result is exact. */
  readonly extra?: number;
  readonly bool?: 'bool';
}

const sum = (elements: Float64Array): number => elements.reduce((all, x) => all + x, 0);
const sumOf = (elements: Float64Array, f: (x: number) => number): number => sum(elements.map(f));
const square = (x: number): number => x * x;

const reduce = (name: string, { of, extra, bool }: Fold) =>
  defineOp<ReduceAttributes>()({
    name,
    inputs: ['x'],
    defaults: { keepDims: true },

    infer({ x }, { axes, keepDims }) {
      if (!bool) checkKind('x', x, 'number');
      checkAxes(axes, x.type.shape.length);
      return { dtype: x.type.dtype, shape: reducedShape(x.type.shape, axes, keepDims) };
    },

    define({ x }, { axes }, [y]) {
      const data = new Float64Array(sizeOf(y!.shape));
      let next = 0;
      for (const elements of slicesOf(x, axes)) data[next++] = of(elements, x.dtype);
      return data;
    },

    terms: ({ x }, { axes }) =>
      extra === undefined ? 1 : sizeOf(axes.map((axis) => x.shape[axis]!)) + extra,
    reads: (region, { x }, { axes, keepDims }) => ({ x: reducedReads(region, x.shape, axes, keepDims) }),
  });

/** NaN where an element is NaN; of nothing the least value of the type. */
export const reduceMax = reduce('reduceMax', {
  of: (elements, dtype) => elements.reduce((a, b) => Math.max(a, b), rangeOf(dtype)[0]),
  bool: 'bool',
});
/** NaN where an element is NaN; of nothing the greatest value of the type. */
export const reduceMin = reduce('reduceMin', {
  of: (elements, dtype) => elements.reduce((a, b) => Math.min(a, b), rangeOf(dtype)[1]),
  bool: 'bool',
});
export const reduceSum = reduce('reduceSum', { of: sum, extra: 0 });
export const reduceMean = reduce('reduceMean', {
  of: (elements) => sum(elements) / elements.length,
  extra: 1,
});
export const reduceProd = reduce('reduceProd', {
  of: (elements) => elements.reduce((all, x) => all * x, 1),
  extra: 0,
});
export const reduceL1 = reduce('reduceL1', { of: (elements) => sumOf(elements, Math.abs), extra: 0 });
export const reduceL2 = reduce('reduceL2', {
  of: (elements) => Math.sqrt(sumOf(elements, square)),
  extra: 2,
});
export const reduceSumSquare = reduce('reduceSumSquare', {
  of: (elements) => sumOf(elements, square),
  extra: 1,
});
export const reduceLogSum = reduce('reduceLogSum', { of: (elements) => Math.log(sum(elements)), extra: 1 });
export const reduceLogSumExp = reduce('reduceLogSumExp', { of: logSumExp, extra: 3 });
