import type { Pair } from '@polyphase/ir';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { gatherAlong } from './rows.ts';
import type { Tf, TfTensor } from './tf.ts';

/** A value for rows and one for columns. */
export type Both<T> = readonly [rows: T, columns: T];

/** A 2-D correlation of maps [N, H, W, C]. */
export interface Correlation {
  readonly stride: Both<number>;
  readonly dilation: Both<number>;
  /** Negative ones crop. */
  readonly pads: Both<Pair>;
  /** One filter for each channel of the map: its shape is [kh, kw, C, outputs a channel]. */
  readonly depthwise: boolean;
}

/**
 * The correlation of a map with filters [kh, kw, C / groups, outputs / groups], one for each group, or one depthwise. Strides
 * beside dilations are what no kernel takes: all outputs are computed then, and every s-th is kept.
 */
export function correlate(
  tf: Tf,
  x: TfTensor,
  filters: readonly TfTensor[],
  bias: TfTensor | undefined,
  correlation: Correlation,
): TfTensor {
  const { stride, dilation } = correlation;
  const { map, pads } = withoutCrop(tf, x, correlation.pads);
  const dense = { ...correlation, pads };
  if (!isBoth(stride, dilation)) return correlateGroups(tf, map, filters, bias, dense);
  const all = correlateGroups(tf, map, filters, bias, { ...dense, stride: [1, 1] });
  return everyNth(tf, all, stride);
}

/** Whether a kernel is refused for having strides and dilations. */
export const isBoth = (stride: readonly number[], dilation: readonly number[]): boolean =>
  stride.some((s) => s > 1) && dilation.some((d) => d > 1);

interface Padded {
  readonly map: TfTensor;
  /** What is still to be added, nothing negative. */
  readonly pads: Both<Pair>;
}

/** The map without the rows and columns that negative padding takes away, which may also be those that are added. */
function withoutCrop(tf: Tf, x: TfTensor, pads: Both<Pair>): Padded {
  if (pads.flat().every((pad) => pad >= 0)) return { map: x, pads };
  const [rows, columns] = pads;
  const added = pads.map((pair) => pair.map((pad) => Math.max(pad, 0))) as unknown as Both<Pair>;
  const isLeft = [rows, columns].every(
    ([begin, end], i) => x.shape[i + 1]! + Math.min(begin, 0) + Math.min(end, 0) > 0,
  );
  const map = isLeft ? x : tf.pad(x, [[0, 0], [...added[0]], [...added[1]], [0, 0]]);
  const [batch, height, width, channels] = map.shape as [number, number, number, number];
  const [top, left] = [rows, columns].map(([begin]) => Math.max(-begin, 0));
  const [bottom, right] = [rows, columns].map(([, end]) => Math.max(-end, 0));
  const size = [batch, height - top! - bottom!, width - left! - right!, channels];
  return {
    map: tf.slice(map, [0, top!, left!, 0], size),
    pads: isLeft
      ? added
      : [
          [0, 0],
          [0, 0],
        ],
  };
}

function everyNth(tf: Tf, x: TfTensor, [rows, columns]: Both<number>): TfTensor {
  return tf.stridedSlice(x, [0, 0, 0, 0], [...x.shape], [1, rows, columns, 1]);
}

function correlateGroups(
  tf: Tf,
  x: TfTensor,
  filters: readonly TfTensor[],
  bias: TfTensor | undefined,
  correlation: Correlation,
): TfTensor {
  if (filters.length === 1) return fused(tf, x, filters[0]!, bias, correlation);
  const parts = tf.split(x, filters.length, 3);
  const joined = tf.concat(
    parts.map((part, group) => fused(tf, part, filters[group]!, undefined, correlation)),
    3,
  );
  return bias ? tf.add(joined, bias) : joined;
}

function fused(
  tf: Tf,
  x: TfTensor,
  filter: TfTensor,
  bias: TfTensor | undefined,
  { stride, dilation, pads, depthwise }: Correlation,
): TfTensor {
  const [rows, columns] = pads;
  // Kernels take explicit padding; only the types of the fused functions do not say so.
  const pad = [[0, 0], [...rows], [...columns], [0, 0]] as unknown as number;
  const run = depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
  return run({
    x: x as Tensor4D,
    filter: filter as Tensor4D,
    strides: [...stride],
    pad,
    dilations: [...dilation],
    ...(bias && { bias: bias as Tensor1D }),
  });
}

/** A 2-D map of a 1-D one: a row of its own. */
export const asRows = (tf: Tf, x: TfTensor): TfTensor => {
  const [batch, length, channels] = x.shape as [number, number, number];
  return tf.reshape(x, [batch, 1, length, channels]);
};

/** The planes of a 3-D map [N, D, H, W, C] at these depths as 2-D maps [N * depths, H, W, C]; depths outside are zeros. */
export function planesAt(tf: Tf, x: TfTensor, depths: readonly number[]): TfTensor {
  const [batch, depth, ...plane] = x.shape as [number, number, number, number, number];
  const before = Math.max(0, -Math.min(...depths));
  const after = Math.max(0, Math.max(...depths) + 1 - depth);
  const size = plane.reduce((all, length) => all * length, 1);
  const flat = tf.reshape(x, [batch, depth, size]);
  const padded =
    before + after > 0
      ? tf.pad(flat, [
          [0, 0],
          [before, after],
          [0, 0],
        ])
      : flat;
  const [first, last] = [depths[0]! + before, depths.at(-1)! + before];
  const isRun = last - first === depths.length - 1;
  const chosen = isRun
    ? tf.slice(padded, [0, first, 0], [batch, depths.length, size])
    : gatherAlong(
        tf,
        padded,
        tf.tensor1d(
          depths.map((z) => z + before),
          'int32',
        ),
      );
  return tf.reshape(chosen, [batch * depths.length, ...plane]);
}

/** The 2-D maps of `planesAt` as one 3-D map again. */
export const asVolume = (tf: Tf, planes: TfTensor, depth: number): TfTensor => {
  const [all, ...plane] = planes.shape as [number, number, number, number];
  return tf.reshape(planes, [all / depth, depth, ...plane]);
};
