import { type Dim, printShape } from '../dim.ts';
import type { Value } from '../graph.ts';
import { need } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { indexWithin, offsetOf } from './indexing.ts';
import { checkKind } from './pointwise.ts';
import { checkLength } from './shared.ts';

export const checkIndices = (indices: Value): void => checkKind('indices', indices, 'integer');

/** Two shapes that must agree; lengths still open are left to the run. */
export function checkShape(what: string, actual: readonly Dim[], expected: readonly Dim[]): void {
  need(actual.length === expected.length, 'PP2002', () => [
    `the shape of ${what} is ${printShape(actual)}, ${printShape(expected)} is needed`,
    'Make the shapes equal',
  ]);
  for (const [axis, length] of expected.entries())
    checkLength(`axis ${axis} of ${what}`, actual[axis]!, length);
}

/** Indices along one axis stand within the operand on all others. */
export function checkOffAxis(indices: readonly Dim[], shape: readonly Dim[], axis: number): void {
  const fits = (length: Dim, a: number): boolean => {
    const whole = shape[a]!;
    return a === axis || typeof length !== 'number' || typeof whole !== 'number' || length <= whole;
  };
  need(indices.every(fits), 'PP2002', () => [
    `indices ${printShape(indices)} are longer than x ${printShape(shape)} on another axis than ${axis}`,
    'Give them at most the lengths of x there',
  ]);
}

/** How many axes of `shape`, after the first `batchDims`, a tuple of indices names: the last length of `indices`. */
export function tupleLength(indices: Value, shape: readonly Dim[], batchDims = 0): number {
  checkIndices(indices);
  const count = indices.type.shape.at(-1);
  need(count !== undefined && indices.type.shape.length > batchDims, 'PP2002', () => [
    `indices ${printShape(indices.type.shape)} have no axis of tuples after ${batchDims} batch axes`,
    'Add a last axis',
  ]);
  need(typeof count === 'number', 'PP2005', () => [
    `the last length ${count} of indices is open`,
    'Give the sizes of the inputs',
  ]);
  need(count >= 1 && count <= shape.length - batchDims, 'PP2002', () => [
    `tuples of ${count} indices do not fit the ${shape.length - batchDims} axes of ${printShape(shape)} after ${batchDims} batch axes`,
    `Give the last axis of indices a length from 1 to ${shape.length - batchDims}`,
  ]);
  return count;
}

/** The flat position, in slices, of the slice that a tuple names; its first index is along axis `firstAxis` of `shape`. */
export function tupleOffset(tuple: Float64Array, shape: readonly number[], firstAxis: number): number {
  const axes = shape.slice(firstAxis, firstAxis + tuple.length);
  const within = Array.from(tuple, (index, i) => indexWithin(index, axes[i]!, firstAxis + i));
  return offsetOf(within, stridesOf(axes));
}
