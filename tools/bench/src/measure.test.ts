import { expect, test } from 'vitest';
import { measure, median } from './measure.ts';

test.each([
  [[3], 3],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

/** Turns that take these times of a clock of their own, and the order in which they ran. */
function turnsOf(times: Readonly<Record<string, number>>) {
  let [clock, order] = [0, ''];
  const turns = Object.entries(times).map(([name, time]) => ({
    async run() {
      order += name;
      clock += time;
    },
  }));
  return { turns, now: () => clock, order: () => order };
}

test('all take turns, the first run of each is not counted', async () => {
  const { turns, now, order } = turnsOf({ a: 3, b: 4 });
  const timings = await measure(turns, { seconds: 0, leastRuns: 3, now });
  expect(order()).toBe('ab'.repeat(4));
  expect(timings).toEqual([
    { least: 3, median: 3, runs: 3 },
    { least: 4, median: 4, runs: 3 },
  ]);
});

test('a slow one leaves half of the time to the others', async () => {
  const { turns, now } = turnsOf({ a: 1, b: 1, slow: 100 });
  const [a, b, slow] = await measure(turns, { seconds: 2, leastRuns: 3, now });
  expect([a!.runs, b!.runs]).toEqual([expect.closeTo(500, -2), a!.runs]);
  expect(slow!.runs).toBeCloseTo(10, -1);
});

test('the first one never sits out', async () => {
  const { turns, now } = turnsOf({ a: 10, b: 1 });
  const [a, b] = await measure(turns, { seconds: 1, leastRuns: 3, now });
  expect(a!.runs).toBe(b!.runs);
});

test('in blocks each runs several times, the first run of a block is not counted', async () => {
  const { turns, now, order } = turnsOf({ a: 1, b: 3 });
  const timings = await measure(turns, { seconds: 0, leastRuns: 3, block: 3, now });
  expect(order()).toBe(`ab${'aaaabb'.repeat(3)}`);
  expect(timings.map(({ runs }) => runs)).toEqual([9, 3]);
});
