/** One contestant: a model ready to run on fixed inputs. */
export interface Contestant {
  readonly name: string;
  run(): Promise<unknown>;
  close(): Promise<void>;
}

export interface Timing {
  readonly name: string;
  /** Milliseconds. */
  readonly first: number;
  readonly least: number;
  readonly median: number;
  readonly runs: number;
}

export interface MeasureOptions {
  /** Seconds spent on all contestants together. */
  readonly seconds: number;
  /** Counted runs of each contestant at the least. */
  readonly leastRuns: number;
}

/**
 * Runs the contestants in turn, A B A B, so that a machine whose speed drifts treats them alike. The first run of each
 * is reported apart and not counted, nor is the second.
 */
export async function measure(
  contestants: readonly Contestant[],
  { seconds, leastRuns }: MeasureOptions,
): Promise<readonly Timing[]> {
  const first: number[] = [];
  for (const contestant of contestants) first.push(await timeOf(contestant));
  for (const contestant of contestants) await contestant.run();
  const times = contestants.map((): number[] => []);
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end || times[0]!.length < leastRuns) {
    for (const [i, contestant] of contestants.entries()) times[i]!.push(await timeOf(contestant));
  }
  return contestants.map(({ name }, i) => ({
    name,
    first: first[i]!,
    least: Math.min(...times[i]!),
    median: median(times[i]!),
    runs: times[i]!.length,
  }));
}

async function timeOf({ run }: Contestant): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
