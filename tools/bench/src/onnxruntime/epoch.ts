import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Contestant } from '../contestants/contestant.ts';
import { median, shuffle } from '../measure.ts';

export interface EpochOptions {
  /** Milliseconds spent on all together. */
  readonly time: number;
  /** Called before each block, off the clock. */
  readonly settle?: () => Promise<void>;
  readonly now?: () => number;
}

/** What contestants that live at the same time did. */
export interface Epoch {
  /** Milliseconds a run, of each. */
  readonly times: readonly number[];
  /** The first one's time over that of each, block by block: the median. */
  readonly gains: readonly number[];
}

/** Milliseconds that are timed as one. */
const blockTime = 10;

/**
 * Bytes of output in a block at most, with the run before it that is not counted. A run leaves its output behind: beyond
 * some 16 MB the collector begins to work, on the clock of whoever comes next, and gives pages back to the system that
 * the next run pays for. Two equal sessions differed by up to half because of that.
 */
const blockBytes = 2 ** 24;
const leastRounds = 5;

/** All in turn, in another order each round, each from a heap without garbage. */
export async function epoch(
  contestants: readonly Contestant[],
  { time, settle = collectGarbage, now = () => performance.now() }: EpochOptions,
): Promise<Epoch> {
  const runs = await runsOfBlock(contestants[0]!, now);
  for (const contestant of contestants.slice(1)) await contestant.run();
  const rounds: number[][] = [];
  for (const end = now() + time; rounds.length < leastRounds || now() < end; ) {
    const times: number[] = new Array(contestants.length).fill(0);
    for (const i of shuffle(contestants.length)) {
      await settle();
      await contestants[i]!.run();
      times[i] = await timeOfBlock(contestants[i]!, runs, now);
    }
    rounds.push(times);
  }
  const medianOf = (of: (times: readonly number[], i: number) => number) =>
    contestants.map((_, i) => median(rounds.map((times) => of(times, i))));
  return {
    times: medianOf((times, i) => times[i]!),
    gains: medianOf((times, i) => times[0]! / times[i]!),
  };
}

async function runsOfBlock(contestant: Contestant, now: () => number): Promise<number> {
  const { byteLength } = await contestant.run();
  const start = now();
  await contestant.run();
  const inTime = Math.ceil(blockTime / Math.max(now() - start, 1e-3));
  return Math.max(Math.min(inTime, Math.floor(blockBytes / Math.max(byteLength, 1)) - 1), 1);
}

async function timeOfBlock(contestant: Contestant, runs: number, now: () => number): Promise<number> {
  const start = now();
  for (let i = 0; i < runs; i++) await contestant.run();
  return (now() - start) / runs;
}

let collect: (() => void) | undefined;

/** After a turn of the event loop: what hangs on the promises of the run before is garbage only then. */
async function collectGarbage(): Promise<void> {
  await new Promise((resolve) => void setImmediate(resolve));
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
