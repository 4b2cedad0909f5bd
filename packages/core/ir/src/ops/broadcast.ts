import { type Dim, printShape, sameShape } from '../dim.ts';
import { type Interval, need } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { fill, offsetOf } from './indexing.ts';

interface Elements {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Two lengths that differ, joined: 1 gives way; an open length beside a number can only be 1 or that number. */
function joinLengths(a: Dim, b: Dim): Dim | undefined {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  if (typeof a === 'number') return typeof b === 'number' ? undefined : a;
  return typeof b === 'number' ? b : `max(${a}, ${b})`;
}

/**
 * The shape that operands are repeated to (numpy's broadcasting): axes are aligned at the end, missing ones and those of
 * length 1 are repeated.
 *
 * @throws PP2002 when two lengths differ and neither is 1.
 */
export function broadcastShape(...shapes: readonly (readonly Dim[])[]): Dim[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) =>
    shapes.reduce<Dim>((length, shape) => {
      const other = shape[axis - (rank - shape.length)] ?? 1;
      const joined = joinLengths(length, other);
      need(joined !== undefined, 'PP2002', () => [
        `the shapes ${shapes.map(printShape).join(' and ')} have the lengths ${length} and ${other} on one axis`,
        'Make the lengths equal, or one of them 1',
      ]);
      return joined;
    }, 1),
  );
}

/** How many elements of `from` one step along each axis of `to` passes: 0 along the axes that are repeated. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing]!));
}

/** The elements of an operand as its broadcast `shape` has them. */
export function broadcastTo({ shape: from, data }: Elements, shape: readonly number[]): Float64Array {
  if (sameShape(from, shape)) return data;
  const strides = broadcastStrides(from, shape);
  return fill(shape, (index) => data[offsetOf(index, strides)]!);
}

/** What a region of the broadcast shape reads of an operand: itself, and the one position of a repeated axis. */
export const broadcastReads = (region: readonly Interval[], shape: readonly number[]): Interval[] =>
  shape.map((length, axis) => (length === 1 ? [0, 1] : region[axis + region.length - shape.length]!));
