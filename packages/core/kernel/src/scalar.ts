import { type DType, errorFunction, roundTo, roundToEven } from '@polyphase/ir';
import type { BinaryName, CompareName, Scalar, UnaryName } from './expr.ts';

/**
 * What the scalar operations of kernels mean, on JavaScript numbers: constants are folded by it and the interpreter
 * runs on it. 64-bit integers are exact up to 2^53.
 */
type Unary = (x: number, type: Scalar) => number;
type Binary = (a: number, b: number, type: Scalar) => number;

const bits: Readonly<Record<Scalar, number>> = {
  f32: 32,
  f64: 64,
  i32: 32,
  u32: 32,
  i64: 64,
  u64: 64,
  bool: 1,
};
const isFloatScalar = (type: Scalar): boolean => type === 'f32' || type === 'f64';
const isSigned = (type: Scalar): boolean => type === 'i32' || type === 'i64';

const wrapBig = (type: Scalar, value: bigint): number =>
  Number(isSigned(type) ? BigInt.asIntN(bits[type], value) : BigInt.asUintN(bits[type], value));

/** A result of arithmetic as the scalar holds it: floats rounded, integers wrapped. */
function wrap(type: Scalar, value: number): number {
  if (type === 'f32') return Math.fround(value);
  if (type === 'f64') return value;
  if (type === 'i32') return Number.isSafeInteger(value) ? value | 0 : wrapBig(type, BigInt(value));
  if (type === 'u32') return Number.isSafeInteger(value) ? value >>> 0 : wrapBig(type, BigInt(value));
  if (type === 'bool') return value === 0 ? 0 : 1;
  return Number.isSafeInteger(value) && (value >= 0 || type === 'i64') ? value : wrapBig(type, BigInt(value));
}

const onBits =
  (f: (a: bigint, b: bigint) => bigint): Binary =>
  (a, b, type) =>
    wrapBig(type, f(BigInt(a), BigInt(b)));

const shift =
  (f: (a: bigint, b: bigint) => bigint): Binary =>
  (a, b, type) =>
    b < 0 || b >= bits[type] ? 0 : wrapBig(type, f(BigInt(a), BigInt(b)));

const unaries: Readonly<Record<UnaryName, Unary>> = {
  neg: (x) => -x,
  abs: Math.abs,
  not: (x) => (x === 0 ? 1 : 0),
  bitNot: (x) => -x - 1,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundToEven,
  trunc: Math.trunc,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  erf: errorFunction,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
};

const quotient: Binary = (a, b, type) => (isFloatScalar(type) ? a / b : b === 0 ? 0 : Math.trunc(a / b));
const remainder: Binary = (a, b, type) => (b === 0 && !isFloatScalar(type) ? 0 : a % b);
const product: Binary = (a, b, type) =>
  isFloatScalar(type) || Number.isSafeInteger(a * b) ? a * b : wrapBig(type, BigInt(a) * BigInt(b));
/** IEEE 754's pow, which differs from JavaScript's where the base is 1 or -1. */
const power: Binary = (a, b) =>
  a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;

const binaries: Readonly<Record<BinaryName, Binary>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: product,
  div: quotient,
  mod: remainder,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  pow: power,
  and: onBits((a, b) => a & b),
  or: onBits((a, b) => a | b),
  xor: onBits((a, b) => a ^ b),
  shl: shift((a, b) => a << b),
  shr: shift((a, b) => a >> b),
};

const compares: Readonly<Record<CompareName, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

export const unaryOf = (op: UnaryName, type: Scalar, x: number): number => wrap(type, unaries[op](x, type));
export const binaryOf = (op: BinaryName, type: Scalar, a: number, b: number): number =>
  wrap(type, binaries[op](a, b, type));
export const compareOf = (op: CompareName, a: number, b: number): number => Number(compares[op](a, b));

const limits: Readonly<Partial<Record<Scalar, readonly [number, number]>>> = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
  i64: [-(2 ** 63), 2 ** 63],
  u64: [0, 2 ** 64],
};

/** The least and greatest value of an integer scalar, infinities for floats. */
export const limitsOf = (type: Scalar): readonly [least: number, greatest: number] =>
  limits[type] ?? (type === 'bool' ? [0, 1] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);

/** Between scalars: floats to integers truncate and saturate, NaN to 0; integers wrap; anything to bool by != 0. */
export function convertOf(to: Scalar, from: Scalar, x: number): number {
  if (to === 'bool') return x === 0 ? 0 : 1;
  if (isFloatScalar(to) || !isFloatScalar(from)) return wrap(to, x);
  const [least, greatest] = limitsOf(to);
  return Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), least), greatest);
}

export const narrowOf = (dtype: DType, x: number): number => roundTo(dtype, x);
