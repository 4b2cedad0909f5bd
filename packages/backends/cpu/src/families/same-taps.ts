import { sizeOf } from '@polyphase/ir';
import type { Same } from './phases.ts';

/** Whether weights [..., kernel] are the same at two places of an axis of the kernel, wherever they are in the others. */
export const sameTaps =
  (weights: Float32Array, kernel: readonly [number, number, number]): Same =>
  (axis, a, b) => {
    const step = sizeOf(kernel.slice(axis + 1));
    const block = step * kernel[axis]!;
    for (let at = 0; at < weights.length; at += block)
      for (let i = 0; i < step; i++)
        if (weights[at + a * step + i] !== weights[at + b * step + i]) return false;
    return true;
  };
