import { type Dim, printShape } from '../dim.ts';
import type { DType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import type { Value } from '../graph.ts';
import { need } from '../op.ts';

/** What is added before and after an axis; negative: that many elements are cropped. */
export type Pair = readonly [begin: number, end: number];

/** Every index of a shape in row-major order. The array is reused from one step to the next. */
export function* grid(shape: readonly number[]): Generator<number[]> {
  if (shape.some((length) => length === 0)) return;
  const index = shape.map(() => 0);
  for (;;) {
    yield index;
    let axis = shape.length - 1;
    while (axis >= 0 && ++index[axis]! === shape[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}

/** `axis` counted from the front. @throws PP2003 outside -rank..rank-1. */
export function normalAxis(axis: number, rank: number): number {
  need(Number.isInteger(axis) && axis >= -rank && axis < Math.max(rank, 1), 'PP2003', () => [
    `axis ${axis} does not exist in a tensor of rank ${rank}`,
    `Use an axis from ${-rank} to ${rank - 1}`,
  ]);
  return axis < 0 ? axis + rank : axis;
}

/** An axis attribute of a node, which always counts from the front. */
export function checkAxis(axis: number, rank: number): void {
  need(Number.isInteger(axis) && axis >= 0 && axis < rank, 'PP2003', () => [
    `axis ${axis} does not exist in a tensor of rank ${rank}`,
    rank === 0 ? 'Reshape the scalar' : `Use an axis from 0 to ${rank - 1}`,
  ]);
}

export function checkRank(operand: string, value: Value, least: number, most = least): void {
  const rank = value.type.shape.length;
  need(rank >= least && rank <= most, 'PP2002', () => [
    `${operand} has rank ${rank} ${printShape(value.type.shape)}, rank ${least === most ? least : `${least} to ${most}`} is needed`,
    `Reshape ${operand}`,
  ]);
}

/** One value an axis, each an integer of at least `least`; undefined: the attribute was left out. */
export function checkPerAxis(
  attribute: string,
  values: readonly number[] | undefined,
  axes: number,
  least: number,
): void {
  need(values !== undefined && values.length === axes, 'PP2003', () => [
    values
      ? `${attribute} has ${values.length} values [${values.join(', ')}] for ${axes} spatial axes`
      : `${attribute} is missing`,
    `Give ${attribute} ${axes} values`,
  ]);
  need(
    values.every((value) => Number.isSafeInteger(value) && value >= least),
    'PP2003',
    () => [`${attribute} is [${values.join(', ')}]`, `Give integers of at least ${least}`],
  );
}

/** Two lengths that must agree; lengths still open are left to the run. */
export function checkLength(what: string, actual: Dim, expected: Dim): void {
  need(typeof actual !== 'number' || typeof expected !== 'number' || actual === expected, 'PP2002', () => [
    `${what} is ${actual}, ${expected} is needed`,
    'Make the two lengths equal',
  ]);
}

export function checkSameDType(values: readonly (Value | undefined)[]): DType {
  const given = values.filter((value) => value !== undefined);
  const dtype = given[0]!.type.dtype;
  need(
    given.every((value) => value.type.dtype === dtype),
    'PP2001',
    () => [`the operands are ${given.map((value) => value.type.dtype).join(', ')}`, 'Cast them to one type'],
  );
  return dtype;
}

export function checkFloat(operand: string, value: Value): void {
  need(isFloat(value.type.dtype), 'PP2001', () => [
    `${operand} is ${value.type.dtype}`,
    `Cast ${operand} to a floating-point type`,
  ]);
}

/** One, two or three spatial values as three, the missing leading ones filled in. */
export function inThree(values: readonly number[], fill: number): [number, number, number] {
  const [a = fill, b = fill, c = fill] = [...[fill, fill, fill].slice(values.length), ...values];
  return [a, b, c];
}

/** Adds `per[channel]` to every element of an [N, C, spatial] tensor, `plane` being the product of the spatial axes. */
export function addPerChannel(data: Float64Array, per: Float64Array, plane: number): void {
  for (let i = 0; i < data.length; i++) data[i]! += per[Math.floor(i / plane) % per.length]!;
}
