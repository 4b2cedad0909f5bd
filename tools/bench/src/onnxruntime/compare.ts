import type { Case } from '../cases/case.ts';
import type { Contestant } from '../contestants/contestant.ts';
import { median, shuffle } from '../measure.ts';
import { relativeError, toleranceOf } from '../work.ts';
import { bareSession, type Ours, ours, type Where } from './contestants.ts';
import { type Epoch, epoch } from './epoch.ts';
import { type Estimate, estimate } from './estimate.ts';

/** A bare session against another of the same file and against the backend. */
export interface Comparison {
  readonly name: string;
  /** Milliseconds. */
  readonly bare: number;
  /** What a second bare session gains over the first: 1, but for what the machine does to the figures. */
  readonly control: Estimate;
  /** What the backend gains with the graph as it is, and with all that it does for speed. */
  readonly asItIs: Estimate;
  readonly rewritten: Estimate;
  /** The rules and forms that fired. */
  readonly changes: readonly string[];
}

export interface CompareOptions extends Where {
  /** For a case. */
  readonly seconds: number;
  /** Whether more epochs would not change a verdict. */
  readonly isDecided: (comparison: Comparison) => boolean;
}

/**
 * How often all sessions are made anew, in another order each time: where its memory comes to lie makes a session some
 * percent faster or slower than its twin for as long as it lives.
 */
const leastEpochs = 12;
const mostEpochs = 24;

/** @throws when a result differs from the bare session's. */
export async function compareCase(network: Case, options: CompareOptions): Promise<Comparison> {
  const epochs: Epoch[] = [];
  for (;;) {
    const { result, changes } = await anEpoch(network, options, epochs.length === 0);
    epochs.push(result);
    if (epochs.length < leastEpochs) continue;
    const comparison = comparisonOf(network.name, epochs, changes);
    if (epochs.length >= mostEpochs || options.isDecided(comparison)) return comparison;
  }
}

function comparisonOf(name: string, epochs: readonly Epoch[], changes: readonly string[]): Comparison {
  const gainOf = (i: number): Estimate => estimate(epochs.map(({ gains }) => gains[i]!));
  return {
    name,
    bare: median(epochs.map(({ times }) => times[0]!)),
    control: gainOf(1),
    asItIs: gainOf(2),
    rewritten: gainOf(3),
    changes,
  };
}

async function anEpoch(network: Case, { seconds, ...where }: CompareOptions, isFirst: boolean) {
  const makers: readonly (() => Promise<Contestant>)[] = [
    () => bareSession(network, where),
    () => bareSession(network, where),
    () => ours(network, where, false),
    () => ours(network, where, true),
  ];
  const all: Contestant[] = [];
  try {
    for (const i of shuffle(makers.length)) all[i] = await makers[i]!();
    if (isFirst) await checkSame(network, all);
    const result = await epoch(all, { time: (1000 * seconds) / leastEpochs });
    return { result, changes: (all[3] as Ours).changes };
  } finally {
    for (const contestant of all) await contestant?.close();
  }
}

async function checkSame(network: Case, [bare, ...others]: readonly Contestant[]): Promise<void> {
  const expected = await bare!.run();
  const tolerance = toleranceOf(network.model().graph(new Map([[network.feed.name, network.feed]])));
  for (const { name, run } of others) {
    const error = relativeError(await run(), expected);
    if (!(error <= tolerance))
      throw new Error(
        `${network.name}: ${name} is off by ${error} of the largest element, ${tolerance} is allowed`,
      );
  }
}
