import type { AxisTable } from '@polyphase/ir';
import { add, div, int, mul, sub } from '../build.ts';
import type { Expr } from '../expr.ts';

/** floor((inputs * o + offset) / outputs): where an axis is read that takes `inputs` steps while it gives `outputs`. */
export interface Slope {
  readonly inputs: number;
  readonly outputs: number;
  readonly offset: number;
}

/** The phases of an axis table between begin and end, where it repeats itself; both are multiples of the period. */
export interface Period {
  readonly slope: Slope;
  readonly begin: number;
  readonly end: number;
}

/** Longer periods are left to tables. */
const longestPeriod = 16;

/** The slope that passes through first[o] for begin <= o < end, if there is one. */
export function slopeOf(
  first: Int32Array,
  begin: number,
  end: number,
  inputs: number,
  outputs: number,
): Slope | undefined {
  let [least, greatest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let o = begin; o < end; o++) {
    const exact = first[o]! * outputs - inputs * o;
    least = Math.max(least, exact);
    greatest = Math.min(greatest, exact + outputs - 1);
  }
  return least <= greatest ? { inputs, outputs, offset: least } : undefined;
}

export function onSlope(o: Expr, { inputs, outputs, offset }: Slope): Expr {
  const lift = Math.max(0, Math.ceil(-offset / outputs));
  const lifted = add(mul(o, int(inputs)), int(offset + lift * outputs));
  return sub(div(lifted, int(outputs)), int(lift));
}

/**
 * The shortest period in which at least half of a table repeats itself, in the precision of `round`: output o + outputs
 * has the weights of output o, `inputs` elements further on.
 */
export function periodOf(table: AxisTable, round: (weight: number) => number): Period | undefined {
  for (let outputs = 1; outputs <= longestPeriod; outputs++) {
    const period = periodOfLength(table, outputs, round);
    if (period) return period;
  }
  return undefined;
}

function periodOfLength(
  { taps, first, weights }: AxisTable,
  outputs: number,
  round: (weight: number) => number,
): Period | undefined {
  const to = first.length;
  const middle = Math.floor((to - outputs) / 2);
  if (middle < 0) return undefined;
  const inputs = first[middle + outputs]! - first[middle]!;
  const repeats = (o: number): boolean => {
    if (o < 0 || o + outputs >= to || first[o + outputs]! - first[o]! !== inputs) return false;
    for (let t = 0; t < taps; t++)
      if (round(weights[o * taps + t]!) !== round(weights[(o + outputs) * taps + t]!)) return false;
    return true;
  };
  let [low, high] = [middle, middle];
  while (repeats(low - 1)) low--;
  while (repeats(high)) high++;
  const [begin, end] = [Math.ceil(low / outputs) * outputs, Math.floor((high + outputs) / outputs) * outputs];
  if (inputs < 0 || end - begin < Math.max(to / 2, 2 * outputs)) return undefined;
  const slope = slopeOf(first, begin, end, inputs, outputs);
  return slope && { slope, begin, end };
}
