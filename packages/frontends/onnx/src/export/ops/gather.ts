import { type DType, ops, type ScatterReduction, type Value } from '@polyphase/ir';
import { int, text } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import { castTo, constantOf, integers, lacking, scalar } from './shared.ts';

/** Indices of the types that ONNX takes. */
const indexed = (context: Exporting, indices: Value): Value =>
  indices.type.dtype === 'int32' ? indices : castTo(context, indices, 'int64');

const wide = (context: Exporting, indices: Value): Value => castTo(context, indices, 'int64');

function reductionOf(reduction: ScatterReduction, context: Exporting) {
  if (context.opset < 18 && (reduction === 'max' || reduction === 'min'))
    lacking(context, `scattering with reduction ${reduction}`, 18);
  return { reduction: text(reduction) };
}

/** A kernel for these types of values; others are told apart by a comparison with each position. */
const oneHotTypes: readonly DType[] = [
  'float32',
  'float16',
  'int64',
  'int32',
  'int8',
  'uint8',
  'int16',
  'uint16',
];

interface OneHot {
  readonly axis: number;
  readonly depth: number;
}

function comparedOneHot(indices: Value, values: Value, { axis, depth }: OneHot, context: Exporting): Value {
  const whole = wide(context, indices);
  const fromEnd = context.make(ops.add, { a: whole, b: scalar(context, 'int64', depth) });
  const negative = context.make(ops.less, { a: whole, b: scalar(context, 'int64', 0) });
  const chosen = context.make(ops.where, { condition: negative, a: fromEnd, b: whole });
  const apart = context.make(ops.reshape, { x: chosen }, { shape: indices.type.shape.toSpliced(axis, 0, 1) });
  const rank = apart.type.shape.length;
  const shape = Array.from({ length: rank }, (_, a) => (a === axis ? depth : 1));
  const positions = constantOf(
    context,
    'int64',
    shape,
    Float64Array.from({ length: depth }, (_, i) => i),
  );
  const pick = (at: number): Value =>
    context.make(ops.gather, { x: values, indices: scalar(context, 'int64', at) }, { axis: 0 });
  const condition = context.make(ops.equal, { a: apart, b: positions });
  return context.make(ops.where, { condition, a: pick(1), b: pick(0) });
}

export const gathering = {
  gather: ({ x, indices }, { axis }, context) =>
    context.node('Gather', [x, indexed(context, indices)], { axis: int(axis) }),
  gatherElements: ({ x, indices }, { axis }, context) =>
    context.node('GatherElements', [x, indexed(context, indices)], { axis: int(axis) }),
  gatherND: ({ x, indices }, { batchDims }, context) =>
    context.node('GatherND', [x, wide(context, indices)], { batch_dims: int(batchDims) }),
  scatterElements: ({ x, indices, updates }, { axis, reduction }, context) =>
    context.node('ScatterElements', [x, indexed(context, indices), updates], {
      axis: int(axis),
      ...reductionOf(reduction, context),
    }),
  scatterND: ({ x, indices, updates }, { reduction }, context) =>
    context.node('ScatterND', [x, wide(context, indices), updates], reductionOf(reduction, context)),
  oneHot({ indices, values }, { axis, depth }, context) {
    const { dtype } = values.type;
    if (!oneHotTypes.includes(dtype)) return comparedOneHot(indices, values, { axis, depth }, context);
    const type = dtype === 'float32' || dtype === 'float16' ? dtype : 'int64';
    const inputs = [wide(context, indices), integers(context, [depth]), castTo(context, values, type)];
    const y = context.node('OneHot', inputs, { axis: int(axis) }, { ...context.types[0]!, dtype: type });
    return castTo(context, y, dtype);
  },
} satisfies Partial<Exporters>;
