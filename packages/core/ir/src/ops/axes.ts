import type { Dim } from '../dim.ts';
import type { Interval } from '../op.ts';
import { need } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { checkAxis, grid } from './shared.ts';

/** Axes of a node: counted from the front, none twice. */
export function checkAxes(axes: readonly number[] | undefined, rank: number): void {
  need(axes !== undefined, 'PP2003', () => ['axes is missing', 'Give the axes to reduce over']);
  for (const axis of axes) checkAxis(axis, rank);
  need(new Set(axes).size === axes.length, 'PP2003', () => [
    `axes [${axes.join(', ')}] names an axis twice`,
    'Name each axis once',
  ]);
}

/** The axes that are not among `axes`. */
export const otherAxes = (rank: number, axes: readonly number[]): number[] =>
  Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));

/** The shape without `axes`, or with a 1 in their places. */
export const reducedShape = (shape: readonly Dim[], axes: readonly number[], keepDims: boolean): Dim[] =>
  shape.flatMap((length, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [length]));

/** What a region of a result of `reducedShape` reads: all of `axes`, of the others itself. */
export function reducedReads(
  region: readonly Interval[],
  shape: readonly number[],
  axes: readonly number[],
  keepDims: boolean,
): Interval[] {
  let next = 0;
  return shape.map((length, axis): Interval => {
    const reduced = axes.includes(axis);
    const at = reduced && !keepDims ? undefined : region[next++];
    return reduced ? [0, length] : at!;
  });
}

/** The flat offsets of every index over `axes`, the other axes at 0, in row-major order. */
export function offsetsOver(shape: readonly number[], axes: readonly number[]): Int32Array {
  const strides = stridesOf(shape);
  const lengths = axes.map((axis) => shape[axis]!);
  const offsets = new Int32Array(lengths.reduce((all, length) => all * length, 1));
  let next = 0;
  for (const index of grid(lengths)) {
    offsets[next++] = index.reduce((sum, i, k) => sum + i * strides[axes[k]!]!, 0);
  }
  return offsets;
}
