import {
  add,
  batchNormalization,
  type ConvAttributes,
  type ConvTransposeAttributes,
  conv,
  convTranspose,
  fromNumbers,
  isOp,
  mul,
  type Node,
  outputOf,
  type Tensor,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import { inPlaceOf, type Replacement, type Rule, rule, ruleOf, type Surroundings } from '../rewrite.ts';

/** y[channel] = scale[channel] * x[channel] + shift[channel] */
interface ChannelScale {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** batchNormalization(conv(x, w, b)) -> conv(x, w', b'); likewise convTranspose. */
const foldBatchNormalization = rule(
  'weights/fold-batch-normalization',
  batchNormalization,
  (node, around) => {
    const [x, ...statistics] = node.inputs;
    if (!statistics.every((value) => value?.constant)) return undefined;
    const [scale, bias, mean, variance] = statistics.map((value) =>
      toNumbers(value!.constant!),
    ) as Float64Array[];
    const factor = scale!.map((s, c) => s / Math.sqrt(variance![c]! + node.attributes.epsilon));
    const shift = bias!.map((b, c) => b - mean![c]! * factor[c]!);
    return intoWeights(node, x!, { scale: factor, shift }, around);
  },
);

/** mul(conv(x, w, b), s) with one constant a channel -> conv(x, w', b'); add likewise into the bias. */
const foldScaleAndShift = ruleOf('weights/fold-scale-and-shift', [mul, add], (node, around) => {
  const [a, b] = node.inputs as [Value, Value];
  const [x, constant] = b.constant ? [a, b] : [b, a];
  if (!constant.constant || x.type.shape.length !== outputOf(node).type.shape.length) return undefined;
  const channels = x.type.shape[1];
  if (typeof channels !== 'number') return undefined;
  const values = perChannel(constant.constant, x.type.shape.length, channels);
  if (!values) return undefined;
  const flat = new Float64Array(channels);
  const change =
    node.op === mul.name ? { scale: values, shift: flat } : { scale: flat.fill(1), shift: values };
  return intoWeights(node, x, change, around);
});

/** The constant as one value a channel, if it varies along axis 1 of a tensor of this rank only. */
function perChannel(constant: Tensor, rank: number, channels: number): Float64Array | undefined {
  const values = toNumbers(constant);
  if (constant.shape.length > rank) return undefined;
  if (values.length === 1) return new Float64Array(channels).fill(values[0]!);
  const shape = [...new Array<number>(rank - constant.shape.length).fill(1), ...constant.shape];
  return values.length === channels && shape[1] === channels ? values : undefined;
}

/** The convolution that makes `x` with the change in its weights, if nothing else reads `x`. */
function intoWeights(
  node: Node,
  x: Value,
  change: ChannelScale,
  around: Surroundings,
): Replacement | undefined {
  const inner = around.producer(x);
  if (!inner || around.uses(x) !== 1) return undefined;
  if (isOp(inner, conv)) return scaled(node, inner, conv, convChannel(inner), change);
  if (isOp(inner, convTranspose))
    return scaled(node, inner, convTranspose, convTransposeChannel(inner), change);
  return undefined;
}

type ChannelOf = (element: number) => number;

function convChannel({ inputs }: Node<ConvAttributes>): ChannelOf {
  const [, ...rest] = inputs[1]!.type.shape as readonly number[];
  const size = rest.reduce((all, length) => all * length, 1);
  return (element) => Math.floor(element / size);
}

function convTransposeChannel({ inputs, attributes }: Node<ConvTransposeAttributes>): ChannelOf {
  const [channels, outPerGroup, ...kernel] = inputs[1]!.type.shape as readonly [number, number, ...number[]];
  const size = kernel.reduce((all, length) => all * length, 1);
  const inPerGroup = channels / attributes.groups;
  return (element) => {
    const row = Math.floor(element / size);
    return Math.floor(row / outPerGroup / inPerGroup) * outPerGroup + (row % outPerGroup);
  };
}

function scaled<A extends object>(
  node: Node,
  inner: Node<A>,
  op: typeof conv | typeof convTranspose,
  channelOf: ChannelOf,
  { scale, shift }: ChannelScale,
): Replacement | undefined {
  const [x, w, bias] = inner.inputs;
  if (!w?.constant || (bias && !bias.constant)) return undefined;
  const { dtype } = w.type;
  const weights = toNumbers(w.constant).map((value, i) => value * scale[channelOf(i)]!);
  const before = bias?.constant ? toNumbers(bias.constant) : new Float64Array(shift.length);
  const shifted = before.map((value, c) => value * scale[c]! + shift[c]!);
  const folded = {
    x: x!,
    w: constantLike(w, fromNumbers(dtype, w.constant.shape, weights)),
    bias: constantLike(
      bias ?? { name: `${node.name}.bias`, type: w.type },
      fromNumbers(dtype, [shift.length], shifted),
    ),
  };
  return [inPlaceOf(node, op as typeof conv, folded, inner.attributes as unknown as ConvAttributes)];
}

const constantLike = ({ name }: Value, constant: Tensor): Value => ({
  name,
  type: { dtype: constant.dtype, shape: constant.shape },
  constant,
});

export const weightRules: readonly Rule[] = [foldBatchNormalization, foldScaleAndShift];
