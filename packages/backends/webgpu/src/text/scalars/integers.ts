import type { HelperName } from '../library/index.ts';
import {
  bitwise,
  call,
  helper,
  level,
  logical,
  prefix,
  product,
  relation,
  sum,
  type Term,
  type Writer,
  whole,
} from '../term.ts';
import { comparisons, type ScalarText } from './scalar.ts';

/** Division by a literal other than 0 needs no care. */
const divided =
  (sign: '/' | '%', name: HelperName): Writer =>
  (operands, shader) =>
    /^[1-9][0-9]*u?$/.test(operands[1]!.text)
      ? product(sign)(operands, shader)
      : helper(name)(operands, shader);

const unsigned = ({ text }: Term): Term => {
  const literal = /^([0-9]+)u?$/.exec(text);
  return whole(literal ? `${literal[1]}u` : `u32(${text})`);
};

const shift =
  (sign: '<<' | '>>'): Writer =>
  ([a, b], shader) =>
    bitwise(sign)([a!, unsigned(b!)], shader);

export const i32: ScalarText = {
  type: 'i32',
  literal: (value) => () =>
    value >= 0
      ? whole(String(value))
      : value === -(2 ** 31)
        ? whole('i32(-2147483648)')
        : { text: String(value), level: level.unary },
  unary: { neg: prefix('-'), abs: call('abs'), bitNot: prefix('~') },
  binary: {
    add: sum('+'),
    sub: sum('-'),
    mul: product('*'),
    div: divided('/', 'div_i32'),
    mod: divided('%', 'mod_i32'),
    min: call('min'),
    max: call('max'),
    and: bitwise('&'),
    or: bitwise('|'),
    xor: bitwise('^'),
    shl: shift('<<'),
    shr: shift('>>'),
  },
  compare: comparisons,
};

export const u32: ScalarText = {
  ...i32,
  type: 'u32',
  literal: (value) => () => whole(`${value}u`),
  unary: {
    neg: ([x], shader) => sum('-')([whole('0u'), x!], shader),
    abs: ([x]) => x!,
    bitNot: prefix('~'),
  },
  binary: { ...i32.binary, div: divided('/', 'div_u32'), mod: divided('%', 'mod_u32') },
};

export const bool: ScalarText = {
  type: 'bool',
  literal: (value) => () => whole(String(value !== 0)),
  unary: { not: prefix('!') },
  binary: {
    add: logical('||'),
    or: logical('||'),
    max: logical('||'),
    mul: logical('&&'),
    and: logical('&&'),
    min: logical('&&'),
    xor: relation('!='),
  },
  compare: {
    eq: relation('=='),
    ne: relation('!='),
    lt: ([a, b], shader) => logical('&&')([prefix('!')([a!], shader), b!], shader),
    le: ([a, b], shader) => logical('||')([prefix('!')([a!], shader), b!], shader),
    gt: ([a, b], shader) => logical('&&')([a!, prefix('!')([b!], shader)], shader),
    ge: ([a, b], shader) => logical('||')([a!, prefix('!')([b!], shader)], shader),
  },
};
