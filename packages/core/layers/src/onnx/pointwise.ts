import type { DType } from '@polyphase/ir';
import { chain } from '../chain.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import type { Flag } from './attributes.ts';

/** A function of each element, without attributes. @throws PP2001 for element types that it does not take. */
const unary =
  (kind: string, build: (x: Operand, named: Named) => Flow) =>
  (x: Operand, { name = kind }: Named = {}): Flow =>
    build(x, { name });

export const Relu = unary('Relu', layers.relu);
export const Sigmoid = unary('Sigmoid', layers.sigmoid);
export const Tanh = unary('Tanh', layers.tanh);
export const Softplus = unary('Softplus', layers.softplus);
export const Softsign = unary('Softsign', layers.softsign);
export const Mish = unary('Mish', layers.mish);
export const HardSwish = unary('HardSwish', layers.hardSwish);
export const Exp = unary('Exp', layers.exp);
export const Log = unary('Log', layers.log);
export const Sqrt = unary('Sqrt', layers.sqrt);
export const Reciprocal = unary('Reciprocal', layers.reciprocal);
export const Erf = unary('Erf', layers.erf);
export const Sin = unary('Sin', layers.sin);
export const Cos = unary('Cos', layers.cos);
export const Tan = unary('Tan', layers.tan);
export const Asin = unary('Asin', layers.asin);
export const Acos = unary('Acos', layers.acos);
export const Atan = unary('Atan', layers.atan);
export const Sinh = unary('Sinh', layers.sinh);
export const Cosh = unary('Cosh', layers.cosh);
export const Asinh = unary('Asinh', layers.asinh);
export const Acosh = unary('Acosh', layers.acosh);
export const Atanh = unary('Atanh', layers.atanh);
export const Identity = unary('Identity', layers.identity);
export const Neg = unary('Neg', layers.neg);
export const Abs = unary('Abs', layers.abs);
export const Sign = unary('Sign', layers.sign);
export const Floor = unary('Floor', layers.floor);
export const Ceil = unary('Ceil', layers.ceil);
export const Round = unary('Round', layers.round);
export const Not = unary('Not', layers.not);
export const BitwiseNot = unary('BitwiseNot', layers.bitNot);
export const IsNaN = unary('IsNaN', layers.isNaN);

/** A function of each element whose attributes are spelled as the IR's. @throws PP2001, PP2003. */
const withAttributes =
  <A extends object>(kind: string, build: (x: Operand, options: A & Named) => Flow) =>
  (x: Operand, attributes: A & Named = {} as A): Flow =>
    build(x, { ...attributes, name: attributes.name ?? kind });

type OptionsOf<F> = F extends (x: Operand, options?: infer O) => Flow ? Omit<O, 'name'> : never;

export const LeakyRelu = withAttributes<OptionsOf<typeof layers.leakyRelu>>('LeakyRelu', layers.leakyRelu);
export const Elu = withAttributes<OptionsOf<typeof layers.elu>>('Elu', layers.elu);
export const Celu = withAttributes<OptionsOf<typeof layers.celu>>('Celu', layers.celu);
export const Selu = withAttributes<OptionsOf<typeof layers.selu>>('Selu', layers.selu);
export const HardSigmoid = withAttributes<OptionsOf<typeof layers.hardSigmoid>>(
  'HardSigmoid',
  layers.hardSigmoid,
);
export const ThresholdedRelu = withAttributes<OptionsOf<typeof layers.thresholdedRelu>>(
  'ThresholdedRelu',
  layers.thresholdedRelu,
);
export const Shrink = withAttributes<OptionsOf<typeof layers.shrink>>('Shrink', layers.shrink);
export const Gelu = withAttributes<OptionsOf<typeof layers.gelu>>('Gelu', layers.gelu);
export const Swish = withAttributes<OptionsOf<typeof layers.swish>>('Swish', layers.swish);

/** A function of pairs of elements, broadcast to one shape. @throws PP2001, PP2002. */
const binary =
  (kind: string, build: (a: Operand, b: Operand, named: Named) => Flow) =>
  (a: Operand, b: Operand, { name = kind }: Named = {}): Flow =>
    build(a, b, { name });

export const Add = binary('Add', layers.add);
export const Sub = binary('Sub', layers.sub);
export const Mul = binary('Mul', layers.mul);
export const Div = binary('Div', layers.div);
export const Pow = binary('Pow', layers.pow);
export const PRelu = binary('PRelu', layers.prelu);
export const And = binary('And', layers.and);
export const Or = binary('Or', layers.or);
export const Xor = binary('Xor', layers.xor);
export const BitwiseAnd = binary('BitwiseAnd', layers.bitAnd);
export const BitwiseOr = binary('BitwiseOr', layers.bitOr);
export const BitwiseXor = binary('BitwiseXor', layers.bitXor);
export const Equal = binary('Equal', layers.equal);
export const Less = binary('Less', layers.less);
export const LessOrEqual = binary('LessOrEqual', layers.lessOrEqual);
export const Greater = binary('Greater', layers.greater);
export const GreaterOrEqual = binary('GreaterOrEqual', layers.greaterOrEqual);

export interface ModAttributes extends Named {
  /** Default 0. */
  readonly fmod?: Flag | undefined;
}

/** Mod-13. @throws PP2001, PP2002. */
export const Mod = (a: Operand, b: Operand, { fmod, name = 'Mod' }: ModAttributes = {}): Flow =>
  layers.mod(a, b, { fmod: fmod === 1, name });

export interface BitShiftAttributes extends Named {
  readonly direction: 'LEFT' | 'RIGHT';
}

/** BitShift-11. @throws PP2001, PP2002. */
export const BitShift = (
  a: Operand,
  b: Operand,
  { direction, name = 'BitShift' }: BitShiftAttributes,
): Flow => (direction === 'LEFT' ? layers.shiftLeft : layers.shiftRight)(a, b, { name });

/** Sum-13. @throws PP2001, PP2002. */
export const Sum = chain('Sum', layers.add);
/** Max-13. @throws PP2001, PP2002. */
export const Max = chain('Max', layers.max);
/** Min-13. @throws PP2001, PP2002. */
export const Min = chain('Min', layers.min);

/** Mean-13. @throws PP2001, PP2002. */
export const Mean = (xs: readonly Operand[], named: Named = {}): Flow =>
  building('Mean', named, (name) => layers.div(Sum(xs, { name: `${name}/sum` }), xs.length, { name }));

/** Where-16. @throws PP2001, PP2002. */
export const Where = (condition: Operand, a: Operand, b: Operand, { name = 'Where' }: Named = {}): Flow =>
  layers.where(condition, a, b, { name });

/** Clip-13. @throws PP2001, PP2002. */
export const Clip = (
  x: Operand,
  min?: Operand | number,
  max?: Operand | number,
  { name = 'Clip' }: Named = {},
): Flow => layers.clip(x, { min, max, name });

export interface IsInfAttributes extends Named {
  /** Default 1. */
  readonly detect_negative?: Flag | undefined;
  /** Default 1. */
  readonly detect_positive?: Flag | undefined;
}

/** IsInf-20. @throws PP2001. */
export const IsInf = (x: Operand, attributes: IsInfAttributes = {}): Flow => {
  const { detect_negative = 1, detect_positive = 1, name = 'IsInf' } = attributes;
  return layers.isInf(x, { negative: detect_negative === 1, positive: detect_positive === 1, name });
};

export interface CastAttributes extends Named {
  readonly to: DType;
}

/** Cast-13. @throws PP2003. */
export const Cast = (x: Operand, { to, name = 'Cast' }: CastAttributes): Flow => layers.cast(x, to, { name });
