/**
 * What stands behind an upsampling moves before it, where there is less to compute. Leaves no layer behind an
 * upsampling that could stand before it, and no repetition behind a repetition.
 */

import {
  type AxisResampling,
  batchNormalization,
  type ConvAttributes,
  conv,
  isFloat,
  isOp,
  make,
  makeNode,
  type Node,
  opOf,
  ops,
  outputOf,
  type UpsampleAttributes,
  upsample,
  type Value,
} from '@polyphase/ir';
import { isCheaper } from '../cost.ts';
import { pointwiseNames } from '../pointwise.ts';
import {
  isSelection,
  isSpatial,
  keepsConstants,
  repetition,
  repetitionOf,
  repetitionsOf,
} from '../resampling.ts';
import {
  inPlaceOf,
  type Replacement,
  type Rule,
  replacedWith,
  rule,
  ruleOf,
  type Surroundings,
} from '../rewrite.ts';

type Upsample = Node<UpsampleAttributes>;

function upsamplingOf(value: Value, around: Surroundings): Upsample | undefined {
  const inner = around.producer(value);
  return inner && isOp(inner, upsample) ? inner : undefined;
}

/** f(upsample(x), ...) -> upsample(f(x, ...)), each layer under its own name; `at` is the operand that is upsampled. */
function moved(node: Node, inner: Upsample, at: number, around: Surroundings): Replacement | undefined {
  const operands = node.inputs.with(at, inner.inputs[0]);
  const outputs = node.outputs.map(({ name }) => name);
  const small = { name: node.name, outputs: outputs.map((name) => `${name}/small`) };
  const first = makeNode(opOf(node), operands, node.attributes, small);
  const last = make(upsample, { x: outputOf(first) }, inner.attributes, { name: inner.name, outputs });
  return isCheaper([first, last], replacedWith(node, [inner], around)) ? [first, last] : undefined;
}

const isOneByOne = ({ attributes, inputs }: Node<ConvAttributes>): boolean =>
  inputs[1]!.type.shape.slice(2).every((k) => k === 1) &&
  attributes.stride.every((s) => s === 1) &&
  attributes.pads.every(([begin, end]) => begin === 0 && end === 0);

/**
 * conv1x1(upsample(x)) -> upsample(conv1x1(x))
 *
 * One sums over channels, the other over places. The bias comes out as it is where the weights of each output sum to 1.
 */
const conv1x1 = rule('upsample/after-conv-1x1', conv, (node, around) => {
  const inner = upsamplingOf(node.inputs[0]!, around);
  if (!inner || !isSpatial(inner) || !isOneByOne(node)) return undefined;
  if (!inner.attributes.axes.every(keepsConstants)) return undefined;
  return moved(node, inner, 0, around);
});

/** The operand that is upsampled, and whether all others are the same along the axes of the upsampling. */
function onlyUpsampled(
  node: Node,
  around: Surroundings,
): { readonly at: number; readonly inner: Upsample } | undefined {
  const at = node.inputs.findIndex((value) => value && !value.constant);
  const inner = at < 0 ? undefined : upsamplingOf(node.inputs[at]!, around);
  if (!inner || around.uses(outputOf(inner)) !== 1) return undefined;
  const rank = outputOf(node).type.shape.length;
  if (outputOf(inner).type.shape.length !== rank) return undefined;
  const changed = inner.attributes.axes.filter((spec) => repetitionOf(spec) !== 1);
  const isFlat = ({ type: { shape } }: Value): boolean =>
    changed.every(({ axis }) => (shape[axis - (rank - shape.length)] ?? 1) === 1);
  return node.inputs.every((value, i) => i === at || !value || (value.constant && isFlat(value)))
    ? { at, inner }
    : undefined;
}

/** f(nearest(x), constants) -> nearest(f(x, constants)) for any f of single elements: every output is a copy. */
const pointwise: Rule = {
  name: 'upsample/after-pointwise',
  ops: pointwiseNames,
  apply(node, around) {
    const hit = onlyUpsampled(node, around);
    return hit?.inner.attributes.axes.every(isSelection) ? moved(node, hit.inner, hit.at, around) : undefined;
  },
};

/**
 * a * upsample(x) + b -> upsample(a * x + b), a and b constant along the axes of the upsampling, the weights of which
 * sum to 1; also as batch normalisation.
 */
const affine = ruleOf(
  'upsample/after-affine',
  [ops.mul, ops.add, ops.sub, batchNormalization],
  (node, around) => {
    const hit = node.op === batchNormalization.name ? normalized(node, around) : onlyUpsampled(node, around);
    if (!hit || !isFloat(outputOf(node).type.dtype)) return undefined;
    return hit.inner.attributes.axes.every(keepsConstants)
      ? moved(node, hit.inner, hit.at, around)
      : undefined;
  },
);

function normalized(node: Node, around: Surroundings) {
  const inner = upsamplingOf(node.inputs[0]!, around);
  return inner && isSpatial(inner) && around.uses(outputOf(inner)) === 1 ? { at: 0, inner } : undefined;
}

/** repeat(repeat(x, s), t) -> repeat(x, s*t) */
const mergeRepetitions = rule('upsample/merge-repetitions', upsample, (node, around) => {
  const inner = upsamplingOf(node.inputs[0]!, around);
  if (!inner) return undefined;
  const shape = inner.inputs[0]!.type.shape;
  const [first, second] = [repetitionsOf(inner, shape.length), repetitionsOf(node, shape.length)];
  if (!first || !second) return undefined;
  const axes = shape.flatMap((from, axis) => {
    const factor = first[axis]! * second[axis]!;
    return factor === 1 ? [] : [repetition(axis, from as number, factor)];
  });
  if (axes.length === 0) return { sameAs: [inner.inputs[0]!] };
  return [inPlaceOf(node, upsample, { x: inner.inputs[0]! }, { axes, extrapolation: 0 })];
});

/** upsample(upsample(x)) along other axes -> upsample(x) along all of them: resampling an axis leaves the others alone */
const mergeAxes = rule('upsample/merge-axes', upsample, (node, around) => {
  const inner = upsamplingOf(node.inputs[0]!, around);
  if (!inner || around.uses(outputOf(inner)) !== 1) return undefined;
  const [first, second] = [inner, node].map(({ attributes }) =>
    attributes.axes.filter((spec) => repetitionOf(spec) !== 1),
  ) as [AxisResampling[], AxisResampling[]];
  if (second.some(({ axis }) => first.some((other) => other.axis === axis))) return undefined;
  const all = [...first, ...second];
  // Elements outside the input are one value, whatever the other axes make of it.
  if (all.some(({ map }) => map === 'tf_crop_and_resize')) return undefined;
  if (!isFloat(outputOf(node).type.dtype) && !all.every(isSelection)) return undefined; // Rounded twice.
  const axes = all.sort((a, b) => a.axis - b.axis);
  return [inPlaceOf(node, upsample, { x: inner.inputs[0]! }, { ...node.attributes, axes })];
});

export const upsampleRules: readonly Rule[] = [mergeRepetitions, mergeAxes, conv1x1, pointwise, affine];
