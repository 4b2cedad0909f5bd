/** float16 bit patterns (IEEE 754 binary16) to float32 and back, exactly, in one lane or four. */
import type { Expr, FunctionBuilder, ValueType } from '../wasm/index.ts';
import type { Lanes } from './lanes.ts';

const exponentMask = 0x7c00;

/** The float32 that a bit pattern in the low 16 bits stands for. */
export function fromHalf<F extends ValueType, I extends ValueType>(
  f: FunctionBuilder,
  lanes: Lanes<F, I>,
  half: Expr<I>,
): Expr<F> {
  const { and, or, shl, intOf, bitsOf, fromBits } = lanes;
  const magnitude = f.let('magnitude', and(half, intOf(0x7fff)));
  // 2^112 moves the exponent bias from 15 to 127, and normalises what is denormal in float16.
  const scaled = lanes.mul(fromBits(shl(magnitude, 13)), lanes.floatOf(2 ** 112));
  const special = lanes.below(intOf(exponentMask - 1), magnitude);
  const exponent = lanes.chooseInt(special, intOf(0x7f800000), intOf(0));
  const sign = shl(and(half, intOf(0x8000)), 16);
  return fromBits(or(or(bitsOf(scaled), exponent), sign));
}

const bits = (exponent: number): number => (exponent + 127) << 23;
/** Added to a number below 2^-14, it pushes the bits under float16's last denormal one out, rounding to even. */
const denormalMagic = bits(-1);

/** The nearest bit pattern, ties to even (F. Giesen, "float->half variants"). */
export function toHalf<F extends ValueType, I extends ValueType>(
  f: FunctionBuilder,
  lanes: Lanes<F, I>,
  x: Expr<F>,
): Expr<I> {
  const { plus, and, or, intOf, shrUnsigned, below, chooseInt } = lanes;
  const source = f.let('source', lanes.bitsOf(x));
  const a = f.let('a', and(source, intOf(0x7fffffff)));
  const odd = and(shrUnsigned(a, 13), intOf(1));
  const normal = shrUnsigned(plus(plus(a, intOf(((15 - 127) << 23) + 0xfff)), odd), 13);
  const shifted = lanes.add(lanes.fromBits(a), lanes.fromBits(intOf(denormalMagic)));
  const denormal = lanes.minus(lanes.bitsOf(shifted), intOf(denormalMagic));
  const special = chooseInt(below(intOf(0x7f800000), a), intOf(0x7e00), intOf(exponentMask));
  const finite = chooseInt(below(a, intOf(bits(-14))), denormal, normal);
  const sign = and(shrUnsigned(source, 16), intOf(0x8000));
  return or(chooseInt(below(a, intOf(bits(16))), finite, special), sign);
}
