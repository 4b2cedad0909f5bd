/**
 * Factors and summands of single channels go into the weights of the convolution or matrix product next to them.
 * Leaves no batch normalisation, factor or summand of a channel at a convolution that nothing else reads.
 */

import {
  add,
  batchNormalization,
  conv,
  convTranspose,
  div,
  isFloat,
  isOp,
  matMul,
  mul,
  type Node,
  type Op,
  ops,
  outputOf,
  sizeOf,
  sub,
  type Tensor,
  tensor,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import { constantLike, withNumbers } from '../constants.ts';
import { inPlaceOf, type Replacement, type Rule, rule, ruleOf, type Surroundings } from '../rewrite.ts';

/** y[channel] = scale[channel] * x[channel] + shift[channel] */
interface ChannelScale {
  readonly x: Value;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

const arithmetic: readonly { readonly name: string }[] = [mul, add, sub, div];
const affineOps = [batchNormalization, ...arithmetic];

/** What a layer does to each channel, if that is all it does. */
function channelScaleOf(node: Node): ChannelScale | undefined {
  if (isOp(node, batchNormalization)) return normalizationOf(node);
  if (!arithmetic.some(({ name }) => name === node.op)) return undefined;
  const operands = constantOperand(node);
  if (!operands) return undefined;
  const { x, constant } = operands;
  const { shape } = x.type;
  const channels = shape[1];
  if (typeof channels !== 'number' || shape.length !== outputOf(node).type.shape.length) return undefined;
  const values = alongAxis(constant, shape.length, 1, channels);
  return values && { x, ...changeOf(node.op, values) };
}

function normalizationOf({
  inputs,
  attributes,
}: Node<{ readonly epsilon: number }>): ChannelScale | undefined {
  const [x, ...statistics] = inputs;
  if (!statistics.every((value) => value?.constant)) return undefined;
  const [scale, bias, mean, variance] = statistics.map((value) => toNumbers(value!.constant!));
  const factor = scale!.map((s, c) => s / Math.sqrt(variance![c]! + attributes.epsilon));
  return { x: x!, scale: factor, shift: bias!.map((b, c) => b - mean![c]! * factor[c]!) };
}

/** The constant of a sum or product and the other operand; that of a difference or quotient stands on the right. */
function constantOperand({ op, inputs, outputs }: Node) {
  const [a, b] = inputs as readonly [Value, Value];
  if (!isFloat(outputs[0]!.type.dtype)) return undefined;
  if (b.constant) return { x: a, constant: b.constant };
  return a.constant && (op === mul.name || op === add.name) ? { x: b, constant: a.constant } : undefined;
}

function changeOf(op: string, values: Float64Array): Omit<ChannelScale, 'x'> {
  const zeros = new Float64Array(values.length);
  if (op === mul.name) return { scale: values, shift: zeros };
  if (op === div.name) return { scale: values.map((value) => 1 / value), shift: zeros };
  const ones = new Float64Array(values.length).fill(1);
  return { scale: ones, shift: op === add.name ? values : values.map((value) => -value) };
}

/** The constant as one value for each place of an axis, if it varies along this axis only. */
function alongAxis(constant: Tensor, rank: number, axis: number, length: number): Float64Array | undefined {
  const values = toNumbers(constant);
  if (constant.shape.length > rank) return undefined;
  if (values.length === 1) return new Float64Array(length).fill(values[0]!);
  const shape = [...new Array<number>(rank - constant.shape.length).fill(1), ...constant.shape];
  return values.length === length && shape[axis] === length ? values : undefined;
}

/** scale * conv(x, w, b) + shift -> conv(x, w', b'); convTranspose likewise */
const foldAfter = ruleOf('weights/fold-after', affineOps, (node, around) => {
  if (!readsContraction(node, around)) return undefined;
  const change = channelScaleOf(node);
  const inner = change && around.producer(change.x);
  if (!inner || around.uses(change.x) !== 1) return undefined;
  if (isOp(inner, conv)) return scaledOutput(node, inner, conv, byRow(change.scale), change);
  if (isOp(inner, convTranspose))
    return scaledOutput(node, inner, convTranspose, byColumn(inner, change.scale), change);
  return undefined;
});

const readsContraction = ({ inputs }: Node, around: Surroundings): boolean =>
  inputs.some((value) => {
    const op = value && around.producer(value)?.op;
    return op === conv.name || op === convTranspose.name;
  });

/**
 * Numbers for the runs of weights that belong to one row and one column. Those of a convolution have a row for each output
 * channel and a column for each input channel of its group; those of a transposed one the other way round.
 */
interface OfRuns {
  readonly values: Float64Array;
  /** The number of a row and column is `values[first(row) + step * column]`. */
  readonly first: (row: number) => number;
  readonly step: 0 | 1;
}

const byRow = (values: Float64Array): OfRuns => ({ values, first: (row) => row, step: 0 });

function byColumn({ inputs, attributes }: Node<{ readonly groups: number }>, values: Float64Array): OfRuns {
  const [rows, columns] = inputs[1]!.type.shape as readonly [number, number];
  const rowsPerGroup = rows / attributes.groups;
  return { values, first: (row) => Math.floor(row / rowsPerGroup) * columns, step: 1 };
}

/** The weights, each run times its factor; the same where all factors are 1. */
function scaledWeights(w: Value, factors: OfRuns): Value {
  const { values } = factors;
  if (values.every((factor) => factor === 1)) return w;
  const { data, shape, dtype } = w.constant!;
  const numbers = data instanceof Float32Array ? data : toNumbers(w.constant!);
  const scaled = numbers.slice();
  if (values.every((factor) => factor === values[0])) scaleRow(scaled, wholeOf(scaled), values, 0, 0);
  else scaleRows(scaled, shape as readonly [number, number, ...number[]], factors);
  return scaled instanceof Float32Array
    ? constantLike(w, tensor(scaled, shape, dtype))
    : withNumbers(w, shape, scaled);
}

const wholeOf = ({ length }: Float32Array | Float64Array): Row => ({ at: 0, columns: 1, plane: length });

function scaleRows(
  numbers: Float32Array | Float64Array,
  [rows, columns, ...kernel]: readonly [number, number, ...number[]],
  { values, first, step }: OfRuns,
): void {
  const plane = sizeOf(kernel);
  for (let row = 0; row < rows; row++)
    scaleRow(numbers, { at: row * columns * plane, columns, plane }, values, first(row), step);
}

interface Row {
  readonly at: number;
  readonly columns: number;
  readonly plane: number;
}

/** Small, so that it is compiled soon: there are many rows. */
function scaleRow(
  numbers: Float32Array | Float64Array,
  { at, columns, plane }: Row,
  factors: Float64Array,
  first: number,
  step: number,
): void {
  for (let column = 0; column < columns; column++) {
    const factor = factors[first + step * column]!;
    for (let tap = 0; tap < plane; tap++) numbers[at + column * plane + tap]! *= factor;
  }
}

/** The sum over a row of its weights, each times the number of its column. */
function sumRow(
  numbers: Float32Array | Float64Array,
  { at, columns, plane }: Row,
  factors: Float64Array,
  first: number,
): number {
  let sum = 0;
  for (let column = 0; column < columns; column++) {
    const factor = factors[first + column]!;
    for (let tap = 0; tap < plane; tap++) sum += numbers[at + column * plane + tap]! * factor;
  }
  return sum;
}

function scaledOutput<A extends object>(
  node: Node,
  inner: Node<A>,
  op: Op<'x' | 'w' | 'bias?', A>,
  factors: OfRuns,
  { scale, shift }: ChannelScale,
): Replacement | undefined {
  const [x, w, bias] = inner.inputs;
  if (!w?.constant || (bias && !bias.constant)) return undefined;
  const before = bias?.constant ? toNumbers(bias.constant) : new Float64Array(shift.length);
  const shifted = before.map((value, c) => value * scale[c]! + shift[c]!);
  const operands = {
    x: x!,
    w: scaledWeights(w, factors),
    bias: withNumbers(bias ?? { name: `${node.name}.bias`, type: w.type }, [shift.length], shifted),
  };
  return [inPlaceOf(node, op, operands, inner.attributes)];
}

/** The affine layer that makes `value`, if nothing else reads it. */
function changeBefore(value: Value, around: Surroundings): ChannelScale | undefined {
  const inner = around.producer(value);
  return inner && around.uses(value) === 1 ? channelScaleOf(inner) : undefined;
}

/** conv(scale * x + shift, w, b) -> conv(x, w', b'). Padding is not shifted: with a shift there must be none. */
const foldBeforeConv = rule('weights/fold-before-conv', conv, (node, around) => {
  const change = changeBefore(node.inputs[0]!, around);
  const [, w, bias] = node.inputs;
  if (!change || !w?.constant || (bias && !bias.constant)) return undefined;
  const isShifted = change.shift.some((value) => value !== 0);
  if (isShifted && node.attributes.pads.some((pair) => pair.some((n) => n > 0))) return undefined;
  const operands = { x: change.x, w: scaledWeights(w, byColumn(node, change.scale)), bias };
  if (!isShifted) return [inPlaceOf(node, conv, operands, node.attributes)];
  const sums = shiftedBias(w, bias, byColumn(node, change.shift));
  const shifted = withNumbers(bias ?? { name: `${node.name}.bias`, type: w.type }, [sums.length], sums);
  return [inPlaceOf(node, conv, { ...operands, bias: shifted }, node.attributes)];
});

/** The bias with what the weights of each row make of a constant input, that of each column. */
function shiftedBias(w: Value, bias: Value | undefined, { values, first }: OfRuns): Float64Array {
  const { data, shape } = w.constant!;
  const [rows, columns, ...kernel] = shape as readonly [number, number, ...number[]];
  const plane = sizeOf(kernel);
  const numbers = data instanceof Float32Array ? data : toNumbers(w.constant!);
  const sums = bias?.constant ? Float64Array.from(toNumbers(bias.constant)) : new Float64Array(rows);
  return sums.map(
    (sum, row) => sum + sumRow(numbers, { at: row * columns * plane, columns, plane }, values, first(row)),
  );
}

/** convTranspose(scale * x, w, b) -> convTranspose(x, w', b). A shift would arrive in parts, as taps overlap. */
const foldBeforeConvTranspose = rule('weights/fold-before-conv-transpose', convTranspose, (node, around) => {
  const change = changeBefore(node.inputs[0]!, around);
  const [, w, bias] = node.inputs;
  if (!change || !w?.constant || change.shift.some((value) => value !== 0)) return undefined;
  const operands = { x: change.x, w: scaledWeights(w, byRow(change.scale)), bias };
  return [inPlaceOf(node, convTranspose, operands, node.attributes)];
});

/** matMul(a, b) * s -> matMul(a, b * s) for a constant b and one factor for all or each column */
const foldAfterMatMul = ruleOf('weights/fold-after-mat-mul', [ops.mul, ops.div], (node, around) => {
  const operands = constantOperand(node);
  const inner = operands && around.producer(operands.x);
  if (!inner || !isOp(inner, matMul) || around.uses(operands.x) !== 1) return undefined;
  const [a, b] = inner.inputs as readonly [Value, Value];
  const { shape } = outputOf(node).type;
  if (!b.constant || b.constant.shape.length < 2 || operands.x.type.shape.length !== shape.length)
    return undefined;
  const columns = b.constant.shape.at(-1)!;
  const values = alongAxis(operands.constant, shape.length, shape.length - 1, columns);
  if (!values) return undefined;
  const { scale } = changeOf(node.op, values);
  const weights = toNumbers(b.constant).map((value, i) => value * scale[i % columns]!);
  return [inPlaceOf(node, matMul, { a, b: withNumbers(b, b.constant.shape, weights) }, {})];
});

/** matMul(a * s, b) -> matMul(a, s * b) for a constant b and one factor for all or each of its rows */
const foldBeforeMatMul = rule('weights/fold-before-mat-mul', matMul, (node, around) => {
  const [a, b] = node.inputs as readonly [Value, Value];
  const inner = around.producer(a);
  if (!inner || (inner.op !== mul.name && inner.op !== div.name) || around.uses(a) !== 1) return undefined;
  const operands = constantOperand(inner);
  const rank = a.type.shape.length;
  if (!operands || !b.constant || b.constant.shape.length < 2 || operands.x.type.shape.length !== rank)
    return undefined;
  const [rows, columns] = b.constant.shape.slice(-2) as [number, number];
  const values = alongAxis(operands.constant, rank, rank - 1, rows);
  if (!values) return undefined;
  const { scale } = changeOf(inner.op, values);
  const weights = toNumbers(b.constant).map((value, i) => value * scale[Math.floor(i / columns) % rows]!);
  return [inPlaceOf(node, matMul, { a: operands.x, b: withNumbers(b, b.constant.shape, weights) }, {})];
});

export const weightRules: readonly Rule[] = [
  foldAfter,
  foldBeforeConv,
  foldBeforeConvTranspose,
  foldAfterMatMul,
  foldBeforeMatMul,
];
