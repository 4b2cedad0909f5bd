import { type DType, fromNumbers, type Tensor, type Value } from '@polyphase/ir';

export const constantOf = (tensor: Tensor, name: string): Value => ({
  name,
  type: { dtype: tensor.dtype, shape: tensor.shape },
  constant: tensor,
});

export const constant = (
  dtype: DType,
  shape: readonly number[],
  numbers: Float64Array,
  name: string,
): Value => constantOf(fromNumbers(dtype, shape, numbers), name);

/** The elements of a tensor at these offsets. */
export function picked(
  { dtype, data }: Tensor,
  shape: readonly number[],
  at: Int32Array,
  name: string,
): Value {
  const source = data as Float32Array;
  const elements = new (source.constructor as Float32ArrayConstructor)(at.length);
  for (let i = 0; i < at.length; i++) elements[i] = source[at[i]!]!;
  return constantOf({ dtype, shape, data: elements } as Tensor, name);
}
