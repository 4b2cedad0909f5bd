import {
  type AxisResampling,
  type AxisTable,
  axisTable,
  type Node,
  type UpsampleAttributes,
} from '@polyphase/ir';

/** What rules ask of a resampling. They read it off the table, whatever names the frontend's modes have. */
type TableTest = (table: AxisTable) => boolean;

function holds(spec: AxisResampling, test: TableTest): boolean {
  if (typeof spec.from !== 'number' || typeof spec.to !== 'number') return false;
  const table = axisTable(spec);
  return !table.outside?.includes(1) && test(table);
}

const rows = ({ taps, first, weights }: AxisTable) =>
  Array.from(first, (at, o) => ({
    at,
    weights: weights.subarray(o * taps, (o + 1) * taps),
  }));

/** Every output is a copy of one input: taps of weight 0 would still let infinities through as NaN. */
export const isSelection = (spec: AxisResampling): boolean =>
  holds(spec, ({ taps, weights }) => taps === 1 && weights.every((weight) => weight === 1));

/** The weights of every output sum to 1, up to rounding. */
export const keepsConstants = (spec: AxisResampling): boolean =>
  holds(spec, (table) =>
    rows(table).every(({ weights }) => Math.abs(weights.reduce((a, b) => a + b, 0) - 1) < 1e-9),
  );

/** s where output o is input floor(o / s) for every o; undefined when the axis is resampled otherwise. */
export function repetitionOf(spec: AxisResampling): number | undefined {
  const { from, to } = spec;
  if (typeof from !== 'number' || typeof to !== 'number' || from === 0 || to === 0) return undefined;
  if (to % from !== 0 || !isSelection(spec)) return undefined;
  const factor = to / from;
  return axisTable(spec).first.every((at, o) => at === Math.floor(o / factor)) ? factor : undefined;
}

/** The resampling of an axis that repeats each of its elements. */
export const repetition = (axis: number, from: number, factor: number): AxisResampling => ({
  axis,
  from,
  to: from * factor,
  map: 'asymmetric',
  filter: { kind: 'nearest', rounding: 'floor' },
  antialias: false,
  border: 'clamp',
  profile: 'keras',
});

/** How often each of `rank` axes is repeated; undefined when one is resampled otherwise. */
export function repetitionsOf(node: Node<UpsampleAttributes>, rank: number): readonly number[] | undefined {
  const factors = new Array<number>(rank).fill(1);
  for (const spec of node.attributes.axes) {
    const factor = repetitionOf(spec);
    if (factor === undefined) return undefined;
    factors[spec.axis] = factor;
  }
  return factors;
}

/** Only axes behind the channels are resampled. */
export const isSpatial = ({ attributes }: Node<UpsampleAttributes>): boolean =>
  attributes.axes.every(({ axis }) => axis >= 2);
