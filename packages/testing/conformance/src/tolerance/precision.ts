import type { DType } from '@polyphase/ir';

/** What one rounding costs in a floating-point type. */
export interface Precision {
  /** The unit roundoff u: a result rounds to within u times its size. */
  readonly unit: number;
  /** The least normal number: below it results may be off by as much, or be flushed to 0. */
  readonly tiny: number;
}

const precisions: Partial<Record<DType, Precision>> = {
  float32: { unit: 2 ** -24, tiny: 2 ** -126 },
  float16: { unit: 2 ** -11, tiny: 2 ** -14 },
  float64: { unit: 2 ** -53, tiny: 2 ** -1022 },
};

/** Undefined for integers and bool, which are exact. */
export const precisionOf = (dtype: DType): Precision | undefined => precisions[dtype];

/**
 * The constant c of every bound: a product may be rounded once itself and once more as a weight that a rewrite computed
 * (docs/tolerances.md).
 */
export const roundingsPerTerm = 2;

/**
 * How far a computed function may be off, in units in the last place (at most 2u of a number) of its result, and of its
 * argument where it is scaled or reduced first.
 */
export interface Accuracy {
  readonly result: number;
  readonly argument: number;
}

const accuracy = (result: number, argument = 1): Accuracy => ({ result, argument });

/** No rounding at all. */
export const exactly = accuracy(0, 0);
/** One operation rounded to nearest, twice over like every term. */
export const rounded = accuracy(1, 0);

/**
 * The single-precision errors that OpenCL allows ("The OpenCL C Specification 3.0", section 7.4, full profile). Functions
 * put together from several of these have 16, with two arguments.
 */
export const accuracies = {
  division: accuracy(2.5, 0),
  squareRoot: accuracy(3, 0),
  exponential: accuracy(3),
  logarithm: accuracy(3),
  sine: accuracy(4),
  tangent: accuracy(5),
  power: accuracy(16),
  errorFunction: accuracy(16),
  composite: accuracy(16, 2),
} as const;
