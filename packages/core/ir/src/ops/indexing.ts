import { type Dim, printShape } from '../dim.ts';
import { type Interval, need } from '../op.ts';
import { sizeOf } from '../tensor.ts';
import { grid } from './shared.ts';

/** One element for each index of `shape`, in row-major order. The index is reused from one call to the next. */
export function fill(shape: readonly number[], at: (index: readonly number[]) => number): Float64Array {
  const data = new Float64Array(sizeOf(shape));
  let i = 0;
  for (const index of grid(shape)) data[i++] = at(index);
  return data;
}

/** Where the element at `index` lies, `strides` being the element steps of the axes. */
export const offsetOf = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0);

/** An index counted from the front. @throws PP2003 outside -length..length-1. */
export function indexWithin(index: number, length: number, axis: number): number {
  need(index >= -length && index < length, 'PP2003', () => [
    `the index ${index} is outside axis ${axis} of length ${length}`,
    length > 0 ? `Use indices from ${-length} to ${length - 1}` : 'Give the axis a length of at least 1',
  ]);
  return index < 0 ? index + length : index;
}

/** One entry of an attribute for each axis of an operand; undefined: the attribute was left out. */
export function checkEntries(
  attribute: string,
  entries: readonly unknown[] | undefined,
  shape: readonly Dim[],
): asserts entries {
  need(entries?.length === shape.length, 'PP2003', () => [
    entries
      ? `${attribute} has ${entries.length} entries for a tensor of rank ${shape.length} ${printShape(shape)}`
      : `${attribute} is missing`,
    `Give ${attribute} one entry for each axis`,
  ]);
}

export function checkIntegers(
  attribute: string,
  values: readonly number[],
  least = Number.MIN_SAFE_INTEGER,
): void {
  need(
    values.every((value) => Number.isSafeInteger(value) && value >= least),
    'PP2003',
    () => [
      `${attribute} is [${values.join(', ')}]`,
      least === Number.MIN_SAFE_INTEGER ? 'Give integers' : `Give integers of at least ${least}`,
    ],
  );
}

/** The whole of each axis. */
export const wholeOf = (shape: readonly number[]): Interval[] => shape.map((length) => [0, length]);

/** The part of an interval that lies within 0..length. */
export function clipInterval([begin, end]: Interval, length: number): Interval {
  const first = Math.min(Math.max(begin, 0), length);
  return [first, Math.max(Math.min(end, length), first)];
}

/** The least interval that holds every source of the positions in `region`; sources outside the operand are undefined. */
export function hull([begin, end]: Interval, sourceOf: (position: number) => number | undefined): Interval {
  let [least, most] = [Number.POSITIVE_INFINITY, -1];
  for (let i = begin; i < end; i++) {
    const source = sourceOf(i);
    if (source === undefined) continue;
    least = Math.min(least, source);
    most = Math.max(most, source);
  }
  return most < 0 ? [0, 0] : [least, most + 1];
}
