import { add, ceilDiv, type Dim } from '../dim.ts';
import { type Interval, need } from '../op.ts';
import { kernelSpan } from './conv-transpose.ts';
import { clipInterval } from './indexing.ts';
import { checkPerAxis, type Pair } from './shared.ts';

/** A window of some taps that slides along one axis. */
export interface WindowAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/** A window that slides over the spatial axes, one value for each. */
export interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly pads: readonly Pair[];
  /** A last window may reach beyond the padded end as long as it begins inside the input or the padding before it. */
  readonly ceil: boolean;
}

/** ONNX's `auto_pad`. */
export type AutoPad = 'NOTSET' | 'VALID' | 'SAME_UPPER' | 'SAME_LOWER';

/**
 * ONNX's padding of one axis of n elements for Conv and the pools.
 *
 * @throws PP2005 when the padding depends on an n that is still open.
 */
export function padsFromAutoPad(autoPad: AutoPad, axis: WindowAxis, n: Dim, pads: Pair = [0, 0]): Pair {
  if (autoPad === 'NOTSET') return pads;
  if (autoPad === 'VALID') return [0, 0];
  return samePads(axis, n, autoPad === 'SAME_UPPER' ? 'end' : 'begin');
}

/**
 * The padding that leaves ceil(n / stride) outputs, its odd element at `odd`: TensorFlow's SAME and Keras' 'same' have
 * it at the end.
 *
 * @throws PP2005 when the padding depends on an n that is still open.
 */
export function samePads(
  { kernel, stride, dilation }: WindowAxis,
  n: Dim,
  odd: 'begin' | 'end' = 'end',
): Pair {
  const span = kernelSpan(kernel, dilation);
  need(typeof n === 'number' || stride === 1, 'PP2005', () => [
    `'same' padding with stride ${stride} depends on the length ${n}, which is still open`,
    'Give the sizes of the inputs',
  ]);
  const missing = typeof n === 'number' ? (Math.ceil(n / stride) - 1) * stride + span - n : span - 1;
  const total = Math.max(missing, 0);
  const begin = odd === 'end' ? Math.floor(total / 2) : Math.ceil(total / 2);
  return [begin, total - begin];
}

/** Keras' padding of one axis; 'causal' sees no later element (Conv1D). */
export function kerasPads(padding: 'valid' | 'same' | 'causal', axis: WindowAxis, n: Dim): Pair {
  if (padding === 'same') return samePads(axis, n);
  return padding === 'causal' ? [kernelSpan(axis.kernel, axis.dilation) - 1, 0] : [0, 0];
}

/**
 * How many windows an axis of n elements has: floor((n + begin + end - span) / stride) + 1. With `ceil` it is the
 * ceiling of that quotient, less the windows that would begin at n + begin or later (PyTorch; ONNX from opset 22 on, and
 * onnxruntime always).
 */
export function windowCount(n: Dim, { kernel, stride, dilation }: WindowAxis, pads: Pair, ceil = false): Dim {
  const [begin, end] = pads;
  // floor((m - span) / stride) + 1 = ceil((m - span + 1) / stride) for the padded length m.
  const reach = end - kernelSpan(kernel, dilation);
  return ceilDiv(add(n, begin + (ceil ? Math.min(reach + stride, 0) : reach + 1)), stride);
}

export const windowAxis = ({ kernel, stride, dilation }: Window, axis: number): WindowAxis => ({
  kernel: kernel[axis]!,
  stride: stride[axis]!,
  dilation: dilation[axis]!,
});

/** One padding an axis, of whole elements; undefined: the attribute was left out. */
function checkPads(pads: readonly Pair[] | undefined, axes: number): void {
  need(pads !== undefined && pads.length === axes, 'PP2003', () => [
    pads ? `pads has ${pads.length} pairs for ${axes} spatial axes` : 'pads is missing',
    `Give pads ${axes} pairs of begin and end`,
  ]);
  const whole = pads.every((pair) => pair.length === 2 && pair.every(Number.isSafeInteger));
  need(whole, 'PP2003', () => [`pads is ${JSON.stringify(pads)}`, 'Give pairs of integers: begin and end']);
}

/**
 * The shape rule of everything that slides: one output length for each of `lengths`.
 *
 * @throws PP2003 when the attributes do not fit the axes, PP2004 when no window fits.
 */
export function windowCounts(lengths: readonly Dim[], window: Window): Dim[] {
  const { kernel, stride, dilation, pads, ceil } = window;
  checkPerAxis('kernel', kernel, lengths.length, 1);
  checkPerAxis('stride', stride, lengths.length, 1);
  checkPerAxis('dilation', dilation, lengths.length, 1);
  checkPads(pads, lengths.length);
  return lengths.map((n, axis) => {
    const [begin, end] = pads[axis]!;
    const count = windowCount(n, windowAxis(window, axis), pads[axis]!, ceil);
    need(typeof count !== 'number' || count > 0, 'PP2004', () => [
      `the kernel spans ${kernelSpan(kernel[axis]!, dilation[axis]!)} elements (${kernel[axis]} taps, dilation ` +
        `${dilation[axis]}), spatial axis ${axis} has ${n} with a padding of (${begin}, ${end})`,
      'Use more padding, a shorter kernel or a larger input',
    ]);
    return count;
  });
}

/** Which of the n elements of an axis the windows `from <= o < to` lie over. */
export function windowReads([from, to]: Interval, n: number, axis: WindowAxis, [begin]: Pair): Interval {
  const span = kernelSpan(axis.kernel, axis.dilation);
  return clipInterval([from * axis.stride - begin, (to - 1) * axis.stride + span - begin], n);
}

/** For each window over one axis, the positions 0 <= i < n under its taps. */
function cellsOfAxis(
  n: number,
  count: number,
  { kernel, stride, dilation }: WindowAxis,
  begin: number,
): number[][] {
  return Array.from({ length: count }, (_, o) => {
    const positions = Array.from({ length: kernel }, (_, tap) => o * stride + tap * dilation - begin);
    return positions.filter((i) => i >= 0 && i < n);
  });
}

/** For each window over the spatial axes, the flat offsets of the elements under it, both in row-major order. */
export function windowCells(
  lengths: readonly number[],
  counts: readonly number[],
  window: Window,
): number[][] {
  return lengths.reduce<number[][]>(
    (windows, n, axis) => {
      const cells = cellsOfAxis(n, counts[axis]!, windowAxis(window, axis), window.pads[axis]![0]);
      return windows.flatMap((outer) =>
        cells.map((inner) => outer.flatMap((o) => inner.map((i) => o * n + i))),
      );
    },
    [[0]],
  );
}
