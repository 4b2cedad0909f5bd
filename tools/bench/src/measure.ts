/** What takes turns. */
export interface Turn {
  run(): Promise<unknown>;
}

/** Milliseconds. */
export interface Timing {
  readonly least: number;
  readonly median: number;
  readonly runs: number;
}

export interface MeasureOptions {
  /** Seconds spent on all together. */
  readonly seconds: number;
  /** Counted runs of each at the least. */
  readonly leastRuns: number;
  /**
   * Milliseconds that one runs for before it is the next one's turn, after as long a pause and a run that is not counted:
   * threads of the one before may go on spinning for a while. Default: a single run, without a pause.
   */
  readonly block?: number;
  readonly now?: () => number;
}

/**
 * Runs all in turn, A B A B, so that a machine whose speed drifts treats them alike, after one run of each that is not
 * counted. Any but the first sits out while it has used more than half of the time, so that a slow one leaves time for
 * the others.
 */
export async function measure(
  turns: readonly Turn[],
  { seconds, leastRuns, block = 0, now = () => performance.now() }: MeasureOptions,
): Promise<readonly Timing[]> {
  for (const turn of turns) await turn.run();
  const times = turns.map((): number[] => []);
  const used = turns.map(() => 0);
  const sitsOut = (i: number) =>
    i > 0 && times[i]!.length >= leastRuns && used[i]! > used.reduce((all, time) => all + time, 0) / 2;
  const end = now() + seconds * 1000;
  while (now() < end || times.some(({ length }) => length < leastRuns)) {
    for (const [i, turn] of turns.entries()) {
      if (sitsOut(i)) continue;
      const inBlock = block > 0 ? await blockOf(turn, block, now) : [await timeOf(turn, now)];
      times[i]!.push(...inBlock);
      used[i]! += inBlock.reduce((all, time) => all + time, 0);
    }
  }
  return times.map((each) => ({ least: Math.min(...each), median: median(each), runs: each.length }));
}

/** 0 to count - 1, each order as likely as any other. */
export function shuffle(count: number): readonly number[] {
  const order = [...new Array(count).keys()];
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The times of a turn's runs in these milliseconds, one at the least. */
async function blockOf(turn: Turn, block: number, now: () => number): Promise<readonly number[]> {
  await new Promise((resolve) => setTimeout(resolve, block));
  await turn.run();
  const times: number[] = [];
  for (const end = now() + block; times.length === 0 || now() < end; ) times.push(await timeOf(turn, now));
  return times;
}

async function timeOf(turn: Turn, now: () => number): Promise<number> {
  const start = now();
  await turn.run();
  return now() - start;
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
