import { type AxisTable, axisTable, torchInterpolate } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { isRising, planRow, tapsOf } from './axis.ts';

const tableOf = (from: number, to: number, mode: 'linear' | 'bicubic', alignCorners = false): AxisTable => {
  const shape = mode === 'linear' ? [1, 1, from] : [1, 1, 4, from];
  const size = mode === 'linear' ? [to] : [8, to];
  return axisTable(torchInterpolate({ inputShape: shape, size, mode, alignCorners }).axes.at(-1)!);
};

test('an output that reads fewer elements has the last one in parts that are halves', () => {
  const table = tableOf(4, 8, 'linear');
  expect(tapsOf(table, 0)).toEqual([
    { index: 0, weight: 0.5 },
    { index: 0, weight: 0.5 },
  ]);
  expect(tapsOf(table, 1)).toEqual([
    { index: 0, weight: 0.75 },
    { index: 1, weight: 0.25 },
  ]);
});

test('twice as many outputs come in two phases, but for those at the borders', () => {
  const { phases, tabled, listed } = planRow(tableOf(8, 16, 'linear'), 8);
  expect(phases).toEqual({
    step: 2,
    begin: 1,
    groups: 7,
    first: [0, 0],
    weights: [
      [0.75, 0.25],
      [0.25, 0.75],
    ],
  });
  expect(tabled).toBeUndefined();
  expect(listed).toEqual([0, 15]);
});

test('other scales come from a table, and few outputs one by one', () => {
  expect(planRow(tableOf(8, 13, 'linear', true), 8)).toMatchObject({
    phases: undefined,
    tabled: { begin: 1, end: 12 },
    listed: [0, 12],
  });
  expect(planRow(tableOf(2, 4, 'linear'), 2)).toMatchObject({
    phases: undefined,
    tabled: undefined,
    listed: [0, 1, 2, 3],
  });
});

test('whether outputs go back', () => {
  expect(isRising(tableOf(8, 13, 'linear'))).toBe(true);
  expect(isRising({ taps: 1, first: Int32Array.of(2, 1), weights: Float64Array.of(1, 1) })).toBe(false);
});
