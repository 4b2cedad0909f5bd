import { type DType, type Op, ops } from '@polyphase/ir';
import { operandsOf, type Scalar, scalarFor } from '../arguments.ts';
import { type Flow, layer, type Named, type Operand } from '../flow.ts';

/** The attributes of an operation, all optional, and the layer's name. */
type Options<A extends object> = (object extends A ? unknown : Partial<A>) & Named;

/** Those that are not undefined, which stands for the default. */
const given = <A extends object>(attributes: A): A =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as A;

/** A function of each element; element types as the operation takes them (PP2001). */
const unary =
  <A extends object>(op: Op<'x', A>) =>
  (x: Operand, options: Options<A> = {} as Options<A>): Flow => {
    const { name, ...attributes } = options;
    return layer(op, { x }, given(attributes) as Partial<A>, { name });
  };

/** A function of pairs of elements, the operands broadcast to one shape; a number takes the type of the other. */
const binary =
  <A extends object>(op: Op<'a' | 'b', A>) =>
  (a: Scalar, b: Scalar, options: Options<A> = {} as Options<A>): Flow => {
    const { name, ...attributes } = options;
    const [left, right] = operandsOf(a, b);
    return layer(op, { a: left, b: right }, given(attributes) as Partial<A>, { name });
  };

export const relu = unary(ops.relu);
export const sigmoid = unary(ops.sigmoid);
export const tanh = unary(ops.tanh);
export const softplus = unary(ops.softplus);
export const softsign = unary(ops.softsign);
export const mish = unary(ops.mish);
export const hardSwish = unary(ops.hardSwish);
export const exp = unary(ops.exp);
export const log = unary(ops.log);
export const sqrt = unary(ops.sqrt);
export const reciprocal = unary(ops.reciprocal);
export const erf = unary(ops.erf);
export const sin = unary(ops.sin);
export const cos = unary(ops.cos);
export const tan = unary(ops.tan);
export const asin = unary(ops.asin);
export const acos = unary(ops.acos);
export const atan = unary(ops.atan);
export const sinh = unary(ops.sinh);
export const cosh = unary(ops.cosh);
export const asinh = unary(ops.asinh);
export const acosh = unary(ops.acosh);
export const atanh = unary(ops.atanh);
export const identity = unary(ops.identity);
export const neg = unary(ops.neg);
export const abs = unary(ops.abs);
export const sign = unary(ops.sign);
export const floor = unary(ops.floor);
export const ceil = unary(ops.ceil);
/** To the nearest integer, ties to even. */
export const round = unary(ops.round);
export const not = unary(ops.not);
export const bitNot = unary(ops.bitNot);
const isNotANumber = unary(ops.isNaN);

export { isNotANumber as isNaN };
export const isInf = unary(ops.isInf);

export const leakyRelu = unary(ops.leakyRelu);
export const elu = unary(ops.elu);
export const celu = unary(ops.celu);
export const selu = unary(ops.selu);
export const hardSigmoid = unary(ops.hardSigmoid);
export const thresholdedRelu = unary(ops.thresholdedRelu);
export const shrink = unary(ops.shrink);
export const gelu = unary(ops.gelu);
export const swish = unary(ops.swish);

export const add = binary(ops.add);
export const sub = binary(ops.sub);
export const mul = binary(ops.mul);
/** Integers truncate towards 0. */
export const div = binary(ops.div);
export const pow = binary(ops.pow);
export const min = binary(ops.min);
export const max = binary(ops.max);
/** `a` where it is not negative, else `a` times the slope `b`. */
export const prelu = binary(ops.prelu);
/** The remainder with the sign of the divisor, or with `fmod` that of the dividend. */
export const mod = binary(ops.mod);
export const and = binary(ops.and);
export const or = binary(ops.or);
export const xor = binary(ops.xor);
export const bitAnd = binary(ops.bitAnd);
export const bitOr = binary(ops.bitOr);
export const bitXor = binary(ops.bitXor);
export const shiftLeft = binary(ops.shiftLeft);
export const shiftRight = binary(ops.shiftRight);
export const equal = binary(ops.equal);
export const less = binary(ops.less);
export const lessOrEqual = binary(ops.lessOrEqual);
export const greater = binary(ops.greater);
export const greaterOrEqual = binary(ops.greaterOrEqual);

/** `a` where the condition (bool) holds, else `b`; broadcast to one shape. @throws PP2001, PP2002. */
export function where(condition: Operand, a: Scalar, b: Scalar, named: Named = {}): Flow {
  const [yes, no] = operandsOf(a, b);
  return layer(ops.where, { condition, a: yes, b: no }, {}, named);
}

export interface ClipOptions extends Named {
  readonly min?: Scalar | undefined;
  readonly max?: Scalar | undefined;
}

/** min(max(x, options.min), options.max); a bound that is left out does not bind. @throws PP2001, PP2002. */
export function clip(x: Operand, options: ClipOptions = {}): Flow {
  const bound = (value: Scalar | undefined) => (value === undefined ? undefined : scalarFor(x, value));
  return layer(ops.clip, { x, min: bound(options.min), max: bound(options.max) }, {}, options);
}

/** Elements of another type; floats truncate to integers, out of range to its nearest end. @throws PP2003. */
export const cast = (x: Operand, dtype: DType, named: Named = {}): Flow =>
  layer(ops.cast, { x }, { to: dtype }, named);
