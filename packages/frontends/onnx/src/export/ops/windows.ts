import { ops, sizeOf, type Value, type Window } from '@polyphase/ir';
import type { Exporting } from '../exporting.ts';
import { integers, reshapeTo, scalar, staticShape } from './shared.ts';

/** For each tap of each window over an axis of n elements, the element under it; n where that is outside. */
export function axisIndices(n: number, count: number, window: Window, axis: number): number[] {
  const kernel = window.kernel[axis]!;
  return Array.from({ length: count * kernel }, (_, i) => {
    const [o, tap] = [Math.floor(i / kernel), i % kernel];
    const at = o * window.stride[axis]! + tap * window.dilation[axis]! - window.pads[axis]![0];
    return at >= 0 && at < n ? at : n;
  });
}

/**
 * All elements under each window, gathered: x [N, C, spatial] -> [N, C, counts, taps]. A tap that is not over the input
 * reads `outside`.
 */
export function windowsOf(
  x: Value,
  window: Window,
  counts: readonly number[],
  outside: number,
  context: Exporting,
): Value {
  const [batch, channels, ...lengths] = staticShape(x, 'this layer is written as indices') as [
    number,
    number,
    ...number[],
  ];
  const pads = [0, 0, ...lengths.map(() => 1)].map((end) => [0, end] as const);
  const extended = context.make(ops.pad, { x, value: scalar(context, x.type.dtype, outside) }, { pads });
  const apart = lengths.reduce((value, n, axis) => {
    const indices = integers(context, axisIndices(n, counts[axis]!, window, axis));
    return context.make(ops.gather, { x: value, indices }, { axis: axis + 2 });
  }, extended);
  const pairs = counts.flatMap((count, axis) => [count, window.kernel[axis]!]);
  const perm = [0, 1, ...lengths.map((_, a) => 2 * a + 2), ...lengths.map((_, a) => 2 * a + 3)];
  const moved = context.make(
    ops.transpose,
    { x: reshapeTo(context, apart, [batch, channels, ...pairs]) },
    { perm },
  );
  return reshapeTo(context, moved, [batch, channels, ...counts, sizeOf(window.kernel)]);
}
