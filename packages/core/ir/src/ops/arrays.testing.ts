import type { DType } from '../dtype.ts';
import { PolyphaseError } from '../errors.ts';
import type { Op } from '../op.ts';
import type { Dense } from '../tensor.ts';
import { apply } from './ops.testing.ts';

export type Nested = number | readonly Nested[];

const lengthsOf = (array: Nested): number[] =>
  typeof array === 'number' ? [] : [array.length, ...(array.length > 0 ? lengthsOf(array[0]!) : [])];

const flatten = (array: Nested): readonly number[] =>
  typeof array === 'number' ? [array] : array.flatMap(flatten);

/** A tensor from nested arrays, as numpy has it. */
export const of = (array: Nested, dtype: DType = 'float32'): Dense => ({
  dtype,
  shape: lengthsOf(array),
  data: Float64Array.from(flatten(array)),
});

/** The elements as nested arrays; -0 is 0. */
export function nested(x: Dense, axis = 0, at = 0): Nested {
  const length = x.shape[axis];
  if (length === undefined) return x.data[at]! + 0;
  return Array.from({ length }, (_, i) => nested(x, axis + 1, at * length + i));
}

/** The first output of one layer of `op`, as nested arrays. */
export const calc = <A extends object>(
  op: Op<string, A>,
  operands: readonly (Dense | undefined)[],
  attributes: Partial<A> = {},
): Nested => nested(apply(op, operands, attributes)[0]!);

/** The code and the words of the error that `body` throws. */
export function failure(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof PolyphaseError) return `${error.code} ${error.problem}. ${error.fix}.`;
    throw error;
  }
  return 'no failure';
}

/** How far apart two numbers are, in units of 2^-53 of the second. */
export const ulps = (actual: number, expected: number): number =>
  Object.is(actual, expected) || actual === expected
    ? 0
    : Math.abs(actual - expected) / (Math.abs(expected) * 2 ** -53);
