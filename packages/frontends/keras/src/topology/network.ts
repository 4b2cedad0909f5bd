import type { DType } from '@polyphase/ir';
import type { Config } from '../config.ts';

/** An output of a call of a layer. */
export interface Reference {
  readonly layer: string;
  /** Which of the layer's calls. */
  readonly call: number;
  /** Which of its outputs. */
  readonly output: number;
}

export const isReference = (argument: unknown): argument is Reference =>
  typeof argument === 'object' && argument !== null && 'layer' in argument && 'call' in argument;

/** What a layer is called with: outputs of other layers, lists of them, and plain values. */
export type Argument = Reference | number | string | boolean | null | readonly Argument[];

export interface Call {
  readonly positional: readonly Argument[];
  readonly named: Readonly<Record<string, Argument>>;
}

/** A layer of a network; a layer that is called more than once has one set of weights. */
export interface Layer {
  readonly name: string;
  readonly className: string;
  /** Keras' module of an operation that is not a layer, such as `keras.src.ops.numpy`. */
  readonly module: string;
  readonly config: Config;
  readonly calls: readonly Call[];
  /** Set for a layer that is a network itself. */
  readonly network?: Network;
}

export interface NetworkInput {
  readonly layer: string;
  readonly dtype: DType;
  /** null for a length that is open. */
  readonly shape: readonly (number | null)[];
}

export interface NetworkOutput {
  readonly name: string;
  readonly from: Reference;
}

/** A model's topology, Sequential and Functional alike. */
export interface Network {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly inputs: readonly NetworkInput[];
  readonly outputs: readonly NetworkOutput[];
}
