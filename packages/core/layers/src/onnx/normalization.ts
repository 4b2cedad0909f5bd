import type { Flow, Named, Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import { type OptionalThenAttributes, optionalOperand } from './attributes.ts';

export interface EpsilonAttributes extends Named {
  /** Default 1e-5. */
  readonly epsilon?: number | undefined;
}

/** BatchNormalization-15 in inference: everything but x is [C]. @throws PP2001 to PP2003. */
export const BatchNormalization = (
  x: Operand,
  scale: Operand,
  bias: Operand,
  mean: Operand,
  variance: Operand,
  { epsilon, name = 'BatchNormalization' }: EpsilonAttributes = {},
): Flow => layers.batchNormalization(x, { scale, bias, mean, variance, epsilon, name });

/** InstanceNormalization-22: scale and bias [C]. @throws PP2001 to PP2003. */
export const InstanceNormalization = (
  x: Operand,
  scale: Operand,
  bias: Operand,
  { epsilon, name = 'InstanceNormalization' }: EpsilonAttributes = {},
): Flow => layers.instanceNormalization(x, { scale, bias, epsilon, name });

export interface GroupNormalizationAttributes extends EpsilonAttributes {
  readonly num_groups: number;
}

/** GroupNormalization-21: scale and bias [C]. @throws PP2001 to PP2003. */
export const GroupNormalization = (
  x: Operand,
  scale: Operand,
  bias: Operand,
  { num_groups: groups, epsilon, name = 'GroupNormalization' }: GroupNormalizationAttributes,
): Flow => layers.groupNormalization(x, { scale, bias, groups, epsilon, name });

export interface LayerNormalizationAttributes extends EpsilonAttributes {
  /** Default -1. */
  readonly axis?: number | undefined;
}

/** LayerNormalization-17; `.mean` and `.invStdDev` are its other outputs. @throws PP2001 to PP2003. */
export const LayerNormalization = (
  x: Operand,
  scale: Operand,
  ...rest: OptionalThenAttributes<LayerNormalizationAttributes>
): layers.LayerNormalized => {
  const [bias, { axis, epsilon, name = 'LayerNormalization' }] = optionalOperand(rest);
  return layers.layerNormalization(x, { scale, bias, axis, epsilon, name });
};

/** RMSNormalization-23. @throws PP2001 to PP2003. */
export const RMSNormalization = (
  x: Operand,
  scale: Operand,
  { axis, epsilon, name = 'RMSNormalization' }: LayerNormalizationAttributes = {},
): Flow => layers.rmsNormalization(x, { scale, axis, epsilon, name });

/** LRN-13. @throws PP2001 to PP2003. */
export const LRN = (x: Operand, { name = 'LRN', ...attributes }: layers.LrnOptions): Flow =>
  layers.lrn(x, { ...attributes, name });

/** LpNormalization-22. @throws PP2001, PP2003. */
export const LpNormalization = (
  x: Operand,
  { name = 'LpNormalization', ...attributes }: layers.LpNormalizationOptions = {},
): Flow => layers.lpNormalization(x, { ...attributes, name });
