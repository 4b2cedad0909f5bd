import { type DType, dtypes, isFloat } from '../dtype.ts';

/**
 * Functions of two elements of one type. Integers wrap like the machine's; they are exact in float64 up to 2^53, so
 * products and bits go through BigInt.
 */
export type ScalarFunction = (a: number, b: number, dtype: DType) => number;

const bitsOf = (dtype: DType): number => 8 * dtypes[dtype].bytes;

function wrap(dtype: DType, value: bigint): number {
  const asDType = dtypes[dtype].kind === 'int' ? BigInt.asIntN : BigInt.asUintN;
  return Number(asDType(bitsOf(dtype), value));
}

export const sumOf: ScalarFunction = (a, b) => a + b;

export const productOf: ScalarFunction = (a, b, dtype) => {
  const product = a * b;
  return isFloat(dtype) || Number.isSafeInteger(product) ? product : wrap(dtype, BigInt(a) * BigInt(b));
};

/** Integers truncate towards 0, and give 0 when divided by 0. */
export const quotientOf: ScalarFunction = (a, b, dtype) => {
  if (isFloat(dtype)) return a / b;
  return b === 0 ? 0 : Math.trunc(a / b);
};

/** The remainder with the sign of the dividend: C's fmod. */
export const truncatedRemainder: ScalarFunction = (a, b, dtype) => (b === 0 && !isFloat(dtype) ? 0 : a % b);

/** The remainder with the sign of the divisor: Python's %. */
export const flooredRemainder: ScalarFunction = (a, b, dtype) => {
  const rest = truncatedRemainder(a, b, dtype);
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
};

/** IEEE 754's pow: 1 to any power and -1 to an infinite one are 1, where JavaScript has NaN. */
export const powerOf: ScalarFunction = (a, b) =>
  a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;

/** A function of the bits in two's complement. */
export const bitwise =
  (f: (a: bigint, b: bigint) => bigint): ScalarFunction =>
  (a, b, dtype) =>
    wrap(dtype, f(BigInt(a), BigInt(b)));

/** A shift by `b` bits; 0 when that is all of them. */
export const shiftBy =
  (f: (a: bigint, b: bigint) => bigint): ScalarFunction =>
  (a, b, dtype) =>
    b < 0 || b >= bitsOf(dtype) ? 0 : wrap(dtype, f(BigInt(a), BigInt(b)));
