/** Cuts arrays of weights into parts that fit where there is room for them. */

/** Matrices in an array, one a group: the elements of row r at step k lie in [begins[r] + k * step, ends[r] + k * step). */
export interface Extent {
  readonly groups: number;
  /** Elements from one group to the next. */
  readonly groupStep: number;
  readonly begins: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
  readonly count: number;
  readonly step: number;
}

type Range = readonly [from: number, to: number];

/** Some rows of a group at some steps, and the elements that they lie within. */
export interface Part {
  readonly group: number;
  readonly rows: Range;
  readonly steps: Range;
  readonly begin: number;
  readonly end: number;
}

/** How many elements a part has at the least. */
export const leastPart = (extent: Extent): number => Math.min(largestRow(extent), stepLength(extent));

/** The array in parts of at most so many elements, if it has more. */
export function* partsOf(extent: Extent, length: number, most: number): Generator<Part> {
  const { groups, groupStep, begins, count } = extent;
  for (let group = 0; group < groups; group++) {
    const all: Part = { group, rows: [0, begins.length], steps: [0, count], begin: 0, end: length };
    if (length <= most) yield all;
    else
      for (const part of largestRow(extent) <= most ? byRows(extent, most) : bySteps(extent, most))
        yield { ...all, ...part, begin: part.begin + group * groupStep, end: part.end + group * groupStep };
  }
}

const innerLength = ({ count, step }: Extent): number => (count - 1) * step;

function largestRow(extent: Extent): number {
  let most = 0;
  for (let row = 0; row < extent.begins.length; row++)
    most = Math.max(most, extent.ends[row]! - extent.begins[row]!);
  return most + innerLength(extent);
}

/** As many rows after each other as fit, with all their steps. */
function* byRows(extent: Extent, most: number) {
  const { begins, ends } = extent;
  for (let from = 0, to = 0; from < begins.length; from = to) {
    let [begin, end] = [begins[from]!, ends[from]!];
    for (to = from + 1; to < begins.length; to++) {
      const [first, last] = [Math.min(begin, begins[to]!), Math.max(end, ends[to]!)];
      if (last - first + innerLength(extent) > most) break;
      [begin, end] = [first, last];
    }
    yield { rows: [from, to] as const, begin, end: end + innerLength(extent) };
  }
}

/** From the first row's begin to the last one's end. */
function spread({ begins, ends }: Extent) {
  let [begin, end] = [begins[0]!, ends[0]!];
  for (let row = 1; row < begins.length; row++) {
    begin = Math.min(begin, begins[row]!);
    end = Math.max(end, ends[row]!);
  }
  return { begin, end };
}

function stepLength(extent: Extent): number {
  const { begin, end } = spread(extent);
  return end - begin;
}

/** As many steps as fit, of all rows. */
function* bySteps(extent: Extent, most: number) {
  const { count, step } = extent;
  const { begin, end } = spread(extent);
  const length = Math.floor((most - (end - begin)) / step) + 1;
  for (let from = 0; from < count; from += length) {
    const to = Math.min(from + length, count);
    yield { steps: [from, to] as const, begin: begin + from * step, end: end + (to - 1) * step };
  }
}
