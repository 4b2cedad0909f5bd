/** Pointwise layers between two transposes that undo one another run in the order of the axes outside of them. */

import {
  evaluate,
  fromDense,
  isOp,
  make,
  makeNode,
  type Node,
  opOf,
  outputOf,
  reshape,
  sizeOf,
  type Tensor,
  tensor,
  toDense,
  transpose,
  type Value,
} from '@polyphase/ir';
import { constantLike } from '../constants.ts';
import { isBroadcasting, isUnary } from '../pointwise.ts';
import { inPlaceOf, type Replacement, type Rule, rule, type Surroundings } from '../rewrite.ts';

const isPointwise = (node: Node): boolean => isUnary(node) || isBroadcasting(node);

/** transpose(f(transpose(x, p), constants, ...), q) -> f(x, ...), where q undoes p; f any layers of single elements */
const dropAroundPointwise = rule('transpose/drop-around-pointwise', transpose, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  if (!inner || !isPointwise(inner)) return undefined;
  const nodes: Node[] = [];
  const last = transposed(node.inputs[0]!, node.attributes.perm, around, nodes);
  if (!last || nodes.length === 0) return undefined;
  const top = nodes.pop()!;
  const outputs = node.outputs.map(({ name }) => name);
  const named = makeNode(opOf(top), top.inputs, top.attributes, { name: top.name, outputs });
  return [...nodes, named] as unknown as Replacement;
});

/** What `transpose(value, perm)` is without a transpose, the layers that make it being put into `nodes`. */
function transposed(
  value: Value,
  perm: readonly number[],
  around: Surroundings,
  nodes: Node[],
): Value | undefined {
  const rank = value.type.shape.length;
  if (rank === 0) return value;
  if (value.constant) return rank <= perm.length ? transposedConstant(value, perm) : undefined;
  const maker = around.producer(value);
  if (!maker || rank !== perm.length) return undefined;
  if (isOp(maker, transpose))
    return perm.every((from, to) => maker.attributes.perm[from] === to) ? maker.inputs[0] : undefined;
  if (!isPointwise(maker) || around.uses(value) !== 1) return undefined;
  const operands: (Value | undefined)[] = [];
  for (const operand of maker.inputs) {
    const moved = operand && transposed(operand, perm, around, nodes);
    if (operand && !moved) return undefined;
    operands.push(moved);
  }
  const outputs = maker.outputs.map(({ name }) => name);
  const node = makeNode(opOf(maker), operands, maker.attributes, { name: maker.name, outputs });
  nodes.push(node);
  return outputOf(node);
}

/** A constant that is broadcast, with its missing leading axes. */
function transposedConstant(value: Value, perm: readonly number[]): Value {
  const constant = value.constant!;
  if (sizeOf(constant.shape) === 1) return value;
  const shape = [...new Array<number>(perm.length - constant.shape.length).fill(1), ...constant.shape];
  return constantLike(value, transposedTensor(tensor(constant.data, shape, constant.dtype), perm));
}

function transposedTensor(x: Tensor, perm: readonly number[]): Tensor {
  const value = constantLike({ name: 'constant' }, x);
  const node = make(transpose, { x: value }, { perm }, { name: 'constant' });
  return fromDense(evaluate(node, [toDense(x)])[0]!);
}

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

export const transposeRules: readonly Rule[] = [dropAroundPointwise, sinkReshape];
