import {
  checkPerAxis,
  type Dim,
  type DType,
  fromNumbers,
  int64s,
  need,
  normalAxis,
  type Pair,
  printShape,
  reject,
  type Tensor,
} from '@polyphase/ir';
import type { Operand } from './flow.ts';

/** One value for every axis, or one for each. */
export type PerAxis = number | readonly number[];

/** The same number before and after every axis, or (begin, end) for each. */
export type Pairs = number | readonly Pair[];

/** A number becomes a constant of the type that it meets. */
export type Scalar = Operand | number;

export const spatialAxes = (x: Operand): number => Math.max(x.shape.length - 2, 0);

/** One integer of at least `least` for each axis. @throws PP2003 under the name that the caller's user wrote. */
export function perAxis(argument: string, value: PerAxis, axes: number, least = 1): readonly number[] {
  const values = typeof value === 'number' ? new Array<number>(axes).fill(value) : value;
  checkPerAxis(argument, values, axes, least);
  return values;
}

/** One pair for each axis. @throws PP2003. */
export function pairs(argument: string, value: Pairs, axes: number): readonly Pair[] {
  if (typeof value === 'number') return new Array<Pair>(axes).fill([value, value]);
  const whole = value.every((pair) => pair.length === 2 && pair.every(Number.isSafeInteger));
  need(value.length === axes && whole, 'PP2003', () => [
    `${argument} is ${JSON.stringify(value)} for ${axes} axes`,
    `Give one integer, or ${axes} pairs of integers: begin and end`,
  ]);
  return value;
}

export const listOf = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : [value as T];

/** Axes counted from the front; left out: `otherwise`. @throws PP2003. */
export const axesOf = (
  x: Operand,
  axes: PerAxis | undefined,
  otherwise: readonly number[],
): readonly number[] =>
  axes === undefined ? otherwise : listOf(axes).map((axis) => normalAxis(axis, x.shape.length));

export const allAxes = (x: Operand): readonly number[] => x.shape.map((_, axis) => axis);

/** An operand with this many axes, in the layer's own words. @throws PP2002. */
export function needRank(value: Operand, rank: number, layout: string, operand = 'x'): void {
  need(value.shape.length === rank, 'PP2002', () => [
    `${operand} has the shape ${printShape(value.shape)}, rank ${rank} ${layout} is needed`,
    `Use the layer for this number of axes, or reshape ${operand}`,
  ]);
}

/** A length as a number. @throws PP2005 while it is open. */
export function known(length: Dim | undefined, what: string): number {
  if (typeof length === 'number') return length;
  reject('PP2005', `${what} is ${length}, which is still open`, 'Give the sizes of the inputs');
}

export const knownShape = (shape: readonly Dim[], what: string): readonly number[] =>
  shape.map((length) => known(length, what));

/** The one of the names that it is. @throws PP2003 for anything else, as untyped callers may give. */
export function oneOf<N extends string>(argument: string, value: N, names: readonly N[]): N {
  need(names.includes(value), 'PP2003', () => [
    `${argument} is ${JSON.stringify(value)}`,
    `Use one of ${names.join(', ')}`,
  ]);
  return value;
}

export const scalar = (value: number, dtype: DType): Tensor => fromNumbers(dtype, [], Float64Array.of(value));

/** Two values as operands; a number takes the type of the other, two numbers are float32. */
export function operandsOf(a: Scalar, b: Scalar): readonly [Operand, Operand] {
  if (typeof a !== 'number') return [a, scalarFor(a, b)];
  if (typeof b !== 'number') return [scalarFor(b, a), b];
  return [scalar(a, 'float32'), scalar(b, 'float32')];
}

/** The value as an operand for `x`. */
export const scalarFor = (x: Operand, value: Scalar): Operand =>
  typeof value === 'number' ? scalar(value, x.dtype) : value;

/** A constant that holds one number everywhere. */
export const filled = (dtype: DType, shape: readonly number[], value: number): Tensor =>
  fromNumbers(dtype, shape, new Float64Array(shape.reduce((all, length) => all * length, 1)).fill(value));

/** Indices as an operand: a number is a scalar. */
export function indicesOf(indices: Operand | PerAxis): Operand {
  if (typeof indices === 'number') return scalar(indices, 'int64');
  return isNumbers(indices) ? int64s(indices) : indices;
}

const isNumbers = (value: Operand | readonly number[]): value is readonly number[] => Array.isArray(value);
