/**
 * Transposes move behind the layers that read them, where they meet others and vanish: a channels-last model, whose
 * convolutions stand between two of them, keeps those at its ends. Leaves no transpose before a layer that works in any
 * order of its axes.
 */

import {
  concat,
  type Dim,
  make,
  makeNode,
  type Node,
  opOf,
  outputOf,
  reshape,
  transpose,
  type Value,
} from '@polyphase/ir';
import {
  inverseOf,
  isInOrder,
  isReshape,
  isSameOrder,
  type Order,
  transposedConstant,
  transposeOf,
  withLeadingOnes,
} from '../orders.ts';
import { broadcastNames, isUnary } from '../pointwise.ts';
import { inPlaceOf, type Replacement, type Rule, rule, type Surroundings } from '../rewrite.ts';
import { sinks } from './sinks.ts';

/** f(transpose(x, p)) -> transpose(f'(x), q), f' being f with its axes named as in x */
const belowLayer: Rule = {
  name: 'transpose/sink-below-layer',
  apply(node, around) {
    const inner = transposeOf(node.inputs[0], around);
    if (!inner) return undefined;
    const sink = isUnary(node)
      ? alongside(node, inner.attributes.perm)
      : sinks[node.op]?.(node, inner.attributes.perm);
    if (!sink) return undefined;
    const operands = node.inputs.with(0, inner.inputs[0]);
    return sunk(node, inner, operands, sink.attributes, sink.order);
  },
};

const alongside = ({ attributes }: Node, order: Order) => ({ attributes, order });

/** f(transpose(x, p), transpose(y, p), constants, ...) -> transpose(f(x, y, ...), p), f any layer of single elements */
const belowPointwise: Rule = {
  name: 'transpose/sink-below-pointwise',
  ops: broadcastNames,
  apply(node, around) {
    const inner = node.inputs.map((value) => transposeOf(value, around)).find((maker) => maker !== undefined);
    const order = inner?.attributes.perm;
    if (!order || outputOf(node).type.shape.length !== order.length) return undefined;
    const moved: Node[] = [];
    const operands = node.inputs.map((value) => value && beforeTranspose(value, order, around, moved));
    if (operands.some((value, i) => node.inputs[i] && !value)) return undefined;
    return [...moved, ...sunk(node, inner, operands, node.attributes, order)] as unknown as Replacement;
  },
};

/** concat(transpose(x, p), transpose(y, p), ...) -> transpose(concat(x, y, ...), p) */
const belowConcat = rule('transpose/sink-below-concat', concat, (node, around) => {
  const inner = node.inputs.map((value) => transposeOf(value, around)).find((maker) => maker !== undefined);
  const order = inner?.attributes.perm;
  if (!order) return undefined;
  const moved: Node[] = [];
  const operands = node.inputs.map((value) => value && beforeTranspose(value, order, around, moved));
  if (operands.includes(undefined)) return undefined;
  const attributes = { axis: order[node.attributes.axis]! };
  return [...moved, ...sunk(node, inner, operands, attributes, order)] as unknown as Replacement;
});

/** What `transpose(x, order)` must be for a value: its operand, a constant in the order of x, or a reshape of no cost. */
function beforeTranspose(value: Value, order: Order, around: Surroundings, moved: Node[]): Value | undefined {
  const inner = transposeOf(value, around);
  if (inner) return isSameOrder(inner.attributes.perm, order) ? inner.inputs[0] : undefined;
  const { shape } = value.type;
  if (shape.length > order.length) return undefined;
  if (value.constant) return transposedConstant(value, inverseOf(order));
  if (shape.every((length) => length === 1)) return value;
  const [full, back] = [withLeadingOnes<Dim>(shape, order.length), inverseOf(order)];
  if (!isReshape(full, back)) return undefined;
  const target = back.map((axis) => full[axis]!);
  const node = make(reshape, { x: value }, { shape: target }, { name: `${value.name}/reordered` });
  moved.push(node);
  return outputOf(node);
}

/** The layer over other operands and then the transpose, each under its own name; alone where nothing is left to reorder. */
function sunk(
  node: Node,
  inner: Node,
  operands: readonly (Value | undefined)[],
  attributes: object,
  order: Order,
): readonly [...Node[], Node] {
  const outputs = node.outputs.map(({ name }) => name);
  const ends = isInOrder(order);
  const layer = makeNode(opOf(node), operands, attributes, {
    name: node.name,
    outputs: ends ? outputs : outputs.map((name) => `${name}/before ${inner.name}`),
  });
  if (ends) return [layer];
  return [layer, make(transpose, { x: outputOf(layer) }, { perm: order }, { name: inner.name, outputs })];
}

export const sinkRules: readonly Rule[] = [belowLayer, belowPointwise, belowConcat];

/** The rule, for transposes that nothing but the layer reads: no more of them are left than before. */
export const ofSingleUse = ({ name, ops, apply }: Rule): Rule => ({
  name,
  ops,
  apply: (node, around) =>
    node.inputs.every((value) => !transposeOf(value, around) || around.uses(value!) === 1)
      ? apply(node, around)
      : undefined,
});

/** transpose(x) that moves only axes of length 1 -> reshape(x), which costs nothing */
const asReshape = rule('transpose/as-reshape', transpose, (node) => {
  const [x] = node.inputs as readonly [Value];
  if (!isReshape(x.type.shape, node.attributes.perm)) return undefined;
  return [inPlaceOf(node, reshape, { x }, { shape: outputOf(node).type.shape })];
});

export const freeTransposeRules: readonly Rule[] = [asReshape];
