import { isFloat, roundTo } from './dtype.ts';
import { type Node, type StaticType, staticType, type Value } from './graph.ts';
import { inNode, need } from './op.ts';
import { opOf } from './ops/index.ts';
import { printType } from './print.ts';
import { type Dense, sizeOf } from './tensor.ts';

/**
 * The outputs of a node, as the definition of its operation has them. Floats stay in float64; integers and bool are
 * rounded to their type.
 *
 * @throws PP2001 and PP2002 when an operand is not what the node was made for, PP2005 when a size of it is still open.
 */
export function evaluate(node: Node, inputs: readonly (Dense | undefined)[]): Dense[] {
  return inNode(node, () => {
    const op = opOf(node);
    for (const [i, value] of node.inputs.entries()) checkOperand(i, value, inputs[i]);
    const types = node.outputs.map(({ type }) => staticType(type));
    const results = op.define(inputs, node.attributes, types);
    return types.map((type, i) => ofType(type, results[i]!));
  });
}

function checkOperand(position: number, expected: Value | undefined, given: Dense | undefined): void {
  need((expected === undefined) === (given === undefined), 'PP2001', () => [
    `operand ${position} is ${given ? printType(given) : 'missing'}, the node has ${expected ? expected.name : 'none'}`,
    'Give the operands that the node has',
  ]);
  if (!expected || !given) return;
  const { dtype, shape } = expected.type;
  need(given.dtype === dtype, 'PP2001', () => [
    `operand ${position} is ${given.dtype}, ${expected.name} is ${dtype}`,
    `Cast it to ${dtype}`,
  ]);
  const fits = shape.every((length, axis) => typeof length === 'string' || length === given.shape[axis]);
  need(given.shape.length === shape.length && fits, 'PP2002', () => [
    `operand ${position} is ${printType(given)}, ${expected.name} is ${printType(expected.type)}`,
    'Make the node anew for these sizes',
  ]);
}

function ofType({ dtype, shape }: StaticType, data: Float64Array): Dense {
  need(data.length === sizeOf(shape), 'PP2002', () => [
    `the definition gives ${data.length} elements, ${printType({ dtype, shape })} has ${sizeOf(shape)}`,
    'Make the node anew for these sizes',
  ]);
  return { dtype, shape, data: isFloat(dtype) ? data : data.map((value) => roundTo(dtype, value)) };
}
