import { type Arrangement, type TapRow, tapRowsOf } from './arrangement.ts';
import type { Variant } from './correlation.ts';
import type { Correlation } from './geometry.ts';
import { entriesIn } from './products.ts';
import { columnsOf, readsVectors } from './rows.ts';

/** What a device's operations cost, in units of one product. Only their proportions matter. */
export interface Costs {
  /** Reading one element, and a vector of four. */
  readonly element: number;
  readonly vector: number;
  /** Reading a vector of four from workgroup memory, its share of bringing it there included. */
  readonly staged: number;
  /** Adding to a sum, whatever is added. */
  readonly sum: number;
  readonly store: number;
  /** Handing a vector that was read to four lanes. */
  readonly share: number;
  /** Invocations that run at a time: fewer leave the device idle. */
  readonly parallel: number;
  /** Starting a dispatch, and compiling its shader as a share among runs. */
  readonly dispatch: number;
  /** Compiling one product, likewise. */
  readonly compile: number;
  /** Sums that an invocation can hold. */
  readonly sums: number;
}

/** As measured on SwiftShader, whose memory accesses are lane by lane; and as GPUs are, from their published throughputs. */
export const software: Costs = {
  element: 14,
  vector: 38,
  staged: 60,
  sum: 2,
  store: 30,
  share: 9,
  parallel: 64,
  dispatch: 4_000_000,
  compile: 100_000,
  sums: 256,
};
export const hardware: Costs = {
  element: 3,
  vector: 4,
  staged: 3,
  sum: 0,
  store: 8,
  share: 8,
  parallel: 32_768,
  dispatch: 20_000_000,
  compile: 1000,
  sums: 64,
};

/** What the estimate of a variant needs to know of its arrangement. */
export interface Taps {
  readonly rows: readonly TapRow[];
  /** Vectors of weights for one input channel. */
  readonly entries: number;
}

export const tapsOf = (correlation: Correlation, arrangement: Arrangement): Taps => {
  const rows = tapRowsOf(correlation, arrangement);
  return { rows, entries: entriesIn(rows) };
};

/** Vectors and elements that hold what one channel is read for. */
function readsOf(correlation: Correlation, width: number, { rows }: Taps) {
  const columns = rows.map((row) => columnsOf(correlation, width, row.entries));
  const vectors = columns.map((each) => new Set(each.map((column) => Math.floor(column / 4))).size);
  return columns.map((each, i) => ({ columns: each.length, vectors: vectors[i]! }));
}

/** The estimated costs of some variants that differ only in how they read: one for each. */
export function costsOf(
  correlation: Correlation,
  variants: readonly Variant[],
  taps: Taps,
  costs: Costs,
): readonly number[] {
  const [{ arrangement, width, workgroup }] = variants as [Variant];
  const { axes, batch, groups, channels } = correlation;
  const { lanes, slots, blocks } = arrangement;
  const { entries } = taps;
  const rows = readsOf(correlation, width, taps);
  const vectored = readsVectors(correlation, width);
  const oneWeight = lanes === 4 ? costs.vector : costs.element;
  const products = entries * width * lanes + slots * width * lanes * costs.sum;
  const lines = batch * axes[0].positions * axes[1].positions * Math.ceil(axes[2].positions / width);
  const invocations = Math.ceil(lines / workgroup) * workgroup * blocks * groups;
  const compile = costs.dispatch + entries * width * lanes * costs.compile;
  return variants.map(({ shared, staged }) => {
    const reads = rows.reduce((sum, { columns, vectors }) => {
      if (staged) return sum + vectors * costs.staged;
      const byVectors = vectored && vectors * 2 <= columns;
      return sum + (byVectors ? vectors * costs.vector : columns * costs.element);
    }, 0);
    const weights = entries * (shared ? oneWeight / 4 + costs.share : oneWeight);
    const each = channels * (reads + weights + products) + slots * width * lanes * costs.store;
    return each * Math.max(invocations, costs.parallel) + compile;
  });
}
