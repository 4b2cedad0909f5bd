/** float16 bit patterns (IEEE 754 binary16) to float32 and back, exactly, in one lane or four. */
import { type Expr, type FunctionBuilder, f32x4, i32x4, type ValueType, v128 } from '../wasm/index.ts';
import type { Lanes } from './lanes.ts';

const infinity = 0x7f800000;

/** The float32 that a bit pattern in the low 16 bits stands for. */
export function fromHalf<F extends ValueType, I extends ValueType>(
  f: FunctionBuilder,
  lanes: Lanes<F, I>,
  half: Expr<I>,
): Expr<F> {
  const { and, or, shl, shrSigned, intOf, floatOf, bitsOf, fromBits } = lanes;
  const placed = and(shrSigned(shl(half, 16), 3), intOf(signAndMagnitude));
  // 2^112 moves the exponent bias from 15 to 127, and normalises what is denormal in float16.
  const scaled = f.let('scaled', lanes.mul(fromBits(placed), floatOf(2 ** 112)));
  const special = lanes.lt(floatOf(65535), lanes.abs(scaled));
  return fromBits(or(bitsOf(scaled), lanes.when(special, intOf(infinity))));
}

/** Where the bits of a float16 lie in a float32, but for the exponent's bias. */
const signAndMagnitude = 0x8fffe000 | 0;

const four = (value: number): readonly number[] => [value, value, value, value];

/** Four finite numbers from bit patterns that have been sign-extended. */
export const fromFiniteHalves = (halves: Expr<'v128'>): Expr<'v128'> =>
  f32x4.mul(
    v128.and(i32x4.shl(halves, 13), v128.const('i32x4', four(signAndMagnitude))),
    v128.const('f32x4', four(2 ** 112)),
  );

const bits = (exponent: number): number => (exponent + 127) << 23;

/**
 * The nearest bit pattern, ties to even. With 2^(e + 13) added, e the exponent but at least that of denormals, a number
 * has no bits left below the last one of float16, and its mantissa stands in the low bits of the sum.
 */
export function toHalf<F extends ValueType, I extends ValueType>(
  f: FunctionBuilder,
  lanes: Lanes<F, I>,
  x: Expr<F>,
): Expr<I> {
  const { plus, minus, and, or, intOf, shrUnsigned, fromBits } = lanes;
  const source = f.let('source', lanes.bitsOf(x));
  const magnitude = f.let('magnitude', and(source, intOf(0x7fffffff)));
  const a = f.let('a', lanes.least(magnitude, intOf(bits(16))));
  const exponent = f.let('exponent', lanes.most(and(a, intOf(infinity)), intOf(bits(-14))));
  const magic = f.let('magic', plus(exponent, intOf(13 << 23)));
  const sum = lanes.bitsOf(lanes.add(fromBits(a), fromBits(magic)));
  const rounded = plus(minus(sum, magic), shrUnsigned(minus(exponent, intOf(bits(-14))), 13));
  const quiet = lanes.when(lanes.below(intOf(infinity), magnitude), intOf(0x200));
  return or(or(rounded, quiet), and(shrUnsigned(source, 16), intOf(0x8000)));
}
