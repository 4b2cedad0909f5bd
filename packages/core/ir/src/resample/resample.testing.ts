import { expect } from 'vitest';
import type { ResampledAxes } from './resampled.ts';
import type { AxisResampling } from './spec.ts';
import { axisTable } from './table.ts';

export type Matrix = readonly (readonly number[])[];

/**
 * The table of one axis as a matrix: a row of input weights for each output element, undefined where it is
 * outside.
 */
export function matrixOf(spec: AxisResampling): (readonly number[] | undefined)[] {
  const { taps, first, weights, outside } = axisTable(spec);
  return Array.from(first, (begin, o) => {
    if (outside?.[o]) return undefined;
    const row = new Array<number>(spec.from as number).fill(0);
    for (let t = 0; t < taps; t++) row[begin + t]! += weights[o * taps + t]!;
    return row;
  });
}

/** How many output elements take each input element. */
export function runsOf(spec: AxisResampling): number[] {
  const runs = new Array<number>(spec.from as number).fill(0);
  for (const index of axisTable(spec).first) runs[index]!++;
  return runs;
}

/** The axis of a call that resamples exactly one. */
export function onlyAxis({ axes }: ResampledAxes): AxisResampling {
  expect(axes).toHaveLength(1);
  return axes[0]!;
}

/**
 * Equal to weights that a framework computed in float32, printed with seven digits: coordinates up to `from`
 * have gone through three roundings, a kernel's slope is at most 2, and its sum was divided by.
 */
export function expectWeights(spec: AxisResampling, golden: Matrix): void {
  const matrix = matrixOf(spec);
  expect(matrix.map((row) => row?.length)).toEqual(golden.map((row) => row.length));
  const tolerance = (6 * (spec.from as number) + 4) * 2 ** -24 + 5e-8;
  for (const [o, row] of golden.entries())
    for (const [i, weight] of row.entries())
      expect(Math.abs(matrix[o]![i]! - weight), `output ${o}, input ${i}`).toBeLessThanOrEqual(tolerance);
}
