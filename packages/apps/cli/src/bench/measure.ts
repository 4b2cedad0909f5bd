/** Milliseconds. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  readonly runs: number;
}

const leastRuns = 3;

/** Lets all run in turn for so many seconds, after one run of each that is not counted. */
export async function measure(
  turns: readonly (() => Promise<unknown>)[],
  seconds: number,
): Promise<readonly Timing[]> {
  for (const turn of turns) await turn();
  const times = turns.map((): number[] => []);
  const end = performance.now() + 1000 * seconds;
  while (turns.length > 0 && (performance.now() < end || times[0]!.length < leastRuns)) {
    for (const [i, turn] of turns.entries()) {
      const start = performance.now();
      await turn();
      times[i]!.push(performance.now() - start);
    }
  }
  return times.map((each) => ({ median: median(each), least: Math.min(...each), runs: each.length }));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
