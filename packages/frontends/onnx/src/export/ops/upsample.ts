import {
  type AxisResampling,
  type AxisTable,
  axisTable,
  type DType,
  isFloat,
  ops,
  rangeOf,
  type UpsampleAttributes,
  type Value,
} from '@polyphase/ir';
import type { Exporters, Exporting } from '../exporting.ts';
import { resizeNode } from './resize.ts';
import { castTo, constantOf, integers, scalar } from './shared.ts';

const isNearest = ({ filter }: AxisResampling): boolean => filter.kind === 'nearest';

/** Weights are never rounded to float16, and integers are exact in float64. */
function weighingType(dtype: DType): DType {
  return dtype === 'float32' || dtype === 'float16' ? 'float32' : 'float64';
}

/** One axis after the other by its table: any resampling, on any runtime. */
function resampledByTables(x: Value, { axes, extrapolation }: UpsampleAttributes, context: Exporting): Value {
  const { dtype } = x.type;
  const weighs = !axes.every(isNearest);
  let y = weighs ? castTo(context, x, weighingType(dtype)) : x;
  const tables = axes.map(axisTable);
  for (const [i, { axis }] of axes.entries()) y = resampleAxis(y, axis, tables[i]!, context);
  for (const [i, { axis }] of axes.entries()) y = extrapolated(y, axis, tables[i]!, extrapolation, context);
  return weighs && !isFloat(dtype) ? truncated(y, dtype, context) : castTo(context, y, dtype);
}

function resampleAxis(x: Value, axis: number, table: AxisTable, context: Exporting): Value {
  const { taps, first } = table;
  const from = x.type.shape[axis] as number;
  if (taps > 1) return weighed(x, axis, table, context);
  const isWhole = first.length === from && first.every((at, o) => at === o);
  return isWhole ? x : context.make(ops.gather, { x, indices: integers(context, [...first]) }, { axis });
}

/**
 * y[o] = sum over t of weights[o, t] * x[first[o] + t]: all taps gathered on an axis of their own and summed. A product
 * with the table as a matrix would spread a NaN or an infinity over the whole axis.
 */
function weighed(x: Value, axis: number, table: AxisTable, context: Exporting): Value {
  const { taps } = table;
  const { shape, dtype } = x.type;
  const to = table.first.length;
  const { indices, weights } = readTaps(table);
  const elements = context.make(
    ops.gather,
    { x, indices: constantOf(context, 'int64', [to, taps], indices) },
    { axis },
  );
  const factors = constantOf(context, dtype, [to, taps, ...shape.slice(axis + 1).map(() => 1)], weights);
  const terms = context.make(ops.mul, { a: elements, b: factors });
  return context.make(ops.reduceSum, { x: terms }, { axes: [axis + 1], keepDims: false });
}

/**
 * The element and the weight of each tap. One that fills up a shorter row reads the row's first element again, and they
 * share its weight: a weight of 0 would make a NaN of an infinity.
 */
function readTaps({ taps, first, weights, read }: AxisTable) {
  const indices = Float64Array.from(
    { length: weights.length },
    (_, i) => first[Math.floor(i / taps)]! + (i % taps),
  );
  if (!read) return { indices, weights };
  const shared = Float64Array.from(weights);
  for (const [o, start] of first.entries()) {
    const [from, to] = [read.first[o]! - start, read.last[o]! - start];
    const row = o * taps;
    const part = weights[row + from]! / (taps - (to - from));
    for (let t = 0; t < taps; t++) {
      if (t > from && t <= to) continue;
      indices[row + t] = read.first[o]!;
      shared[row + t] = part;
    }
  }
  return { indices, weights: shared };
}

function extrapolated(
  y: Value,
  axis: number,
  { outside }: AxisTable,
  value: number,
  context: Exporting,
): Value {
  if (!outside?.includes(1)) return y;
  const column = [outside.length, ...y.type.shape.slice(axis + 1).map(() => 1)];
  const condition = constantOf(context, 'bool', column, Float64Array.from(outside));
  return context.make(ops.where, { condition, a: scalar(context, y.type.dtype, value), b: y });
}

/**
 * Sums within rounding of an integer are that integer; others are cut off, and saturate. Not written as one product:
 * onnxruntime drops a factor of 1 + 2^-40 as if it were 1.
 */
function truncated(y: Value, dtype: DType, context: Exporting): Value {
  const number = (value: number): Value => scalar(context, y.type.dtype, value);
  const [least, greatest] = rangeOf(dtype);
  const lift = context.make(ops.mul, { a: y, b: number(2 ** -40) });
  const lifted = context.make(ops.add, { a: y, b: lift });
  const x = context.make(ops.clip, { x: lifted, min: number(least), max: number(greatest) });
  return castTo(context, x, dtype);
}

export const resampling = {
  upsample: ({ x }, attributes, context) =>
    (context.avoids ? undefined : resizeNode(x, attributes, context)) ??
    resampledByTables(x, attributes, context),
} satisfies Partial<Exporters>;
