import { median } from '../measure.ts';

/** A median, and between which numbers it is: of 100 such intervals 95 or more hold the true one. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Of independent values. As many of n values lie below the true median as a coin thrown n times shows heads, whatever
 * their distribution: the ranks that this leaves out on either side are the interval. Fewer than 6 values bound nothing.
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b);
  const outside = ranksOutside(sorted.length);
  return {
    value: median(sorted),
    low: outside > 0 ? sorted[outside - 1]! : Number.NEGATIVE_INFINITY,
    high: outside > 0 ? sorted[sorted.length - outside]! : Number.POSITIVE_INFINITY,
  };
}

const tail = 0.025;

/** The greatest r for which fewer than r of n throws are heads with a probability of `tail` at most. */
function ranksOutside(n: number): number {
  let probability = 2 ** -n;
  let below = 0;
  for (let heads = 0; ; heads++) {
    below += probability;
    if (below > tail) return heads;
    probability *= (n - heads) / (heads + 1);
  }
}

export type Verdict = 'holds' | 'broken' | 'open';

/** Whether a value is `least` or more: open where the interval holds both answers. */
export const atLeast = ({ low, high }: Estimate, least: number): Verdict =>
  low >= least ? 'holds' : high < least ? 'broken' : 'open';
