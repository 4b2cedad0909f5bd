import type { Ran, Result } from '../race.ts';

const ran = (name: string, median: number): Ran => ({
  name,
  compile: 20,
  first: 3 * median,
  least: median,
  median,
  runs: 7,
  error: 0,
});

/** Two cases: one bound by arithmetic that both peers run, one bound by memory that only the first runs. */
export const sampleResults: readonly Result[] = [
  {
    name: 'heavy',
    work: { flops: 100e6, written: 1e6 },
    speeds: { flops: 50e6, written: 10e6, copied: 5e6 },
    ours: ran('polyphase cpu', 4),
    peers: [ran('first', 8), ran('second', 36)],
  },
  {
    name: 'light',
    work: { flops: 0, written: 8e6 },
    speeds: { flops: 50e6, written: 10e6, copied: 5e6 },
    ours: ran('polyphase cpu', 1),
    peers: [ran('first', 0.5), { name: 'second', why: 'it has no <such> layer' }],
  },
];
