import { isFloat, ops, type Tensor } from '@polyphase/ir';
import { asFloat, between } from '../functions.ts';

import type { Call, Operand, Site } from '../plan.ts';
import { binary, broadcastCall } from '../pointwise.ts';
import type { TfTensor } from '../tf.ts';
import {
  anything,
  arithmetic,
  quotients,
  remainders,
  type Translation,
  translation,
} from '../translation.ts';
import { wrapped, wrappedProduct } from '../whole.ts';

const product = ({ tf, target }: Site, a: TfTensor, b: TfTensor): TfTensor =>
  a.dtype === 'int32' && target.backend === 'cpu' ? wrappedProduct(tf, a, b) : tf.mul(a, b);

/** The quotient of integers, cut off towards 0; 0 where the divisor is 0. */
function truncatedQuotient({ tf }: Site, a: TfTensor, b: TfTensor): TfTensor {
  const isZero = tf.equal(b, tf.scalar(0, 'int32'));
  const divisor = tf.where(isZero, tf.onesLike(b), b);
  const floored = tf.floorDiv(a, divisor);
  const rest = tf.sub(a, tf.mul(floored, divisor));
  const isBelow = tf.less(floored, tf.scalar(0, 'int32'));
  const isCut = tf.logicalAnd(isBelow, tf.notEqual(rest, tf.scalar(0, 'int32')));
  const quotient = tf.add(floored, tf.cast(isCut, 'int32'));
  return tf.where(isZero, tf.zerosLike(quotient), quotient);
}

/** a - b * floor(a / b) of integers; 0 where the divisor is 0, at which `wasm` stops. */
function flooredRemainder({ tf }: Site, a: TfTensor, b: TfTensor): TfTensor {
  const isZero = tf.equal(b, tf.scalar(0, 'int32'));
  const rest = tf.mod(a, tf.where(isZero, tf.onesLike(b), b));
  return tf.where(isZero, tf.zerosLike(rest), rest);
}

/** The remainder with the sign of the dividend. */
function truncatedRemainder(site: Site, a: TfTensor, b: TfTensor): TfTensor {
  const { tf } = site;
  const rest = flooredRemainder(site, a, b);
  const isOther = tf.logicalAnd(
    tf.notEqual(rest, tf.scalar(0, 'int32')),
    tf.notEqual(tf.less(rest, tf.scalar(0, 'int32')), tf.less(a, tf.scalar(0, 'int32'))),
  );
  return tf.where(isOther, tf.sub(rest, b), rest);
}

/** C's fmod of floats: |a| modulo |b| with the sign of a. */
function fmod({ tf }: Site, a: TfTensor, b: TfTensor): TfTensor {
  const rest = tf.mod(tf.abs(a), tf.abs(b));
  return tf.where(tf.less(a, 0), tf.neg(rest), rest);
}

/** NaN when either is: the kernels of `wasm` keep only that of the first operand. */
const chosen =
  (name: 'maximum' | 'minimum') =>
  ({ tf, target }: Site, a: TfTensor, b: TfTensor): TfTensor => {
    const best = tf[name](a, b);
    return a.dtype === 'float32' && target.backend === 'wasm' ? tf.where(tf.isNaN(b), b, best) : best;
  };

/** IEEE 754's pow, in which 1 to any power, -1 to an infinite one and NaN to 0 are 1. */
function power({ tf, node }: Site, a: TfTensor, b: TfTensor): TfTensor {
  const exponent = node.inputs[1]!.constant;
  if (isOnly(exponent, 2)) return tf.square(a);
  const result = tf.pow(a, b);
  if (exponent && hasNoInfinity(exponent)) return result;
  const one = tf.onesLike(result);
  const isUnit = tf.logicalOr(tf.equal(a, 1), tf.logicalAnd(tf.equal(a, -1), tf.isInf(b)));
  const isOne = tf.logicalOr(isUnit, tf.equal(b, 0));
  return tf.where(isOne, one, result);
}

const isOnly = (tensor: Tensor | undefined, value: number): boolean =>
  tensor !== undefined && tensor.data.length === 1 && Number(tensor.data[0]) === value;

const hasNoInfinity = ({ data }: Tensor): boolean =>
  Array.prototype.every.call(data, (x) => Number.isFinite(Number(x)));

/** Sums and products of whole numbers that wrap around at the ends of their type. */
const whole = (
  op: typeof ops.add,
  f: (site: Site, a: TfTensor, b: TfTensor) => TfTensor,
  types = arithmetic,
): Translation => binary(op, (site, a, b, _, dtype) => wrapped(site.tf, f(site, a, b), dtype), types);

