import { type DType, dtypes, isFloat, rangeOf } from '@polyphase/ir';
import {
  add,
  bool,
  constant,
  convert,
  div,
  eq,
  gt,
  isNan,
  lt,
  max,
  min,
  mul,
  narrow,
  or,
  select,
  sub,
  unary,
} from '../build.ts';
import { type Expr, scalarOf, type UnaryName } from '../expr.ts';
import type { Lowerings } from '../lowering.ts';
import { abs, exp, expm1, like, log1p, neg, sigmoid, tanh, unaryOp } from './elementwise.ts';
import { upperTail } from './upper-tail.ts';

const scalarFunction = (op: UnaryName) => unaryOp((x) => unary(op, x));
/** Rounding leaves integers as they are. */
const rounding = (op: UnaryName) => unaryOp((x, _, dtype) => (isFloat(dtype) ? unary(op, x) : x));

const sign = (x: Expr): Expr => {
  const negative = x.type === 'u32' || x.type === 'u64' ? x : select(lt(x, like(x, 0)), like(x, -1), x);
  return select(gt(x, like(x, 0)), like(x, 1), negative);
};

/** max(x, 0) + log(1 + exp(-|x|)): neither overflows nor cancels. */
const softplus = (x: Expr): Expr => add(max(x, like(x, 0)), log1p(exp(neg(abs(x)))));

/** x * tanh(log(1 + e)) = x * n / (n + 2) with n = e * (e + 2), e = exp(x); the quotient is 1 from x = 20 on. */
const mish = (x: Expr): Expr => {
  const e = exp(min(x, like(x, 20)));
  const n = mul(e, add(e, like(x, 2)));
  return mul(x, div(n, add(n, like(x, 2))));
};

const elu = (x: Expr, alpha: number): Expr => select(lt(x, like(x, 0)), mul(like(x, alpha), expm1(x)), x);

/** max(0, x) + min(0, alpha * (exp(x / alpha) - 1)); the exponent is above 0 only where alpha < 0. */
const celu = (x: Expr, alpha: number): Expr => {
  const exponent = div(x, like(x, alpha));
  const rise = select(lt(exponent, like(x, 1)), expm1(exponent), sub(exp(exponent), like(x, 1)));
  return add(max(x, like(x, 0)), min(like(x, 0), mul(like(x, alpha), rise)));
};

const clamp01 = (x: Expr): Expr => max(like(x, 0), min(like(x, 1), x));

/** x * P(Z <= x): the small tail of negative x is never the difference of large numbers. */
const gelu = (x: Expr): Expr => {
  const tail = upperTail(mul(abs(x), like(x, Math.SQRT1_2)));
  return mul(x, select(gt(x, like(x, 0)), sub(like(x, 1), tail), tail));
};

/** 0.5 x (1 + tanh(u)) = x / (1 + exp(-2u)), u = sqrt(2 / pi) (x + 0.044715 x^3). */
const geluTanh = (x: Expr): Expr => {
  const cubic = mul(x, add(like(x, 1), mul(like(x, 0.044715), mul(x, x))));
  return mul(x, sigmoid(mul(like(x, 2 * Math.sqrt(2 / Math.PI)), cubic)));
};

const infinity = (x: Expr, sign: 1 | -1): Expr => eq(x, like(x, sign * Number.POSITIVE_INFINITY));

/** Floats to integers truncate, NaN to 0, and stop at the ends of the range; integers wrap; to bool is != 0. */
export function castTo(to: DType, from: DType, x: Expr): Expr {
  const scalar = scalarOf[to];
  const converted = convert(scalar, x);
  if (!isFloat(from) || isFloat(to) || to === 'bool' || dtypes[to].bytes >= 4) return narrow(to, converted);
  const [least, greatest] = rangeOf(to);
  return min(max(converted, constant(scalar, least)), constant(scalar, greatest));
}

export const unaries = {
  relu: unaryOp((x) => max(x, like(x, 0))),
  sigmoid: unaryOp(sigmoid),
  tanh: unaryOp(tanh),
  softplus: unaryOp(softplus),
  softsign: unaryOp((x) => div(x, add(like(x, 1), abs(x)))),
  mish: unaryOp(mish),
  hardSwish: unaryOp((x) => mul(x, clamp01(add(mul(x, like(x, 1 / 6)), like(x, 0.5))))),
  exp: scalarFunction('exp'),
  log: scalarFunction('log'),
  sqrt: scalarFunction('sqrt'),
  reciprocal: unaryOp((x) => div(like(x, 1), x)),
  erf: scalarFunction('erf'),
  sin: scalarFunction('sin'),
  cos: scalarFunction('cos'),
  tan: scalarFunction('tan'),
  asin: scalarFunction('asin'),
  acos: scalarFunction('acos'),
  atan: scalarFunction('atan'),
  sinh: scalarFunction('sinh'),
  cosh: scalarFunction('cosh'),
  asinh: scalarFunction('asinh'),
  acosh: scalarFunction('acosh'),
  atanh: scalarFunction('atanh'),
  neg: unaryOp(neg),
  abs: unaryOp(abs),
  sign: unaryOp(sign),
  floor: rounding('floor'),
  ceil: rounding('ceil'),
  round: rounding('round'),
  not: scalarFunction('not'),
  bitNot: scalarFunction('bitNot'),
  isNaN: unaryOp(isNan),
  isInf: unaryOp<{ positive: boolean; negative: boolean }>((x, { positive, negative }) => {
    const isPositive = positive ? infinity(x, 1) : bool(false);
    return or(isPositive, negative ? infinity(x, -1) : bool(false));
  }),
  leakyRelu: unaryOp<{ alpha: number }>((x, { alpha }) =>
    select(lt(x, like(x, 0)), mul(like(x, alpha), x), x),
  ),
  elu: unaryOp<{ alpha: number }>((x, { alpha }) => elu(x, alpha)),
  celu: unaryOp<{ alpha: number }>((x, { alpha }) => celu(x, alpha)),
  selu: unaryOp<{ alpha: number; gamma: number }>((x, { alpha, gamma }) =>
    mul(like(x, gamma), elu(x, alpha)),
  ),
  hardSigmoid: unaryOp<{ alpha: number; beta: number }>((x, { alpha, beta }) =>
    clamp01(add(mul(like(x, alpha), x), like(x, beta))),
  ),
  thresholdedRelu: unaryOp<{ alpha: number }>((x, { alpha }) => select(gt(x, like(x, alpha)), x, like(x, 0))),
  shrink: unaryOp<{ bias: number; lambd: number }>(shrink),
  gelu: unaryOp<{ approximate: 'none' | 'tanh' }>((x, { approximate }) =>
    approximate === 'none' ? gelu(x) : geluTanh(x),
  ),
  swish: unaryOp<{ alpha: number }>((x, { alpha }) => mul(x, sigmoid(mul(like(x, alpha), x)))),
  cast: unaryOp<{ to: DType }>((x, { to }, from) => castTo(to, from, x)),
} satisfies Partial<Lowerings>;

/** Attributes are real numbers also where x is an integer. */
function shrink(x: Expr, { bias, lambd }: { bias: number; lambd: number }, dtype: DType): Expr {
  const real = convert(isFloat(dtype) ? x.type : 'f64', x);
  const [below, above] = [lt(real, like(real, -lambd)), gt(real, like(real, lambd))];
  const result = select(
    below,
    add(real, like(real, bias)),
    select(above, sub(real, like(real, bias)), like(real, 0)),
  );
  return isFloat(dtype) ? result : convert(x.type, convert('i64', result));
}
