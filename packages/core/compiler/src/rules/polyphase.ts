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
import { outlined, withNumbers } from '../constants.ts';
import { isCheaper, isStaticNode } from '../cost.ts';
import {
  type Kernel,
  kernelOf,
  type TransposedForm,
  tapSums,
  transposedKernel,
  transposedShape,
} from '../kernels.ts';
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
function overRepetition(
  node: Node<ConvAttributes>,
  kernel: Kernel,
  inner: Node | undefined,
): Repeated | undefined {
  const { stride, dilation, groups } = node.attributes;
  if (!inner || !isOp(inner, upsample) || !isSpatial(inner)) return undefined;
  if (stride.some((s) => s !== 1)) return undefined;
  const factors = repetitionsOf(inner, stride.length + 2)?.slice(2);
  if (!factors?.some((factor) => factor > 1)) return undefined;
  if (dilation.some((d, axis) => d > factors[axis]!)) return undefined;
  const reach = kernel.lengths.map((k, axis) => (k - 1) * dilation[axis]!);
  const lengths = reach.map((span, axis) => span + factors[axis]!);
  return {
    node,
    kernel,
    x: inner.inputs[0]!,
    factors,
    reach,
    form: { groups, channels: kernel.out, lengths },
  };
}

/** A convolution of a repetition, and the form of its weights as those of a transposed convolution. */
interface Repeated {
  readonly node: Node<ConvAttributes>;
  readonly kernel: Kernel;
  readonly x: Value;
  readonly factors: readonly number[];
  readonly reach: readonly number[];
  readonly form: TransposedForm;
}

function weightsOf({ node, kernel, factors, reach, form }: Repeated): Value {
  const { dilation } = node.attributes;
  const target = (t: number, r: number, axis: number): number => reach[axis]! - t * dilation[axis]! + r;
  const sums = tapSums(kernel.lengths, factors, form.lengths, { target });
  return transposedKernel(kernel, form, (channel) => ({ channel, sums }));
}

const outlineOf = ({ kernel, form }: Repeated): Value =>
  outlined(kernel.value, transposedShape(kernel, form));

function transposedOver({ node, x, factors, reach, form }: Repeated, w: Value): Node {
  const { pads } = node.attributes;
  const crop = pads.map(([begin, end], axis): Pair => [reach[axis]! - begin, reach[axis]! - end]);
  const attributes = { stride: factors, dilation: factors.map(() => 1), crop, groups: form.groups };
  return inPlaceOf(node, convTranspose, { x, w, bias: node.inputs[2] }, attributes);
}

/** conv(upsample(x), w) -> convTranspose(x, v) as above, whatever else reads the upsampling */
const convAfterRepetition = rule('polyphase/conv-after-repetition', conv, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  const kernel = kernelOf(node);
  const repeated = inner && kernel && overRepetition(node, kernel, inner);
  if (!repeated) return undefined;
  const outline = transposedOver(repeated, outlineOf(repeated));
  if (!isCheaper([outline], replacedWith(node, [inner], around))) return undefined;
  return [transposedOver(repeated, weightsOf(repeated))];
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
  const makers = joined.inputs.map((value) => around.producer(value!));
  if (!makers.some((maker) => maker && overRepetition(node, kernel, maker))) return undefined;
  const outline = convolvedParts(node, kernel, joined.inputs as readonly Value[], makers, outlines);
  const gone =
    around.uses(outputOf(joined)) === 1 ? makers.filter((maker) => maker && isOp(maker, upsample)) : [];
  if (!isCheaper(outline, replacedWith(node, [...(gone as Node[]), joined], around))) return undefined;
  const after = convolvedParts(node, kernel, joined.inputs as readonly Value[], makers, elements);
  return after as unknown as Replacement;
});

/** How the weights of parts are made: in outline, to know the cost, or with their elements. */
interface Weighing {
  readonly part: (kernel: Kernel, first: number, channels: number) => Value;
  readonly transposed: (repeated: Repeated) => Value;
}

const outlines: Weighing = {
  part: ({ value, out, lengths }, _, channels) => outlined(value, [out, channels, ...lengths]),
  transposed: outlineOf,
};
const elements: Weighing = { part: partOf, transposed: weightsOf };

/** The convolution of each part of the channels on its own, transposed where the part is a repetition, and their sum. */
function convolvedParts(
  node: Node<ConvAttributes>,
  kernel: Kernel,
  xs: readonly Value[],
  makers: readonly (Node | undefined)[],
  weighing: Weighing,
): readonly Node[] {
  let first = 0;
  const parts = xs.map((x, i): Node => {
    const channels = x.type.shape[1] as number;
    const w = weighing.part(kernel, first, channels);
    first += channels;
    const bias = i === 0 ? node.inputs[2] : undefined;
    const part = make(conv, { x, w, bias }, node.attributes, { name: `${node.name}/${i}` });
    const repeated = overRepetition(part, { ...kernel, value: w, inPerGroup: channels }, makers[i]);
    return repeated ? transposedOver(repeated, weighing.transposed(repeated)) : part;
  });
  return [...parts, ...sumOf(node, parts)];
}

/** The weights of the input channels from `first` on. */
function partOf({ value, out, inPerGroup, lengths }: Kernel, first: number, channels: number): Value {
  const numbers = toNumbers(value.constant!);
  const plane = sizeOf(lengths);
  const [begin, size] = [first * plane, channels * plane];
  const weights = new Float64Array(out * size);
  for (let oc = 0; oc < out; oc++) {
    const row = oc * inPerGroup * plane + begin;
    weights.set(numbers.subarray(row, row + size), oc * size);
  }
  const named = { name: `${value.name}/${first}`, type: value.type };
  return withNumbers(named, [out, channels, ...lengths], weights);
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
