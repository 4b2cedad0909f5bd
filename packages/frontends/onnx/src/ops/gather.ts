import { int64s, need, normalAxis, ops, type Value } from '@polyphase/ir';
import { flag, int, oneOf } from '../attributes.ts';
import { type Context, row, type Table, type Versions } from '../row.ts';
import { filled, from, lengthsOf, rankOf, reshapeTo, stepsOf } from './shared.ts';

const along = (op: typeof ops.gather | typeof ops.gatherElements, since: number): Versions =>
  from(
    since,
    row({
      inputs: ['x', 'indices'],
      attributes: { axis: int(0) },
      build: (operands, { axis }, context) =>
        context.make(op, operands, { axis: normalAxis(axis, rankOf(operands.x)) }),
    }),
  );

const scatterInputs = ['x', 'indices', 'updates'] as const;

const scatterElements = row({
  inputs: scatterInputs,
  attributes: { axis: int(0) },
  build: (operands, { axis }, context) =>
    context.make(ops.scatterElements, operands, {
      axis: normalAxis(axis, rankOf(operands.x)),
      reduction: 'none',
    }),
});

const scatterElementsReducing = row({
  inputs: scatterInputs,
  attributes: { axis: int(0), reduction: oneOf('none', 'add', 'mul', 'max', 'min') },
  build: (operands, { axis, reduction }, context) =>
    context.make(ops.scatterElements, operands, { axis: normalAxis(axis, rankOf(operands.x)), reduction }),
});

const cumulative = (op: typeof ops.cumSum, since: number): Versions =>
  from(
    since,
    row({
      inputs: ['x', 'axis'],
      attributes: { exclusive: flag(false), reverse: flag(false) },
      elements: ['axis'],
      build: ({ x, axis }, attributes, context) =>
        context.make(op, { x }, { ...attributes, axis: normalAxis(context.elements(axis)[0]!, rankOf(x)) }),
    }),
  );

function oneHot(
  context: Context,
  indices: Value,
  depth: readonly number[],
  values: Value,
  axis: number,
): Value {
  need(depth.length === 1, 'PP2003', () => [`depth has ${depth.length} elements`, 'Give one number']);
  const whole = stepsOf(context).cast(indices, 'int64');
  const at = normalAxis(axis, rankOf(indices) + 1);
  return context.make(ops.oneHot, { indices: whole, values }, { axis: at, depth: depth[0]! });
}

/** The slices along an axis, or the elements when there is none, whose condition holds. */
function compress(context: Context, x: Value, condition: readonly number[], axis: number | undefined): Value {
  const chosen = condition.flatMap((holds, i) => (holds ? [i] : []));
  const indices = context.constant(int64s(chosen), 'indices');
  if (axis !== undefined)
    return context.make(ops.gather, { x, indices }, { axis: normalAxis(axis, rankOf(x)) });
  const flat = reshapeTo(context, x, [lengthsOf(x).reduce((all, n) => all * n, 1)], 'flat');
  return context.make(ops.gather, { x: flat, indices }, { axis: 0 });
}

/** Turns the first sequence_lens[b] elements of each sequence round: an index for every place, made at build time. */
function reverseSequence(
  context: Context,
  x: Value,
  lens: readonly number[],
  time: number,
  batch: number,
): Value {
  const shape = lengthsOf(x);
  need(new Set([time, batch]).size === 2 && Math.max(time, batch) <= 1, 'PP2003', () => [
    `time_axis is ${time}, batch_axis ${batch}`,
    'One must be 0 and the other 1',
  ]);
  const [steps, count] = [shape[time]!, shape[batch]!];
  need(lens.length === count && lens.every((n) => n >= 1 && n <= steps), 'PP2003', () => [
    `sequence_lens is [${lens.join(', ')}] for ${count} sequences of ${steps}`,
    'Give each sequence its length',
  ]);
  const table = shape.map((n, axis) => (axis < 2 ? n : 1));
  const source = filled('int64', table, (i) => {
    const [row, column] = [Math.floor(i / shape[1]!), i % shape[1]!];
    const [t, n] = time === 0 ? [row, lens[column]!] : [column, lens[row]!];
    return t < n ? n - 1 - t : t;
  });
  const turned = context.constant(source, 'turned');
  const indices = context.make(ops.expand, { x: turned }, { shape }, 'indices');
  return context.make(ops.gatherElements, { x, indices }, { axis: time });
}

export const gather: Table = {
  Compress: from(
    9,
    row({
      inputs: ['x', 'condition'],
      attributes: { axis: int() },
      elements: ['condition'],
      build: ({ x, condition }, { axis }, context) => compress(context, x, context.elements(condition), axis),
    }),
  ),
  CumProd: cumulative(ops.cumProd, 26),
  CumSum: cumulative(ops.cumSum, 11),
  Gather: along(ops.gather, 1),
  GatherElements: along(ops.gatherElements, 11),
  GatherND: {
    11: row({
      inputs: ['x', 'indices'],
      build: (operands, _, context) => context.make(ops.gatherND, operands, { batchDims: 0 }),
    }),
    12: row({
      inputs: ['x', 'indices'],
      attributes: { batch_dims: int(0) },
      build: (operands, { batch_dims: batchDims }, context) =>
        context.make(ops.gatherND, operands, { batchDims }),
    }),
  },
  OneHot: from(
    9,
    row({
      inputs: ['indices', 'depth', 'values'],
      attributes: { axis: int(-1) },
      elements: ['depth'],
      build: ({ indices, depth, values }, { axis }, context) =>
        oneHot(context, indices, context.elements(depth), values, axis),
    }),
  ),
  ReverseSequence: from(
    10,
    row({
      inputs: ['x', 'sequenceLens'],
      attributes: { batch_axis: int(1), time_axis: int(0) },
      elements: ['sequenceLens'],
      build: ({ x, sequenceLens }, { batch_axis: batch, time_axis: time }, context) =>
        reverseSequence(context, x, context.elements(sequenceLens), time, batch),
    }),
  ),
  Scatter: from(9, scatterElements),
  ScatterElements: { 11: scatterElements, 16: scatterElementsReducing },
  ScatterND: {
    11: row({
      inputs: scatterInputs,
      build: (operands, _, context) => context.make(ops.scatterND, operands, { reduction: 'none' }),
    }),
    16: row({
      inputs: scatterInputs,
      attributes: { reduction: oneOf('none', 'add', 'mul', 'max', 'min') },
      build: (operands, { reduction }, context) => context.make(ops.scatterND, operands, { reduction }),
    }),
  },
};
