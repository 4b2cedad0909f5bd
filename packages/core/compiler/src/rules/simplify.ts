import {
  cast,
  concat,
  expand,
  identity,
  isOp,
  makeNode,
  type Node,
  opOf,
  outputOf,
  pad,
  reshape,
  sameShape,
  slice,
  transpose,
  type Value,
} from '@polyphase/ir';
import { isUnary } from '../pointwise.ts';
import { inPlaceOf, type Replacement, type Rule, rule, ruleOf } from '../rewrite.ts';

const operand = (node: Node): Value => node.inputs[0]!;
const theOperand = (node: Node): Replacement => ({ sameAs: [operand(node)] });
const keepsType = (node: Node): boolean => {
  const [before, after] = [operand(node).type, outputOf(node).type];
  return before.dtype === after.dtype && sameShape(before.shape, after.shape);
};

/** identity(x) -> x */
const dropIdentity = rule('identity/drop', identity, theOperand);

/** A reshape, cast or expansion to the type that its operand has already, or a concatenation of one -> the operand. */
const dropNoOp = ruleOf('no-op/drop', [reshape, cast, expand, concat], (node) =>
  node.inputs.length === 1 && keepsType(node) ? theOperand(node) : undefined,
);

/** slice(x) of everything in order -> x */
const dropFullSlice = rule('slice/drop-full', slice, (node) =>
  keepsType(node) && node.attributes.step.every((step) => step === 1) ? theOperand(node) : undefined,
);

/** pad(x) by nothing -> x */
const dropEmptyPad = rule('pad/drop-empty', pad, (node) =>
  node.attributes.pads.every(([begin, end]) => begin === 0 && end === 0) ? theOperand(node) : undefined,
);

/** reshape(reshape(x)) -> reshape(x) */
const mergeReshapes = rule('reshape/merge', reshape, (node, around) => {
  const inner = around.producer(operand(node));
  if (inner?.op !== reshape.name) return undefined;
  return [inPlaceOf(node, reshape, { x: operand(inner) }, node.attributes)];
});

/** transpose(x) that keeps the order of the axes -> x */
const dropSameOrder = rule('transpose/drop', transpose, (node) =>
  node.attributes.perm.every((from, to) => from === to) ? theOperand(node) : undefined,
);

/** transpose(transpose(x, p), q) -> transpose(x, p after q) */
const mergeTransposes = rule('transpose/merge', transpose, (node, around) => {
  const inner = around.producer(operand(node));
  if (inner?.op !== transpose.name) return undefined;
  const { perm: first } = (inner as typeof node).attributes;
  const perm = node.attributes.perm.map((axis) => first[axis]!);
  return [inPlaceOf(node, transpose, { x: operand(inner) }, { perm })];
});

/** reshape(f(reshape(x))) -> reshape(f(x)), f a function of single elements; simplify merges what is left */
const sinkReshape = rule('reshape/sink-below-unary', reshape, (node, around) => {
  const middle = around.producer(node.inputs[0]!);
  if (!middle || !isUnary(middle) || around.uses(outputOf(middle)) !== 1) return undefined;
  const first = around.producer(middle.inputs[0]!);
  if (!first || !isOp(first, reshape)) return undefined;
  const operands = middle.inputs.with(0, first.inputs[0]);
  const moved = makeNode(opOf(middle), operands, middle.attributes, {
    name: middle.name,
  });
  return [moved, inPlaceOf(node, reshape, { x: outputOf(moved) }, node.attributes)];
});

export const simplifications: readonly Rule[] = [
  dropIdentity,
  dropNoOp,
  dropFullSlice,
  dropEmptyPad,
  mergeReshapes,
  dropSameOrder,
  mergeTransposes,
  sinkReshape,
];
