import { type DType, fromNumbers, isFloat, sizeOf, type Tensor } from '@polyphase/ir';

/** Numbers from 0 to 1, the same for the same seed (Mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Floating-point elements from -1 to 1, others 0 or 1, so that indices stay inside most tensors. */
export function randomTensor(dtype: DType, shape: readonly number[], next: () => number): Tensor {
  const element = isFloat(dtype) ? () => 2 * next() - 1 : () => Math.round(next());
  return fromNumbers(dtype, shape, Float64Array.from({ length: sizeOf(shape) }, element));
}
