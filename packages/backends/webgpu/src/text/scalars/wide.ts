import type { CompareName } from '@polyphase/kernel';
import type { HelperName } from '../library/index.ts';
import {
  at,
  bitwise,
  callText,
  helper,
  infix,
  level,
  prefix,
  type Term,
  type Writer,
  whole,
} from '../term.ts';
import type { ScalarText } from './scalar.ts';

/** Numbers of 64 bits are two words, the low one first. */

const word = (value: bigint): string => `${value}u`;
/** The greatest integers are no JavaScript numbers: what is beyond them stands for them. */
const wordsOf =
  (greatestInteger: bigint) =>
  (value: number): Writer => {
    const whole64 = BigInt(value);
    const bits = BigInt.asUintN(64, whole64 > greatestInteger ? greatestInteger : whole64);
    return () => whole(`vec2<u32>(${word(bits & 0xffffffffn)}, ${word(bits >> 32n)})`);
  };

const negated =
  (writer: Writer): Writer =>
  (operands, shader) =>
    prefix('!')([writer(operands, shader)], shader);
const swapped =
  (writer: Writer): Writer =>
  ([a, b], shader) =>
    writer([b!, a!], shader);
const chosen =
  (less: Writer): Writer =>
  ([a, b], shader) =>
    callText('select', [b!, a!, less([a!, b!], shader)]);

const orderOf = (less: Writer): Readonly<Record<CompareName, Writer>> => ({
  eq: (operands, shader) => callText('all', [infix('==', level.relational)(parenthesized(operands), shader)]),
  ne: (operands, shader) => callText('any', [infix('!=', level.relational)(parenthesized(operands), shader)]),
  lt: less,
  ge: negated(less),
  gt: swapped(less),
  le: negated(swapped(less)),
});

const parenthesized = (operands: readonly Term[]): readonly Term[] =>
  operands.map((term) => whole(at(term, level.sum)));

const lowWord = (term: Term): Term => whole(`${at(term, level.whole)}.x`);

const shift64 =
  (name: HelperName): Writer =>
  ([a, b], shader) =>
    helper(name)([a!, lowWord(b!)], shader);

export const words = (less: HelperName, sign: 'i64' | 'u64'): ScalarText => ({
  type: 'vec2<u32>',
  literal: wordsOf(sign === 'i64' ? 2n ** 63n - 1n : 2n ** 64n - 1n),
  unary: {
    neg: helper('neg_i64'),
    abs: sign === 'i64' ? helper('abs_i64') : ([x]) => x!,
    bitNot: prefix('~'),
  },
  binary: {
    add: helper('add_i64'),
    sub: helper('sub_i64'),
    mul: helper('mul_i64'),
    div: helper(`div_${sign}`),
    mod: helper(`mod_${sign}`),
    min: chosen(helper(less)),
    max: chosen(swapped(helper(less))),
    and: bitwise('&'),
    or: bitwise('|'),
    xor: bitwise('^'),
    shl: shift64('shl_i64'),
    shr: shift64(`shr_${sign}`),
  },
  compare: orderOf(helper(less)),
});

function doubleLiteral(value: number): Writer {
  const bits = new Uint32Array(new Float64Array([value]).buffer);
  return () => whole(`vec2<u32>(${bits[0]}u, ${bits[1]}u)`);
}

export const f64: ScalarText = {
  type: 'vec2<u32>',
  literal: doubleLiteral,
  unary: {
    neg: helper('neg_f64'),
    abs: helper('abs_f64'),
    floor: helper('floor_f64'),
    ceil: helper('ceil_f64'),
    round: helper('round_f64'),
    trunc: helper('trunc_f64'),
    sqrt: helper('sqrt_f64'),
  },
  binary: {
    add: helper('add_f64'),
    sub: helper('sub_f64'),
    mul: helper('mul_f64'),
    div: helper('div_f64'),
    min: helper('min_f64'),
    max: helper('max_f64'),
  },
  compare: {
    eq: helper('equal_f64'),
    ne: negated(helper('equal_f64')),
    lt: helper('less_f64'),
    le: helper('at_most_f64'),
    gt: swapped(helper('less_f64')),
    ge: swapped(helper('at_most_f64')),
  },
};
