import { normalAxis, type Op, ops, product, type ReduceAttributes, type Value } from '@polyphase/ir';
import { flag, int, ints } from '../attributes.ts';
import { type Context, row, type Table, type Versions } from '../row.ts';
import { from, lengthsOf, normalAxes, rankOf, reshapeTo } from './shared.ts';

type Reduce = Op<'x', ReduceAttributes>;

const everyAxis = (x: Value): readonly number[] => x.type.shape.map((_, axis) => axis);

/** Reduces over `axes`, or over all when there are none. */
function reduceOver(
  context: Context,
  op: Reduce,
  x: Value,
  axes: readonly number[] | undefined,
  keepDims: boolean,
): Value {
  const over = axes?.length ? normalAxes(axes, rankOf(x)) : everyAxis(x);
  return context.make(op, { x }, { axes: over, keepDims });
}

const axesAttribute = (op: Reduce) =>
  row({
    inputs: ['x'],
    attributes: { axes: ints(), keepdims: flag(true) },
    build: ({ x }, { axes, keepdims }, context) => reduceOver(context, op, x, axes, keepdims),
  });

const axesOperand = (op: Reduce) =>
  row({
    inputs: ['x', 'axes?'],
    attributes: { keepdims: flag(true), noop_with_empty_axes: flag(false) },
    elements: ['axes'],
    build({ x, axes }, { keepdims, noop_with_empty_axes: noop }, context) {
      const over = context.optionalElements(axes);
      // Over no axis: the op's own function of single elements still applies (the square root of ReduceL2's squares).
      if (noop && !over?.length) return context.make(op, { x }, { axes: [], keepDims: true });
      return reduceOver(context, op, x, over, keepdims);
    },
  });

/** The axes became an operand in version `operandFrom`. */
const reduction = (op: Reduce, operandFrom: number): Versions => ({
  1: axesAttribute(op),
  [operandFrom]: axesOperand(op),
});

const best = (op: typeof ops.argMax): Versions => {
  const attributes = { axis: int(0), keepdims: flag(true) };
  const find = (
    context: Context,
    x: Value,
    axis: number,
    keepDims: boolean,
    selectLastIndex: boolean,
  ): Value => context.make(op, { x }, { axis: normalAxis(axis, rankOf(x)), keepDims, selectLastIndex });
  return {
    1: row({
      inputs: ['x'],
      attributes,
      build: ({ x }, { axis, keepdims }, context) => find(context, x, axis, keepdims, false),
    }),
    12: row({
      inputs: ['x'],
      attributes: { ...attributes, select_last_index: flag(false) },
      build: ({ x }, { axis, keepdims, select_last_index: last }, context) =>
        find(context, x, axis, keepdims, last),
    }),
  };
};

/** Before version 13 the axis and all after it were taken as one. */
const softmaxLike = (op: Op<'x', { readonly axis: number }>): Versions => ({
  1: row({
    inputs: ['x'],
    attributes: { axis: int(1) },
    build({ x }, { axis }, context) {
      const { shape } = x.type;
      const at = axis === shape.length ? axis : normalAxis(axis, shape.length);
      if (at === shape.length - 1) return context.make(op, { x }, { axis: at });
      const [before, after] = [shape.slice(0, at), shape.slice(at)];
      const flat = reshapeTo(context, x, [...before, product(after)], 'flat');
      return reshapeTo(context, context.make(op, { x: flat }, { axis: at }, 'rows'), shape);
    },
  }),
  13: row({
    inputs: ['x'],
    attributes: { axis: int(-1) },
    build: ({ x }, { axis }, context) => context.make(op, { x }, { axis: normalAxis(axis, rankOf(x)) }),
  }),
});

const globalPool = (op: Reduce): Versions =>
  from(
    1,
    row({
      inputs: ['x'],
      build: ({ x }, _, context) => context.make(op, { x }, { axes: everyAxis(x).slice(2), keepDims: true }),
    }),
  );

export const reduce: Table = {
  ArgMax: best(ops.argMax),
  ArgMin: best(ops.argMin),
  GlobalAveragePool: globalPool(ops.reduceMean),
  GlobalLpPool: from(
    2,
    row({
      inputs: ['x'],
      attributes: { p: int(2) },
      build: ({ x }, { p }, context) => globalLpPool(context, x, p),
    }),
  ),
  GlobalMaxPool: globalPool(ops.reduceMax),
  Hardmax: softmaxLike(ops.hardmax),
  LogSoftmax: softmaxLike(ops.logSoftmax),
  ReduceL1: reduction(ops.reduceL1, 18),
  ReduceL2: reduction(ops.reduceL2, 18),
  ReduceLogSum: reduction(ops.reduceLogSum, 18),
  ReduceLogSumExp: reduction(ops.reduceLogSumExp, 18),
  ReduceMax: reduction(ops.reduceMax, 18),
  ReduceMean: reduction(ops.reduceMean, 18),
  ReduceMin: reduction(ops.reduceMin, 18),
  ReduceProd: reduction(ops.reduceProd, 18),
  ReduceSum: reduction(ops.reduceSum, 13),
  ReduceSumSquare: reduction(ops.reduceSumSquare, 18),
  Softmax: softmaxLike(ops.softmax),
};

/** (sum |x|^p)^(1/p) over the spatial axes. */
function globalLpPool(context: Context, x: Value, p: number): Value {
  const kernel = lengthsOf(x).slice(2);
  const each = kernel.map(() => 1);
  const pads = kernel.map(() => [0, 0] as const);
  return context.make(ops.lpPool, { x }, { kernel, stride: each, dilation: each, pads, ceil: false, p });
}
