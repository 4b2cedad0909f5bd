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

test('cubic interpolation to twice as many outputs comes in two phases, but for those at the borders', () => {
  const { phases, tabled, listed } = planRow(tableOf(16, 32, 'bicubic'), 16);
  expect(phases).toMatchObject({ step: 2, begin: 3, groups: 13, first: [0, 0] });
  expect(phases!.weights[0]).toEqual(phases!.weights[1]!.toReversed());
  expect(tabled).toBeUndefined();
  expect(listed).toEqual([0, 1, 2, 29, 30, 31]);
});

test('what four outputs read is in one vector, or each reads neighbours and those at the borders come one by one', () => {
  expect(planRow(tableOf(8, 21, 'linear', true), 8)).toMatchObject({
    phases: undefined,
    tabled: { begin: 0, end: 21, isNear: true },
    listed: [],
  });
  expect(planRow(tableOf(12, 13, 'linear'), 12)).toMatchObject({
    phases: undefined,
    tabled: { begin: 1, end: 12, isNear: false },
    listed: [0, 12],
  });
  expect(planRow(tableOf(5, 5, 'bicubic'), 5)).toMatchObject({ phases: undefined });
});

test('whether outputs go back', () => {
  expect(isRising(tableOf(8, 13, 'linear'))).toBe(true);
  expect(isRising({ taps: 1, first: Int32Array.of(2, 1), weights: Float64Array.of(1, 1) })).toBe(false);
});
