import type { Arrangement, TapRow } from './arrangement.ts';
import { range } from './geometry.ts';
import {
  channelSize,
  columnValue,
  type RowRead,
  type Rows,
  readRow,
  writeColumns,
  writeRow,
} from './rows.ts';
import { type Staging, writeStaging } from './staging.ts';
import { block, floats, plus, times } from './text.ts';

/** What the loops over channels and taps know. */
export interface Products extends Rows {
  readonly arrangement: Arrangement;
  readonly taps: readonly TapRow[];
  /** The array of weights, and whether its elements are float16. */
  readonly weights: { readonly name: string; readonly half: boolean };
  /** Four neighbouring lanes of a subgroup read a vector of weights each and hand it to each other. */
  readonly shared: boolean;
}

/** Reads whose products are added by the same expressions. */
type Batch = readonly RowRead[];

const enoughTerms = 4;
const mostTerms = 12;
/** Sums of products in a loop's body; more tap rows than that makes are looped over. */
const mostStatements = 256;

export const sumName = (slot: number, n: number): string => `sum${slot}_${n}`;

/** Vectors of weights for one input channel. */
export const entriesIn = (taps: readonly TapRow[]): number =>
  taps.reduce((sum, { entries }) => sum + entries.length, 0);

/** Vectors of weights that sharing lanes may read beyond the last. */
export const sharingLanes = 4;

/** The most products that any sum gets from one tap row. */
const termsIn = ({ entries }: TapRow): number =>
  Math.max(...entries.map(({ slot }) => entries.filter((other) => other.slot === slot).length));

/** Channels that a step of the loop takes: with few taps several, so that a sum is written once for several products. */
function channelsAtOnce({ correlation: { channels }, taps }: Products): number {
  const terms = taps.reduce((sum, row) => sum + termsIn(row), 0);
  return [4, 2].find((count) => channels % count === 0 && terms * count <= enoughTerms) ?? 1;
}

/** Whether the tap rows are many and differ in nothing but their offsets, which are evenly spaced. */
function isLooped({ taps, width }: Products): boolean {
  const shape = (row: TapRow) => row.entries.map(({ slot, offset }) => `${slot}:${offset}`).join();
  const [zs, ys] = [offsetsOf(taps, 'z'), offsetsOf(taps, 'y')];
  return (
    taps.length > 1 &&
    entriesIn(taps) * width > mostStatements &&
    taps.every((row) => shape(row) === shape(taps[0]!)) &&
    zs.length * ys.length === taps.length &&
    isEven(zs) &&
    isEven(ys)
  );
}

const offsetsOf = (taps: readonly TapRow[], axis: 'z' | 'y'): number[] => [
  ...new Set(taps.map((row) => row[axis])),
];
const isEven = (offsets: readonly number[]): boolean =>
  offsets.every((offset, i) => offset === offsets[0]! + i * gapOf(offsets));
const gapOf = ([first = 0, second = first]: readonly number[]): number => second - first;

/** Adds the products of all channels and taps to the sums. */
export function writeProducts(p: Products): string[] {
  const { correlation, arrangement, taps } = p;
  const { channels, groups } = correlation;
  const image = groups > 1 ? `(image * ${groups} + group)` : 'image';
  const weights = groups > 1 ? `(group * ${arrangement.blocks} + block)` : 'block';
  const looped = isLooped(p);
  if (taps.length === 0) return [];
  return [
    ...writeColumns(
      p,
      taps.flatMap((row) => row.entries),
    ),
    ...(looped ? [] : taps.flatMap((row, i) => writeRow(p, row, i))),
    ...(p.staging
      ? [`let channelsBefore = ${times(image, channels)};`]
      : [`var input = ${times(image, channels * channelSize(p))};`]),
    `var weight = ${times(weights, channels * entriesIn(taps))}${p.shared ? ' + (i32(lane) & 3)' : ''};`,
    ...(p.staging ? writeStagedLoop(p, p.staging, looped) : overChannels(p, looped, `${channels}`)),
  ];
}

const overChannels = (p: Products, looped: boolean, end: string): string[] =>
  looped ? writeTapLoop(p, end) : writeChannelLoop(p, end);

/** A loop over channels, some of them staged at a time. */
function writeStagedLoop(p: Products, staging: Staging, looped: boolean): string[] {
  const { channels } = p.correlation;
  const whole = channels % staging.channels === 0;
  const end = whole ? `${staging.channels}` : `min(${staging.channels}, ${channels} - first)`;
  return block(`for (var first = 0; first < ${channels}; first += ${staging.channels})`, [
    ...writeStaging(p.correlation, staging, (index) => p.source.at(index)),
    'var input = 0;',
    ...overChannels(p, looped, end),
  ]);
}

