/**
 * Layers in Keras' words: keras.layers' names, whose weights are arguments beside the others, channels last unless
 * `data_format` says otherwise. What Keras 3 computes on TensorFlow, in inference.
 */
export * from './activation.ts';
export type { ActivationName } from './activations.ts';
export * from './convolution.ts';
export type { DataFormat } from './layout.ts';
export * from './movement.ts';
export * from './normalization.ts';
export * from './pooling.ts';
export * from './resampling.ts';
