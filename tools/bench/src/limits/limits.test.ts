import { expect, test } from 'vitest';
import { Limits } from './limits.ts';
import { leastTime } from './speeds.ts';

test.each([
  [
    { flops: 100, written: 10 },
    { time: 10, by: 'arithmetic' },
  ],
  [
    { flops: 0, written: 10 },
    { time: 5, by: 'memory' },
  ],
  [
    { flops: 10, written: 10 },
    { time: 5, by: 'memory' },
  ],
] as const)('%j takes at the least %j', (work, expected) => {
  expect(leastTime(work, { flops: 10, written: 2 })).toEqual(expected);
});

test('the kernels run and give speeds', async () => {
  const limits = await Limits.prepare(false);
  const probe = limits.probe({ flops: 0, written: 100 });
  for (const turn of probe.turns) await turn.run();
  expect(probe.turns).toHaveLength(3);
  // 500 tiles of 2 x 16 sums of 256 products; 100 bytes are written as 128.
  expect(probe.speeds([2, 4, 8])).toEqual({ flops: (500 * 2 * 256 * 2 * 16) / 2, written: 32, copied: 16 });
});

test('two threads run the kernels at the same time', async () => {
  const limits = await Limits.prepare(false, 2);
  const probe = limits.probe({ flops: 0, written: 2 ** 21 });
  for (const turn of probe.turns) await turn.run();
  await probe.close?.();
  // Both run 500 tiles 20 times; 32 parts of 1 MiB are written by each.
  const flops = 2 * 20 * 500 * 2 * 256 * 2 * 16;
  expect(probe.speeds([1, 1, 2])).toEqual({ flops, written: 2 ** 26, copied: 2 ** 25 });
});
