import { digits, geometricMean } from '../report/summary.ts';
import type { Table } from '../report/table.ts';
import type { Comparison } from './compare.ts';
import { atLeast, type Estimate, type Verdict } from './estimate.ts';

/** What is asked of the backend. */
export const limits = {
  /** Of a model that takes this many milliseconds or more, the graph as it is must keep so much of the speed. */
  longFrom: 5,
  leastOfLong: 1 / 1.03,
  /** Where nothing was changed, and on average where something was. */
  leastUnchanged: 0.97,
  meanOfChanged: 1.2,
} as const;

const isChanged = ({ changes }: Comparison): boolean => changes.length > 0;
const isLong = ({ bare }: Comparison): boolean => bare >= limits.longFrom;

/** Whether every limit that is about this case holds; undefined where none is. */
export function verdictOf(comparison: Comparison): Verdict | undefined {
  const verdicts = [
    ...(isLong(comparison) ? [atLeast(comparison.asItIs, limits.leastOfLong)] : []),
    ...(isChanged(comparison) ? [] : [atLeast(comparison.rewritten, limits.leastUnchanged)]),
  ];
  return (['broken', 'open', 'holds'] as const).find((each) => verdicts.includes(each));
}

export interface Summary {
  /** Geometric means of gains: of the second bare session, and of the backend where something was changed. */
  readonly control: number;
  readonly changed: number | undefined;
  readonly overhead: Extreme | undefined;
  readonly unchanged: Extreme | undefined;
  /** Cases by their verdict. */
  readonly broken: readonly string[];
  readonly open: readonly string[];
}

/** The worst of some cases. */
export interface Extreme {
  readonly name: string;
  readonly gain: Estimate;
  readonly cases: number;
}

export function summarize(comparisons: readonly Comparison[]): Summary {
  const changed = comparisons.filter(isChanged);
  const named = (verdict: Verdict): readonly string[] =>
    comparisons.filter((each) => verdictOf(each) === verdict).map(({ name }) => name);
  return {
    control: geometricMean(comparisons.map(({ control }) => control.value)),
    changed: changed.length > 0 ? geometricMean(changed.map(({ rewritten }) => rewritten.value)) : undefined,
    overhead: worst(comparisons.filter(isLong), ({ asItIs }) => asItIs),
    unchanged: worst(
      comparisons.filter((each) => !isChanged(each)),
      ({ rewritten }) => rewritten,
    ),
    broken: named('broken'),
    open: named('open'),
  };
}

function worst(
  cases: readonly Comparison[],
  gainOf: (comparison: Comparison) => Estimate,
): Extreme | undefined {
  const all = cases.map((each) => ({ name: each.name, gain: gainOf(each), cases: cases.length }));
  return all.sort((a, b) => a.gain.value - b.gain.value)[0];
}

const percent = (gain: number): string => `${(100 * (1 / gain - 1)).toFixed(1)} %`;

const range = ({ value, low, high }: Estimate): string =>
  `${value.toFixed(3)} (${low.toFixed(2)}-${high.toFixed(2)})`;

/** A case in a line, for who waits for the others. */
export const rowText = (each: Comparison): string =>
  `${each.name}: ${range(each.rewritten)}, a second bare session ${range(each.control)}`;

export const comparisonTable = (comparisons: readonly Comparison[]): Table => ({
  head: [
    'gain over a bare session',
    'its ms',
    'a second one',
    'as it is',
    'with rewrites',
    'what changed',
    '',
  ],
  rows: comparisons.map((each) => [
    each.name,
    digits(each.bare),
    range(each.control),
    range(each.asItIs),
    range(each.rewritten),
    each.changes.join(', ') || '-',
    verdictOf(each) ?? '-',
  ]),
});

export function summaryText(comparisons: readonly Comparison[]): string {
  const { control, changed, overhead, unchanged, broken, open } = summarize(comparisons);
  return [
    `a second bare session: ${control.toFixed(3)} (geometric mean of ${comparisons.length})`,
    changed !== undefined &&
      `gain where something changed: ${digits(changed)} (geometric mean), ${limits.meanOfChanged} is asked for`,
    unchanged &&
      `least gain of the other ${unchanged.cases}: ${range(unchanged.gain)} of ${unchanged.name}, ${limits.leastUnchanged} is asked for`,
    overhead &&
      `overhead of the ${overhead.cases} from ${limits.longFrom} ms on: ${percent(overhead.gain.value)} at most, of ${overhead.name}; 3 % is allowed`,
    broken.length > 0 && `below what is asked for: ${broken.join(', ')}`,
    open.length > 0 && `not decided, the interval holds both answers: ${open.join(', ')}`,
  ]
    .filter((line) => typeof line === 'string')
    .join('\n');
}
