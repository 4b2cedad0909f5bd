import { isFloat, type OpName, ops } from '@polyphase/ir';
import {
  absolute,
  atLeast,
  atMost,
  between,
  elu,
  erf,
  gelu,
  geluTanh,
  mish,
  negative,
  signOf,
  sine,
  softplus,
} from '../functions.ts';
import { unary } from '../pointwise.ts';
import type { Tf, TfTensor } from '../tf.ts';
import { anything, type Translation, translation } from '../translation.ts';
import { wrapped } from '../whole.ts';

/** A function that TensorFlow.js has under this name. */
const same = (name: OpName, f: (tf: Tf, x: TfTensor) => TfTensor): Translation =>
  unary(ops[name] as Parameters<typeof unary>[0], f);

/** Integers are round already. */
const rounding = (name: 'floor' | 'ceil' | 'round'): Translation =>
  unary(ops[name], (tf, x, _, dtype) => (isFloat(dtype) ? tf[name](x) : tf.clone(x)), { types: anything });

const functions = {
  sigmoid: same('sigmoid', (tf, x) => tf.sigmoid(x)),
  tanh: same('tanh', (tf, x) => tf.tanh(x)),
  softplus: same('softplus', softplus),
  softsign: same('softsign', (tf, x) => tf.div(x, tf.add(tf.abs(x), 1))),
  mish: same('mish', mish),
  hardSwish: same('hardSwish', (tf, x) => tf.mul(x, between(tf, tf.add(tf.div(x, 6), 0.5), 0, 1))),
  exp: same('exp', (tf, x) => tf.exp(x)),
  log: same('log', (tf, x) => tf.log(x)),
  sqrt: same('sqrt', (tf, x) => tf.sqrt(x)),
  reciprocal: same('reciprocal', (tf, x) => tf.div(1, x)),
  erf: same('erf', erf),
  sin: same('sin', (tf, x) => (tf.getBackend() === 'wasm' ? sine(tf, x) : tf.sin(x))),
  cos: same('cos', (tf, x) => tf.cos(x)),
  tan: same('tan', (tf, x) => tf.tan(x)),
  asin: same('asin', (tf, x) => tf.asin(x)),
  acos: same('acos', (tf, x) => tf.acos(x)),
  atan: same('atan', (tf, x) => tf.atan(x)),
  sinh: same('sinh', (tf, x) => tf.sinh(x)),
  cosh: same('cosh', (tf, x) => tf.cosh(x)),
  asinh: same('asinh', (tf, x) => tf.asinh(x)),
  acosh: same('acosh', (tf, x) => tf.acosh(x)),
  atanh: same('atanh', (tf, x) => tf.atanh(x)),
};

const signs = {
  relu: unary(ops.relu, (tf, x, _, dtype) => (isFloat(dtype) ? tf.relu(x) : atLeast(tf, x, 0)), {
    types: anything,
  }),
  identity: unary(ops.identity, (tf, x) => tf.clone(x), { types: anything }),
  neg: unary(ops.neg, (tf, x, _, dtype) => wrapped(tf, negative(tf, x), dtype), { types: anything }),
  abs: unary(ops.abs, (tf, x, _, dtype) => wrapped(tf, absolute(tf, x, dtype), dtype), { types: anything }),
  sign: unary(
    ops.sign,
    (tf, x, _, dtype) => (isFloat(dtype) ? signOf(tf, x) : tf.cast(tf.sign(x), 'int32')),
    {
      types: anything,
    },
  ),
  floor: rounding('floor'),
  ceil: rounding('ceil'),
  round: rounding('round'),
  not: unary(ops.not, (tf, x) => tf.logicalNot(x), { types: anything }),
  bitNot: unary(ops.bitNot, (tf, x, _, dtype) => wrapped(tf, tf.sub(tf.scalar(-1, 'int32'), x), dtype), {
    types: anything,
  }),
  isNaN: unary(ops.isNaN, (tf, x) => tf.isNaN(x)),
  isInf: unary(ops.isInf, (tf, x, { positive, negative: below }) => {
    if (positive && below) return tf.isInf(x);
    return tf.equal(x, positive ? Infinity : below ? -Infinity : NaN);
  }),
};

const activations = {
  leakyRelu: unary(ops.leakyRelu, (tf, x, { alpha }) => tf.leakyRelu(x, alpha)),
  elu: unary(ops.elu, (tf, x, { alpha }) => elu(tf, x, alpha)),
  celu: unary(ops.celu, (tf, x, { alpha }) =>
    tf.add(tf.relu(x), atMost(tf, tf.mul(tf.expm1(tf.div(x, alpha)), alpha), 0)),
  ),
  selu: unary(ops.selu, (tf, x, { alpha, gamma }) => tf.mul(elu(tf, x, alpha), gamma)),
  hardSigmoid: unary(ops.hardSigmoid, (tf, x, { alpha, beta }) =>
    between(tf, tf.add(tf.mul(x, alpha), beta), 0, 1),
  ),
  thresholdedRelu: unary(ops.thresholdedRelu, (tf, x, { alpha }) =>
    tf.where(tf.greater(x, alpha), x, tf.zerosLike(x)),
  ),
  shrink: translation(
    ops.shrink,
    (site, { bias, lambd }) => {
      const { tf } = site;
      const x = site.operand(0);
      const type = isFloat(x.dtype) ? 'float32' : 'int32';
      const low = tf.less;
      return {
        kernel: 'shrink',
        operands: [x],
        orders: [x.order],
        run: (t) => {
          const [below, above] = [low(t!, tf.scalar(-lambd, type)), tf.greater(t!, tf.scalar(lambd, type))];
          const by = tf.scalar(bias, type);
          const inner = tf.where(above, tf.sub(t!, by), tf.zerosLike(t!));
          return wrapped(tf, tf.where(below, tf.add(t!, by), inner), x.dtype);
        },
      };
    },
    {
      types: anything,
      refuses: ({ attributes: { bias, lambd }, inputs }) =>
        isFloat(inputs[0]!.type.dtype) || (Number.isInteger(bias) && Number.isInteger(lambd))
          ? undefined
          : `it adds ${bias} to integers with the threshold ${lambd} in float32`,
    },
  ),
  gelu: unary(ops.gelu, (tf, x, { approximate }) => (approximate === 'none' ? gelu(tf, x) : geluTanh(tf, x))),
  swish: unary(ops.swish, (tf, x, { alpha }) => tf.mul(x, tf.sigmoid(alpha === 1 ? x : tf.mul(x, alpha)))),
};

export const unaryTranslations = { ...functions, ...signs, ...activations };
