/**
 * A convolution of a repetition becomes a transposed convolution, of which backends compute each phase from the small
 * map. Leaves no convolution of stride 1 behind a repetition that its cost does not keep there.
 */

import {
  add,
  type ConvAttributes,
  concat,
  conv,
  convTranspose,
  isOp,
  make,
  type Node,
  outputOf,
  type Pair,
  sizeOf,
  toNumbers,
  upsample,
  type Value,
} from '@polyphase/ir';
import { withNumbers } from '../constants.ts';
import { isCheaper, isStaticNode } from '../cost.ts';
import { type Kernel, kernelOf, tapPairs, transposedKernel } from '../kernels.ts';
import { isSpatial, repetitionsOf } from '../resampling.ts';
import { inPlaceOf, type Replacement, type Rule, replacedWith, rule } from '../rewrite.ts';

/**
 * conv(upsample(x), w) as convTranspose(x, v), where `inner` is the upsampling and repeats each element s times.
 *
 * The repetition is u[i] = sum over j and 0 <= r < s of x[j] * [i = s*j + r]: 0 where i is outside, as the padding of
 * the convolution is. So y[o] = sum over t of w[t] * u[o - p + t*d] = sum over j of x[j] * v[o + c - s*j] with
 * c = (k-1)*d - p and v[m] = the sum of w[t] over all t and r with m = (k-1-t)*d + r. That is a transposed convolution
 * with stride s, a kernel of (k-1)*d + s taps and the crop c; with a padding of p' at the end the crop there is
 * (k-1)*d - p'. It holds for every o, at the border or not. Where the padding is more than (k-1)*d, the crop is
 * negative and puts zeros where the convolution sums over nothing but padding. With d > s, some taps of v would have
 * no t: x would be read where y does not depend on it.
 */
function overRepetition(node: Node<ConvAttributes>, inner: Node | undefined): Node | undefined {
  const { stride, dilation, pads, groups } = node.attributes;
  if (!inner || !isOp(inner, upsample) || !isSpatial(inner)) return undefined;
  if (stride.some((s) => s !== 1)) return undefined;
  const kernel = kernelOf(node);
  if (!kernel) return undefined;
  const factors = repetitionsOf(inner, stride.length + 2)?.slice(2);
  if (!factors?.some((factor) => factor > 1)) return undefined;
  if (dilation.some((d, axis) => d > factors[axis]!)) return undefined;

  const reach = kernel.lengths.map((k, axis) => (k - 1) * dilation[axis]!);
  const lengths = reach.map((span, axis) => span + factors[axis]!);
  const target = (t: number, r: number, axis: number): number => reach[axis]! - t * dilation[axis]! + r;
  const pairs = tapPairs(kernel.lengths, factors, lengths, target);
  const form = { groups, channels: kernel.out, lengths };
  const w = transposedKernel(kernel, form, (channel) => ({ channel, pairs }));
  const crop = pads.map(([begin, end], axis): Pair => [reach[axis]! - begin, reach[axis]! - end]);
  const operands = { x: inner.inputs[0]!, w, bias: node.inputs[2] };
  const attributes = { stride: factors, dilation: factors.map(() => 1), crop, groups };
  return inPlaceOf(node, convTranspose, operands, attributes);
}

/** conv(upsample(x), w) -> convTranspose(x, v) as above, whatever else reads the upsampling */
const convAfterRepetition = rule('polyphase/conv-after-repetition', conv, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  const after = overRepetition(node, inner);
  return inner && after && isCheaper([after], replacedWith(node, [inner], around)) ? [after] : undefined;
});

/**
 * conv(concat(a, upsample(b), ...), w) -> conv(a, w_a) + convTranspose(b, v_b) + ..., as a convolution sums over its
 * channels. The bias goes with the first part.
 */
const convAfterJoinedRepetitions = rule('polyphase/conv-after-joined-repetitions', conv, (node, around) => {
  const joined = around.producer(node.inputs[0]!);
  if (!joined || !isOp(joined, concat) || joined.attributes.axis !== 1) return undefined;
  if (node.attributes.groups !== 1 || !isStaticNode(joined)) return undefined;
  const kernel = kernelOf(node);
  if (!kernel) return undefined;
  const parts = convolvedParts(node, kernel, joined.inputs as readonly Value[]);
  const makers = parts.map(({ inputs }) => around.producer(inputs[0]!));
  const made = parts.map((part, i) => overRepetition(part, makers[i]) ?? part);
  if (made.every((part, i) => part === parts[i])) return undefined;
  const after = [...made, ...sumOf(node, made)];
  const gone =
    around.uses(outputOf(joined)) === 1 ? makers.filter((maker) => maker && isOp(maker, upsample)) : [];
  return isCheaper(after, replacedWith(node, [...(gone as Node[]), joined], around))
    ? (after as unknown as Replacement)
    : undefined;
});

/** The convolution of each part of the channels on its own. */
function convolvedParts(
  node: Node<ConvAttributes>,
  { value, out, inPerGroup, lengths }: Kernel,
  xs: readonly Value[],
): readonly Node<ConvAttributes>[] {
  const numbers = toNumbers(value.constant!);
  const plane = sizeOf(lengths);
  let first = 0;
  return xs.map((x, i) => {
    const channels = x.type.shape[1] as number;
    const [begin, size] = [first * plane, channels * plane];
    const weights = new Float64Array(out * size);
    for (let oc = 0; oc < out; oc++) {
      const row = oc * inPerGroup * plane + begin;
      weights.set(numbers.subarray(row, row + size), oc * size);
    }
    first += channels;
    const named = { name: `${value.name}/${i}`, type: value.type };
    const operands = { x, w: withNumbers(named, [out, channels, ...lengths], weights) };
    const bias = i === 0 ? node.inputs[2] : undefined;
    return make(conv, { ...operands, bias }, node.attributes, { name: `${node.name}/${i}` });
  });
}

/** The sum of the first outputs, one after the other; the last one in the place of `node`. */
function sumOf(node: Node, [first, ...others]: readonly Node[]): readonly Node[] {
  const sums: Node[] = [];
  for (const [i, other] of others.entries()) {
    const operands = { a: outputOf(sums.at(-1) ?? first!), b: outputOf(other) };
    sums.push(
      i === others.length - 1
        ? inPlaceOf(node, add, operands, {})
        : make(add, operands, {}, { name: `${node.name}/sum${i + 1}` }),
    );
  }
  return sums;
}

export const polyphaseRules: readonly Rule[] = [convAfterRepetition, convAfterJoinedRepetitions];
