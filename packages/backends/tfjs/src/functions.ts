import type { DType } from '@polyphase/ir';
import { isFloat } from '@polyphase/ir';
import type { Tf, TfTensor } from './tf.ts';

/**
 * Whole numbers and bools as float32. On webgpu a cast to float32 leaves the elements as integers under another name, which
 * some kernels then misread; a product makes floats of them.
 */
export function asFloat(tf: Tf, x: TfTensor): TfTensor {
  if (x.dtype === 'float32') return x;
  const cast = tf.cast(x, 'float32');
  return tf.getBackend() === 'webgpu' ? tf.mul(cast, 1) : cast;
}

/** A sum of any number of tensors: the kernel of webgpu takes as many as there are storage buffers, and gives garbage beyond. */
export function sumOf(tf: Tf, parts: readonly TfTensor[]): TfTensor {
  if (parts.length === 1) return parts[0]!;
  if (parts.length <= 6) return tf.addN([...parts]);
  return sumOf(tf, [sumOf(tf, parts.slice(0, 6)), ...parts.slice(6)]);
}

/** max(x, low), min(x, high) with NaN kept: the kernels of `wasm` keep it only in their first operand. */
export const atLeast = (tf: Tf, x: TfTensor, low: number): TfTensor =>
  tf.maximum(x, tf.scalar(low, x.dtype as 'float32'));

export const atMost = (tf: Tf, x: TfTensor, high: number): TfTensor =>
  tf.minimum(x, tf.scalar(high, x.dtype as 'float32'));

/**
 * min(max(x, low), high) of floats, NaN kept: wasm clips a hundred times faster than it compares, but takes NaN for a
 * number.
 */
export function between(tf: Tf, x: TfTensor, low: number, high: number): TfTensor {
  const inside = tf.clipByValue(x, low, high);
  return tf.getBackend() === 'wasm' ? tf.where(tf.isNaN(x), x, inside) : inside;
}

/** `wasm` negates integers, and takes their sizes, in float32. */
export const negative = (tf: Tf, x: TfTensor): TfTensor =>
  x.dtype === 'int32' ? tf.sub(tf.scalar(0, 'int32'), x) : tf.neg(x);

export const absolute = (tf: Tf, x: TfTensor, dtype: DType): TfTensor =>
  isFloat(dtype) ? tf.abs(x) : tf.maximum(x, negative(tf, x));

/** 1, 0 or -1, and NaN: some kernels take small numbers and NaN for 0. */
export function signOf(tf: Tf, x: TfTensor): TfTensor {
  const sign = tf.sub(asFloat(tf, tf.greater(x, 0)), asFloat(tf, tf.less(x, 0)));
  return tf.where(tf.isNaN(x), x, sign);
}

/**
 * log(1 + x) for x >= 0: what rounding 1 + x loses is given back as a factor (Kahan). The kernels of wasm and webgpu do not.
 */
function log1p(tf: Tf, x: TfTensor): TfTensor {
  const above = tf.add(x, 1);
  const rounded = tf.sub(above, 1);
  const isLost = tf.equal(rounded, 0);
  const factor = tf.div(x, tf.where(isLost, tf.onesLike(x), rounded));
  return tf.where(isLost, x, tf.mul(tf.log(above), factor));
}

/** sin(x) = 2t / (1 + t^2) with t = tan(x / 2), which every backend has to a few units in the last place. */
export function sine(tf: Tf, x: TfTensor): TfTensor {
  const t = tf.tan(tf.mul(x, 0.5));
  return tf.div(tf.add(t, t), tf.add(tf.square(t), 1));
}

/** log(1 + exp(x)), which neither overflows for large x nor cancels for small. */
export const softplus = (tf: Tf, x: TfTensor): TfTensor =>
  tf.add(tf.relu(x), log1p(tf, tf.exp(tf.neg(tf.abs(x)))));

/** x * tanh(log(1 + e)) = x * n / (n + 2) with n = e * (e + 2), e = exp(x); the quotient is 1 from x = 20 on. */
export function mish(tf: Tf, x: TfTensor): TfTensor {
  const e = tf.exp(atMost(tf, x, 20));
  const n = tf.mul(e, tf.add(e, 2));
  return tf.mul(x, tf.div(n, tf.add(n, 2)));
}

/** From the highest power down. */
const horner = (tf: Tf, x: TfTensor, coefficients: readonly number[]): TfTensor =>
  coefficients
    .slice(1)
    .reduce<TfTensor>((sum, c) => tf.add(tf.mul(sum, x), c), tf.fill([...x.shape], coefficients[0]!));

/**
 * erfc(z) = t * exp(-z*z + P(t)) to 1.2e-7 of its own size, t = 1 / (1 + z/2): W. H. Press et al., "Numerical Recipes in
 * C", section 6.2.
 */
const upperTailSeries = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
];

/** erfc(z) for z >= 0. Infinity gives 0: the square is cut off where the tail has vanished. */
function upperTail(tf: Tf, z: TfTensor): TfTensor {
  const near = atMost(tf, z, 20);
  const t = tf.div(1, tf.add(tf.mul(near, 0.5), 1));
  return tf.mul(t, tf.exp(tf.sub(horner(tf, t, upperTailSeries), tf.square(near))));
}

/** x * P(Z <= x): the small tail of negative x is never the difference of large numbers. */
export function gelu(tf: Tf, x: TfTensor): TfTensor {
  const tail = tf.mul(upperTail(tf, tf.mul(tf.abs(x), Math.SQRT1_2)), 0.5);
  return tf.mul(x, tf.where(tf.greater(x, 0), tf.sub(1, tail), tail));
}

/** 0.5 x (1 + tanh(u)) = x / (1 + exp(-2u)), u = sqrt(2 / pi) (x + 0.044715 x^3). */
export function geluTanh(tf: Tf, x: TfTensor): TfTensor {
  const cubic = tf.mul(x, tf.add(tf.mul(tf.square(x), 0.044715), 1));
  return tf.mul(x, tf.sigmoid(tf.mul(cubic, 2 * Math.sqrt(2 / Math.PI))));
}

/** The terms of erf(x) / x in x^2, 2/sqrt(pi) (-1)^k / (k! (2k + 1)), from the highest power down: enough up to x = 1/2. */
const erfSeries = [6, 5, 4, 3, 2, 1, 0].map((k) => {
  const factorial = [1, 1, 2, 6, 24, 120, 720][k]!;
  return ((2 / Math.sqrt(Math.PI)) * (-1) ** k) / (factorial * (2 * k + 1));
});

/** The error function to float32's accuracy relative to itself; TensorFlow.js' own is off by 1e-7, however small it is. */
export function erf(tf: Tf, x: TfTensor): TfTensor {
  const size = tf.abs(x);
  const isNear = tf.less(size, 0.5);
  const inside = between(tf, x, -0.5, 0.5);
  const near = tf.mul(inside, horner(tf, tf.square(inside), erfSeries));
  return tf.where(isNear, near, tf.mul(signOf(tf, x), tf.sub(1, upperTail(tf, size))));
}

/** alpha * (exp(x) - 1) below 0. */
export const elu = (tf: Tf, x: TfTensor, alpha: number): TfTensor =>
  tf.where(tf.less(x, 0), tf.mul(tf.expm1(x), alpha), x);
