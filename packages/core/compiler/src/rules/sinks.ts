import type {
  ArgMaxAttributes,
  Node,
  OpName,
  PadAttributes,
  ReduceAttributes,
  SliceAttributes,
  TileAttributes,
  UpsampleAttributes,
} from '@polyphase/ir';
import { inverseOf, type Order } from '../orders.ts';

/** A layer before a transpose: its attributes there, and the order into which its result is put. */
interface Sunk {
  readonly attributes: object;
  readonly order: Order;
}

type Sink = (node: Node, order: Order) => Sunk;

/** The entries of each axis, as those of the operand's axes. */
const reordered = <T>(entries: readonly T[], order: Order): readonly T[] =>
  inverseOf(order).map((axis) => entries[axis]!);

const withAttributes =
  <A extends object>(change: (attributes: A, order: Order) => object): Sink =>
  ({ attributes }, order) => ({
    attributes: { ...attributes, ...change(attributes as A, order) },
    order,
  });

const alongAxis = withAttributes<{ readonly axis: number }>(({ axis }, order) => ({ axis: order[axis]! }));

/** Axes that vanish are gone from the order too: axis i of the result is the i-th that is left. */
function folding(axes: readonly number[], keepDims: boolean, order: Order): Order {
  if (keepDims) return order;
  const kept = order.filter((_, axis) => !axes.includes(axis));
  const left = kept.toSorted((a, b) => a - b);
  return kept.map((axis) => left.indexOf(axis));
}

const reduced: Sink = ({ attributes }, order) => {
  const { axes, keepDims } = attributes as ReduceAttributes;
  return {
    attributes: { ...attributes, axes: axes.map((axis) => order[axis]!) },
    order: folding(axes, keepDims, order),
  };
};

const chosen: Sink = ({ attributes }, order) => {
  const { axis, keepDims } = attributes as ArgMaxAttributes;
  return { attributes: { ...attributes, axis: order[axis]! }, order: folding([axis], keepDims, order) };
};

/** Layers of one operand that work in any order of its axes. */
export const sinks: Readonly<Record<string, Sink | undefined>> = {
  pad: withAttributes<PadAttributes>(({ pads }, order) => ({ pads: reordered(pads, order) })),
  slice: withAttributes<SliceAttributes>(({ start, step, length }, order) => ({
    start: reordered(start, order),
    step: reordered(step, order),
    length: reordered(length, order),
  })),
  tile: withAttributes<TileAttributes>(({ repeats }, order) => ({ repeats: reordered(repeats, order) })),
  upsample: withAttributes<UpsampleAttributes>(({ axes }, order) => ({
    axes: axes.map((spec) => ({ ...spec, axis: order[spec.axis]! })),
  })),
  softmax: alongAxis,
  logSoftmax: alongAxis,
  hardmax: alongAxis,
  lpNormalization: alongAxis,
  cumSum: alongAxis,
  cumProd: alongAxis,
  argMax: chosen,
  argMin: chosen,
  reduceMax: reduced,
  reduceMin: reduced,
  reduceSum: reduced,
  reduceMean: reduced,
  reduceProd: reduced,
  reduceL1: reduced,
  reduceL2: reduced,
  reduceSumSquare: reduced,
  reduceLogSum: reduced,
  reduceLogSumExp: reduced,
} satisfies Partial<Record<OpName, Sink>>;
