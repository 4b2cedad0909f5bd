import { need, normalAxis, ops, type Value } from '@polyphase/ir';
import { flag, float, int, ints, required } from '../attributes.ts';
import { type Context, type Outputs, row, type Table } from '../row.ts';
import { from, lengthsOf, normalAxes, rankOf, type Steps, scalar, stepsOf } from './shared.ts';

const epsilon = float(1e-5);
const batchInputs = ['x', 'scale', 'bias', 'mean', 'variance'] as const;
const momentum = float(0.9);

interface BatchOperands {
  readonly x: Value;
  readonly scale: Value;
  readonly bias: Value;
  readonly mean: Value;
  readonly variance: Value;
}

/** Scale, bias and statistics may have a wider type than x (opset 15). */
function batchNormalization(context: Context, operands: BatchOperands, epsilon: number): Value {
  const { x, scale, bias, mean, variance } = operands;
  const { cast } = stepsOf(context);
  const like = (value: Value): Value => cast(value, x.type.dtype);
  const parameters = { scale: like(scale), bias: like(bias), mean: like(mean), variance: like(variance) };
  return context.make(ops.batchNormalization, { x, ...parameters }, { epsilon });
}

const notInTraining = (isTraining: boolean): void =>
  need(!isTraining, 'PP1004', () => ['it is in training mode', 'Export the model for inference']);

const perChannelOnly = (spatial: number): void =>
  need(spatial === 1, 'PP1004', () => [
    `spatial is ${spatial}: each element has statistics of its own`,
    'Export with operator set 9 or newer',
  ]);

/** One scale or bias for each group, as GroupNormalization-18 had it, spread to the channels of the group. */
function spreadGroups({ make, reshape }: Steps, perGroup: Value, channels: number): Value {
  const [groups] = lengthsOf(perGroup) as [number];
  const spread = { shape: [groups, channels / groups] };
  return reshape(make(ops.expand, { x: reshape(perGroup, [groups, 1]) }, spread), [channels]);
}

function dropout(context: Context, x: Value): Outputs {
  const y = context.make(ops.identity, { x }, {});
  if (!context.names(1)) return y;
  const shape = lengthsOf(x);
  const every = context.constant(scalar(context.opset < 10 ? x.type.dtype : 'bool', 1), 'kept');
  return [y, context.make(ops.expand, { x: every }, { shape }, 'mask')];
}

/** (x - mean) / (deviation + 1e-9) over `axes`. */
function meanVarianceNormalization(context: Context, x: Value, axes: readonly number[]): Value {
  const { make, constant } = stepsOf(context);
  const over = { axes: normalAxes(axes, rankOf(x)), keepDims: true };
  const centred = make(ops.sub, { a: x, b: make(ops.reduceMean, { x }, over) });
  const variance = make(ops.reduceMean, { x: make(ops.mul, { a: centred, b: centred }) }, over);
  const deviation = make(ops.sqrt, { x: variance });
  const b = make(ops.add, { a: deviation, b: constant(scalar(x.type.dtype, 1e-9)) });
  return context.make(ops.div, { a: centred, b }, {});
}

const dropoutRatio = row({
  inputs: ['x'],
  attributes: { ratio: float(0.5) },
  build: ({ x }, _, context) => dropout(context, x),
});

const dropoutTraining = row({
  inputs: ['x', 'ratio?', 'trainingMode?'],
  attributes: { seed: int() },
  elements: ['ratio', 'trainingMode'],
  build({ x, ratio, trainingMode }, _, context) {
    const drops =
      context.optionalElements(trainingMode)?.[0] === 1 && context.optionalElements(ratio)?.[0] !== 0;
    notInTraining(drops);
    return dropout(context, x);
  },
});

const groupAttributes = { epsilon, num_groups: required(int()) };

