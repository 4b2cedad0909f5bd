import { type DType, isFloat, type Op, ops, type ReduceAttributes, rangeOf } from '@polyphase/ir';
import { absolute } from '../functions.ts';
import { storedAxes, storedShape, withoutAxes } from '../order.ts';
import type { Site } from '../plan.ts';
import type { Tf, TfTensor } from '../tf.ts';
import { anything, type Translation, type TypeRule, totals, translation } from '../translation.ts';
import { wrapped } from '../whole.ts';

interface Fold {
  /** Over axes of the tensor. */
  readonly of: (tf: Tf, x: TfTensor, axes: number[], keep: boolean, dtype: DType) => TfTensor;
  /** What is left of no elements. */
  readonly empty: (dtype: DType) => number;
  readonly types: TypeRule;
}

const reduction = (op: Op<string, ReduceAttributes>, { of, empty, types }: Fold): Translation =>
  translation(
    op,
    (site, { axes, keepDims }) => {
      const x = site.operand(0);
      const order = keepDims ? x.order : withoutAxes(x.order, axes);
      const isEmpty = x.shape.includes(0);
      return {
        kernel: op.name,
        operands: [x],
        orders: [order],
        run: (t) => {
          if (isEmpty) return filledIn(site, empty(x.dtype), order);
          const reduced = of(site.tf, t!, storedAxes(axes, x.order), keepDims, x.dtype);
          // Not every kernel keeps reduced axes that it is asked to keep.
          const { shape } = site.type();
          return wrapped(site.tf, site.tf.reshape(reduced, storedShape(shape, order)), x.dtype);
        },
      };
    },
    { types },
  );

function filledIn(site: Site, value: number, order: readonly number[]): TfTensor {
  const natural = site.filled(value);
  return site.tf.reshape(
    natural,
    order.map((axis) => natural.shape[axis]!),
  );
}

/** Bools are chosen between as integers. */
const extreme = (name: 'max' | 'min'): Fold['of'] => {
  return (tf, x, axes, keep) => {
    if (axes.length === 0) return tf.clone(x);
    if (x.dtype !== 'bool') return tf[name](x, axes, keep);
    return tf.cast(tf[name](tf.cast(x, 'int32'), axes, keep), 'bool');
  };
};

/** TensorFlow.js takes no axes for all. */
const sum = (tf: Tf, x: TfTensor, axes: number[], keep: boolean): TfTensor =>
  axes.length === 0 ? tf.clone(x) : tf.sum(x, axes, keep);

/** x less its greatest element, and the logarithm of the sum of exp(that): nothing overflows. */
function shiftedSums(tf: Tf, x: TfTensor, axes: number[]) {
  const greatest = axes.length === 0 ? tf.clone(x) : tf.max(x, axes, true);
  const finite = tf.isFinite(greatest);
  const shifted = tf.sub(x, tf.where(finite, greatest, tf.zerosLike(greatest)));
  return { greatest, finite, shifted, logSum: tf.log(sum(tf, tf.exp(shifted), axes, true)) };
}

/** log(sum exp(x)), which is the greatest element where that is infinite or NaN. */
function logSumExp(tf: Tf, x: TfTensor, axes: number[], keep: boolean): TfTensor {
  const { greatest, finite, logSum } = shiftedSums(tf, x, axes);
  const result = tf.where(finite, tf.add(greatest, logSum), greatest);
  return keep || axes.length === 0 ? result : tf.squeeze(result, axes);
}

/** x - log(sum exp(x)), without the difference of two large numbers. */
export function logSoftmax(tf: Tf, x: TfTensor, axis: number): TfTensor {
  const { greatest, finite, shifted, logSum } = shiftedSums(tf, x, [axis]);
  return tf.where(finite, tf.sub(shifted, logSum), tf.sub(x, greatest));
}

const zero = (): number => 0;

export const reductionTranslations = {
  reduceSum: reduction(ops.reduceSum, { of: sum, empty: zero, types: totals }),
  reduceMean: reduction(ops.reduceMean, {
    of: (tf, x, axes, keep) => (axes.length === 0 ? tf.clone(x) : tf.mean(x, axes, keep)),
    empty: () => Number.NaN,
    types: (dtype) => (isFloat(dtype) ? undefined : 'its kernel computes means in float32'),
  }),
  reduceMax: reduction(ops.reduceMax, {
    of: extreme('max'),
    empty: (dtype) => rangeOf(dtype)[0],
    types: anything,
  }),
  reduceMin: reduction(ops.reduceMin, {
    of: extreme('min'),
    empty: (dtype) => rangeOf(dtype)[1],
    types: anything,
  }),
  reduceProd: reduction(ops.reduceProd, {
    of: (tf, x, axes, keep) => (axes.length === 0 ? tf.clone(x) : tf.prod(x, axes, keep)),
    empty: () => 1,
    types: (dtype) => (isFloat(dtype) ? undefined : 'its kernel multiplies integers in floating point'),
  }),
  reduceL1: reduction(ops.reduceL1, {
    of: (tf, x, axes, keep, dtype) => sum(tf, absolute(tf, x, dtype), axes, keep),
    empty: zero,
    types: totals,
  }),
  reduceL2: reduction(ops.reduceL2, {
    of: (tf, x, axes, keep) => tf.sqrt(sum(tf, tf.square(x), axes, keep)),
    empty: zero,
    types: (dtype) => (isFloat(dtype) ? undefined : 'its kernel computes roots in float32'),
  }),
  reduceSumSquare: reduction(ops.reduceSumSquare, {
    of: (tf, x, axes, keep) => sum(tf, tf.mul(x, x), axes, keep),
    empty: zero,
    types: totals,
  }),
  reduceLogSum: reduction(ops.reduceLogSum, {
    of: (tf, x, axes, keep) => tf.log(sum(tf, x, axes, keep)),
    empty: () => Number.NEGATIVE_INFINITY,
    types: (dtype) => (isFloat(dtype) ? undefined : 'its kernel computes logarithms in float32'),
  }),
  reduceLogSumExp: reduction(ops.reduceLogSumExp, {
    of: logSumExp,
    empty: () => Number.NEGATIVE_INFINITY,
    types: (dtype) => (isFloat(dtype) ? undefined : 'its kernel computes logarithms in float32'),
  }),
};
