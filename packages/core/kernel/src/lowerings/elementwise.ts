import type { DType } from '@polyphase/ir';
import { add, constant, convert, div, eq, lt, mul, select, sub, unary } from '../build.ts';
import { type Expr, type Scalar, scalarOf } from '../expr.ts';
import type { Builder, Lowering, Operand } from '../lowering.ts';

/** A number in the scalar of an expression. */
export const like = (x: Expr, value: number): Expr => constant(x.type, value);

/** The element of an operand that is repeated to the shape of an index, as numpy broadcasts. */
export function readBroadcast(b: Builder, operand: Operand, index: readonly Expr[]): Expr {
  const aligned = index.slice(index.length - operand.shape.length);
  return b.read(
    operand,
    aligned.map((i, axis) => (operand.shape[axis] === 1 ? constant('i32', 0) : i)),
  );
}

/** The one element of an operand with one element. */
export const readScalar = (b: Builder, operand: Operand): Expr =>
  b.read(
    operand,
    operand.shape.map(() => constant('i32', 0)),
  );

/** A function of one element. */
export const unaryOp =
  <A>(f: (x: Expr, attributes: A, dtype: DType) => Expr): Lowering<'x', A> =>
  ({ x }, attributes, b) =>
  (index) =>
    f(b.read(x, index), attributes, x.dtype);

/** A function of two elements. */
export const binaryOp =
  <A>(f: (x: Expr, y: Expr, attributes: A, dtype: DType) => Expr): Lowering<'a' | 'b', A> =>
  ({ a, b: other }, attributes, b) =>
  (index) =>
    f(readBroadcast(b, a, index), readBroadcast(b, other, index), attributes, a.dtype);

export const exp = (x: Expr): Expr => unary('exp', x);
export const log = (x: Expr): Expr => unary('log', x);
export const sqrt = (x: Expr): Expr => unary('sqrt', x);
export const abs = (x: Expr): Expr => (x.type === 'u32' || x.type === 'u64' ? x : unary('abs', x));
export const tanh = (x: Expr): Expr => unary('tanh', x);
export const square = (x: Expr): Expr => mul(x, x);
export const reciprocal = (x: Expr): Expr => div(like(x, 1), x);
export const neg = (x: Expr): Expr =>
  x.type === 'f32' || x.type === 'f64' ? unary('neg', x) : sub(like(x, 0), x);
/** 1 / (1 + exp(-x)), which overflows to 0 where it should. */
export const sigmoid = (x: Expr): Expr => reciprocal(add(like(x, 1), exp(neg(x))));

/** log(1 + x) for x >= 0: what rounding 1 + x loses is given back as a factor (Kahan). */
export function log1p(x: Expr): Expr {
  const u = add(like(x, 1), x);
  const rounded = sub(u, like(x, 1));
  const isLost = eq(rounded, like(x, 0));
  return select(isLost, x, mul(log(u), div(x, select(isLost, like(x, 1), rounded))));
}

/** exp(x) - 1 for x < 1, without cancellation: 2t / (1 - t) with t = tanh(x / 2), or x where x / 2 may be flushed to 0. */
export function expm1(x: Expr): Expr {
  const t = tanh(mul(x, like(x, 0.5)));
  return select(lt(abs(x), like(x, 2 ** -60)), x, div(add(t, t), sub(like(x, 1), t)));
}

/** What intermediate results are stored in: float16 would lose too much. */
export const workType = (dtype: DType): DType => (dtype === 'float16' ? 'float32' : dtype);

/** What sums and means of elements are computed in: floats in their own scalar, integers exactly in f64. */
export const realScalar = (dtype: DType): Scalar => {
  const scalar = scalarOf[dtype];
  return scalar === 'f32' || scalar === 'f64' ? scalar : 'f64';
};

/** Truncates a float to the scalar of an integer dtype; what is out of range wraps around when it is stored. */
export function truncateTo(dtype: DType, x: Expr): Expr {
  const target = scalarOf[dtype];
  if (target === 'f32' || target === 'f64') return convert(target, x);
  return convert(target, convert(target === 'u64' ? 'u64' : 'i64', x));
}
