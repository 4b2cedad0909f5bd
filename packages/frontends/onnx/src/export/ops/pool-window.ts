import { type Dim, isStatic, kernelSpan, type Pair, type Value, type Window } from '@polyphase/ir';
import type { Exporting } from '../exporting.ts';
import { axisIndices } from './windows.ts';

/** onnxruntime refuses pads that are not shorter than the kernel, dilated or not; ONNX has no negative ones. */
const padsFit = ({ kernel, pads }: Window): boolean =>
  pads.every(([begin, end], axis) => Math.min(begin, end) >= 0 && Math.max(begin, end) < kernel[axis]!);

/**
 * The window as ONNX's pools take it; undefined when they do not. Before operator set 22 their `ceil_mode` counted a
 * last window that begins beyond the input, too: where the layer leaves one out, pads alone say how many there are.
 */
export function onnxWindow(x: Value, window: Window, context: Exporting): Window | undefined {
  const settled = context.opset < 22 && window.ceil ? withoutCeil(x, window, context) : window;
  return padsFit(settled) ? settled : undefined;
}

function withoutCeil(x: Value, window: Window, context: Exporting): Window {
  const lengths: readonly Dim[] = x.type.shape.slice(2);
  const counts: readonly Dim[] = context.types[0]!.shape.slice(2);
  if (!isStatic(lengths) || !isStatic(counts)) return window;
  const { kernel, stride, dilation, pads } = window;
  /** How far the last window reaches beyond the padded end. */
  const beyond = counts.map((count, axis) => {
    const [begin, end] = pads[axis]!;
    const reach = (count - 1) * stride[axis]! + kernelSpan(kernel[axis]!, dilation[axis]!);
    return reach - (lengths[axis]! + begin + end);
  });
  if (beyond.every((more) => more >= 0)) return window;
  const longer = pads.map(([begin, end], axis): Pair => [begin, end + Math.max(beyond[axis]!, 0)]);
  return { ...window, pads: longer, ceil: false };
}

/** Whether the whole input lies between the taps of some window, which runtimes do not agree about. */
export function hasEmptyWindow(x: Value, window: Window, context: Exporting): boolean {
  const lengths: readonly Dim[] = x.type.shape.slice(2);
  const counts: readonly Dim[] = context.types[0]!.shape.slice(2);
  if (!isStatic(lengths) || !isStatic(counts) || window.dilation.every((step) => step === 1)) return false;
  return lengths.some((n, axis) => {
    const indices = axisIndices(n, counts[axis]!, window, axis);
    const taps = window.kernel[axis]!;
    return Array.from({ length: counts[axis]! }).some((_, o) =>
      indices.slice(o * taps, (o + 1) * taps).every((at) => at === n),
    );
  });
}
