import { fromNumbers, type Tensor, type Value } from '@polyphase/ir';

/** A constant that keeps the name of another value. */
export const constantLike = ({ name }: Pick<Value, 'name'>, constant: Tensor): Value => ({
  name,
  type: { dtype: constant.dtype, shape: constant.shape },
  constant,
});

/** The constant with other elements and another shape, in its own precision. */
export const withNumbers = (
  value: Pick<Value, 'name' | 'type'>,
  shape: readonly number[],
  numbers: Float64Array,
): Value => constantLike(value, fromNumbers(value.type.dtype, shape, numbers));

/** Weights of another shape, as yet without elements: enough to know what a layer costs. */
export const outlined = ({ name, type }: Pick<Value, 'name' | 'type'>, shape: readonly number[]): Value => ({
  name,
  type: { dtype: type.dtype, shape },
});
