import {
  axisTable,
  type Graph,
  isOp,
  type Node,
  ops,
  products,
  sizeOf,
  staticType,
  upsample,
} from '@polyphase/ir';

/** What a network has to do at the least. */
export interface Work {
  /** Of the definitions: an algorithm with fewer multiplications does not count as less work. */
  readonly flops: number;
  /** Bytes of the outputs. */
  readonly written: number;
}

/** @throws PP2005 when a size is still open. */
export const workOf = ({ nodes, outputs }: Graph): Work => ({
  flops: 2 * nodes.reduce((all, node) => all + products(node), 0),
  written: outputs.reduce((all, { value }) => all + 4 * sizeOf(staticType(value.type).shape), 0),
});

/** What the cpu backend's Winograd tiles may be off, relative to the largest output. */
const winogradError = 5e-6;
/** Half the distance from 1 to the next float32. */
const unitRoundoff = 2 ** -24;

/**
 * How far two correct answers may be apart, relative to the largest element. A float32 sum of n products p is off by
 * about u * sqrt(n) * sum |p| (Higham and Mary, 2019), and sum |p| is about sqrt(n) times the sum where signs are
 * random, which makes n * u; layers add up.
 */
export const toleranceOf = ({ nodes }: Graph): number =>
  nodes.reduce((all, node) => {
    const terms = ops[node.op as keyof typeof ops].terms(node.inputs, node.attributes as never);
    return all + (terms + coordinateError(node)) * unitRoundoff + (products(node) > 0 ? winogradError : 0);
  }, 0);

/**
 * The error of an interpolation whose coordinates are float32 numbers, in unit roundoffs: on an axis of n elements one is
 * off by n * u, and what it leads to by as much times the distance of two neighbours, at most twice the largest element.
 */
function coordinateError(node: Node): number {
  if (!isOp(node, upsample)) return 0;
  const interpolated = node.attributes.axes.filter((axis) => axisTable(axis).taps > 1);
  return interpolated.reduce((all, { from }) => all + 2 * Number(from), 0);
}

/** The largest difference relative to the largest element of `expected`; NaN when one of the two has a NaN. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [largest, difference] = [0, 0];
  for (const [i, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs(value));
    difference = Math.max(difference, Math.abs(actual[i]! - value));
  }
  return difference === 0 ? 0 : difference / largest;
}
