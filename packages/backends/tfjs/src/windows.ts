import { kernelSpan, type Pair, type Window } from '@polyphase/ir';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { asVolume, type Both, planesAt } from './correlation.ts';
import type { Tf, TfTensor } from './tf.ts';

/** One axis of a pooling, padded so far that the last window ends inside. */
export interface WindowAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pads: Pair;
  /** How many windows there are. */
  readonly count: number;
  readonly length: number;
}

/** The axes of a window over lengths, three of them: leading ones are of length 1. */
export function windowAxes(
  window: Window,
  lengths: readonly number[],
  counts: readonly number[],
): readonly [depth: WindowAxis, height: WindowAxis, width: WindowAxis] {
  const unit: WindowAxis = { kernel: 1, stride: 1, dilation: 1, pads: [0, 0], count: 1, length: 1 };
  const axes = lengths.map((length, a): WindowAxis => {
    const [kernel, stride, dilation] = [window.kernel[a]!, window.stride[a]!, window.dilation[a]!];
    const begin = window.pads[a]![0];
    const end = (counts[a]! - 1) * stride + kernelSpan(kernel, dilation) - length - begin;
    return { kernel, stride, dilation, pads: [begin, Math.max(end, 0)], count: counts[a]!, length };
  });
  return [...new Array<WindowAxis>(3 - axes.length).fill(unit), ...axes] as unknown as [
    WindowAxis,
    WindowAxis,
    WindowAxis,
  ];
}

/** The positions of an axis that its windows meet at one tap; some may lie outside. */
export const positionsAt = ({ count, stride, dilation, pads }: WindowAxis, tap: number): number[] =>
  Array.from({ length: count }, (_, o) => o * stride + tap * dilation - pads[0]);

/** The taps of some axes, row-major. */
export const tapsOf = (axes: readonly WindowAxis[]): readonly (readonly number[])[] =>
  axes.reduce<readonly (readonly number[])[]>(
    (taps, { kernel }) => taps.flatMap((before) => Array.from({ length: kernel }, (_, t) => [...before, t])),
    [[]],
  );

/** How a pooling joins what stands under a window. */
export interface Joining {
  /** Of a whole window [N, H, W, C] -> [N, counts, C], where a kernel does it. */
  kernel?(x: TfTensor, rows: WindowAxis, columns: WindowAxis): TfTensor;
  join(parts: readonly TfTensor[]): TfTensor;
  /** What stands outside. */
  readonly outside: number;
}

/**
 * Windows over maps [N, D, H, W, C], over rows and columns first and then over the depths. Where there are dilations the
 * taps are joined one by one: no kernel has them.
 */
export function slideWindows(
  tf: Tf,
  volume: TfTensor,
  [depth, rows, columns]: readonly [WindowAxis, WindowAxis, WindowAxis],
  joining: Joining,
): TfTensor {
  const [batch, planes, height, width, channels] = volume.shape as [number, number, number, number, number];
  const maps = tf.reshape(volume, [batch * planes, height, width, channels]);
  const isDense = rows.dilation === 1 && columns.dilation === 1;
  const pooled =
    isDense && joining.kernel
      ? joining.kernel(maps, rows, columns)
      : joining.join(
          tapsOf([rows, columns]).map(([r, c]) =>
            mapAt(tf, maps, [rows, columns], [r!, c!], joining.outside),
          ),
        );
  const joined = asVolume(tf, pooled, planes);
  if (depth.kernel === 1 && depth.stride === 1 && depth.pads.every((pad) => pad === 0)) return joined;
  const parts = Array.from({ length: depth.kernel }, (_, tap) =>
    depthsAt(tf, joined, positionsAt(depth, tap), joining.outside),
  );
  return joining.join(parts);
}

/** What the windows of a map meet at one tap. */
export function mapAt(
  tf: Tf,
  map: TfTensor,
  axes: Both<WindowAxis>,
  taps: Both<number>,
  outside: number,
): TfTensor {
  const padded = paddedMap(tf, map, axes, outside);
  const [rows, columns] = axes;
  const begin = [0, taps[0] * rows.dilation, taps[1] * columns.dilation, 0];
  const spans = axes.map(({ count, stride }) => (count - 1) * stride + 1);
  const end = [map.shape[0]!, begin[1]! + spans[0]!, begin[2]! + spans[1]!, map.shape[3]!];
  return tf.stridedSlice(padded, begin, end, [1, rows.stride, columns.stride, 1]);
}

export function paddedMap(
  tf: Tf,
  map: TfTensor,
  [rows, columns]: Both<WindowAxis>,
  outside: number,
): TfTensor {
  if ([...rows.pads, ...columns.pads].every((pad) => pad === 0)) return map;
  return tf.pad(map, [[0, 0], [...rows.pads], [...columns.pads], [0, 0]], outside);
}

/** The planes at these depths; zeros outside are replaced where something else stands there. */
function depthsAt(tf: Tf, volume: TfTensor, depths: readonly number[], outside: number): TfTensor {
  const length = volume.shape[1]!;
  const chosen = asVolume(tf, planesAt(tf, volume, depths), depths.length);
  const isInside = depths.map((z) => z >= 0 && z < length);
  if (outside === 0 || isInside.every(Boolean)) return chosen;
  const edge = isInside.map((inside) => (inside ? 0 : outside));
  return tf.add(chosen, tf.reshape(tf.tensor1d(edge), [1, depths.length, 1, 1, 1]));
}

/** Explicit padding as kernels of pooling take it. */
export const explicitPads = ({ pads: rows }: WindowAxis, { pads: columns }: WindowAxis) =>
  [[0, 0], [...rows], [...columns], [0, 0]] as [
    [number, number],
    [number, number],
    [number, number],
    [number, number],
  ];

export const asMap = (x: TfTensor): Tensor4D => x as Tensor4D;
