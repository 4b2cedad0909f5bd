import { type DType, dtypes, isFloat, ops, sameShape, toNumbers, type Value } from '@polyphase/ir';
import { int, text } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import { arithmeticOf } from './compose.ts';
import { castTo, computed, computingType, lacking, scalar } from './shared.ts';

interface Operands {
  readonly a: Value;
  readonly b: Value;
}

/** `types`: those that onnxruntime has kernels for; default: all that the layer may have. */
const binary =
  (operator: string, types?: readonly DType[]) =>
  ({ a, b }: Operands, _: object, context: Exporting): Value =>
    types ? computed(context, operator, [a, b], types) : context.node(operator, [a, b]);

const bitwise =
  (operator: string) =>
  ({ a, b }: Operands, _: object, context: Exporting): Value =>
    context.opset >= 18 ? context.node(operator, [a, b]) : lacking(context, operator, 18);

const extremeTypes: readonly DType[] = [
  'float64',
  'float32',
  'float16',
  'int32',
  'int64',
  'int8',
  'uint32',
  'uint64',
  'uint8',
];

/** The remainder with the divisor's sign: that of C's fmod, and the divisor where the signs differ. */
function flooredRemainder({ a, b }: Operands, context: Exporting): Value {
  const { add, equal, less, where } = arithmeticOf(context, a);
  const rest = context.make(ops.mod, { a, b }, { fmod: true });
  const differs = context.make(ops.xor, { a: less(rest, 0), b: less(b, 0) });
  const some = context.make(ops.not, { x: equal(rest, 0) });
  return where(context.make(ops.and, { a: some, b: differs }), add(rest, b), rest);
}

const bitsOf = (dtype: DType): number => 8 * dtypes[dtype].bytes;

/** The unsigned types that onnxruntime shifts, by how many bits they have. */
const shifted: Readonly<Record<number, DType>> = { 8: 'uint8', 16: 'uint32', 32: 'uint32', 64: 'uint64' };

/** `y` where the shift by `b` leaves bits of `dtype`, else 0. */
function orNothing(y: Value, b: Value, dtype: DType, context: Exporting): Value {
  const limit = bitsOf(dtype);
  const { constant } = b;
  if (constant && toNumbers(constant).every((count) => count >= 0 && count < limit)) return y;
  const within = context.make(ops.less, {
    a: castTo(context, b, 'uint64'),
    b: scalar(context, 'uint64', limit),
  });
  return context.make(ops.where, { condition: within, a: y, b: scalar(context, dtype, 0) });
}

/** Shifts the bits as those of unsigned integers. */
function shift({ a, b }: Operands, direction: 'LEFT' | 'RIGHT', context: Exporting): Value {
  const { dtype } = a.type;
  const type = shifted[bitsOf(dtype)]!;
  const inputs = [castTo(context, a, type), castTo(context, b, type)];
  const wide = context.node(
    'BitShift',
    inputs,
    { direction: text(direction) },
    { ...context.types[0]!, dtype: type },
  );
  return orNothing(castTo(context, wide, dtype), b, dtype, context);
}

/** Signed integers keep their sign: the bits of a negative one are inverted before and after. */
function shiftRight({ a, b }: Operands, context: Exporting): Value {
  const { dtype } = a.type;
  if (dtypes[dtype].kind === 'uint') return shift({ a, b }, 'RIGHT', context);
  const type = `u${dtype}` as DType;
  const flip = (x: Value, negative: Value): Value =>
    context.make(ops.where, { condition: negative, a: context.make(ops.bitNot, { x }), b: x });
  const negative = context.make(ops.less, { a, b: scalar(context, dtype, 0) });
  const bits = castTo(context, flip(a, negative), type);
  const moved = context.make(ops.shiftRight, { a: bits, b: castTo(context, b, type) });
  return orNothing(flip(castTo(context, moved, dtype), negative), b, dtype, context);
}

const powerTypes: readonly DType[] = ['float64', 'float32', 'float16', 'int32', 'int64'];

export const binaries = {
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: binary('Div'),
  pow({ a, b }, _, context) {
    const [base, exponent] = [a, b].map((x) =>
      castTo(context, x, computingType(x.type.dtype, powerTypes)),
    ) as [Value, Value];
    const y = context.node('Pow', [base, exponent], {}, { ...context.types[0]!, dtype: base.type.dtype });
    return castTo(context, y, a.type.dtype);
  },
  mod({ a, b }, { fmod }, context) {
    if (isFloat(a.type.dtype) && !fmod) return flooredRemainder({ a, b }, context);
    return context.node('Mod', [a, b], { fmod: int(fmod) });
  },
  min: binary('Min', extremeTypes),
  max: binary('Max', extremeTypes),
  prelu({ a, b }, _, context) {
    if (a.type.dtype === 'float64' || !isFloat(a.type.dtype)) {
      const { less, mul, where } = arithmeticOf(context, a);
      return where(less(a, 0), mul(a, b), a);
    }
    const { shape } = context.types[0]!;
    const x = sameShape(a.type.shape, shape) ? a : context.make(ops.expand, { x: a }, { shape });
    return context.node('PRelu', [x, b]);
  },
  and: binary('And'),
  or: binary('Or'),
  xor: binary('Xor'),
  bitAnd: bitwise('BitwiseAnd'),
  bitOr: bitwise('BitwiseOr'),
  bitXor: bitwise('BitwiseXor'),
  shiftLeft: (operands, _, context) => shift(operands, 'LEFT', context),
  shiftRight: (operands, _, context) => shiftRight(operands, context),
  equal: binary('Equal'),
  less: binary('Less'),
  lessOrEqual: binary('LessOrEqual'),
  greater: binary('Greater'),
  greaterOrEqual: binary('GreaterOrEqual'),
} satisfies Partial<Exporters>;
