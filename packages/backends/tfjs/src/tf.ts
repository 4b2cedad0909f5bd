import type { Tensor } from '@tensorflow/tfjs-core';

/** The module `@tensorflow/tfjs-core`. */
export type Tf = typeof import('@tensorflow/tfjs-core');

export type TfTensor = Tensor;

/** TensorFlow.js with one of its backends initialised. */
export interface Target {
  readonly tf: Tf;
  /** The name of its backend in TensorFlow.js: `wasm`. */
  readonly backend: string;
}

/**
 * Whole numbers up to this one are exact in an int32 tensor. WebGL keeps integers as float32, and many kernels of WebGPU
 * compute them so.
 */
export const wholeNumbersOf = (backend: string): number =>
  backend === 'webgl' || backend === 'webgpu' ? 2 ** 24 : 2 ** 31 - 1;

/**
 * Runs `body`, which only enqueues work, with the target's backend as the current one, and puts back the one that the
 * program around had. An initialised backend is set before `setBackend` returns.
 */
export function onTarget<T>({ tf, backend }: Target, body: () => T): T {
  const before = tf.getBackend();
  if (before === backend) return body();
  void tf.setBackend(backend);
  try {
    return body();
  } finally {
    if (before) void tf.setBackend(before);
  }
}
