import {
  type ConvAttributes,
  type ConvTransposeAttributes,
  isStatic,
  kernelSpan,
  need,
  ops,
  type Pair,
  sizeOf,
  type Value,
} from '@polyphase/ir';
import type { Exporting } from '../exporting.ts';
import { perChannel, reshapeTo, staticShape } from './shared.ts';
import { windowsOf } from './windows.ts';

interface Operands {
  readonly x: Value;
  readonly w: Value;
  readonly bias?: Value | undefined;
}

const why = 'a convolution in float64 is written as a matrix product';

/**
 * Convolution as one matrix product for each group: the taps under each window [O, Cin/groups * K] by the kernels
 * [Cin/groups * K, Cout/groups].
 */
export function multipliedConv(
  { x, w, bias }: Operands,
  attributes: ConvAttributes,
  context: Exporting,
): Value {
  const [batch, channels] = staticShape(x, why) as [number, number];
  const [outChannels, inGroup, ...kernel] = staticShape(w, why) as [number, number, ...number[]];
  const { shape } = context.types[0]!;
  need(isStatic(shape), 'PP2005', () => [why, 'Give the sizes of the inputs']);
  const { groups } = attributes;
  const [outGroup, taps] = [outChannels / groups, sizeOf(kernel)];
  const counts = shape.slice(2);
  const windows = windowsOf(x, { ...attributes, kernel, ceil: false }, counts, 0, context);
  const transpose = (value: Value, perm: readonly number[]): Value =>
    context.make(ops.transpose, { x: value }, { perm });
  const apart = reshapeTo(context, windows, [batch, groups, channels / groups, sizeOf(counts), taps]);
  const rows = reshapeTo(context, transpose(apart, [0, 1, 3, 2, 4]), [
    batch,
    groups,
    sizeOf(counts),
    inGroup * taps,
  ]);
  const columns = transpose(reshapeTo(context, w, [groups, outGroup, inGroup * taps]), [0, 2, 1]);
  const product = transpose(context.make(ops.matMul, { a: rows, b: columns }), [0, 1, 3, 2]);
  const y = reshapeTo(context, product, shape);
  if (!bias) return y;
  return context.make(ops.add, { a: y, b: perChannel(context, bias, shape.length) });
}

/** Transposed convolution as convolution of the input, stride - 1 zeros between its elements, with the kernel turned round. */
export function stuffedConv(
  { x, w, bias }: Operands,
  { stride, dilation, crop, groups }: ConvTransposeAttributes,
  context: Exporting,
): Value {
  const [inChannels, outGroup, ...kernel] = staticShape(w, why) as [number, number, ...number[]];
  const pads = crop.map(([begin, end], axis): Pair => {
    const around = kernelSpan(kernel[axis]!, dilation[axis]!) - 1;
    return [around - begin, around - end];
  });
  const shape = [groups, inChannels / groups, outGroup, ...kernel];
  const perm = [0, 2, 1, ...kernel.map((_, axis) => axis + 3)];
  const swapped = context.make(ops.transpose, { x: reshapeTo(context, w, shape) }, { perm });
  const turned = context.make(
    ops.slice,
    { x: reshapeTo(context, swapped, [groups * outGroup, inChannels / groups, ...kernel]) },
    {
      start: [0, 0, ...kernel.map((k) => k - 1)],
      step: [1, 1, ...kernel.map(() => -1)],
      length: [groups * outGroup, inChannels / groups, ...kernel],
    },
  );
  const each = kernel.map(() => 1);
  return context.make(
    ops.conv,
    { x: stuffed(x, stride, context), w: turned, bias },
    { stride: each, dilation, pads, groups },
  );
}

/** x with stride - 1 zeros between neighbours: an axis of its own is padded and joined again, the last zeros cut off. */
function stuffed(x: Value, stride: readonly number[], context: Exporting): Value {
  const [batch, channels, ...lengths] = staticShape(x, why) as [number, number, ...number[]];
  const apart = reshapeTo(context, x, [batch, channels, ...lengths.flatMap((n) => [n, 1])]);
  const none: Pair = [0, 0];
  const padded = context.make(
    ops.pad,
    { x: apart },
    { pads: [none, none, ...stride.flatMap((step): Pair[] => [none, [0, step - 1]])] },
  );
  const joined = reshapeTo(context, padded, [
    batch,
    channels,
    ...lengths.map((n, axis) => n * stride[axis]!),
  ]);
  const cut = stride.map((step): Pair => [0, 1 - step]);
  return context.make(ops.pad, { x: joined }, { pads: [none, none, ...cut] });
}
