import { type Dim, ops, type Value } from '@polyphase/ir';
import { type Context, row, type Table } from '../row.ts';
import { type ConvNode, convAttributes, convLayer } from './conv.ts';
import { toQuantised } from './quantize.ts';
import { from, rankOf, type Steps, stepsOf } from './shared.ts';

/** Whether there is one of a parameter for each row, column or channel, not one for all. */
const isVector = (value: Value): boolean => rankOf(value) === 1 && value.type.shape[0] !== 1;

/** A scalar, or one element for each part of the first of `rank` axes. */
function alongFirst({ reshape }: Steps, values: Value, rank: number): Value {
  if (rankOf(values) > 1) return values;
  const shape: Dim[] = Array.from({ length: rank }, () => 1);
  return isVector(values) ? reshape(values, shape.with(0, values.type.shape[0]!)) : reshape(values, []);
}

/** Parameters of the output channels of [N, C, spatial]. */
const alongChannels = ({ reshape }: Steps, values: Value, rank: number): Value =>
  isVector(values)
    ? reshape(values, [1, values.type.shape[0]!, ...Array.from({ length: rank - 2 }, () => 1)])
    : reshape(values, []);

interface IntegerProduct {
  readonly a: Value;
  readonly b: Value;
  /** One for all, or one for each row. */
  readonly aZero?: Value | undefined;
  /** One for all, or one for each column. */
  readonly bZero?: Value | undefined;
}

/** The factors of an exact product of quantised matrices less their zero points, in int32. */
function integerFactors(steps: Steps, { a, b, aZero, bZero }: IntegerProduct) {
  const { make, cast } = steps;
  const shifted = (x: Value, zero: Value | undefined): Value =>
    zero ? make(ops.sub, { a: cast(x, 'int32'), b: cast(zero, 'int32') }) : cast(x, 'int32');
  return { a: shifted(a, aZero && alongFirst(steps, aZero, rankOf(a))), b: shifted(b, bZero) };
}

interface IntegerConv {
  readonly x: Value;
  readonly w: Value;
  readonly xZero?: Value | undefined;
  /** One for all, or one for each output channel. */
  readonly wZero?: Value | undefined;
}

/** Integers are convolved in float64, where sums of 8-bit products are exact. */
function integerSums(steps: Steps, { x, w, xZero, wZero }: IntegerConv, node: ConvNode): Value {
  const { make, cast } = steps;
  const shifted = (value: Value, zero: Value | undefined): Value => {
    const wide = cast(value, 'float64');
    if (!zero) return wide;
    return make(ops.sub, { a: wide, b: alongFirst(steps, cast(zero, 'float64'), rankOf(value)) });
  };
  return make(ops.conv, { x: shifted(x, xZero), w: shifted(w, wZero) }, convLayer(x, w, node));
}

interface Scales {
  readonly left: Value;
  readonly right: Value;
  readonly y: Value;
  readonly yZero: Value;
}

/** Integer sums to the output's own scale: sums * left * right / y, rounded, plus its zero point. */
function requantize(context: Context, steps: Steps, sums: Value, { left, right, y, yZero }: Scales): Value {
  const { make, cast } = steps;
  const float = (value: Value): Value => cast(value, 'float32');
  const both = make(ops.mul, { a: float(left), b: float(right) });
  const by = make(ops.div, { a: both, b: float(y) });
  return toQuantised(context, steps, make(ops.mul, { a: float(sums), b: by }), yZero, yZero.type.dtype);
}

export const integers: Table = {
  ConvInteger: from(
    10,
    row({
      inputs: ['x', 'w', 'xZero?', 'wZero?'],
      attributes: convAttributes,
      build: (operands, node, context) =>
        context.make(ops.cast, { x: integerSums(stepsOf(context), operands, node) }, { to: 'int32' }),
    }),
  ),
  MatMulInteger: from(
    10,
    row({
      inputs: ['a', 'b', 'aZero?', 'bZero?'],
      build: (operands, _, context) =>
        context.make(ops.matMul, integerFactors(stepsOf(context), operands), {}),
    }),
  ),
  QLinearConv: from(
    10,
    row({
      inputs: ['x', 'xScale', 'xZero', 'w', 'wScale', 'wZero', 'yScale', 'yZero', 'bias?'],
      attributes: convAttributes,
      build({ x, xScale, xZero, w, wScale, wZero, yScale, yZero, bias }, node, context) {
        const steps = stepsOf(context);
        const sums = integerSums(steps, { x, w, xZero, wZero }, node);
        const rank = rankOf(x);
        const b = bias && alongChannels(steps, steps.cast(bias, 'float64'), rank);
        const biased = b ? steps.make(ops.add, { a: sums, b }) : sums;
        const right = alongChannels(steps, wScale, rank);
        return requantize(context, steps, biased, { left: xScale, right, y: yScale, yZero });
      },
    }),
  ),
  QLinearMatMul: from(
    10,
    row({
      inputs: ['a', 'aScale', 'aZero', 'b', 'bScale', 'bZero', 'yScale', 'yZero'],
      build({ a, aScale, aZero, b, bScale, bZero, yScale, yZero }, _, context) {
        const steps = stepsOf(context);
        const sums = steps.make(ops.matMul, integerFactors(steps, { a, b, aZero, bZero }));
        const perRow = (values: Value): Value => alongFirst(steps, values, rankOf(a));
        const scales = { left: perRow(aScale), right: bScale, y: perRow(yScale), yZero: perRow(yZero) };
        return requantize(context, steps, sums, scales);
      },
    }),
  ),
};
