import type { Tensor } from '@polyphase/ir';
import type { Flow } from '@polyphase/layers';
import type { Config } from '../config.ts';
import type { Argument } from '../topology/network.ts';

/**
 * Whose numbers a model gives: those of the Keras that saved it, 3 or 2, or those of TensorFlow.js' own layers, which
 * ignore some settings and place interpolated pixels elsewhere.
 */
export type Profile = 'keras3' | 'keras2' | 'tfjs';

/** What Keras calls the weights of its layers. */
export type WeightName =
  | 'alpha'
  | 'beta'
  | 'bias'
  | 'depthwise_kernel'
  | 'gamma'
  | 'kernel'
  | 'mean'
  | 'moving_mean'
  | 'moving_variance'
  | 'pointwise_kernel'
  | 'variance';

/** A layer being called. */
export interface LayerCall {
  readonly name: string;
  readonly className: string;
  readonly config: Config;
  /** The first operand. */
  readonly x: Flow;
  /** All operands that are tensors. */
  readonly xs: readonly Flow[];
  /** Every argument of an operation, as it was called. */
  readonly args: readonly (Flow | Exclude<Argument, object>)[];
  readonly weights: Readonly<Partial<Record<WeightName, Tensor>>>;
  readonly profile: Profile;
}

/** What a class of layers means. */
export interface LayerRow {
  /** Its weights in the order in which Keras saves them; `a|b` is known under both names and given as `a`. */
  readonly weights?: (config: Config) => readonly string[];
  build(call: LayerCall): Flow;
}

/** The names of a bias, when the layer has one. */
export const biasOf = (config: Config): readonly string[] => (config.flag('use_bias', true) ? ['bias'] : []);

/** Padding and layout as every layer over space has them. */
export const formatOf = (config: Config) => ({
  data_format: config.has('data_format')
    ? (config.text('data_format') as 'channels_last' | 'channels_first')
    : undefined,
});

/** What a class of layers of the user's own computes: from its operands and its configuration, with the builders. */
export type CustomLayer = (
  xs: readonly Flow[],
  config: Readonly<Record<string, unknown>>,
  name: string,
) => Flow;

/** By the name of the class. */
export type CustomLayers = Readonly<Record<string, CustomLayer>>;

/** A class of the user's own; it has no weights. */
export const customRow = (build: CustomLayer): LayerRow => ({
  build: ({ xs, config, name }) => build(xs, config.values, name),
});
