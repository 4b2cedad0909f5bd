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

/**
 * An axis enlarged s times by one filter over the input, which goes on with its first and last element outside:
 * u[o] is the sum over all j of x[j clamped] * weights[o - s*j - from].
 */
export interface ClampedFilter {
  readonly factor: number;
  readonly weights: Float64Array;
  /** Where the output of an element begins, seen from `s` times its place. */
  readonly from: number;
}

export const unfiltered: ClampedFilter = { factor: 1, weights: Float64Array.of(1), from: 0 };

/** The filter of an axis; undefined when it is resampled otherwise, or so short that every output meets an end. */
export function clampedFilterOf(spec: AxisResampling): ClampedFilter | undefined {
  const { from: length, to } = spec;
  if (typeof length !== 'number' || typeof to !== 'number' || length < 3 || to % length !== 0)
    return undefined;
  const table = axisTable(spec);
  if (table.outside?.includes(1)) return undefined;
  const filter = filterAt(Math.floor(length / 2), table, to / length);
  return filter && isClamped(filter, table, length) ? filter : undefined;
}

/** What one element in the middle adds to which outputs. */
function filterAt(place: number, table: AxisTable, factor: number): ClampedFilter | undefined {
  const shares = rows(table).map(({ at, weights }) => weights[place - at] ?? 0);
  const [first, last] = [
    shares.findIndex((share) => share !== 0),
    shares.findLastIndex((share) => share !== 0),
  ];
  if (first <= 0 || last >= shares.length - 1) return undefined;
  return {
    factor,
    weights: Float64Array.from(shares.slice(first, last + 1)),
    from: first - factor * place,
  };
}

/** Which elements an output depends on if there is no end: the first one and one behind the last. */
export function reachOf({ factor, weights, from }: ClampedFilter, output: number): readonly [number, number] {
  const last = Math.floor((output - from) / factor);
  return [Math.ceil((output - from - weights.length + 1) / factor), last + 1];
}

function isClamped(filter: ClampedFilter, table: AxisTable, length: number): boolean {
  return rows(table).every(({ at, weights }, output) => {
    const left = new Map(Array.from(weights, (weight, i) => [at + i, weight]));
    const [begin, end] = reachOf(filter, output);
    for (let j = begin; j < end; j++) {
      const place = Math.min(Math.max(j, 0), length - 1);
      const weight = filter.weights[output - filter.factor * j - filter.from]!;
      left.set(place, (left.get(place) ?? 0) - weight);
    }
    return [...left.values()].every((rest) => Math.abs(rest) < 1e-12);
  });
}
