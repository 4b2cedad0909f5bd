import { dtypes, isFloat, ops, type Value } from '@polyphase/ir';
import { int } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import { arithmeticOf } from './compose.ts';
import { castTo, scalar } from './shared.ts';

type Operand = { readonly x: Value };

const unary =
  (operator: string) =>
  ({ x }: Operand, _: object, context: Exporting): Value =>
    context.node(operator, [x]);

/** A function of floating point that leaves integers as they are. */
const rounding =
  (operator: string) =>
  ({ x }: Operand, _: object, context: Exporting): Value =>
    isFloat(x.type.dtype) ? context.node(operator, [x]) : x;

const isUnsigned = (x: Value): boolean => dtypes[x.type.dtype].kind === 'uint';

/** `composed` for float64, of which onnxruntime has no kernel. */
const single =
  (operator: string, composed: (x: Value, context: Exporting) => Value) =>
  ({ x }: Operand, _: object, context: Exporting): Value =>
    x.type.dtype === 'float64' ? composed(x, context) : context.node(operator, [x]);

/** log(1 + exp(x)) without overflow. */
function composedSoftplus(x: Value, context: Exporting): Value {
  const { abs, add, exp, log, max, neg } = arithmeticOf(context, x);
  return add(max(x, 0), log(add(exp(neg(abs(x))), 1)));
}

export const unaries = {
  relu({ x }, _, context) {
    if (isUnsigned(x)) return x;
    if (isFloat(x.type.dtype)) return context.node('Relu', [x]);
    return context.make(ops.max, { a: x, b: scalar(context, x.type.dtype, 0) });
  },
  sigmoid: unary('Sigmoid'),
  tanh: unary('Tanh'),
  softplus: single('Softplus', composedSoftplus),
  softsign: single('Softsign', (x, context) => {
    const { abs, add, div } = arithmeticOf(context, x);
    return div(x, add(abs(x), 1));
  }),
  mish({ x }, _, context) {
    if (context.opset >= 18 && x.type.dtype !== 'float64') return context.node('Mish', [x]);
    const { mul, tanh } = arithmeticOf(context, x);
    return mul(x, tanh(context.make(ops.softplus, { x })));
  },
  hardSwish: single('HardSwish', (x, context) => {
    const gate = context.make(ops.hardSigmoid, { x }, { alpha: 1 / 6, beta: 0.5 });
    return context.make(ops.mul, { a: x, b: gate });
  }),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  reciprocal: unary('Reciprocal'),
  erf: unary('Erf'),
  sin: unary('Sin'),
  cos: unary('Cos'),
  tan: single('Tan', (x, context) =>
    context.make(ops.div, { a: context.make(ops.sin, { x }), b: context.make(ops.cos, { x }) }),
  ),
  asin: unary('Asin'),
  acos: unary('Acos'),
  atan: unary('Atan'),
  sinh: unary('Sinh'),
  cosh: unary('Cosh'),
  asinh: unary('Asinh'),
  acosh: unary('Acosh'),
  atanh: unary('Atanh'),
  identity: unary('Identity'),
  neg({ x }, _, context) {
    if (!isUnsigned(x)) return context.node('Neg', [x]);
    return context.make(ops.sub, { a: scalar(context, x.type.dtype, 0), b: x });
  },
  abs: unary('Abs'),
  sign: unary('Sign'),
  floor: rounding('Floor'),
  ceil: rounding('Ceil'),
  round: rounding('Round'),
  not: unary('Not'),
  bitNot({ x }, _, context) {
    if (context.opset >= 18) return context.node('BitwiseNot', [x]);
    return context.make(ops.sub, { a: scalar(context, x.type.dtype, -1), b: x });
  },
  isNaN: unary('IsNaN'),
  isInf({ x }, { positive, negative }, context) {
    const flags = { detect_positive: int(positive), detect_negative: int(negative) };
    const operand = context.opset < 20 && x.type.dtype === 'float16' ? castTo(context, x, 'float32') : x;
    return context.node('IsInf', [operand], flags);
  },
} satisfies Partial<Exporters>;
