import type { HelperName } from './library/index.ts';
import type { Shader } from './shader.ts';

/** How tightly a text holds together, as WGSL's grammar has it: an operator takes operands of at least its level. */
export const level = { logical: 1, relational: 2, bits: 1, sum: 4, product: 5, unary: 6, whole: 7 } as const;

/** Text of an expression. */
export interface Term {
  readonly text: string;
  readonly level: number;
}

export const whole = (text: string): Term => ({ text, level: level.whole });

/** The text where a level is asked for: in parentheses when it is lower. */
export const at = ({ text, level: own }: Term, least: number): string => (own < least ? `(${text})` : text);

/** An operation on operands: as an operator, a built-in function or one of the library. */
export type Writer = (operands: readonly Term[], shader: Shader) => Term;

/** `a + b`: the left operand may be of the same level, the right one not. */
export const infix =
  (sign: string, own: number): Writer =>
  ([a, b]) => ({ text: `${at(a!, own)} ${sign} ${at(b!, own + 1)}`, level: own });

export const sum = (sign: string): Writer => infix(sign, level.sum);
export const product = (sign: string): Writer => infix(sign, level.product);

/** Comparisons do not chain. */
export const relation =
  (sign: string): Writer =>
  ([a, b]) => ({ text: `${at(a!, level.sum)} ${sign} ${at(b!, level.sum)}`, level: level.relational });

/** Operators of bits and shifts, which take nothing without parentheses. */
export const bitwise =
  (sign: string): Writer =>
  ([a, b]) => ({ text: `${at(a!, level.unary)} ${sign} ${at(b!, level.unary)}`, level: level.bits });

export const logical =
  (sign: string): Writer =>
  ([a, b]) => ({
    text: `${at(a!, level.relational)} ${sign} ${at(b!, level.relational)}`,
    level: level.logical,
  });

export const prefix =
  (sign: string): Writer =>
  ([x]) => ({ text: `${sign}${at(x!, level.whole)}`, level: level.unary });

export const callText = (name: string, operands: readonly Term[]): Term =>
  whole(`${name}(${operands.map(({ text }) => text).join(', ')})`);

/** A built-in function. */
export const call =
  (name: string): Writer =>
  (operands) =>
    callText(name, operands);

/** A function of the library. */
export const helper =
  (name: HelperName): Writer =>
  (operands, shader) =>
    callText(shader.helper(name), operands);
