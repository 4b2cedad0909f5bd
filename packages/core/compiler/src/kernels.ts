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

/** How the taps of a plane of weights make those of another one: sums of taps times factors, each for some places. */
export interface TapSums {
  /** Offsets of the taps that are added up, sum after sum, and their factors. */
  readonly taps: Int32Array;
  readonly factors: Float64Array;
  /** Offsets of the places where a sum is put, sum after sum. */
  readonly places: Int32Array;
  /** Where the taps and the places of each sum end. */
  readonly ends: readonly { readonly taps: number; readonly places: number }[];
}

/** Where a tap goes along an axis in each of its repeats, and the factor of that repeat, 1 by default. */
interface TapMap {
  readonly target: (tap: number, repeat: number, axis: number) => number;
  readonly factor?: (repeat: number, axis: number) => number;
}

/** Tap t of an axis is added to `target(t, r, axis)` for each r < `repeats[axis]`; places with one sum share it. */
export function tapSums(
  from: readonly number[],
  repeats: readonly number[],
  to: readonly number[],
  { target, factor = () => 1 }: TapMap,
): TapSums {
  const [fromSteps, toSteps] = [stridesOf(from), stridesOf(to)];
  const offset = (place: readonly number[], steps: readonly number[]): number =>
    place.reduce((sum, at, axis) => sum + at * steps[axis]!, 0);
  const all = Array.from(grid(repeats), (repeat) => [...repeat]);
  const products = all.map((repeat) => repeat.reduce((product, r, axis) => product * factor(r, axis), 1));
  const addends = new Map<number, number[]>();
  for (const tap of grid(from)) {
    const source = offset(tap, fromSteps);
    for (const [i, repeat] of all.entries()) {
      const place = tap.map((t, axis) => target(t, repeat[axis]!, axis));
      const at = offset(place, toSteps);
      const known = addends.get(at);
      if (known) known.push(source, products[i]!);
      else addends.set(at, [source, products[i]!]);
    }
  }
  return sharedSums(addends);
}

/** The sums by place, tap and factor in turn, each sum once. */
function sharedSums(addends: ReadonlyMap<number, readonly number[]>): TapSums {
  const placesOf = new Map<string, number[]>();
  for (const [place, sum] of addends) {
    const known = placesOf.get(sum.join());
    if (known) known.push(place);
    else placesOf.set(sum.join(), [place]);
  }
  const sums = [...placesOf.values()].map((places) => ({ places, addends: addends.get(places[0]!)! }));
  const flat = sums.flatMap((sum) => sum.addends);
  let [taps, places] = [0, 0];
  return {
    taps: Int32Array.from(flat.filter((_, i) => i % 2 === 0)),
    factors: Float64Array.from(flat.filter((_, i) => i % 2 === 1)),
    places: Int32Array.from(sums.flatMap((sum) => sum.places)),
    ends: sums.map((sum) => {
      taps += sum.addends.length / 2;
      places += sum.places.length;
      return { taps, places };
    }),
  };
}

/** Adds the sums of the taps of the plane at `source` to the plane at `target`. */
export function addTaps(
  weights: Float64Array,
  target: number,
  numbers: Float64Array,
  source: number,
  { taps, factors, places, ends }: TapSums,
): void {
  let [tap, place] = [0, 0];
  for (const end of ends) {
    let sum = 0;
    for (; tap < end.taps; tap++) sum += numbers[source + taps[tap]!]! * factors[tap]!;
    for (; place < end.places; place++) weights[target + places[place]!]! += sum;
  }
}

/** Where the weights of one output channel go: to which channel, and into which sums. */
export interface Destination {
  readonly channel: number;
  readonly sums: TapSums;
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
  const weights = new Float64Array(sizeOf(shape));
  for (let oc = 0; oc < out; oc++) {
    const { channel, sums } = destination(oc);
    const firstIn = Math.floor(channel / outPerGroup) * inPerGroup;
    for (let ic = 0; ic < inPerGroup; ic++) {
      const source = (oc * inPerGroup + ic) * plane;
      const target = ((firstIn + ic) * outPerGroup + (channel % outPerGroup)) * newPlane;
      addTaps(weights, target, numbers, source, sums);
    }
  }
  return withNumbers(value, shape, weights);
}
