import { sizeOf } from '@polyphase/ir';

/** Axis a of the result is axis `axes[a]` of the data. */
export function permute(data: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strideOf = (axis: number) => sizeOf(shape.slice(axis + 1));
  const [outer, last] = [axes.slice(0, -1), axes.at(-1)!];
  let offsets = [0];
  for (const axis of outer) {
    const steps = Array.from({ length: shape[axis]! }, (_, i) => i * strideOf(axis));
    offsets = offsets.flatMap((offset) => steps.map((step) => offset + step));
  }
  const [length, stride] = [shape[last]!, strideOf(last)];
  const permuted = new Float32Array(data.length);
  let to = 0;
  for (const offset of offsets) for (let i = 0; i < length; i++) permuted[to++] = data[offset + i * stride]!;
  return permuted;
}
