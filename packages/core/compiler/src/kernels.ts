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

/** Which taps of a plane of weights are added to which of another one, each times a factor. */
export interface TapPairs {
  /** Offsets from, to, from, to... */
  readonly offsets: Int32Array;
  readonly factors: Float64Array;
}

/** Where a tap goes along an axis in each of its repeats, and the factor of that repeat, 1 by default. */
interface TapMap {
  readonly target: (tap: number, repeat: number, axis: number) => number;
  readonly factor?: (repeat: number, axis: number) => number;
}

/** Tap t of an axis is added to `target(t, r, axis)` for each r < `repeats[axis]`. */
export function tapPairs(
  from: readonly number[],
  repeats: readonly number[],
  to: readonly number[],
  { target, factor = () => 1 }: TapMap,
): TapPairs {
  const [fromSteps, toSteps] = [stridesOf(from), stridesOf(to)];
  const offset = (place: readonly number[], steps: readonly number[]): number =>
    place.reduce((sum, at, axis) => sum + at * steps[axis]!, 0);
  const all = Array.from(grid(repeats), (repeat) => [...repeat]);
  const products = all.map((repeat) => repeat.reduce((product, r, axis) => product * factor(r, axis), 1));
  const offsets: number[] = [];
  const factors: number[] = [];
  for (const tap of grid(from))
    for (const [i, repeat] of all.entries()) {
      const place = tap.map((t, axis) => target(t, repeat[axis]!, axis));
      offsets.push(offset(tap, fromSteps), offset(place, toSteps));
      factors.push(products[i]!);
    }
  return { offsets: Int32Array.from(offsets), factors: Float64Array.from(factors) };
}

/** Adds the taps of the plane at `source` to those of the plane at `target`. */
export function addTaps(
  sums: Float64Array,
  target: number,
  numbers: Float64Array,
  source: number,
  { offsets, factors }: TapPairs,
): void {
  for (let i = 0; i < factors.length; i++)
    sums[target + offsets[2 * i + 1]!]! += numbers[source + offsets[2 * i]!]! * factors[i]!;
}

/** Where the weights of one output channel go: to which channel, through which taps. */
export interface Destination {
  readonly channel: number;
  readonly pairs: TapPairs;
}

/** The form of the weights of a transposed convolution. */
export interface TransposedForm {
  readonly groups: number;
  readonly channels: number;
  readonly lengths: readonly number[];
}

/** [in, channels / groups, lengths] */
export const transposedShape = (
  { inPerGroup }: Kernel,
  { groups, channels, lengths }: TransposedForm,
): readonly number[] => [inPerGroup * groups, channels / groups, ...lengths];

/** The kernel as that of a transposed convolution, taps with one target summed. */
export function transposedKernel(
  kernel: Kernel,
  form: TransposedForm,
  destination: (outChannel: number) => Destination,
): Value {
  const { value, out, inPerGroup, lengths: from } = kernel;
  const numbers = toNumbers(value.constant!);
  const [plane, newPlane] = [sizeOf(from), sizeOf(form.lengths)];
  const outPerGroup = form.channels / form.groups;
  const shape = transposedShape(kernel, form);
  const sums = new Float64Array(sizeOf(shape));
  for (let oc = 0; oc < out; oc++) {
    const { channel, pairs } = destination(oc);
    const firstIn = Math.floor(channel / outPerGroup) * inPerGroup;
    for (let ic = 0; ic < inPerGroup; ic++) {
      const source = (oc * inPerGroup + ic) * plane;
      const target = ((firstIn + ic) * outPerGroup + (channel % outPerGroup)) * newPlane;
      addTaps(sums, target, numbers, source, pairs);
    }
  }
  return withNumbers(value, shape, sums);
}
