/** Padding becomes the padding of the layer that reads it. Leaves none before a layer that can express it. */

import {
  averagePool,
  conv,
  convTranspose,
  isOp,
  kernelSpan,
  lpPool,
  type Node,
  type PadAttributes,
  type Pair,
  pad,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import { inPlaceOf, type Rule, rule, type Surroundings } from '../rewrite.ts';

interface ZeroPadding {
  readonly x: Value;
  readonly spatial: readonly Pair[];
}

/** The padding that makes `value`, if it is one with zeros and of spatial axes only. */
function zeroPaddingOf(value: Value, around: Surroundings): ZeroPadding | undefined {
  const node = around.producer(value);
  if (!node || !isOp(node, pad) || node.attributes.mode !== 'constant' || !isZero(node)) return undefined;
  const [batch, channels, ...spatial] = node.attributes.pads;
  if (batch?.some((n) => n !== 0) || channels?.some((n) => n !== 0)) return undefined;
  return { x: node.inputs[0]!, spatial };
}

function isZero({ inputs }: Node<PadAttributes>): boolean {
  const value = inputs[1];
  if (!value) return true;
  return value.constant !== undefined && toNumbers(value.constant).every((number) => number === 0);
}

const sum = (a: readonly Pair[], b: readonly Pair[]): readonly Pair[] =>
  a.map(([begin, end], axis): Pair => [begin + b[axis]![0], end + b[axis]![1]]);

/** Zeros behind a crop are not the elements that it cut off; zeros before one are. */
const isAdditive = (inner: readonly Pair[], outer: readonly Pair[]): boolean =>
  inner.every((pair, axis) => pair.every((n, end) => n >= 0 || outer[axis]![end]! <= 0));

/** conv(pad(x, 0)) -> conv(x) with more padding */
const intoConv = rule('pad/into-conv', conv, (node, around) => {
  const inner = zeroPaddingOf(node.inputs[0]!, around);
  const { pads } = node.attributes;
  if (!inner || !isAdditive(inner.spatial, pads)) return undefined;
  const [, w, bias] = node.inputs;
  return [
    inPlaceOf(
      node,
      conv,
      { x: inner.x, w: w!, bias },
      { ...node.attributes, pads: sum(pads, inner.spatial) },
    ),
  ];
});

/**
 * convTranspose(pad(x, 0)) -> convTranspose(x) with s less crop for each zero, which added nothing to the output but
 * length.
 */
const intoConvTranspose = rule('pad/into-conv-transpose', convTranspose, (node, around) => {
  const inner = zeroPaddingOf(node.inputs[0]!, around);
  if (!inner?.spatial.every((pair) => pair.every((n) => n >= 0))) return undefined;
  const { stride } = node.attributes;
  const crop = node.attributes.crop.map(([begin, end], axis): Pair => {
    const [before, after] = inner.spatial[axis]!;
    return [begin - stride[axis]! * before, end - stride[axis]! * after];
  });
  const [, w, bias] = node.inputs;
  return [inPlaceOf(node, convTranspose, { x: inner.x, w: w!, bias }, { ...node.attributes, crop })];
});

/** averagePool(pad(x, 0)) -> averagePool(x) with more padding, all of it counted */
const intoAveragePool = rule('pad/into-average-pool', averagePool, (node, around) => {
  const inner = zeroPaddingOf(node.inputs[0]!, around);
  const { pads, ceil, countIncludePad } = node.attributes;
  if (!inner || ceil) return undefined; // The last windows of `ceil` reach beyond what is counted.
  if (!countIncludePad && pads.some((pair) => pair.some((n) => n !== 0))) return undefined;
  const total = sum(pads, inner.spatial);
  if (!isPoolPadding(total, inner.spatial, node.attributes)) return undefined;
  return [
    inPlaceOf(node, averagePool, { x: inner.x }, { ...node.attributes, pads: total, countIncludePad: true }),
  ];
});

/** lpPool(pad(x, 0)) -> lpPool(x) with more padding */
const intoLpPool = rule('pad/into-lp-pool', lpPool, (node, around) => {
  const inner = zeroPaddingOf(node.inputs[0]!, around);
  if (!inner || node.attributes.ceil) return undefined;
  const total = sum(node.attributes.pads, inner.spatial);
  if (!isPoolPadding(total, inner.spatial, node.attributes)) return undefined;
  return [inPlaceOf(node, lpPool, { x: inner.x }, { ...node.attributes, pads: total })];
});

interface PoolWindow {
  readonly kernel: readonly number[];
  readonly dilation: readonly number[];
}

/** Pools refuse padding that leaves a window without an input. */
const isPoolPadding = (
  total: readonly Pair[],
  inner: readonly Pair[],
  { kernel, dilation }: PoolWindow,
): boolean =>
  inner.every((pair) => pair.every((n) => n >= 0)) &&
  total.every((pair, axis) => pair.every((n) => n < kernelSpan(kernel[axis]!, dilation[axis]!)));

export const paddingRules: readonly Rule[] = [intoConv, intoConvTranspose, intoAveragePool, intoLpPool];
