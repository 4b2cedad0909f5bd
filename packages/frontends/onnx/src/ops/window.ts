import {
  type AutoPad,
  type Dim,
  need,
  type Pair,
  padsFromAutoPad,
  printShape,
  type Value,
  type WindowAxis,
} from '@polyphase/ir';
import { ints, oneOf } from '../attributes.ts';

/** What every operator with a sliding window has. */
export const windowAttributes = {
  auto_pad: oneOf('NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'),
  pads: ints(),
  strides: ints(),
} as const;

export interface WindowNode {
  readonly auto_pad: AutoPad;
  readonly pads: readonly number[] | undefined;
  readonly strides: readonly number[] | undefined;
  readonly dilations?: readonly number[] | undefined;
}

export interface Sliding {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly pads: readonly Pair[];
}

/** One value for each spatial axis. @throws PP2003 for another number of values. */
export function perAxis(
  name: string,
  values: readonly number[] | undefined,
  axes: number,
  fallback: number,
): readonly number[] {
  const all = values ?? Array.from({ length: axes }, () => fallback);
  need(all.length === axes, 'PP2003', () => [
    `${name} has ${all.length} values [${all.join(', ')}] for ${axes} spatial axes`,
    `Give ${name} ${axes} values`,
  ]);
  return all;
}

/** ONNX's pads, all begins and then all ends, as one pair for each axis. */
export function padPairs(pads: readonly number[] | undefined, axes: number): readonly Pair[] {
  need(pads === undefined || pads.length === 2 * axes, 'PP2003', () => [
    `pads has ${pads!.length} values [${pads!.join(', ')}] for ${axes} spatial axes`,
    `Give ${2 * axes}: all begins, then all ends`,
  ]);
  return Array.from({ length: axes }, (_, axis): Pair => [pads?.[axis] ?? 0, pads?.[axes + axis] ?? 0]);
}

export const spatialAxes = (x: Value): readonly Dim[] => x.type.shape.slice(2);

/** The window of a convolution or pool over x, auto_pad resolved. */
export function slidingOver(x: Value, kernel: readonly number[], node: WindowNode): Sliding {
  const lengths = spatialAxes(x);
  need(kernel.length === lengths.length && lengths.length > 0, 'PP2002', () => [
    `the kernel [${kernel.join(', ')}] has ${kernel.length} axes, x has the shape ${printShape(x.type.shape)}`,
    'Give x a batch axis, a channel axis and one for each of the kernel',
  ]);
  const stride = perAxis('strides', node.strides, lengths.length, 1);
  const dilation = perAxis('dilations', node.dilations, lengths.length, 1);
  const given = padPairs(node.pads, lengths.length);
  const pads = lengths.map((n, a): Pair => {
    const axis: WindowAxis = { kernel: kernel[a]!, stride: stride[a]!, dilation: dilation[a]! };
    return padsFromAutoPad(node.auto_pad, axis, n, given[a]);
  });
  return { kernel, stride, dilation, pads };
}
