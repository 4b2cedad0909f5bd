import type { AxisTable } from '@polyphase/ir';
import type { Data } from '../../text/shader.ts';

/** An axis that is resampled. */
export interface ResampledAxis {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly table: AxisTable;
}

/** Whether elements are copied, each output from one input. */
export const isCopy = ({ table: { taps, weights } }: ResampledAxis): boolean =>
  taps === 1 && weights.every((weight) => weight === 1);

/** Where the weights begin in a table, in elements: behind the places of all taps. */
export const weightsFrom = ({ to, table: { taps } }: ResampledAxis): number => taps * to;

/**
 * Which input element each tap of each output reads, times `step`, and behind them all the bits of the weights; tap
 * after tap, so that neighbouring outputs have neighbouring places.
 */
export const tableOf = (axis: ResampledAxis, step: number): Data => {
  const { to, table } = axis;
  const count = weightsFrom(axis);
  const size = isCopy(axis) ? count : 2 * count;
  return {
    bytes: 4 * size,
    fill() {
      const places = new Int32Array(size);
      const weights = new Float32Array(places.buffer, isCopy(axis) ? 0 : 4 * count);
      for (let o = 0; o < to; o++)
        for (const [t, { at, weight }] of tapsOf(table, o).entries()) {
          if (!isCopy(axis)) weights[t * to + o] = weight;
          places[t * to + o] = at * step;
        }
      return places;
    },
  };
};

interface Tap {
  readonly at: number;
  readonly weight: number;
}

/**
 * The taps of an output. Those that only fill up a row would let NaN and infinity of other elements in by their weight of
 * 0: they repeat the row's first or last tap, which shares its weight with them, half for each but the last two.
 */
function tapsOf({ taps, first, weights, read }: AxisTable, o: number): readonly Tap[] {
  const all = Array.from({ length: taps }, (_, t) => ({ at: first[o]! + t, weight: weights[o * taps + t]! }));
  if (!read) return all;
  const [least, most] = [read.first[o]!, read.last[o]!];
  const weightAt = (at: number): number => all.find((tap) => tap.at === at)!.weight;
  const copies = new Map<number, number>();
  const total = (at: number): number =>
    1 + (at === least ? least - all[0]!.at : 0) + (at === most ? all.at(-1)!.at - most : 0);
  return all.map(({ at }) => {
    const place = Math.min(Math.max(at, least), most);
    const copy = (copies.get(place) ?? 0) + 1;
    copies.set(place, copy);
    return { at: place, weight: weightAt(place) * 2 ** -Math.min(copy, total(place) - 1) };
  });
}
