import type { Dense } from '../tensor.ts';
import { offsetsOver, otherAxes } from './axes.ts';

/** The elements along `axes` for each index over the other axes, row-major; the array is reused. */
export function* slicesOf(x: Dense, axes: readonly number[]): Generator<Float64Array> {
  const within = offsetsOver(x.shape, axes);
  const slice = new Float64Array(within.length);
  for (const base of offsetsOver(x.shape, otherAxes(x.shape.length, axes))) {
    for (let i = 0; i < slice.length; i++) slice[i] = x.data[base + within[i]!]!;
    yield slice;
  }
}

/** A comparison under which NaN is greater than every number. */
export const exceeds = (a: number, b: number): boolean => a > b || (Number.isNaN(a) && !Number.isNaN(b));

/** The place of the element that `better` prefers to all others. */
export function bestIndex(
  elements: Float64Array,
  better: (a: number, b: number) => boolean,
  selectLastIndex = false,
): number {
  let best = 0;
  for (let i = 1; i < elements.length; i++) {
    const [candidate, holder] = [elements[i]!, elements[best]!];
    if (better(candidate, holder) || (selectLastIndex && !better(holder, candidate))) best = i;
  }
  return best;
}

/** log(sum exp(x)), shifted by the greatest element so that no exponential overflows. */
export function logSumExp(elements: Float64Array): number {
  const greatest = elements.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(greatest)) return greatest;
  return greatest + Math.log(elements.reduce((sum, x) => sum + Math.exp(x - greatest), 0));
}
