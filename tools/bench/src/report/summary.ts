import { leastTime } from '../limits/speeds.ts';
import type { Absent, Ran, Result } from '../race.ts';
import type { Table } from './table.ts';

/** A peer's median time over ours; undefined where the peer did not run. */
export const ratioOf = ({ ours, peers }: Result, peer: number): number | undefined => {
  const theirs = peers[peer]!;
  return 'why' in theirs ? undefined : theirs.median / ours.median;
};

/** @throws when there are no values. */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) throw new Error('there is no geometric mean of no values');
  return Math.exp(values.reduce((all, value) => all + Math.log(value), 0) / values.length);
}

export interface Mean {
  readonly name: string;
  readonly ratio: number;
  readonly cases: number;
}

/** The geometric mean of each peer's ratios, over the cases that it ran. */
export function means(results: readonly Result[]): readonly Mean[] {
  return (results[0]?.peers ?? []).flatMap(({ name }, peer): Mean[] => {
    const ratios = results.flatMap((result) => ratioOf(result, peer) ?? []);
    return ratios.length === 0 ? [] : [{ name, ratio: geometricMean(ratios), cases: ratios.length }];
  });
}

const none = '-';
/** Three digits: 1234, 123, 12.3, 1.23, 0.12. */
export const digits = (value: number): string =>
  value.toFixed(Math.min(Math.max(2 - Math.floor(Math.log10(Math.max(value, 0.1))), 0), 2));

/** Median times, ratios, what our time means in work, and how much of the least possible time it is. */
export function speedTable(results: readonly Result[]): Table {
  const peers = results[0]?.peers ?? [];
  const head = [
    'median ms',
    'polyphase',
    ...peers.flatMap(({ name }) => [name, 'ratio']),
    'rate',
    'of limit',
  ];
  const rows = results.map((result) => [
    result.name,
    digits(result.ours.median),
    ...result.peers.flatMap((theirs, peer) => {
      const ratio = ratioOf(result, peer);
      return 'why' in theirs ? [none, none] : [digits(theirs.median), digits(ratio!)];
    }),
    ...rateOf(result),
  ]);
  const mean = means(results);
  const ratios = peers.flatMap(({ name }) => {
    const found = mean.find((each) => each.name === name);
    return [none, found ? digits(found.ratio) : none];
  });
  return { head, rows: [...rows, ['geometric mean', none, ...ratios, none, none]] };
}

function rateOf({ work, speeds, ours }: Result): readonly [rate: string, share: string] {
  const { time, by } = leastTime(work, speeds);
  const [amount, unit] = by === 'arithmetic' ? [work.flops, 'GFLOP/s'] : [work.written, 'GB/s'];
  return [`${digits(amount / ours.median / 1e6)} ${unit}`, `${Math.round((100 * time) / ours.median)} %`];
}

/** What comes before the steady state: compiling and the first run. */
export function startTable(results: readonly Result[]): Table {
  const names = results[0] ? ['polyphase', ...results[0].peers.map(({ name }) => name)] : [];
  const times = (entry: Ran | Absent): readonly string[] =>
    'why' in entry
      ? [none, none]
      : [entry.compile === undefined ? none : digits(entry.compile), digits(entry.first)];
  return {
    head: ['ms before the second run', ...names.flatMap((name) => [`${name} compile`, 'first run'])],
    rows: results.map(({ name, ours, peers }) => [name, ...[ours, ...peers].flatMap(times)]),
  };
}

/** How to read the last column of `speedTable`. */
export const limitNote =
  'The limit is the time that the arithmetic of the definition or writing the output takes, whichever is longer, at the best speeds seen between the runs (below); above 100 %: fewer multiplications.';

/** A line for each peer that did not run a case. */
export const absences = (results: readonly Result[]): readonly string[] =>
  results.flatMap(({ name, peers }) =>
    peers.flatMap((peer) => ('why' in peer ? [`${name}: without ${peer.name}: ${peer.why}`] : [])),
  );

/** The best speeds seen between the runs; bandwidths at the size of the output. */
export const limitTable = (results: readonly Result[], relaxed: boolean): Table => ({
  head: [
    'limits',
    `${relaxed ? 'relaxed_madd' : 'mul + add'} GFLOP/s`,
    'output MB',
    'write GB/s',
    'copy GB/s',
  ],
  rows: results.map(({ name, work, speeds }) => [
    name,
    ...[speeds.flops / 1e6, work.written / 1e6, speeds.written / 1e6, speeds.copied / 1e6].map(digits),
  ]),
});

/** How far the processor goes beyond what WebAssembly's vectors of 128 bits can use. */
export const nativeNote = (flops: number): string =>
  `A matrix product of onnxruntime-node reaches ${digits(flops / 1e6)} GFLOP/s here.`;
