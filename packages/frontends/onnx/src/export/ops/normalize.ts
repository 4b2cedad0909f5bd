import {
  type Dim,
  floorDiv,
  type GroupNormalizationAttributes,
  type LayerNormalizationAttributes,
  type LrnAttributes,
  mulDims,
  need,
  ops,
  type Pair,
  product,
  sameShape,
  type TensorType,
  type Value,
} from '@polyphase/ir';
import { codeOf } from '../../data-type.ts';
import { float, int } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import { arithmeticOf } from './compose.ts';
import { castTo, constantOf, perChannel, rankOf, reshapeTo, scalar } from './shared.ts';

interface Moments {
  /** x - mean. */
  readonly centred: Value;
  readonly mean: Value;
  /** sqrt(variance + epsilon). */
  readonly deviation: Value;
}

function momentsOf(context: Exporting, x: Value, axes: readonly number[], epsilon: number): Moments {
  const over = { axes, keepDims: true };
  const mean = context.make(ops.reduceMean, { x }, over);
  const centred = context.make(ops.sub, { a: x, b: mean });
  const squares = context.make(ops.mul, { a: centred, b: centred });
  const variance = context.make(ops.reduceMean, { x: squares }, over);
  return { centred, mean, deviation: rootOf(context, variance, epsilon) };
}

function rootOf(context: Exporting, x: Value, epsilon: number): Value {
  const sum = context.make(ops.add, { a: x, b: scalar(context, x.type.dtype, epsilon) });
  return context.make(ops.sqrt, { x: sum });
}

interface Affine {
  readonly x: Value;
  readonly scale: Value;
  readonly bias: Value;
}

function scaleChannels(context: Exporting, normal: Value, { x, scale, bias }: Affine): Value {
  const scaled = context.make(ops.mul, { a: normal, b: perChannel(context, scale, rankOf(x)) });
  return context.make(ops.add, { a: scaled, b: perChannel(context, bias, rankOf(x)) });
}

function composedInstances(operands: Affine, epsilon: number, context: Exporting): Value {
  const { x } = operands;
  const axes = x.type.shape.slice(2).map((_, axis) => axis + 2);
  const { centred, deviation } = momentsOf(context, x, axes, epsilon);
  return scaleChannels(context, context.make(ops.div, { a: centred, b: deviation }), operands);
}

/** Groups of channels are normalised as channels of their own, then each channel is scaled and shifted. */
function composedGroups(
  operands: Affine,
  { groups, epsilon }: GroupNormalizationAttributes,
  context: Exporting,
): Value {
  const { shape, dtype } = operands.x.type;
  const [batch, channels, ...spatial] = shape as [Dim, Dim, ...Dim[]];
  const flat = reshapeTo(context, operands.x, [
    batch,
    groups,
    mulDims(floorDiv(channels, groups), product(spatial)),
  ]);
  const each = (value: number): Value =>
    constantOf(context, dtype, [groups], new Float64Array(groups).fill(value));
  const normal = context.make(
    ops.instanceNormalization,
    { x: flat, scale: each(1), bias: each(0) },
    { epsilon },
  );
  return scaleChannels(context, reshapeTo(context, normal, shape), operands);
}

/** `value` in the whole shape of the normalised axes, which some kernels want. */
function whole(context: Exporting, value: Value, x: Value, axis: number): Value {
  const shape = x.type.shape.slice(axis);
  return sameShape(value.type.shape, shape) ? value : context.make(ops.expand, { x: value }, { shape });
}

const axesFrom = (x: Value, axis: number): number[] => [...x.type.shape.keys()].slice(axis);

function layerNormalization(
  x: Value,
  scale: Value,
  bias: Value | undefined,
  { axis, epsilon }: LayerNormalizationAttributes,
  context: Exporting,
): readonly Value[] {
  const [type, statistics] = context.types as readonly [TensorType, TensorType];
  const single: TensorType = { ...statistics, dtype: 'float32' };
  const operands = [x, whole(context, scale, x, axis), bias && whole(context, bias, x, axis)];
  const [y, ...others] = context.nodes(
    'LayerNormalization',
    operands,
    { axis: int(axis), epsilon: float(epsilon), stash_type: int(codeOf('float32')) },
    [type, single, single],
  );
  return [y!, ...others.map((value) => castTo(context, value, x.type.dtype))];
}

function composedLayer(
  x: Value,
  scale: Value,
  bias: Value | undefined,
  { axis, epsilon }: LayerNormalizationAttributes,
  context: Exporting,
): readonly Value[] {
  const { centred, mean, deviation } = momentsOf(context, x, axesFrom(x, axis), epsilon);
  const normal = context.make(ops.div, { a: centred, b: deviation });
  const scaled = context.make(ops.mul, { a: normal, b: scale });
  const y = bias ? context.make(ops.add, { a: scaled, b: bias }) : scaled;
  return [y, mean, context.make(ops.reciprocal, { x: deviation })];
}

