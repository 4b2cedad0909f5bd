import { isFloat, ops, type Value } from '@polyphase/ir';
import { type Attributes, float, text } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import { arithmeticOf } from './compose.ts';
import { castTo } from './shared.ts';

interface Operand {
  readonly x: Value;
}

type Composition<A> = (x: Value, attributes: A, context: Exporting) => Value;

const floats = (attributes: object): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, float(value as number)]));

/**
 * An operator whose attributes are floats of the same names. onnxruntime has no kernels for float64, which is composed
 * of simpler operators.
 */
const activation =
  <A extends object>(operator: string, composed: Composition<A>) =>
  ({ x }: Operand, attributes: A, context: Exporting): Value =>
    x.type.dtype === 'float64'
      ? composed(x, attributes, context)
      : context.node(operator, [x], floats(attributes));

interface Alpha {
  readonly alpha: number;
}

/** alpha * (exp(x) - 1) where x is negative. */
const composedElu: Composition<Alpha> = (x, { alpha }, context) => {
  const { exp, less, min, mul, sub, where } = arithmeticOf(context, x);
  return where(less(x, 0), mul(sub(exp(min(x, 0)), 1), alpha), x);
};

/** max(0, x) + min(0, alpha * (exp(x / alpha) - 1)). */
const composedCelu: Composition<Alpha> = (x, { alpha }, context) => {
  const { add, div, exp, max, min, mul, sub } = arithmeticOf(context, x);
  return add(max(x, 0), min(mul(sub(exp(div(x, alpha)), 1), alpha), 0));
};

const composedHardSigmoid: Composition<{ alpha: number; beta: number }> = (x, { alpha, beta }, context) => {
  const { add, max, min, mul } = arithmeticOf(context, x);
  return max(min(add(mul(x, alpha), beta), 1), 0);
};

const composedShrink: Composition<{ bias: number; lambd: number }> = (x, { bias, lambd }, context) => {
  const { add, less, neg, sub, where } = arithmeticOf(context, x);
  return where(less(x, -lambd), add(x, bias), where(less(neg(x), -lambd), sub(x, bias), 0));
};

/** x / 2 * (1 + erf(x / sqrt(2))), or x * sigmoid(2u), u = sqrt(2/pi)(x + 0.044715x^3). */
function composedGelu(x: Value, approximate: 'none' | 'tanh', context: Exporting): Value {
  const { add, mul } = arithmeticOf(context, x);
  if (approximate === 'none') {
    const error = context.make(ops.erf, { x: mul(x, Math.SQRT1_2) });
    return mul(mul(x, 0.5), add(error, 1));
  }
  const inner = add(x, mul(mul(mul(x, x), x), 0.044715));
  return mul(x, context.make(ops.sigmoid, { x: mul(inner, 2 * Math.sqrt(2 / Math.PI)) }));
}

/** x / (1 + exp(-alpha x)): x * sigmoid(alpha x) is what onnxruntime fuses into an operator without float64. */
const composedSwish: Composition<Alpha> = (x, { alpha }, context) => {
  const { add, div, exp, mul } = arithmeticOf(context, x);
  return div(x, add(exp(mul(x, -alpha)), 1));
};

export const activations = {
  leakyRelu: activation('LeakyRelu', (x, { alpha }, context) => {
    const { less, mul, where } = arithmeticOf(context, x);
    return where(less(x, 0), mul(x, alpha), x);
  }),
  elu: activation('Elu', composedElu),
  /** ONNX has Celu for float32 only. */
  celu({ x }, { alpha }, context) {
    if (x.type.dtype === 'float32') return context.node('Celu', [x], { alpha: float(alpha) });
    if (x.type.dtype === 'float64') return composedCelu(x, { alpha }, context);
    const y = context.make(ops.celu, { x: castTo(context, x, 'float32') }, { alpha });
    return castTo(context, y, x.type.dtype);
  },
  selu: activation('Selu', (x, { alpha, gamma }, context) =>
    arithmeticOf(context, x).mul(composedElu(x, { alpha }, context), gamma),
  ),
  hardSigmoid: activation('HardSigmoid', composedHardSigmoid),
  thresholdedRelu: activation('ThresholdedRelu', (x, { alpha }, context) => {
    const { less, neg, where } = arithmeticOf(context, x);
    return where(less(neg(x), -alpha), x, 0);
  }),
  shrink({ x }, attributes, context) {
    if (x.type.dtype === 'float64') return composedShrink(x, attributes, context);
    if (isFloat(x.type.dtype)) return context.node('Shrink', [x], floats(attributes));
    const wide = context.make(ops.shrink, { x: castTo(context, x, 'float64') }, attributes);
    return castTo(context, wide, x.type.dtype);
  },
  gelu({ x }, { approximate }, context) {
    if (context.opset < 20 || (x.type.dtype === 'float64' && approximate === 'tanh'))
      return composedGelu(x, approximate, context);
    return context.node('Gelu', [x], { approximate: text(approximate) });
  },
  /** Not as Swish-24, of which onnxruntime has no kernel. */
  swish({ x }, { alpha }, context) {
    if (x.type.dtype === 'float64') return composedSwish(x, { alpha }, context);
    const { mul } = arithmeticOf(context, x);
    return mul(x, context.make(ops.sigmoid, { x: alpha === 1 ? x : mul(x, alpha) }));
  },
} satisfies Partial<Exporters>;
