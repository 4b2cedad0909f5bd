import { expect, test } from 'vitest';
import { measure, median } from './measure.ts';

test.each([
  [[3], 3],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('contestants take turns, first and second runs are not counted', async () => {
  const order: string[] = [];
  const contestant = (name: string) => ({ name, run: async () => order.push(name), close: async () => {} });
  const timings = await measure([contestant('a'), contestant('b')], { seconds: 0, leastRuns: 3 });
  expect(order.join('')).toBe('ab'.repeat(5));
  expect(timings.map(({ name, runs }) => [name, runs])).toEqual([
    ['a', 3],
    ['b', 3],
  ]);
});
