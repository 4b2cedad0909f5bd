import { ops } from '@polyphase/ir';
import { permuted } from '../collapse.ts';
import { interleaved } from '../interleave.ts';
import { channelsLast } from '../order.ts';
import type { Operand, Site } from '../plan.ts';
import { anything, translation } from '../translation.ts';

const inLastOrder = (site: Site): Operand => site.arranged(site.operand(0), channelsLast(4));

export const spaceTranslations = {
  depthToSpace: translation(
    ops.depthToSpace,
    (site, { blocksize: b, mode }) => {
      const { tf } = site;
      const x = inLastOrder(site);
      const [batch, all, height, width] = x.shape as [number, number, number, number];
      const channels = all / (b * b);
      return {
        kernel: `depthToSpace ${mode} by transposing`,
        operands: [x],
        orders: [x.order],
        run: (t) => {
          if (mode === 'DCR' || channels === 1) return interleaved(tf, t!, [b, b]);
          const blocks = tf.reshape(t!, [batch * height, width, channels, b, b]);
          return tf.reshape(permuted(tf, blocks, [0, 3, 1, 4, 2]), [batch, height * b, width * b, channels]);
        },
      };
    },
    { types: anything },
  ),
  spaceToDepth: translation(
    ops.spaceToDepth,
    (site, { blocksize: b }) => {
      const { tf } = site;
      const x = inLastOrder(site);
      const [batch, channels, height, width] = x.shape as [number, number, number, number];
      const [rows, columns] = [height / b, width / b];
      return {
        kernel: 'spaceToDepth by transposing',
        operands: [x],
        orders: [x.order],
        run: (t) => {
          const blocks = tf.reshape(t!, [batch * rows, b, columns, b * channels]);
          return tf.reshape(permuted(tf, blocks, [0, 2, 1, 3]), [batch, rows, columns, b * b * channels]);
        },
      };
    },
    { types: anything },
  ),
};
