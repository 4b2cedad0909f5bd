import { type DataArray, isFloat, printShape, sizeOf, type Tensor, toNumbers } from '@polyphase/ir';

/** `actual` may differ from `expected` by `absolute + relative * |expected|`. Integers and bools never may. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** What ONNX's own runner allows (`onnx.backend.test.runner`). */
export const onnxTolerance: Tolerance = { relative: 1e-3, absolute: 1e-7 };

/** The first element out of tolerance. */
export interface Difference {
  readonly index: readonly number[];
  readonly expected: number | bigint;
  readonly actual: number | bigint;
  /** How far it may be off. */
  readonly allowed: number;
  /** How many elements are out of tolerance, and of how many. */
  readonly count: number;
  readonly size: number;
}

export interface Comparison {
  /** The greatest absolute difference of two finite elements. */
  readonly maxError: number;
  /** Undefined when there is none, or when type or shape differ already. */
  readonly first: Difference | undefined;
  /** The first element out of tolerance, in words; undefined when there is none. */
  readonly mismatch: string | undefined;
}

/**
 * NaN equals NaN, infinities are exact, types and shapes too. Of a tolerance in numbers, each is what its element may
 * be off.
 */
export function compare(expected: Tensor, actual: Tensor, tolerance: Tolerance | Float64Array): Comparison {
  const different = differentType(expected, actual);
  if (different) return { maxError: 0, first: undefined, mismatch: different };
  if (!isFloat(expected.dtype)) return compareExactly(expected.data, actual.data, expected.shape);
  return compareNumbers(toNumbers(expected), toNumbers(actual), expected.shape, tolerance);
}

/**
 * The bounds of kernels whose errors are some times larger than those of plain sums, as Winograd's are. Such a kernel
 * mixes neighbouring elements, so that the error of each is measured by the greatest of all.
 */
export function widened(bounds: Float64Array, factor: number): Float64Array {
  if (factor === 1) return bounds;
  const greatest = bounds.reduce((most, bound) => (Number.isFinite(bound) ? Math.max(most, bound) : most), 0);
  return bounds.map((bound) => (Number.isFinite(bound) ? factor * greatest : bound));
}

function differentType(expected: Tensor, actual: Tensor): string | undefined {
  if (expected.dtype !== actual.dtype) return `the type is ${actual.dtype}, expected ${expected.dtype}`;
  const [wanted, found] = [printShape(expected.shape), printShape(actual.shape)];
  return wanted === found ? undefined : `the shape is ${found}, expected ${wanted}`;
}

function compareExactly(expected: DataArray, actual: DataArray, shape: readonly number[]): Comparison {
  const tally = new Tally(shape);
  for (let i = 0; i < expected.length; i++) {
    if (expected[i] !== actual[i]) tally.differs(i, expected[i]!, actual[i]!, 0);
    tally.error(Math.abs(Number(expected[i]) - Number(actual[i])));
  }
  return tally.result();
}

function compareNumbers(
  expected: Float64Array,
  actual: Float64Array,
  shape: readonly number[],
  tolerance: Tolerance | Float64Array,
): Comparison {
  const tally = new Tally(shape);
  for (let i = 0; i < expected.length; i++) {
    const [wanted, found] = [expected[i]!, actual[i]!];
    if (wanted === found || (Number.isNaN(wanted) && Number.isNaN(found))) continue;
    const error = Math.abs(wanted - found);
    tally.error(error);
    const allowed = tolerance instanceof Float64Array ? tolerance[i]! : allowance(tolerance, wanted);
    // Written so that NaN fails; an infinity is not within a relative tolerance of itself alone.
    if (!(Number.isFinite(wanted) && error <= allowed)) tally.differs(i, wanted, found, allowed);
  }
  return tally.result();
}

const allowance = ({ absolute, relative }: Tolerance, expected: number): number =>
  absolute + relative * Math.abs(expected);

/** Counts what differs and keeps the first of it. */
class Tally {
  readonly #shape: readonly number[];
  #first: Omit<Difference, 'count' | 'size'> | undefined;
  #count = 0;
  #maxError = 0;

  constructor(shape: readonly number[]) {
    this.#shape = shape;
  }

  error(error: number): void {
    if (error > this.#maxError && Number.isFinite(error)) this.#maxError = error;
  }

  differs(i: number, expected: number | bigint, actual: number | bigint, allowed: number): void {
    this.#count++;
    this.#first ??= { index: indexOf(i, this.#shape), expected, actual, allowed };
  }

  result(): Comparison {
    const maxError = this.#maxError;
    if (this.#first === undefined) return { maxError, first: undefined, mismatch: undefined };
    const first = { ...this.#first, count: this.#count, size: sizeOf(this.#shape) };
    return { maxError, first, mismatch: inWords(first, maxError) };
  }
}

function inWords({ index, expected, actual, allowed, count, size }: Difference, maxError: number): string {
  const within = allowed > 0 ? ` within ${allowed.toPrecision(3)}` : '';
  const element = `[${index.join(', ')}] is ${actual}, expected ${expected}${within}`;
  return `${element} (${count} of ${size} elements differ, by ${maxError.toPrecision(3)} at most)`;
}

/** The index of element `i` of a row-major tensor. */
function indexOf(i: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (const length of [...shape].reverse()) {
    index.unshift(i % length);
    i = Math.floor(i / length);
  }
  return index;
}
