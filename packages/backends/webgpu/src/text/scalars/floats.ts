import type { HelperName } from '../library/index.ts';
import {
  call,
  callText,
  helper,
  level,
  prefix,
  product,
  sum,
  type Term,
  type Writer,
  whole,
} from '../term.ts';
import { comparisons, type ScalarText } from './scalar.ts';

/** The greatest float32: a literal must not be beyond it, even where it would be rounded to it. */
const greatest = 3.4028234663852886e38;

/** The fewest digits that round to the number again. */
function shortestText(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value && Math.abs(text) <= greatest) return String(text);
  }
  return String(value);
}

function floatLiteral(value: number): Writer {
  if (Number.isNaN(value)) return helper('not_a_number');
  if (value === Number.POSITIVE_INFINITY) return helper('infinity');
  if (value === Number.NEGATIVE_INFINITY)
    return (_, shader) => prefix('-')([callText(shader.helper('infinity'), [])], shader);
  const text = shortestText(Math.abs(value));
  const size = /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
  const isNegative = value < 0 || Object.is(value, -0);
  return () => (isNegative ? { text: `-${size}`, level: level.unary } : whole(size));
}

/** max(x, c) of a number c needs to ask about NaN less. */
const boundedBy =
  (bounded: HelperName, other: HelperName): Writer =>
  (operands, shader) => {
    const [bound, x] = operands.toSorted((a, b) => Number(isNumber(b)) - Number(isNumber(a)));
    const isBounded = isNumber(bound!) && !isNumber(x!);
    return isBounded ? helper(bounded)([x!, bound!], shader) : helper(other)(operands, shader);
  };

const isNumber = ({ text }: Term): boolean => /^-?[0-9.e+-]+f$/.test(text);

export const f32: ScalarText = {
  type: 'f32',
  literal: floatLiteral,
  unary: {
    neg: prefix('-'),
    abs: call('abs'),
    floor: call('floor'),
    ceil: call('ceil'),
    round: call('round'),
    trunc: call('trunc'),
    sqrt: call('sqrt'),
    exp: helper('exp_f32'),
    log: helper('log_f32'),
    erf: helper('erf_f32'),
    sin: helper('sin_f32'),
    cos: helper('cos_f32'),
    tan: helper('tan_f32'),
    asin: helper('asin_f32'),
    acos: helper('acos_f32'),
    atan: helper('atan_f32'),
    sinh: helper('sinh_f32'),
    cosh: helper('cosh_f32'),
    tanh: helper('tanh_f32'),
    asinh: helper('asinh_f32'),
    acosh: helper('acosh_f32'),
    atanh: helper('atanh_f32'),
  },
  binary: {
    add: sum('+'),
    sub: sum('-'),
    mul: product('*'),
    div: product('/'),
    mod: helper('fmod_f32'),
    min: boundedBy('at_most', 'min_nan'),
    max: boundedBy('at_least', 'max_nan'),
    pow: helper('pow_f32'),
  },
  compare: comparisons,
};
