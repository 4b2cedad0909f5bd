import type { Buffer } from './expr.ts';

/** When and how large something is that needs memory: from the first step that touches it to the last, both included. */
export interface Lifetime {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
}

export interface ArenaPlan<T> {
  /** Bytes from the beginning of the arena. */
  readonly offsets: ReadonlyMap<T, number>;
  readonly total: number;
  /** The most bytes that live at one step: no plan needs less. */
  readonly lowerBound: number;
  /** What it would take if no two things shared memory. */
  readonly unshared: number;
}

interface Placed extends Lifetime {
  readonly offset: number;
}

const overlaps = (a: Lifetime, b: Lifetime): boolean => a.first <= b.last && b.first <= a.last;

/**
 * Places things in one arena so that those alive at one time do not meet: the largest first, each into the smallest gap
 * that fits it.
 */
export function planArena<T>(lifetimes: ReadonlyMap<T, Lifetime>, alignment = 16): ArenaPlan<T> {
  const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;
  const offsets = new Map<T, number>();
  const placed: Placed[] = [];
  const bySize = [...lifetimes].sort(([, a], [, b]) => b.bytes - a.bytes || a.first - b.first);
  for (const [thing, lifetime] of bySize) {
    const bytes = align(lifetime.bytes);
    const offset =
      bytes === 0
        ? 0
        : bestGap(
            placed.filter((other) => overlaps(other, lifetime)),
            bytes,
          );
    offsets.set(thing, offset);
    if (bytes > 0) insertByOffset(placed, { ...lifetime, bytes, offset });
  }
  const total = placed.reduce((most, { offset, bytes }) => Math.max(most, offset + bytes), 0);
  const unshared = placed.reduce((all, { bytes }) => all + bytes, 0);
  return { offsets, total, unshared, lowerBound: lowerBoundOf([...lifetimes.values()], align) };
}

/** `taken` lies in the order of its offsets. */
function bestGap(taken: readonly Placed[], bytes: number): number {
  let [end, best, bestSize] = [0, -1, Number.POSITIVE_INFINITY];
  for (const { offset, bytes: size } of taken) {
    const gap = offset - end;
    if (gap >= bytes && gap < bestSize) [best, bestSize] = [end, gap];
    end = Math.max(end, offset + size);
  }
  return best < 0 ? end : best;
}

function insertByOffset(placed: Placed[], item: Placed): void {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (placed[middle]!.offset <= item.offset) low = middle + 1;
    else high = middle;
  }
  placed.splice(low, 0, item);
}

/** The largest sum of what is alive at one step. */
function lowerBoundOf(lifetimes: readonly Lifetime[], align: (bytes: number) => number): number {
  const changes = new Map<number, number>();
  const change = (step: number, bytes: number): void =>
    void changes.set(step, (changes.get(step) ?? 0) + bytes);
  for (const { first, last, bytes } of lifetimes) {
    change(first, align(bytes));
    change(last + 1, -align(bytes));
  }
  let [alive, most] = [0, 0];
  for (const [, bytes] of [...changes].sort(([a], [b]) => a - b)) {
    alive += bytes;
    most = Math.max(most, alive);
  }
  return most;
}

/** From which step to which each buffer is touched; buffers that no step touches are left out. */
export function lifetimesOf(
  touched: readonly (readonly Buffer[])[],
  bytesOf: (buffer: Buffer) => number,
): Map<Buffer, Lifetime> {
  const lifetimes = new Map<Buffer, Lifetime>();
  for (const [step, buffers] of touched.entries())
    for (const buffer of buffers) {
      const first = lifetimes.get(buffer)?.first ?? step;
      lifetimes.set(buffer, { first, last: step, bytes: bytesOf(buffer) });
    }
  return lifetimes;
}
