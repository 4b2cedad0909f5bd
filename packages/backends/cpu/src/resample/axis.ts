/** How the outputs of a resampled axis are computed, from its table. */
import type { AxisTable } from '@polyphase/ir';

/** What one output reads and by what it multiplies it; as many as the axis has taps. */
export interface Tap {
  readonly index: number;
  readonly weight: number;
}

/**
 * The taps of an output. Where it reads fewer elements than others the last one stands there more than once, halved each
 * time, which is exact: a weight of 0 for another element would let NaN and infinity in.
 */
export function tapsOf({ taps, first, weights, read }: AxisTable, output: number): readonly Tap[] {
  const begin = read?.first[output] ?? first[output]!;
  const end = (read?.last[output] ?? first[output]! + taps - 1) + 1;
  const found = Array.from({ length: end - begin }, (_, i): Tap => {
    const index = begin + i;
    return { index, weight: weights[output * taps + index - first[output]!]! };
  });
  while (found.length < taps) {
    const { index, weight } = found.pop()!;
    found.push({ index, weight: weight / 2 }, { index, weight: weight / 2 });
  }
  return found;
}

/** The first and the last output but one between the borders, all of which read as many elements as there are taps. */
function fullRange({ taps, first, read }: AxisTable): readonly [begin: number, end: number] {
  if (!read) return [0, first.length];
  const isFull = (o: number) => read.first[o] === first[o] && read.last[o] === first[o]! + taps - 1;
  const middle = first.length >> 1;
  let [begin, end] = [middle, middle];
  while (begin > 0 && isFull(begin - 1)) begin--;
  while (end < first.length && isFull(end)) end++;
  return [begin, end];
}

/** Outputs in groups of `step`, each group one input further on: `groups` of them from output `begin` on. */
export interface Phases {
  readonly step: 2 | 4;
  readonly begin: number;
  readonly groups: number;
  /** Of each output of a group: the first input that it reads in the first group, and its weights. */
  readonly first: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

/** Outputs from `begin` on whose taps stand in a table. */
export interface Tabled {
  readonly begin: number;
  readonly end: number;
  /** Whether each four of them read from one vector of the input; else each reads neighbours. */
  readonly isNear: boolean;
}

/** An axis that vectors run along: most of its outputs one way or the other, the rest one by one. */
export interface RowPlan {
  readonly table: AxisTable;
  readonly phases: Phases | undefined;
  readonly tabled: Tabled | undefined;
  readonly listed: readonly number[];
}

const lanes = 4;

/** For an axis of `from` inputs. */
export function planRow(table: AxisTable, from: number): RowPlan {
  const { length } = table.first;
  if (areNear(table)) {
    const tabled = { begin: 0, end: length, isNear: true };
    return { table, phases: undefined, tabled, listed: [] };
  }
  const [begin, end] = fullRange(table);
  const phases = phasesOf(table, from, begin, end);
  const covered = phases
    ? [begin, begin + phases.groups * phases.step]
    : end - begin >= lanes
      ? [begin, end]
      : [0, 0];
  const listed = Array.from(table.first.keys()).filter((o) => o < covered[0]! || o >= covered[1]!);
  const tabled = phases || covered[1] === 0 ? undefined : { begin, end, isNear: false };
  return { table, phases, tabled, listed };
}

/** Whether all taps of any four neighbouring outputs lie in four neighbouring inputs. */
function areNear({ taps, first, read }: AxisTable): boolean {
  const begins = read?.first ?? first;
  const ends = read?.last ?? first.map((index) => index + taps - 1);
  for (let o = 0; o + lanes <= first.length; o++) {
    const [begin, end] = [begins.subarray(o, o + lanes), ends.subarray(o, o + lanes)];
    if (Math.max(...end) - Math.min(...begin) >= lanes) return false;
  }
  return first.length >= lanes;
}

function phasesOf(
  { taps, first, weights }: AxisTable,
  from: number,
  begin: number,
  end: number,
): Phases | undefined {
  const step = first.length / from;
  const groups = Math.floor((end - begin) / step);
  if ((step !== 2 && step !== 4) || groups < lanes) return undefined;
  const weightsOf = (o: number) => Array.from(weights.subarray(o * taps, (o + 1) * taps), Math.fround);
  const phases = Array.from({ length: step }, (_, r) => weightsOf(begin + r));
  for (let o = begin + step; o < begin + groups * step; o++) {
    const phase = (o - begin) % step;
    if (first[o] !== first[o - step]! + 1) return undefined;
    if (phases[phase]!.some((weight, t) => weight !== Math.fround(weights[o * taps + t]!))) return undefined;
  }
  return { step, begin, groups, first: phases.map((_, r) => first[begin + r]!), weights: phases };
}

/** Outputs in turn never read elements before those that the one before read first. */
export const isRising = ({ first }: AxisTable): boolean =>
  first.every((index, o) => o === 0 || index >= first[o - 1]!);
