import type { DType } from '@polyphase/ir';
import {
  type BinaryName,
  type Buffer,
  type CompareName,
  type Expr,
  type LoopVar,
  type ReduceName,
  type Scalar,
  scalarOf,
  type UnaryName,
} from './expr.ts';
import { isIntegerScalar, rangeOf } from './range.ts';
import { decide, simplified, weightedSum } from './rules.ts';
import { binaryOf, compareOf, convertOf, limitsOf, narrowOf, unaryOf } from './scalar.ts';

/** Constructors of expressions: they fold constants and simplify indexes, and never change a float's value. */

/** A number in a scalar's precision. */
export const constant = (type: Scalar, value: number): Expr => ({
  kind: 'const',
  type,
  value: type === 'f32' ? Math.fround(value) : value,
});

export const int = (value: number): Expr => constant('i32', value);
export const bool = (value: boolean): Expr => constant('bool', Number(value));
export const loopVar = (name: string, extent: number): LoopVar => ({ name, extent });
export const variable = (loop: LoopVar): Expr =>
  loop.extent === 1 ? int(0) : { kind: 'var', type: 'i32', loop };
export const load = (buffer: Buffer, index: Expr): Expr => ({
  kind: 'load',
  type: scalarOf[buffer.dtype],
  buffer,
  index,
});

const isConst = (e: Expr, value?: number): e is Expr & { kind: 'const' } =>
  e.kind === 'const' && (value === undefined || e.value === value);

export function unary(op: UnaryName, x: Expr): Expr {
  if (isConst(x)) return constant(x.type, unaryOf(op, x.type, x.value));
  if ((op === 'neg' || op === 'not') && x.kind === 'unary' && x.op === op) return x.x;
  return { kind: 'unary', op, type: x.type, x };
}

/** x where the other operand does nothing: exact for every x, NaN and -0 among them. */
const neutral: Readonly<Partial<Record<BinaryName, (a: Expr, b: Expr) => Expr | undefined>>> = {
  sub: (a, b) => (isConst(b, 0) && !Object.is(b.value, -0) ? a : undefined),
  mul: (a, b) => (isConst(b, 1) ? a : isConst(a, 1) ? b : undefined),
  div: (a, b) => (isConst(b, 1) ? a : undefined),
  and: (a, b) =>
    a.type !== 'bool'
      ? undefined
      : isConst(a)
        ? a.value
          ? b
          : a
        : isConst(b)
          ? b.value
            ? a
            : b
          : undefined,
  or: (a, b) =>
    a.type !== 'bool'
      ? undefined
      : isConst(a)
        ? a.value
          ? a
          : b
        : isConst(b)
          ? b.value
            ? b
            : a
          : undefined,
};

export function binary(op: BinaryName, a: Expr, b: Expr): Expr {
  if (isConst(a) && isConst(b)) return constant(a.type, binaryOf(op, a.type, a.value, b.value));
  const simpler = a.type === 'i32' ? simplified(op, a, b, binary) : undefined;
  return simpler ?? neutral[op]?.(a, b) ?? { kind: 'binary', op, type: a.type, a, b };
}

/** The sum of i32 expressions, each times its factor. */
export const sumOf = (parts: readonly (readonly [Expr, number])[]): Expr => weightedSum(parts, binary);

export const add = (a: Expr, b: Expr): Expr => binary('add', a, b);
export const sub = (a: Expr, b: Expr): Expr => binary('sub', a, b);
export const mul = (a: Expr, b: Expr): Expr => binary('mul', a, b);
export const div = (a: Expr, b: Expr): Expr => binary('div', a, b);
export const mod = (a: Expr, b: Expr): Expr => binary('mod', a, b);
export const min = (a: Expr, b: Expr): Expr => binary('min', a, b);
export const max = (a: Expr, b: Expr): Expr => binary('max', a, b);
export const and = (a: Expr, b: Expr): Expr => binary('and', a, b);
export const or = (a: Expr, b: Expr): Expr => binary('or', a, b);

export function compare(op: CompareName, a: Expr, b: Expr): Expr {
  if (isConst(a) && isConst(b)) return bool(compareOf(op, a.value, b.value) === 1);
  const decided = a.type === 'i32' ? decide(op, a, b) : undefined;
  return decided === undefined ? { kind: 'compare', op, type: 'bool', a, b } : bool(decided);
}

export const eq = (a: Expr, b: Expr): Expr => compare('eq', a, b);
export const ne = (a: Expr, b: Expr): Expr => compare('ne', a, b);
export const lt = (a: Expr, b: Expr): Expr => compare('lt', a, b);
export const le = (a: Expr, b: Expr): Expr => compare('le', a, b);
export const gt = (a: Expr, b: Expr): Expr => compare('gt', a, b);
export const ge = (a: Expr, b: Expr): Expr => compare('ge', a, b);
export const not = (x: Expr): Expr => unary('not', x);
/** Only NaN differs from itself. */
export const isNan = (x: Expr): Expr => ne(x, x);

export function select(condition: Expr, a: Expr, b: Expr): Expr {
  if (isConst(condition)) return condition.value ? a : b;
  if (a === b || (isConst(a) && isConst(b) && Object.is(a.value, b.value))) return a;
  return { kind: 'select', type: a.type, condition, a, b };
}

export function convert(type: Scalar, x: Expr): Expr {
  if (x.type === type) return x;
  if (isConst(x)) return constant(type, convertOf(type, x.type, x.value));
  return { kind: 'convert', type, x };
}

const isNarrow: Readonly<Partial<Record<DType, true>>> = {
  float16: true,
  int8: true,
  uint8: true,
  int16: true,
  uint16: true,
};

/** x as elements of a dtype hold it, x being of that dtype's scalar. */
export function narrow(dtype: DType, x: Expr): Expr {
  if (!isNarrow[dtype]) return x;
  if (isConst(x)) return constant(x.type, narrowOf(dtype, x.value));
  if (fits(dtype, x)) return x;
  return { kind: 'narrow', type: x.type, dtype, x };
}

function fits(dtype: DType, x: Expr): boolean {
  if (dtype === 'float16')
    return (x.kind === 'load' && x.buffer.dtype === dtype) || (x.kind === 'narrow' && x.dtype === dtype);
  const { lo, hi } = rangeOf(x);
  return narrowOf(dtype, lo) === lo && narrowOf(dtype, hi) === hi;
}

/** The fold of nothing: 0, 1, the least and the greatest value of the type. */
export function identityOf(op: ReduceName, type: Scalar): Expr {
  const [least, greatest] = limitsOf(type);
  return constant(type, { sum: 0, prod: 1, max: least, min: greatest }[op]);
}

/** Folds a body over loops; loops of one step vanish, and an empty loop leaves the fold of nothing. */
export function reduce(op: ReduceName, loops: readonly LoopVar[], body: Expr): Expr {
  if (loops.some(({ extent }) => extent === 0)) return identityOf(op, body.type);
  const turning = loops.filter(({ extent }) => extent > 1);
  return turning.length === 0 ? body : { kind: 'reduce', op, type: body.type, loops: turning, body };
}

/** Whether arithmetic on this scalar is that of integers. */
export const isInteger = isIntegerScalar;
