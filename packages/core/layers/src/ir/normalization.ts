import { normalAxis, ops } from '@polyphase/ir';
import { type Flow, layer, layerOutputs, type Named, type Operand } from '../flow.ts';

export interface AffineOptions extends Named {
  /** [C]. */
  readonly scale: Operand;
  /** [C]. */
  readonly bias: Operand;
  /** Default 1e-5. */
  readonly epsilon?: number | undefined;
}

export interface BatchNormalizationOptions extends AffineOptions {
  /** [C]. */
  readonly mean: Operand;
  /** [C]. */
  readonly variance: Operand;
}

/** (x - mean) / sqrt(variance + epsilon) * scale + bias for each channel of x [N, C, ...]. @throws PP2001 to PP2003. */
export function batchNormalization(x: Operand, options: BatchNormalizationOptions): Flow {
  const { scale, bias, mean, variance, epsilon = 1e-5 } = options;
  return layer(ops.batchNormalization, { x, scale, bias, mean, variance }, { epsilon }, options);
}

/** Each channel of each batch element of x [N, C, spatial] normalised over its spatial axes. @throws PP2001 to PP2003. */
export function instanceNormalization(x: Operand, options: AffineOptions): Flow {
  const { scale, bias, epsilon = 1e-5 } = options;
  return layer(ops.instanceNormalization, { x, scale, bias }, { epsilon }, options);
}

export interface GroupNormalizationOptions extends AffineOptions {
  readonly groups: number;
}

/** Groups of neighbouring channels of x [N, C, spatial] normalised together. @throws PP2001 to PP2003. */
export function groupNormalization(x: Operand, options: GroupNormalizationOptions): Flow {
  const { scale, bias, groups, epsilon = 1e-5 } = options;
  return layer(ops.groupNormalization, { x, scale, bias }, { groups, epsilon }, options);
}

export interface RmsNormalizationOptions extends Named {
  /** The shape of the normalised axes, or one that broadcasts to it. */
  readonly scale: Operand;
  /** The first of the axes that are normalised together. Default -1. */
  readonly axis?: number | undefined;
  /** Default 1e-5. */
  readonly epsilon?: number | undefined;
}

export interface LayerNormalizationOptions extends RmsNormalizationOptions {
  /** As `scale`. */
  readonly bias?: Operand | undefined;
}

/** The normalised elements, with the statistics of each layer. */
export interface LayerNormalized extends Flow {
  readonly mean: Flow;
  readonly invStdDev: Flow;
}

/** (x - mean) / sqrt(variance + epsilon) * scale + bias over the axes from `axis` on. @throws PP2001 to PP2003. */
export function layerNormalization(x: Operand, options: LayerNormalizationOptions): LayerNormalized {
  const { scale, bias, axis = -1, epsilon = 1e-5 } = options;
  const attributes = () => ({ axis: normalAxis(axis, x.shape.length), epsilon });
  const [y, mean, invStdDev] = layerOutputs(ops.layerNormalization, { x, scale, bias }, attributes, options);
  return { ...y!, mean: mean!, invStdDev: invStdDev! };
}

/** x / sqrt(mean of x^2 + epsilon) * scale over the axes from `axis` on. @throws PP2001 to PP2003. */
export function rmsNormalization(x: Operand, options: RmsNormalizationOptions): Flow {
  const { scale, axis = -1, epsilon = 1e-5 } = options;
  const attributes = () => ({ axis: normalAxis(axis, x.shape.length), epsilon });
  return layer(ops.rmsNormalization, { x, scale }, attributes, options);
}

export interface LrnOptions extends Named {
  /** How many neighbouring channels are summed. */
  readonly size: number;
  /** Default 1e-4. */
  readonly alpha?: number | undefined;
  /** Default 0.75. */
  readonly beta?: number | undefined;
  /** Default 1. */
  readonly bias?: number | undefined;
}

/** x / (bias + alpha / size * sum of x^2 over neighbouring channels)^beta. @throws PP2001 to PP2003. */
export function lrn(x: Operand, options: LrnOptions): Flow {
  const { size, alpha = 1e-4, beta = 0.75, bias = 1 } = options;
  return layer(ops.lrn, { x }, { size, alpha, beta, bias }, options);
}

export interface LpNormalizationOptions extends Named {
  /** Default -1. */
  readonly axis?: number | undefined;
  /** Default 2. */
  readonly p?: 1 | 2 | undefined;
}

/** x divided by its L1 or L2 norm along the axis; 0 where the norm is 0. @throws PP2001, PP2003. */
export function lpNormalization(x: Operand, options: LpNormalizationOptions = {}): Flow {
  const { axis = -1, p = 2 } = options;
  return layer(ops.lpNormalization, { x }, () => ({ axis: normalAxis(axis, x.shape.length), p }), options);
}
