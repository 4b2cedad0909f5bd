import { erf as errorFunction, roundToEven } from '../math.ts';
import { unary, unaryWith } from './pointwise.ts';

/** log(1 + exp(x)), which neither overflows for large x nor cancels for small. */
const logOnePlusExp = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export const relu = unary('relu', 'number', (x) => (x > 0 || Number.isNaN(x) ? x : 0));
export const sigmoid = unary('sigmoid', 'float', (x) => 1 / (1 + Math.exp(-x)));
export const tanh = unary('tanh', 'float', Math.tanh);
export const softplus = unary('softplus', 'float', logOnePlusExp);
export const softsign = unary('softsign', 'float', (x) => x / (1 + Math.abs(x)));
export const mish = unary('mish', 'float', (x) => x * Math.tanh(logOnePlusExp(x)));
export const hardSwish = unary('hardSwish', 'float', (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)));

export const exp = unary('exp', 'float', Math.exp);
export const log = unary('log', 'float', Math.log);
export const sqrt = unary('sqrt', 'float', Math.sqrt);
export const reciprocal = unary('reciprocal', 'float', (x) => 1 / x);
export const erf = unary('erf', 'float', errorFunction);
export const sin = unary('sin', 'float', Math.sin);
export const cos = unary('cos', 'float', Math.cos);
export const tan = unary('tan', 'float', Math.tan);
export const asin = unary('asin', 'float', Math.asin);
export const acos = unary('acos', 'float', Math.acos);
export const atan = unary('atan', 'float', Math.atan);
export const sinh = unary('sinh', 'float', Math.sinh);
export const cosh = unary('cosh', 'float', Math.cosh);
export const asinh = unary('asinh', 'float', Math.asinh);
export const acosh = unary('acosh', 'float', Math.acosh);
export const atanh = unary('atanh', 'float', Math.atanh);

export const identity = unary('identity', 'any', (x) => x);
export const neg = unary('neg', 'number', (x) => -x);
export const abs = unary('abs', 'number', Math.abs);
export const sign = unary('sign', 'number', Math.sign);
export const floor = unary('floor', 'number', Math.floor);
export const ceil = unary('ceil', 'number', Math.ceil);
export const round = unary('round', 'number', roundToEven);

export const not = unary('not', 'bool', (x) => Number(x === 0));
export const bitNot = unary('bitNot', 'integer', (x) => -x - 1);
const isNotANumber = unary('isNaN', 'float', (x) => Number(Number.isNaN(x)), 'bool');

export { isNotANumber as isNaN };

export interface IsInfAttributes {
  /** Whether +infinity counts. */
  readonly positive: boolean;
  /** Whether -infinity counts. */
  readonly negative: boolean;
}

export const isInf = unaryWith<IsInfAttributes>(
  'isInf',
  'float',
  { positive: true, negative: true },
  (x, { positive, negative }) =>
    Number((positive && x === Number.POSITIVE_INFINITY) || (negative && x === Number.NEGATIVE_INFINITY)),
  { result: 'bool' },
);
