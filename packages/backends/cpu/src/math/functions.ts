/**
 * Elementary functions of float32 in one lane or four, after Cephes (S. Moshier, netlib.org/cephes/single): within 2
 * units in the last place, infinities, NaN and results below the normal range included.
 */
import type { Expr, FunctionBuilder, ValueType } from '../wasm/index.ts';
import type { Lanes } from './lanes.ts';

/** Writes a function of `x`, a variable, into `f`. */
export type Writer = <F extends ValueType, I extends ValueType>(
  f: FunctionBuilder,
  lanes: Lanes<F, I>,
  x: Expr<F>,
) => Expr<F>;

/** Horner's rule; the coefficients run from the highest power down. */
const polynomial = <F extends ValueType, I extends ValueType>(
  { madd, floatOf }: Lanes<F, I>,
  x: Expr<F>,
  [first = 0, ...rest]: readonly number[],
): Expr<F> => rest.reduce((sum, c) => madd(sum, x, floatOf(c)), floatOf(first));

/** ln 2 in two parts: the first has so few bits that its product with an exponent is exact. */
const ln2 = [0.693359375, -2.1219444005469057e-4] as const;
const expCoefficients = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
];

/** 2^n for -126 <= n <= 127. */
const powerOfTwo = <F extends ValueType, I extends ValueType>(lanes: Lanes<F, I>, n: Expr<I>): Expr<F> =>
  lanes.fromBits(lanes.shl(lanes.plus(n, lanes.intOf(127)), 23));

/** Added to a number below 2^22, it leaves the nearest integer in the last bits. */
const integerShift = { float: 1.5 * 2 ** 23, bits: 0x4b400000 };

/** exp(x) = 2^n exp(r), x = n ln 2 + r; 2^n in two factors, so that overflow and denormals come out by themselves. */
export const exp: Writer = (f, lanes, x) => {
  const { add, sub, mul, madd, floatOf, intOf } = lanes;
  const clamped = f.let('clamped', lanes.clamp(x, floatOf(-104), floatOf(89)));
  const shifted = f.let('shifted', madd(clamped, floatOf(Math.LOG2E), floatOf(integerShift.float)));
  const n = f.let('n', sub(shifted, floatOf(integerShift.float)));
  const r = f.let('r', madd(n, floatOf(-ln2[1]), madd(n, floatOf(-ln2[0]), clamped)));
  const p = polynomial(lanes, r, expCoefficients);
  const fraction = add(madd(p, mul(r, r), r), floatOf(1));
  const exponent = f.let('exponent', lanes.minus(lanes.bitsOf(shifted), intOf(integerShift.bits)));
  const half = f.let('half', lanes.shrSigned(exponent, 1));
  const rest = lanes.minus(exponent, half);
  return mul(mul(fraction, powerOfTwo(lanes, half)), powerOfTwo(lanes, rest));
};

const logCoefficients = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];
const leastNormal = 2 ** -126;

/** log(x) = e ln 2 + log(m), sqrt(1/2) <= m < sqrt(2). */
export const log: Writer = (f, lanes, x) => {
  const { add, sub, mul, floatOf, intOf, choose, lt, eq } = lanes;
  const tiny = f.let('tiny', lt(x, floatOf(leastNormal)));
  const bits = f.let('bits', lanes.bitsOf(choose(tiny, mul(x, floatOf(2 ** 23)), x)));
  const half = f.let('half', lanes.fromBits(lanes.or(lanes.and(bits, intOf(0x7fffff)), intOf(0x3f000000))));
  const low = f.let('low', lt(half, floatOf(Math.SQRT1_2)));
  const bias = lanes.chooseInt(tiny, intOf(126 + 23), intOf(126));
  const exponent = lanes.convert(lanes.minus(lanes.shrUnsigned(bits, 23), bias));
  const e = f.let('e', choose(low, sub(exponent, floatOf(1)), exponent));
  const m = f.let('m', sub(choose(low, add(half, half), half), floatOf(1)));
  const z = f.let('z', mul(m, m));
  const p = polynomial(lanes, m, logCoefficients);
  const tail = sub(add(mul(mul(p, m), z), mul(e, floatOf(ln2[1]))), mul(floatOf(0.5), z));
  const value = add(add(m, tail), mul(e, floatOf(ln2[0])));
  const outside = choose(eq(x, floatOf(0)), floatOf(Number.NEGATIVE_INFINITY), floatOf(Number.NaN));
  const infinite = eq(x, floatOf(Number.POSITIVE_INFINITY));
  return choose(infinite, x, choose(lt(floatOf(0), x), value, outside));
};

const signed = <F extends ValueType, I extends ValueType>(
  lanes: Lanes<F, I>,
  magnitude: Expr<F>,
  sign: Expr<F>,
) => {
  const { bitsOf, and, or, intOf } = lanes;
  return lanes.fromBits(or(and(bitsOf(magnitude), intOf(0x7fffffff)), and(bitsOf(sign), intOf(-0x80000000))));
};

const tanhCoefficients = [
  -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1,
];

/** A polynomial near 0, else 1 - 2 / (exp(2|x|) + 1) with the sign of x. */
export const tanh: Writer = (f, lanes, x) => {
  const { add, sub, mul, div, floatOf } = lanes;
  const size = f.let('size', lanes.abs(x));
  const z = f.let('z', mul(x, x));
  const p = polynomial(lanes, z, tanhCoefficients);
  const near = f.let('near', add(mul(mul(p, z), x), x));
  const power = exp(f, lanes, f.let('twice', add(size, size)));
  const far = sub(floatOf(1), div(floatOf(2), add(power, floatOf(1))));
  return lanes.choose(lanes.lt(size, floatOf(0.625)), near, signed(lanes, far, x));
};

const erfNear = [-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1];
const erfFar = [
  -1.7285347e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1, -1.28717512e-1,
];

/** erf(x) by N. Juffa's fits: x + x p(x^2) near 0, else 1 - exp(-t + t q(t)) with t = |x| and the sign of x. */
export const erf: Writer = (f, lanes, x) => {
  const { add, sub, mul, floatOf } = lanes;
  const t = f.let('t', lanes.abs(x));
  const near = f.let('near', add(mul(polynomial(lanes, f.let('s', mul(x, x)), erfNear), x), x));
  const exponent = f.let('exponent', sub(mul(polynomial(lanes, t, erfFar), t), t));
  const far = sub(floatOf(1), exp(f, lanes, exponent));
  return lanes.choose(lanes.lt(t, floatOf(0.927734375)), near, signed(lanes, far, x));
};