export const normalize: Table = {
  BatchNormalization: {
    6: row({
      inputs: batchInputs,
      attributes: { epsilon, is_test: flag(false), momentum, spatial: int(1) },
      build(operands, { epsilon, is_test: isTest, spatial }, context) {
        notInTraining(!isTest);
        perChannelOnly(spatial);
        return batchNormalization(context, operands, epsilon);
      },
    }),
    7: row({
      inputs: batchInputs,
      attributes: { epsilon, momentum, spatial: int(1) },
      build(operands, { epsilon, spatial }, context) {
        perChannelOnly(spatial);
        return batchNormalization(context, operands, epsilon);
      },
    }),
    9: row({
      inputs: batchInputs,
      attributes: { epsilon, momentum },
      build: (operands, { epsilon }, context) => batchNormalization(context, operands, epsilon),
    }),
    14: row({
      inputs: batchInputs,
      attributes: { epsilon, momentum, training_mode: flag(false) },
      build(operands, { epsilon, training_mode: training }, context) {
        notInTraining(training);
        return batchNormalization(context, operands, epsilon);
      },
    }),
  },
  Dropout: {
    6: row({
      inputs: ['x'],
      attributes: { is_test: flag(false), ratio: float(0.5) },
      build({ x }, { is_test: isTest }, context) {
        notInTraining(!isTest);
        return dropout(context, x);
      },
    }),
    7: dropoutRatio,
    12: dropoutTraining,
  },
  GroupNormalization: {
    18: row({
      inputs: ['x', 'scale', 'bias'],
      attributes: groupAttributes,
      build({ x, scale, bias }, { epsilon, num_groups: groups }, context) {
        const channels = lengthsOf(x)[1] ?? 0;
        const steps = stepsOf(context);
        const spread = (value: Value): Value => spreadGroups(steps, value, channels);
        const operands = { x, scale: spread(scale), bias: spread(bias) };
        return context.make(ops.groupNormalization, operands, { epsilon, groups });
      },
    }),
    21: row({
      inputs: ['x', 'scale', 'bias'],
      attributes: { ...groupAttributes, stash_type: int(1) },
      build: (operands, { epsilon, num_groups: groups }, context) =>
        context.make(ops.groupNormalization, operands, { epsilon, groups }),
    }),
  },
  InstanceNormalization: from(
    6,
    row({
      inputs: ['x', 'scale', 'bias'],
      attributes: { epsilon },
      build: (operands, attributes, context) => context.make(ops.instanceNormalization, operands, attributes),
    }),
  ),
  LRN: from(
    1,
    row({
      inputs: ['x'],
      attributes: { alpha: float(1e-4), beta: float(0.75), bias: float(1), size: required(int()) },
      build: ({ x }, attributes, context) => context.make(ops.lrn, { x }, attributes),
    }),
  ),
  LayerNormalization: from(
    17,
    row({
      inputs: ['x', 'scale', 'bias?'],
      attributes: { axis: int(-1), epsilon, stash_type: int(1) },
      build: (operands, { axis, epsilon }, context) =>
        context.makeAll(ops.layerNormalization, operands, {
          axis: normalAxis(axis, rankOf(operands.x)),
          epsilon,
        }),
    }),
  ),
  LpNormalization: from(
    1,
    row({
      inputs: ['x'],
      attributes: { axis: int(-1), p: int(2) },
      build({ x }, { axis, p }, context) {
        need(p === 1 || p === 2, 'PP2003', () => [`p is ${p}`, 'Use 1 or 2']);
        return context.make(ops.lpNormalization, { x }, { axis: normalAxis(axis, rankOf(x)), p });
      },
    }),
  ),
  MeanVarianceNormalization: from(
    9,
    row({
      inputs: ['x'],
      attributes: { axes: ints() },
      build: ({ x }, { axes = [0, 2, 3] }, context) => meanVarianceNormalization(context, x, axes),
    }),
  ),
  RMSNormalization: from(
    23,
    row({
      inputs: ['x', 'scale'],
      attributes: { axis: int(-1), epsilon, stash_type: int(1) },
      build: (operands, { axis, epsilon }, context) =>
        context.make(ops.rmsNormalization, operands, { axis: normalAxis(axis, rankOf(operands.x)), epsilon }),
    }),
  ),
};