/** A loop over channels with all taps in its body. */
function writeChannelLoop(p: Products, end: string): string[] {
  const step = channelsAtOnce(p);
  const reads = range(step * p.taps.length).map(
    (name): RowRead => ({
      name,
      row: name % p.taps.length,
      channel: Math.floor(name / p.taps.length),
      looped: false,
    }),
  );
  return block(`for (var channel = 0; channel < ${end}; channel += ${step})`, [
    ...writeBatches(p, inBatches(p, reads)),
    `input += ${step * channelSize(p)};`,
    `weight += ${step * entriesIn(p.taps)};`,
  ]);
}

/** Reads by as many as one expression may add. */
function inBatches({ taps }: Products, reads: readonly RowRead[]): readonly Batch[] {
  const batches: RowRead[][] = [];
  let room = 0;
  for (const read of reads) {
    const terms = termsIn(taps[read.row]!);
    if (terms > room) {
      batches.push([]);
      room = mostTerms;
    }
    batches.at(-1)!.push(read);
    room -= terms;
  }
  return batches;
}

/** A loop over channels, in it one over tap rows, which all look like the first. */
function writeTapLoop(p: Products, end: string): string[] {
  const [zs, ys] = [offsetsOf(p.taps, 'z'), offsetsOf(p.taps, 'y')];
  const [first] = p.taps;
  const more = [
    zs.length > 1 ? ` + tap / ${ys.length} * ${gapOf(zs)}` : '',
    ys.length > 1 ? ` + tap % ${ys.length} * ${gapOf(ys)}` : '',
  ] as const;
  return block(`for (var channel = 0; channel < ${end}; channel++)`, [
    ...block(`for (var tap = 0; tap < ${p.taps.length}; tap++)`, [
      ...writeRow(p, first!, 0, more),
      ...writeBatches(p, [[{ name: 0, row: 0, channel: 0, looped: true }]]),
      `weight += ${first!.entries.length};`,
    ]),
    `input += ${channelSize(p)};`,
  ]);
}

/** A product of a slot: the read that has its values, and its vector of weights among those of a step of the loop. */
interface Term {
  readonly slot: number;
  readonly read: number;
  readonly offset: number;
  readonly at: number;
}

function writeBatches(p: Products, batches: readonly Batch[]): string[] {
  const all = entriesIn(p.taps);
  const read = new Set<number>();
  return batches.flatMap((batch) => {
    const terms = batch.flatMap(({ name, channel, row }) => {
      const before = channel * all + entriesIn(p.taps.slice(0, row));
      return p.taps[row]!.entries.map((entry, e): Term => ({ ...entry, read: name, at: before + e }));
    });
    return writeBatch(p, batch, terms, read);
  });
}

function writeBatch(p: Products, batch: Batch, terms: readonly Term[], read: Set<number>): string[] {
  return [
    ...batch.flatMap((each) => readRow(p, p.taps[each.row]!, each)),
    ...(p.shared ? readShared(p, terms, read) : []),
    ...range(p.arrangement.slots).flatMap((slot) =>
      writeSlot(
        p,
        terms.filter((term) => term.slot === slot),
      ),
    ),
  ];
}

const sharedName = (at: number): string => `shared${Math.floor(at / sharingLanes)}`;

/** Each lane's part of the weights of a batch, by fours; `read` is what earlier batches read. */
function readShared(p: Products, terms: readonly Term[], read: Set<number>): string[] {
  const fours = new Set(terms.map(({ at }) => Math.floor(at / sharingLanes) * sharingLanes));
  const fresh = [...fours].filter((at) => !read.has(at)).sort((a, b) => a - b);
  for (const at of fresh) read.add(at);
  return fresh.map((at) => `let ${sharedName(at)} = ${weightAt(p, at)};`);
}

const weightAt = ({ weights, arrangement }: Products, at: number): string => {
  const element = `${weights.name}[${plus('weight', at)}]`;
  return weights.half ? `${floats(arrangement.lanes)}(${element})` : element;
};

/** The weights of a slot, and its sums, each with all products of the batch. */
function writeSlot(p: Products, terms: readonly Term[]): string[] {
  if (terms.length === 0) return [];
  const { inputStep } = p.correlation.axes[2];
  const weight = ({ at }: Term): string =>
    p.shared ? `subgroupBroadcast(${sharedName(at)}, ${at % sharingLanes})` : weightAt(p, at);
  return [
    ...terms.map((term) => `let w${term.at} = ${weight(term)};`),
    ...range(p.width).map((n) => {
      const products = terms.map(
        ({ read, offset, at }) => `w${at} * ${columnValue(p, read, inputStep * n + offset)}`,
      );
      return `${sumName(terms[0]!.slot, n)} += ${products.join(' + ')};`;
    }),
  ];
}
