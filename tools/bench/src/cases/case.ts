import type { Model } from '@polyphase/ir';
import type { Layer } from './layers.ts';

/** A float32 input. */
export interface Feed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** One network with one input and one output, in every form that a contestant takes. */
export interface Case {
  readonly name: string;
  readonly feed: Feed;
  /** For polyphase; calling it is part of the time that compiling takes. */
  model(): Model;
  /** For onnxruntime. */
  readonly onnx: Uint8Array;
  /** For TensorFlow.js, which has no reader for ONNX files. */
  readonly layer?: Layer;
}
