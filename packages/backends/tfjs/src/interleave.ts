import { permuted } from './collapse.ts';
import type { Both } from './correlation.ts';
import type { Tf, TfTensor } from './tf.ts';

/** Maps [N, H, W, rows * columns * C] as [N, H * rows, W * columns, C]: the channels of a place are its block's. */
export function interleaved(tf: Tf, map: TfTensor, [rows, columns]: Both<number>): TfTensor {
  const [batch, height, width, all] = map.shape as [number, number, number, number];
  const channels = all / (rows * columns);
  const shape = [batch, height * rows, width * columns, channels];
  if (rows === 1) return tf.reshape(map, shape);
  const blocks = tf.reshape(map, [batch * height, width, rows, columns * channels]);
  return tf.reshape(permuted(tf, blocks, [0, 2, 1, 3]), shape);
}