const arithmetics = {
  add: whole(ops.add, ({ tf }, a, b) => tf.add(a, b)),
  sub: whole(ops.sub, ({ tf }, a, b) => tf.sub(a, b)),
  mul: whole(ops.mul, product),
  div: whole(
    ops.div,
    (site, a, b) => (a.dtype === 'float32' ? site.tf.div(a, b) : truncatedQuotient(site, a, b)),
    quotients,
  ),
  mod: binary(
    ops.mod,
    (site, a, b, { fmod: hasSignOfDividend }) => {
      if (a.dtype === 'float32') return hasSignOfDividend ? fmod(site, a, b) : site.tf.mod(a, b);
      return (hasSignOfDividend ? truncatedRemainder : flooredRemainder)(site, a, b);
    },
    remainders,
  ),
  pow: translation(
    ops.pow,
    (site) => {
      const { tf } = site;
      const [a, b] = site.operands();
      const isMixed = a!.dtype === 'float32' && !isFloat(b!.dtype);
      return broadcastCall(site, 'pow', [a!, b!], (x, y) => power(site, x!, isMixed ? asFloat(tf, y!) : y!));
    },
    {
      refuses: ({ inputs }) =>
        isFloat(inputs[0]!.type.dtype) ? undefined : 'its kernel computes powers of integers in float32',
    },
  ),
  min: binary(ops.min, chosen('minimum'), anything),
  max: binary(ops.max, chosen('maximum'), anything),
  prelu: whole(
    ops.prelu,
    (site, a, b) => {
      const { tf } = site;
      if (a.dtype === 'float32')
        return tf.where(tf.less(a, 0), tf.mul(a, b), tf.broadcastTo(a, shapeOf(site, a, b)));
      return tf.where(tf.less(a, tf.scalar(0, 'int32')), product(site, a, b), a);
    },
    arithmetic,
  ),
};

const shapeOf = ({ tf }: Site, a: TfTensor, b: TfTensor): number[] =>
  tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);

const comparisons = {
  equal: binary(ops.equal, ({ tf }, a, b) => tf.equal(a, b), anything),
  less: binary(ops.less, ({ tf }, a, b) => tf.less(a, b), anything),
  lessOrEqual: binary(ops.lessOrEqual, ({ tf }, a, b) => tf.lessEqual(a, b), anything),
  greater: binary(ops.greater, ({ tf }, a, b) => tf.greater(a, b), anything),
  greaterOrEqual: binary(ops.greaterOrEqual, ({ tf }, a, b) => tf.greaterEqual(a, b), anything),
  and: binary(ops.and, ({ tf }, a, b) => tf.logicalAnd(a, b), anything),
  or: binary(ops.or, ({ tf }, a, b) => tf.logicalOr(a, b), anything),
  xor: binary(ops.xor, ({ tf }, a, b) => tf.logicalXor(a, b), anything),
};

/** TensorFlow.js has no such kernel, on any of its backends. */
const missing = (words: string): Translation => ({
  refuses: () => `TensorFlow.js has no kernel for ${words}`,
  translate: (site) => {
    throw new TypeError(`${site.node.op} is refused`);
  },
});

const bits = {
  bitAnd: translation(
    ops.bitAnd,
    (site) => broadcastCall(site, 'bitwiseAnd', site.operands(), (a, b) => bitwiseAnd(site, a!, b!)),
    {
      types: anything,
      refuses: (_, { backend, has }) =>
        has('BitwiseAnd') ? undefined : `the backend ${backend} of TensorFlow.js has no kernel BitwiseAnd`,
    },
  ),
  bitOr: missing('bitwise or'),
  bitXor: missing('bitwise exclusive or'),
  shiftLeft: missing('shifts'),
  shiftRight: missing('shifts'),
};

/** The kernel wants operands of one shape. */
function bitwiseAnd(site: Site, a: TfTensor, b: TfTensor): TfTensor {
  const { tf } = site;
  const shape = shapeOf(site, a, b);
  return tf.bitwiseAnd(tf.broadcastTo(a, shape), tf.broadcastTo(b, shape));
}

/** A bound that is known when the program is made; undefined when it comes with the run. */
function knownBound(bound: Operand | undefined, none: number): number | undefined {
  if (!bound) return none;
  return bound.host && Number(bound.host.data[0]);
}

function clipCall(site: Site): Call {
  const { tf } = site;
  const [x, low, high] = [site.operand(0), site.optional(1), site.optional(2)];
  const least = knownBound(low, Number.NEGATIVE_INFINITY);
  const most = knownBound(high, Number.POSITIVE_INFINITY);
  if (x.dtype === 'float32' && least !== undefined && most !== undefined && least <= most)
    return { kernel: 'clip', operands: [x], orders: [x.order], run: (t) => between(tf, t!, least, most) };
  return {
    kernel: 'maximum and minimum',
    operands: [x, ...(low ? [low] : []), ...(high ? [high] : [])],
    orders: [x.order],
    run: (t, ...bounds) => {
      const [bottom, top] = low ? bounds : [undefined, ...bounds];
      const raised = bottom ? tf.maximum(t!, tf.reshape(bottom, [])) : t!;
      return top ? tf.minimum(raised, tf.reshape(top, [])) : raised;
    },
  };
}

const choices = {
  where: translation(
    ops.where,
    (site) =>
      broadcastCall(site, 'where', site.operands(), (condition, a, b) =>
        chooseBetween(site, condition!, a!, b!),
      ),
    { types: anything, typed: 1 },
  ),
  clip: translation(ops.clip, clipCall, { types: anything }),
};

/** `wasm` chooses between bools by their bits in words of 32. */
function chooseBetween({ tf }: Site, condition: TfTensor, a: TfTensor, b: TfTensor): TfTensor {
  if (a.dtype !== 'bool') return tf.where(condition, a, b);
  return tf.logicalOr(tf.logicalAnd(condition, a), tf.logicalAnd(tf.logicalNot(condition), b));
}

export const binaryTranslations = { ...arithmetics, ...comparisons, ...bits, ...choices };
