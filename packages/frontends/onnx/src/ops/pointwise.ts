import { type Op, ops } from '@polyphase/ir';
import { dtype, flag, float, int, oneOf, required } from '../attributes.ts';
import { row, type Table, type Versions } from '../row.ts';
import { from, scalar } from './shared.ts';

const unary = (since: number, op: Op<'x', object>): Versions =>
  from(since, row({ inputs: ['x'], build: ({ x }, _, context) => context.make(op, { x }, {}) }));

/** A function of one element with the float attribute alpha. */
const withAlpha = (since: number, op: Op<'x', { readonly alpha: number }>, alpha: number): Versions =>
  from(
    since,
    row({
      inputs: ['x'],
      attributes: { alpha: float(alpha) },
      build: ({ x }, attributes, context) => context.make(op, { x }, attributes),
    }),
  );

const clipOperands = row({
  inputs: ['x', 'min?', 'max?'],
  build: (operands, _, context) => context.make(ops.clip, operands, {}),
});

const largest = (2 - 2 ** -23) * 2 ** 127;

const clipAttributes = row({
  inputs: ['x'],
  attributes: { min: float(-largest), max: float(largest) },
  build({ x }, { min, max }, context) {
    const bound = (value: number, part: string) => context.constant(scalar(x.type.dtype, value), part);
    return context.make(ops.clip, { x, min: bound(min, 'min'), max: bound(max, 'max') }, {});
  },
});

/** `saturate` and `round_mode` speak of 8-bit floats only, which no tensor here holds. */
const castOptions = { saturate: int(1), round_mode: oneOf('up', 'down', 'nearest') };

const castRow = (options: Partial<typeof castOptions>) =>
  row({
    inputs: ['x'],
    attributes: { to: required(dtype()), ...options },
    build: ({ x }, { to }, context) => context.make(ops.cast, { x }, { to }),
  });

const castLikeRow = (options: Partial<typeof castOptions>) =>
  row({
    inputs: ['x', 'like'],
    attributes: options,
    build: ({ x, like }, _, context) => context.make(ops.cast, { x }, { to: like.type.dtype }),
  });

const { saturate } = castOptions;

export const pointwise: Table = {
  Abs: unary(6, ops.abs),
  Acos: unary(7, ops.acos),
  Acosh: unary(9, ops.acosh),
  Asin: unary(7, ops.asin),
  Asinh: unary(9, ops.asinh),
  Atan: unary(7, ops.atan),
  Atanh: unary(9, ops.atanh),
  BitwiseNot: unary(18, ops.bitNot),
  Cast: { 6: castRow({}), 19: castRow({ saturate }), 24: castRow(castOptions) },
  CastLike: { 15: castLikeRow({}), 19: castLikeRow({ saturate }), 24: castLikeRow(castOptions) },
  Ceil: unary(6, ops.ceil),
  Celu: withAlpha(12, ops.celu, 1),
  Clip: { 6: clipAttributes, 11: clipOperands },
  Cos: unary(7, ops.cos),
  Cosh: unary(9, ops.cosh),
  Elu: withAlpha(6, ops.elu, 1),
  Erf: unary(9, ops.erf),
  Exp: unary(6, ops.exp),
  Floor: unary(6, ops.floor),
  Gelu: from(
    20,
    row({
      inputs: ['x'],
      attributes: { approximate: oneOf('none', 'tanh') },
      build: ({ x }, attributes, context) => context.make(ops.gelu, { x }, attributes),
    }),
  ),
  HardSigmoid: from(
    6,
    row({
      inputs: ['x'],
      attributes: { alpha: float(0.2), beta: float(0.5) },
      build: ({ x }, attributes, context) => context.make(ops.hardSigmoid, { x }, attributes),
    }),
  ),
  HardSwish: unary(14, ops.hardSwish),
  Identity: unary(1, ops.identity),
  IsInf: from(
    10,
    row({
      inputs: ['x'],
      attributes: { detect_negative: flag(true), detect_positive: flag(true) },
      build: ({ x }, { detect_negative: negative, detect_positive: positive }, context) =>
        context.make(ops.isInf, { x }, { negative, positive }),
    }),
  ),
  IsNaN: unary(9, ops.isNaN),
  LeakyRelu: withAlpha(6, ops.leakyRelu, 0.01),
  Log: unary(6, ops.log),
  Mish: unary(18, ops.mish),
  Neg: unary(6, ops.neg),
  Not: unary(1, ops.not),
  Reciprocal: unary(6, ops.reciprocal),
  Relu: unary(6, ops.relu),
  Round: unary(11, ops.round),
  Selu: from(
    6,
    row({
      inputs: ['x'],
      attributes: { alpha: float(1.6732631921768188), gamma: float(1.0507010221481323) },
      build: ({ x }, attributes, context) => context.make(ops.selu, { x }, attributes),
    }),
  ),
  Shrink: from(
    9,
    row({
      inputs: ['x'],
      attributes: { bias: float(0), lambd: float(0.5) },
      build: ({ x }, attributes, context) => context.make(ops.shrink, { x }, attributes),
    }),
  ),
  Sigmoid: unary(6, ops.sigmoid),
  Sign: unary(9, ops.sign),
  Sin: unary(7, ops.sin),
  Sinh: unary(9, ops.sinh),
  Softplus: unary(1, ops.softplus),
  Softsign: unary(1, ops.softsign),
  Sqrt: unary(6, ops.sqrt),
  SwiGLU: from(
    28,
    row({
      inputs: ['a', 'b'],
      attributes: { alpha: float(1) },
      build: ({ a, b }, { alpha }, context) =>
        context.make(ops.mul, { a: context.make(ops.swish, { x: a }, { alpha }, 'swish'), b }, {}),
    }),
  ),
  Swish: withAlpha(24, ops.swish, 1),
  Tan: unary(7, ops.tan),
  Tanh: unary(6, ops.tanh),
  ThresholdedRelu: withAlpha(10, ops.thresholdedRelu, 1),
  Where: from(
    9,
    row({
      inputs: ['condition', 'a', 'b'],
      build: (operands, _, context) => context.make(ops.where, operands, {}),
    }),
  ),
};
