import { binary, comparison } from './pointwise.ts';
import {
  bitwise,
  flooredRemainder,
  powerOf,
  productOf,
  quotientOf,
  shiftBy,
  sumOf,
  truncatedRemainder,
} from './scalar.ts';

export const add = binary('add', 'number', sumOf);
export const sub = binary('sub', 'number', (a, b) => a - b);
export const mul = binary('mul', 'number', productOf);
export const div = binary('div', 'number', quotientOf);
/** The output has the type of `a`. */
export const pow = binary('pow', 'number', powerOf, { mixed: true });
/** NaN when either is. */
export const min = binary('min', 'number', (a, b) => Math.min(a, b));
/** NaN when either is. */
export const max = binary('max', 'number', (a, b) => Math.max(a, b));
/** `a` where it is not negative, else `a` times the slope `b`. */
export const prelu = binary('prelu', 'number', (a, b, dtype) => (a < 0 ? productOf(a, b, dtype) : a));

export interface ModAttributes {
  /** The sign of the dividend (C's fmod), not that of the divisor (Python's %). */
  readonly fmod: boolean;
}

export const mod = binary<ModAttributes>(
  'mod',
  'number',
  (a, b, dtype, { fmod }) => (fmod ? truncatedRemainder : flooredRemainder)(a, b, dtype),
  { defaults: { fmod: false } },
);

export const and = binary('and', 'bool', (a, b) => a & b);
export const or = binary('or', 'bool', (a, b) => a | b);
export const xor = binary('xor', 'bool', (a, b) => a ^ b);

export const bitAnd = binary(
  'bitAnd',
  'integer',
  bitwise((a, b) => a & b),
);
export const bitOr = binary(
  'bitOr',
  'integer',
  bitwise((a, b) => a | b),
);
export const bitXor = binary(
  'bitXor',
  'integer',
  bitwise((a, b) => a ^ b),
);
export const shiftLeft = binary(
  'shiftLeft',
  'integer',
  shiftBy((a, b) => a << b),
);
/** Signed integers keep their sign. */
export const shiftRight = binary(
  'shiftRight',
  'integer',
  shiftBy((a, b) => a >> b),
);

export const equal = comparison('equal', 'any', (a, b) => a === b);
export const less = comparison('less', 'number', (a, b) => a < b);
export const lessOrEqual = comparison('lessOrEqual', 'number', (a, b) => a <= b);
export const greater = comparison('greater', 'number', (a, b) => a > b);
export const greaterOrEqual = comparison('greaterOrEqual', 'number', (a, b) => a >= b);