function composedRms(
  x: Value,
  scale: Value,
  { axis, epsilon }: LayerNormalizationAttributes,
  context: Exporting,
): Value {
  const { dtype } = x.type;
  const wide = dtype === 'float16' ? castTo(context, x, 'float32') : x;
  const squares = context.make(ops.mul, { a: wide, b: wide });
  const mean = context.make(ops.reduceMean, { x: squares }, { axes: axesFrom(x, axis), keepDims: true });
  const normal = context.make(ops.div, { a: wide, b: rootOf(context, mean, epsilon) });
  return context.make(ops.mul, { a: castTo(context, normal, dtype), b: scale });
}

/** The squares of neighbouring channels are gathered on an axis of their own, zeros beyond the first and the last. */
function composedLrn(x: Value, { size, alpha, beta, bias }: LrnAttributes, context: Exporting): Value {
  const channels = x.type.shape[1];
  need(typeof channels === 'number', 'PP2005', () => [
    `the number of channels ${channels} is open`,
    'Give the sizes of the inputs',
  ]);
  const { add, div, mul, pow } = arithmeticOf(context, x);
  const before = Math.floor((size - 1) / 2);
  const pads = x.type.shape.map((_, axis): Pair => (axis === 1 ? [before, size - 1 - before] : [0, 0]));
  const squares = context.make(ops.pad, { x: mul(x, x) }, { pads });
  const neighbours = Float64Array.from(
    { length: channels * size },
    (_, i) => Math.floor(i / size) + (i % size),
  );
  const indices = constantOf(context, 'int64', [channels, size], neighbours);
  const gathered = context.make(ops.gather, { x: squares, indices }, { axis: 1 });
  const sums = context.make(ops.reduceSum, { x: gathered }, { axes: [2], keepDims: false });
  return div(x, pow(add(mul(sums, alpha / size), bias), beta));
}

/**
 * float64 is composed of simpler operators: attributes are float32 in ONNX, and onnxruntime has no kernels or computes
 * the statistics in float32.
 */
export const normalizations = {
  batchNormalization({ x, scale, bias, mean, variance }, { epsilon }, context) {
    if (x.type.dtype !== 'float64')
      return context.node('BatchNormalization', [x, scale, bias, mean, variance], {
        epsilon: float(epsilon),
      });
    const centred = context.make(ops.sub, { a: x, b: perChannel(context, mean, rankOf(x)) });
    const deviation = perChannel(context, rootOf(context, variance, epsilon), rankOf(x));
    return scaleChannels(context, context.make(ops.div, { a: centred, b: deviation }), { x, scale, bias });
  },
  instanceNormalization(operands, { epsilon }, context) {
    const { x, scale, bias } = operands;
    if (x.type.dtype === 'float64') return composedInstances(operands, epsilon, context);
    return context.node('InstanceNormalization', [x, scale, bias], { epsilon: float(epsilon) });
  },
  /** Before operator set 21, GroupNormalization had one scale for each group. */
  groupNormalization(operands, attributes, context) {
    const { x, scale, bias } = operands;
    if (context.opset < 21 || x.type.dtype === 'float64')
      return composedGroups(operands, attributes, context);
    return context.node('GroupNormalization', [x, scale, bias], {
      epsilon: float(attributes.epsilon),
      num_groups: int(attributes.groups),
    });
  },
  layerNormalization: ({ x, scale, bias }, attributes, context) =>
    (x.type.dtype === 'float64' ? composedLayer : layerNormalization)(x, scale, bias, attributes, context),
  rmsNormalization({ x, scale }, attributes, context) {
    const { axis, epsilon } = attributes;
    if (context.opset < 23 || x.type.dtype === 'float64') return composedRms(x, scale, attributes, context);
    return context.node('RMSNormalization', [x, whole(context, scale, x, axis)], {
      axis: int(axis),
      epsilon: float(epsilon),
    });
  },
  /** onnxruntime takes odd sizes of [N, C, H, W] only. */
  lrn({ x }, attributes, context) {
    const { size, alpha, beta, bias } = attributes;
    if (size % 2 === 0 || rankOf(x) !== 4 || x.type.dtype === 'float64')
      return composedLrn(x, attributes, context);
    return context.node('LRN', [x], {
      size: int(size),
      alpha: float(alpha),
      beta: float(beta),
      bias: float(bias),
    });
  },
  lpNormalization: ({ x }, { axis, p }, context) =>
    context.node('LpNormalization', [x], { axis: int(axis), p: int(p) }),
} satisfies Partial<Exporters>;
