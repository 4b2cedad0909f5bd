import { asFloat } from './functions.ts';
import type { Tf, TfTensor } from './tf.ts';

/** Axes of length 1 dropped, and those that stay neighbours merged: permutations have as few axes as they can. */
function simplestPermutation(shape: readonly number[], perm: readonly number[]) {
  const kept = perm.filter((axis) => shape[axis] !== 1);
  const runs: number[][] = [];
  const rank = (axis: number): number => shape.slice(0, axis).filter((length) => length !== 1).length;
  for (const axis of kept) {
    const run = runs.at(-1);
    if (run && rank(axis) === rank(run.at(-1)!) + 1) run.push(axis);
    else runs.push([axis]);
  }
  const inOrder = [...runs].sort((a, b) => a[0]! - b[0]!);
  return {
    shape: inOrder.map((run) => run.reduce((length, axis) => length * shape[axis]!, 1)),
    perm: runs.map((run) => inOrder.indexOf(run)),
  };
}

/** The axes in another order; a mere reshape where only axes of length 1 move. */
export function permuted(tf: Tf, x: TfTensor, perm: readonly number[]): TfTensor {
  const shape = perm.map((axis) => x.shape[axis]!);
  const simplest = simplestPermutation(x.shape, perm);
  if (simplest.perm.every((axis, i) => axis === i)) return tf.reshape(x, shape);
  const flat = tf.reshape(x, simplest.shape);
  return tf.reshape(transposed(tf, flat, simplest.perm), shape);
}

/** The kernel of webgpu transposes nothing but floats, and leaves garbage of others. */
function transposed(tf: Tf, x: TfTensor, perm: number[]): TfTensor {
  if (x.dtype === 'float32' || tf.getBackend() !== 'webgpu') return tf.transpose(x, perm);
  return tf.cast(tf.transpose(asFloat(tf, x), perm), x.dtype);
}

/** Whether a permutation moves any element. */
export function movesElements(shape: readonly number[], perm: readonly number[]): boolean {
  return simplestPermutation(shape, perm).perm.some((axis, i) => axis !== i);
}

/**
 * Shapes that are broadcast against each other, of one rank, with as few axes as they can: neighbours that are repeated
 * in the same operands are merged. Some kernels of TensorFlow.js end at rank 4.
 */
export function collapsedBroadcast(shapes: readonly (readonly number[])[]): number[][] {
  const rank = shapes[0]!.length;
  const pattern = (axis: number): string => shapes.map((shape) => Number(shape[axis] === 1)).join('');
  const merged: number[][] = shapes.map(() => []);
  let before: string | undefined;
  for (let axis = 0; axis < rank; axis++) {
    if (shapes.every((shape) => shape[axis] === 1)) continue;
    const repeated = pattern(axis);
    for (const [i, shape] of shapes.entries()) {
      if (repeated === before) merged[i]!.push(merged[i]!.pop()! * shape[axis]!);
      else merged[i]!.push(shape[axis]!);
    }
    before = repeated;
  }
  return merged;
}
