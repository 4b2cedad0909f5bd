import { type DType, dtypes } from '@polyphase/ir';
import type { Tf, TfTensor } from './tf.ts';

/** A whole number as its type holds it: int8 to uint16 are kept as int32 and wrap around at their own ends. */
export function wrapped(tf: Tf, x: TfTensor, dtype: DType): TfTensor {
  const { kind, bytes } = dtypes[dtype];
  if (bytes > 2 || (kind !== 'int' && kind !== 'uint')) return x;
  const modulus = tf.scalar(2 ** (8 * bytes), 'int32');
  if (kind === 'uint') return tf.mod(x, modulus);
  const half = tf.scalar(2 ** (8 * bytes - 1), 'int32');
  return tf.sub(tf.mod(tf.add(x, half), modulus), half);
}

const int32 = (tf: Tf, value: number): TfTensor => tf.scalar(value, 'int32');

/** x over 2^16, rounded down: x is a sum of halves of 32 bits, and floats of 24 bits hold neither x nor the quotient's error. */
function upperHalf(tf: Tf, x: TfTensor): TfTensor {
  const low = tf.mod(x, int32(tf, 2 ** 16));
  return tf.floorDiv(tf.sub(x, low), int32(tf, 2 ** 16));
}

/**
 * The product modulo 2^32, by halves of one factor: the processor's backend multiplies in float64, which loses the low
 * bits of products beyond 2^53.
 */
export function wrappedProduct(tf: Tf, a: TfTensor, b: TfTensor): TfTensor {
  const high = upperHalf(tf, a);
  const low = tf.sub(a, tf.mul(high, int32(tf, 2 ** 16)));
  return tf.add(tf.mul(tf.mul(high, b), int32(tf, 2 ** 16)), tf.mul(low, b));
}
