import { type Expr, f32, f32x4, i32, i32x4, select, type ValueType, v128 } from '../wasm/index.ts';

/**
 * Arithmetic on one float32 or on four at once, so that a function is written once for both. `F` holds floats, `I`
 * integers of the same width and the outcome of comparisons (1, or all bits of the lane).
 */
export interface Lanes<F extends ValueType = ValueType, I extends ValueType = ValueType> {
  readonly float: F;
  readonly int: I;
  floatOf(value: number): Expr<F>;
  intOf(value: number): Expr<I>;
  add(a: Expr<F>, b: Expr<F>): Expr<F>;
  sub(a: Expr<F>, b: Expr<F>): Expr<F>;
  mul(a: Expr<F>, b: Expr<F>): Expr<F>;
  div(a: Expr<F>, b: Expr<F>): Expr<F>;
  /** a * b + c, with one rounding or two. */
  madd(a: Expr<F>, b: Expr<F>, c: Expr<F>): Expr<F>;
  abs(x: Expr<F>): Expr<F>;
  /** Between two numbers; NaN stays NaN. */
  clamp(x: Expr<F>, low: Expr<F>, high: Expr<F>): Expr<F>;
  lt(a: Expr<F>, b: Expr<F>): Expr<I>;
  eq(a: Expr<F>, b: Expr<F>): Expr<I>;
  choose(condition: Expr<I>, a: Expr<F>, b: Expr<F>): Expr<F>;
  chooseInt(condition: Expr<I>, a: Expr<I>, b: Expr<I>): Expr<I>;
  /** The value, or 0. */
  when(condition: Expr<I>, value: Expr<I>): Expr<I>;
  /** Of integers that are not negative. */
  least(a: Expr<I>, b: Expr<I>): Expr<I>;
  most(a: Expr<I>, b: Expr<I>): Expr<I>;
  truncate(x: Expr<F>): Expr<I>;
  convert(n: Expr<I>): Expr<F>;
  bitsOf(x: Expr<F>): Expr<I>;
  fromBits(n: Expr<I>): Expr<F>;
  plus(a: Expr<I>, b: Expr<I>): Expr<I>;
  minus(a: Expr<I>, b: Expr<I>): Expr<I>;
  and(a: Expr<I>, b: Expr<I>): Expr<I>;
  or(a: Expr<I>, b: Expr<I>): Expr<I>;
  shl(n: Expr<I>, bits: number): Expr<I>;
  shrSigned(n: Expr<I>, bits: number): Expr<I>;
  shrUnsigned(n: Expr<I>, bits: number): Expr<I>;
  /** Unsigned a < b. */
  below(a: Expr<I>, b: Expr<I>): Expr<I>;
}

export const scalarLanes: Lanes<'f32', 'i32'> = {
  float: 'f32',
  int: 'i32',
  floatOf: (value) => f32.const(value),
  intOf: (value) => i32.const(value),
  add: f32.add,
  sub: f32.sub,
  mul: f32.mul,
  div: f32.div,
  madd: (a, b, c) => f32.add(f32.mul(a, b), c),
  abs: f32.abs,
  clamp: (x, low, high) => f32.min(f32.max(x, low), high),
  lt: f32.lt,
  eq: f32.eq,
  choose: (condition, a, b) => select(a, b, condition),
  chooseInt: (condition, a, b) => select(a, b, condition),
  when: (condition, value) => select(value, i32.const(0), condition),
  least: (a, b) => select(a, b, i32.lt_s(a, b)),
  most: (a, b) => select(a, b, i32.gt_s(a, b)),
  truncate: i32.trunc_sat_f32_s,
  convert: f32.convert_i32_s,
  bitsOf: i32.reinterpret_f32,
  fromBits: f32.reinterpret_i32,
  plus: i32.add,
  minus: i32.sub,
  and: i32.and,
  or: i32.or,
  shl: i32.shl,
  shrSigned: i32.shr_s,
  shrUnsigned: i32.shr_u,
  below: i32.lt_u,
};

const four = (value: number): readonly number[] => [value, value, value, value];
const bitselect = (condition: Expr<'v128'>, a: Expr<'v128'>, b: Expr<'v128'>) =>
  v128.bitselect(a, b, condition);

export const vectorLanes: Lanes<'v128', 'v128'> = {
  float: 'v128',
  int: 'v128',
  floatOf: (value) => v128.const('f32x4', four(value)),
  intOf: (value) => v128.const('i32x4', four(value | 0)),
  add: f32x4.add,
  sub: f32x4.sub,
  mul: f32x4.mul,
  div: f32x4.div,
  madd: (a, b, c) => f32x4.add(f32x4.mul(a, b), c),
  abs: f32x4.abs,
  // pmax(a, b) is a < b ? b : a, which keeps a NaN in a.
  clamp: (x, low, high) => f32x4.pmin(f32x4.pmax(x, low), high),
  lt: f32x4.lt,
  eq: f32x4.eq,
  choose: bitselect,
  chooseInt: bitselect,
  when: v128.and,
  least: i32x4.min_s,
  most: i32x4.max_s,
  truncate: i32x4.trunc_sat_f32x4_s,
  convert: f32x4.convert_i32x4_s,
  bitsOf: (x) => x,
  fromBits: (n) => n,
  plus: i32x4.add,
  minus: i32x4.sub,
  and: v128.and,
  or: v128.or,
  shl: i32x4.shl,
  shrSigned: i32x4.shr_s,
  shrUnsigned: i32x4.shr_u,
  below: i32x4.lt_u,
};

/** Four lanes where products and sums are fused. */
export const fusedLanes: Lanes<'v128', 'v128'> = { ...vectorLanes, madd: f32x4.relaxed_madd };
