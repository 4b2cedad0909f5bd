import {
  type Dim,
  evaluate,
  fromDense,
  isOp,
  make,
  type Node,
  type Tensor,
  type TransposeAttributes,
  tensor,
  toDense,
  transpose,
  type Value,
} from '@polyphase/ir';
import { constantLike } from './constants.ts';
import type { Surroundings } from './rewrite.ts';

/** Which axis of one tensor each axis of another is. */
export type Order = readonly number[];

export const inverseOf = (order: Order): Order => order.map((_, axis) => order.indexOf(axis));
export const isSameOrder = (a: Order, b: Order): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i]);
export const isInOrder = (order: Order): boolean => order.every((axis, i) => axis === i);

/** The transpose that makes a value. */
export function transposeOf(
  value: Value | undefined,
  around: Surroundings,
): Node<TransposeAttributes> | undefined {
  const maker = value && around.producer(value);
  return maker && isOp(maker, transpose) ? maker : undefined;
}

/** Whether elements stay in their order: only axes of length 1 are moved. */
export function isReshape(shape: readonly Dim[], order: Order): boolean {
  const long = order.filter((axis) => shape[axis] !== 1);
  return long.every((axis, i) => i === 0 || long[i - 1]! < axis);
}

/** A constant that is broadcast to as many axes as `order` has, its own axes in that order. */
export function transposedConstant(value: Value, order: Order): Value {
  const constant = value.constant!;
  if (constant.data.length === 1) return value;
  const shape = withLeadingOnes(constant.shape, order.length);
  return constantLike(value, transposedTensor(tensor(constant.data, shape, constant.dtype), order));
}

export const withLeadingOnes = <D extends Dim>(shape: readonly D[], rank: number): readonly (D | 1)[] => [
  ...new Array<1>(rank - shape.length).fill(1),
  ...shape,
];

function transposedTensor(x: Tensor, perm: Order): Tensor {
  const value = constantLike({ name: 'constant' }, x);
  const node = make(transpose, { x: value }, { perm }, { name: 'constant' });
  return fromDense(evaluate(node, [toDense(x)])[0]!);
}
