import {
  type ConvAttributes,
  grid,
  type Node,
  sizeOf,
  stridesOf,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import { withNumbers } from './constants.ts';

/** Constant weights of a convolution, [out, in per group, lengths]. */
export interface Kernel {
  readonly value: Value;
  readonly out: number;
  readonly inPerGroup: number;
  readonly lengths: readonly number[];
}

/** The weights of a convolution, if they are constant. */
export function kernelOf({ inputs }: Node<ConvAttributes>): Kernel | undefined {
  const value = inputs[1];
  if (!value?.constant) return undefined;
  const [out, inPerGroup, ...lengths] = value.constant.shape as [number, number, ...number[]];
  return { value, out, inPerGroup, lengths };
}

/** Which taps of a plane of weights are added to which of another one, as offsets. */
export type TapPairs = readonly (readonly [from: number, to: number])[];

/** Tap t of an axis is added to `target(t, r, axis)` for each r < `repeats[axis]`. */
export function tapPairs(
  from: readonly number[],
  repeats: readonly number[],
  to: readonly number[],
  target: (tap: number, repeat: number, axis: number) => number,
): TapPairs {
  const [fromSteps, toSteps] = [stridesOf(from), stridesOf(to)];
  const pairs: [number, number][] = [];
  for (const tap of grid(from))
    for (const repeat of grid(repeats)) {
      const at = tap.reduce((sum, t, axis) => sum + target(t, repeat[axis]!, axis) * toSteps[axis]!, 0);
      pairs.push([tap.reduce((sum, t, axis) => sum + t * fromSteps[axis]!, 0), at]);
    }
  return pairs;
}

/** Where the weights of one output channel go: to which channel, through which taps. */
export interface Destination {
  readonly channel: number;
  readonly pairs: TapPairs;
}

/** The kernel as that of a transposed convolution, [in, channels / groups, lengths], taps with one target summed. */
export function transposedKernel(
  { value, out, inPerGroup, lengths: from }: Kernel,
  { groups, channels, lengths }: { groups: number; channels: number; lengths: readonly number[] },
  destination: (outChannel: number) => Destination,
): Value {
  const numbers = toNumbers(value.constant!);
  const [plane, newPlane, outPerGroup] = [sizeOf(from), sizeOf(lengths), channels / groups];
  const shape = [inPerGroup * groups, outPerGroup, ...lengths];
  const sums = new Float64Array(sizeOf(shape));
  for (let oc = 0; oc < out; oc++) {
    const { channel, pairs } = destination(oc);
    const firstIn = Math.floor(channel / outPerGroup) * inPerGroup;
    for (let ic = 0; ic < inPerGroup; ic++) {
      const source = (oc * inPerGroup + ic) * plane;
      const target = ((firstIn + ic) * outPerGroup + (channel % outPerGroup)) * newPlane;
      for (const [tap, at] of pairs) sums[target + at]! += numbers[source + tap]!;
    }
  }
  return withNumbers(value, shape, sums);
}
