import { expect, test } from 'vitest';
import type { Contestant } from '../contestants/contestant.ts';
import { epoch } from './epoch.ts';

/** Contestants that take these times of a clock of their own. */
function contestantsOf(times: readonly number[], bytes = 4) {
  let clock = 0;
  const runs = times.map(() => 0);
  const contestants = times.map(
    (time, i): Contestant => ({
      name: `${i}`,
      run: async () => {
        clock += time;
        runs[i]!++;
        return { byteLength: bytes } as Float32Array;
      },
      close: async () => {},
    }),
  );
  return { contestants, runs, now: () => clock };
}

test('times of a run and gains over the first', async () => {
  const { contestants, now } = contestantsOf([4, 2, 5]);
  let settled = 0;
  const { times, gains } = await epoch(contestants, { time: 0, now, settle: async () => void settled++ });
  expect(times).toEqual([4, 2, 5]);
  expect(gains).toEqual([1, 2, 0.8]);
  expect(settled).toBe(15);
});

test.each([
  ['as many as take 10 ms', 4, 4, 2 + 5 * 4],
  ['one, if it is long', 50, 4, 2 + 5 * 2],
  ['fewer, if their outputs are large', 1, 2 ** 22, 2 + 5 * 4],
])('runs of a block: %s', async (_, time, bytes, expected) => {
  const { contestants, runs, now } = contestantsOf([time], bytes);
  await epoch(contestants, { time: 0, now, settle: async () => {} });
  expect(runs).toEqual([expected]);
});

test('rounds go on until the time is over', async () => {
  const { contestants, runs, now } = contestantsOf([20]);
  await epoch(contestants, { time: 800, now, settle: async () => {} });
  expect(runs).toEqual([42]);
});
