import { defineOp } from '../op.ts';
import { offsetsOver, otherAxes, reducedReads } from './axes.ts';
import { checkAxis, checkFloat } from './shared.ts';
import { bestIndex, exceeds, logSumExp } from './slices.ts';

export interface SoftmaxAttributes {
  readonly axis: number;
}

/** A function of all elements along one axis; the output has the operand's type. */
const alongAxis = (name: string, f: (elements: Float64Array) => Float64Array, rounded: boolean) =>
  defineOp<SoftmaxAttributes>()({
    name,
    inputs: ['x'],

    infer({ x }, { axis }) {
      checkFloat('x', x);
      checkAxis(axis, x.type.shape.length);
      return x.type;
    },

    define({ x }, { axis }) {
      const data = new Float64Array(x.data.length);
      const within = offsetsOver(x.shape, [axis]);
      for (const base of offsetsOver(x.shape, otherAxes(x.shape.length, [axis]))) {
        const result = f(Float64Array.from(within, (at) => x.data[base + at]!));
        for (const [i, at] of within.entries()) data[base + at] = result[i]!;
      }
      return data;
    },

    terms: ({ x }, { axis }) => (rounded ? x.shape[axis]! + 4 : 1),
    reads: (region, { x }, { axis }) => ({ x: reducedReads(region, x.shape, [axis], true) }),
  });

const logSoftmaxOf = (elements: Float64Array): Float64Array => {
  const all = logSumExp(elements);
  return elements.map((x) => x - all);
};

/** exp(x) / sum exp(x) along the axis. */
export const softmax = alongAxis('softmax', (elements) => logSoftmaxOf(elements).map(Math.exp), true);
/** x - log(sum exp(x)) along the axis. */
export const logSoftmax = alongAxis('logSoftmax', logSoftmaxOf, true);
/** 1 at the greatest element along the axis, the first of equal ones, 0 elsewhere. */
export const hardmax = alongAxis(
  'hardmax',
  (elements) => {
    const best = bestIndex(elements, exceeds);
    return elements.map((_, i) => (i === best ? 1 : 0));
  },
  false,
);
