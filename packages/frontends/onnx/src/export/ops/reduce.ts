import {
  type ArgMaxAttributes,
  type DType,
  isFloat,
  ops,
  type ReduceAttributes,
  type Value,
} from '@polyphase/ir';
import { int, ints } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import { castTo, computed, constantOf, integers } from './shared.ts';

interface Operand {
  readonly x: Value;
}

const summed: readonly DType[] = ['float32', 'float64', 'int32', 'int64'];
const reals: readonly DType[] = ['float64'];
const compared: readonly DType[] = [...summed, 'int8', 'uint8'];

interface Reduction {
  /** What one element alone gives: the reduction over no axes. */
  readonly alone: (context: Exporting, x: Value) => Value;
  readonly types?: readonly DType[];
  /** From this operator set on the axes are an operand, before an attribute. */
  readonly operandFrom?: number;
  /** Integers are reduced in float64, and the result truncated. */
  readonly real?: boolean;
}

const itself = (_: Exporting, x: Value): Value => x;

const reduction =
  (operator: string, { alone, types = summed, operandFrom = 18, real = false }: Reduction) =>
  ({ x }: Operand, attributes: ReduceAttributes, context: Exporting): Value => {
    if (attributes.axes.length === 0) return alone(context, x);
    const { axes, keepDims } = attributes;
    const kernels = real && !isFloat(x.type.dtype) ? reals : types;
    const keepdims = int(keepDims);
    return computed(
      context,
      operator,
      [x],
      kernels,
      context.opset >= operandFrom
        ? { attributes: { keepdims }, last: [integers(context, axes)] }
        : { attributes: { axes: ints(axes), keepdims } },
    );
  };

/** The logarithm of integers is computed in float64 and truncated. */
function logarithm(context: Exporting, x: Value): Value {
  const { dtype } = x.type;
  return castTo(
    context,
    context.make(ops.log, { x: isFloat(dtype) ? x : castTo(context, x, 'float64') }),
    dtype,
  );
}

/** The mean of each plane, for which onnxruntime has a layer that its blocked convolutions flow through. */
function isOverPlanes({ type: { dtype, shape } }: Value, { axes, keepDims }: ReduceAttributes): boolean {
  const spatial = [...shape.keys()].slice(2);
  const isFloat32 = dtype === 'float32' || dtype === 'float16';
  const isAll = axes.length === spatial.length && spatial.every((axis) => axes.includes(axis));
  return isFloat32 && keepDims && spatial.length > 0 && isAll;
}

const best =
  (operator: string) =>
  ({ x }: Operand, { axis, keepDims, selectLastIndex }: ArgMaxAttributes, context: Exporting): Value =>
    computed(context, operator, [x], compared, {
      attributes: {
        axis: int(axis),
        keepdims: int(keepDims),
        select_last_index: int(selectLastIndex),
      },
    });

const alongAxis =
  (operator: string) =>
  ({ x }: Operand, { axis }: { axis: number }, context: Exporting): Value =>
    context.node(operator, [x], { axis: int(axis) });

const extreme =
  (operator: string) =>
  (operand: Operand, attributes: ReduceAttributes, context: Exporting): Value => {
    const types: readonly DType[] = context.opset >= 20 ? [...compared, 'bool'] : compared;
    return reduction(operator, { alone: itself, types })(operand, attributes, context);
  };

/** 1 where the position is the index of the greatest element; onnxruntime's own kernel is for float32. */
function composedHardmax(x: Value, axis: number, length: number, context: Exporting): Value {
  const indices = context.make(ops.argMax, { x }, { axis, keepDims: true });
  const shape = x.type.shape.map((_, a) => (a === axis ? length : 1));
  const positions = constantOf(
    context,
    'int64',
    shape,
    Float64Array.from({ length }, (_, i) => i),
  );
  return castTo(context, context.make(ops.equal, { a: indices, b: positions }), x.type.dtype);
}

export const reductions = {
  reduceSum: reduction('ReduceSum', { alone: itself, operandFrom: 13 }),
  reduceMean: (operand, attributes, context) =>
    isOverPlanes(operand.x, attributes)
      ? context.node('GlobalAveragePool', [operand.x])
      : reduction('ReduceMean', { alone: itself, real: true })(operand, attributes, context),
  reduceMax: extreme('ReduceMax'),
  reduceMin: extreme('ReduceMin'),
  reduceProd: reduction('ReduceProd', { alone: itself }),
  reduceL1: reduction('ReduceL1', { alone: (context, x) => context.make(ops.abs, { x }) }),
  reduceL2: reduction('ReduceL2', { alone: (context, x) => context.make(ops.abs, { x }), real: true }),
  reduceLogSum: reduction('ReduceLogSum', { alone: logarithm, real: true }),
  reduceLogSumExp: reduction('ReduceLogSumExp', { alone: itself, real: true }),
  reduceSumSquare: reduction('ReduceSumSquare', {
    alone: (context, x) => context.make(ops.mul, { a: x, b: x }),
  }),
  argMax: best('ArgMax'),
  argMin: best('ArgMin'),
  softmax: alongAxis('Softmax'),
  logSoftmax: alongAxis('LogSoftmax'),
  hardmax: ({ x }, { axis }, context) =>
    x.type.dtype === 'float64' && typeof x.type.shape[axis] === 'number'
      ? composedHardmax(x, axis, x.type.shape[axis], context)
      : context.node('Hardmax', [x], { axis: int(axis) }),
} satisfies Partial<Exporters>;
