/**
 * A shuffle between channels and places goes into the kernel of the convolution beside it. Leaves no depthToSpace
 * behind a convolution of stride 1 that shares one bias a block, and no spaceToDepth before a convolution.
 */

import {
  type ConvAttributes,
  conv,
  convTranspose,
  type DepthToSpaceAttributes,
  depthToSpace,
  isOp,
  type Node,
  outputOf,
  type Pair,
  sizeOf,
  spaceToDepth,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import { outlined, withNumbers } from '../constants.ts';
import { isCheaper } from '../cost.ts';
import { addTaps, type Kernel, kernelOf, tapSums, transposedKernel, transposedShape } from '../kernels.ts';
import { inPlaceOf, type Rule, replacedWith, rule } from '../rewrite.ts';

const areOne = (values: readonly number[]): boolean => values.every((value) => value === 1);

/** Where a channel of the deep side lies on the wide one. */
interface Place {
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

function placesOf(deep: number, { blocksize: b, mode }: DepthToSpaceAttributes): readonly Place[] {
  const channels = deep / (b * b);
  return Array.from({ length: deep }, (_, at) => {
    const [channel, block] =
      mode === 'CRD' ? [Math.floor(at / (b * b)), at % (b * b)] : [at % channels, Math.floor(at / channels)];
    return { channel, row: Math.floor(block / b), column: block % b };
  });
}

/**
 * depthToSpace(conv(x, w)) -> convTranspose(x, v) with stride b, a kernel of b*k taps and the crop b*(k-1-p)
 *
 * y[b*i + r] = the sum over t of w_r[t] * x[i - p + t], where w_r makes the channel that lies at r in the block. A
 * transposed convolution with crop c takes x[j] to output o through tap o + c - b*j. For o = b*i + r, j = i - p + t and
 * c = b*(k-1-p) that is tap r + b*(k-1-t), so v[r + b*(k-1-t)] = w_r[t]: each tap has one source. Outside of x both sum
 * nothing. The bias of a transposed convolution is one number a channel, so it must be the same at all r.
 */
const convBeforeDepthToSpace = rule('depth-to-space/into-conv', depthToSpace, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  if (!inner || !isOp(inner, conv) || around.uses(outputOf(inner)) !== 1) return undefined;
  const { stride, dilation, groups } = inner.attributes;
  if (!areOne(stride) || !areOne(dilation)) return undefined;
  const kernel = kernelOf(inner);
  if (!kernel) return undefined;
  const { blocksize: b, mode } = node.attributes;
  const channels = kernel.out / (b * b);
  if (groups !== 1 && (mode !== 'CRD' || channels % groups !== 0)) return undefined;
  const places = placesOf(kernel.out, node.attributes);
  const bias = sharedBias(inner.inputs[2], channels, places);
  if (bias === 'differs') return undefined;

  const form = { groups, channels, lengths: kernel.lengths.map((k) => b * k) };
  const withWeights = (w: Value): Node =>
    inPlaceOf(node, convTranspose, { x: inner.inputs[0]!, w, bias }, phaseAttributes(inner, b));
  const outline = withWeights(outlined(kernel.value, transposedShape(kernel, form)));
  if (!isCheaper([outline], [inner, node])) return undefined;
  return [withWeights(phaseKernel(kernel, form, b, places))];
});

function phaseKernel(
  kernel: Kernel,
  form: { groups: number; channels: number; lengths: readonly number[] },
  b: number,
  places: readonly Place[],
): Value {
  const { lengths } = kernel;
  const sumsOf = ({ row, column }: Place) =>
    tapSums(lengths, [1, 1], form.lengths, {
      target: (t, _, axis) => [row, column][axis]! + b * (lengths[axis]! - 1 - t),
    });
  return transposedKernel(kernel, form, (deep) => {
    const place = places[deep]!;
    return { channel: place.channel, sums: sumsOf(place) };
  });
}

function phaseAttributes({ inputs, attributes }: Node<ConvAttributes>, b: number) {
  const lengths = inputs[1]!.type.shape.slice(2) as readonly number[];
  const crop = attributes.pads.map(([begin, end], axis): Pair => {
    const reach = lengths[axis]! - 1;
    return [b * (reach - begin), b * (reach - end)];
  });
  return { stride: [b, b], dilation: [1, 1], crop, groups: attributes.groups };
}

/** The bias with one number for each channel, if all places of a channel have the same. */
function sharedBias(
  bias: Value | undefined,
  channels: number,
  places: readonly Place[],
): Value | undefined | 'differs' {
  if (!bias) return undefined;
  if (!bias.constant) return 'differs';
  const numbers = toNumbers(bias.constant);
  const shared = new Float64Array(channels);
  for (const [deep, number] of numbers.entries()) shared[places[deep]!.channel] = number;
  if (numbers.some((number, deep) => number !== shared[places[deep]!.channel])) return 'differs';
  return withNumbers(bias, [channels], shared);
}

/**
 * conv(spaceToDepth(x), w) -> conv(x, v) with stride b*s and a kernel of b*k taps: v[b*t + r] = w_r[t], w_r being the
 * weights of the channel that holds r of the blocks. A padding of p blocks is one of b*p elements.
 */
const convAfterSpaceToDepth = rule('space-to-depth/into-conv', conv, (node, around) => {
  const { stride, dilation, pads, groups } = node.attributes;
  const inner = around.producer(node.inputs[0]!);
  if (!inner || !isOp(inner, spaceToDepth)) return undefined;
  if (groups !== 1 || !areOne(dilation)) return undefined;
  const kernel = kernelOf(node);
  if (!kernel) return undefined;
  const b = inner.attributes.blocksize;
  const attributes = {
    stride: stride.map((s) => b * s),
    dilation,
    pads: pads.map(([begin, end]): Pair => [b * begin, b * end]),
    groups,
  };
  const operands = { x: inner.inputs[0]!, w: blockKernel(kernel, b), bias: node.inputs[2] };
  const after = inPlaceOf(node, conv, operands, attributes);
  return isCheaper([after], replacedWith(node, [inner], around)) ? [after] : undefined;
});

/** w [out, in * b * b, k] as [out, in, b * k], each channel of a block at its place between the taps. */
function blockKernel({ value, out, inPerGroup, lengths }: Kernel, b: number): Value {
  const numbers = toNumbers(value.constant!);
  const channels = inPerGroup / (b * b);
  const shape = [out, channels, ...lengths.map((k) => b * k)];
  const [plane, newPlane] = [sizeOf(lengths), sizeOf(shape.slice(2))];
  const merged = new Float64Array(numbers.length);
  for (const [deep, { channel, row, column }] of placesOf(inPerGroup, {
    blocksize: b,
    mode: 'DCR',
  }).entries()) {
    const at = [row, column];
    const sums = tapSums(lengths, [1, 1], shape.slice(2), { target: (t, _, axis) => b * t + at[axis]! });
    for (let oc = 0; oc < out; oc++)
      addTaps(merged, (oc * channels + channel) * newPlane, numbers, (oc * inPerGroup + deep) * plane, sums);
  }
  return withNumbers(value, shape, merged);
}

export const depthToSpaceRules: readonly Rule[] = [convBeforeDepthToSpace, convAfterSpaceToDepth];
