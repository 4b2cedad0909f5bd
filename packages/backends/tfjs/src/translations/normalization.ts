import { type LayerNormalizationAttributes, ops, sizeOf } from '@polyphase/ir';
import { sumOf } from '../functions.ts';
import { naturalOrder } from '../order.ts';
import type { Call, Operand, Site } from '../plan.ts';
import type { Tf, TfTensor } from '../tf.ts';
import { translation } from '../translation.ts';

/** A vector of channels beside a tensor that lies like x: its length at the axis of the channels, 1 elsewhere. */
function perChannel(site: Site, vector: Operand, x: Operand): Operand {
  const shape = x.shape.map((length, axis) => (axis === 1 ? length : 1));
  const stored = x.order.map((axis) => shape[axis]!);
  return site.derive('reshape', [vector], { dtype: 'float32', shape, order: x.order }, (t) =>
    site.tf.reshape(t, stored),
  );
}

function batchCall(site: Site, { epsilon }: { readonly epsilon: number }): Call {
  const { tf } = site;
  const [x, scale, bias, mean, variance] = site.operands() as [Operand, Operand, Operand, Operand, Operand];
  const factor = site.derive('factor', [scale, variance], scale, (s, v) =>
    tf.div(s!, tf.sqrt(tf.add(v!, epsilon))),
  );
  const operands = [x, ...[mean, factor, bias].map((vector) => perChannel(site, vector, x))];
  return {
    kernel: 'batchNormalization',
    operands,
    orders: [x.order],
    run: (t, m, f, b) => tf.add(tf.mul(tf.sub(t!, m!), f!), b!),
  };
}

interface Moments {
  readonly centred: TfTensor;
  readonly mean: TfTensor;
  /** 1 / sqrt(variance + epsilon). */
  readonly scale: TfTensor;
}

/** The variance is the mean of the squared distances from the mean: no difference of large numbers. */
function momentsOf(tf: Tf, x: TfTensor, axes: number[], epsilon: number): Moments {
  const mean = tf.mean(x, axes, true);
  const centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), axes, true);
  return { centred, mean, scale: tf.div(1, tf.sqrt(tf.add(variance, epsilon))) };
}

/** Each channel over its spatial axes, as the tensor lies. */
function instanceCall(site: Site, { epsilon }: { readonly epsilon: number }): Call {
  const { tf } = site;
  const [x, scale, bias] = site.operands() as [Operand, Operand, Operand];
  const spatial = x.order.flatMap((axis, i) => (axis > 1 ? [i] : []));
  return {
    kernel: 'instanceNormalization',
    operands: [x, perChannel(site, scale, x), perChannel(site, bias, x)],
    orders: [x.order],
    run: (t, s, b) => {
      const { centred, scale: deviation } = momentsOf(tf, t!, spatial, epsilon);
      return tf.add(tf.mul(centred, tf.mul(deviation, s!)), b!);
    },
  };
}

function groupCall(
  site: Site,
  { epsilon, groups }: { readonly epsilon: number; readonly groups: number },
): Call {
  const { tf } = site;
  const [x, scale, bias] = [site.natural(0), site.operand(1), site.operand(2)];
  const [batch, channels] = x.shape as [number, number];
  return {
    kernel: 'groupNormalization',
    operands: [x, perChannel(site, scale, x), perChannel(site, bias, x)],
    run: (t, s, b) => {
      const flat = tf.reshape(t!, [batch * groups, sizeOf(x.shape.slice(1)) / groups]);
      const { centred, scale: deviation } = momentsOf(tf, flat, [1], epsilon);
      const normal = tf.reshape(tf.mul(centred, deviation), [batch, channels, sizeOf(x.shape.slice(2))]);
      const [factor, shift] = [s!, b!].map((vector) => tf.reshape(vector, [1, channels, 1]));
      return tf.reshape(tf.add(tf.mul(normal, factor!), shift!), [...x.shape]);
    },
  };
}

/** An operand broadcast to the normalised axes, as one row. */
function asRow(site: Site, operand: Operand, normalized: readonly number[]): Operand {
  const natural = site.arranged(operand, naturalOrder(operand.shape.length));
  const shape = [1, sizeOf(normalized)];
  return site.derive('reshape', [natural], { dtype: 'float32', shape }, (t) =>
    site.tf.reshape(site.tf.broadcastTo(t, [...normalized]), shape),
  );
}

function layerCall(site: Site, { axis, epsilon }: LayerNormalizationAttributes): Call {
  const { tf } = site;
  const [x, scale, bias] = [site.natural(0), site.operand(1), site.optional(2)];
  const normalized = x.shape.slice(axis);
  const [, meanShape] = [0, site.type(1).shape];
  const rows = [scale, ...(bias ? [bias] : [])].map((operand) => asRow(site, operand, normalized));
  return {
    kernel: 'layerNormalization',
    operands: [x, ...rows],
    run: (t, s, b) => {
      const flat = tf.reshape(t!, [-1, sizeOf(normalized)]);
      const { centred, mean, scale: deviation } = momentsOf(tf, flat, [1], epsilon);
      const scaled = tf.mul(tf.mul(centred, deviation), s!);
      const shifted = b ? tf.add(scaled, b) : scaled;
      return [
        tf.reshape(shifted, [...x.shape]),
        tf.reshape(mean, [...meanShape]),
        tf.reshape(deviation, [...meanShape]),
      ];
    },
  };
}

function rmsCall(site: Site, { axis, epsilon }: LayerNormalizationAttributes): Call {
  const { tf } = site;
  const x = site.natural(0);
  const normalized = x.shape.slice(axis);
  return {
    kernel: 'rmsNormalization',
    operands: [x, asRow(site, site.operand(1), normalized)],
    run: (t, s) => {
      const flat = tf.reshape(t!, [-1, sizeOf(normalized)]);
      const rms = tf.sqrt(tf.add(tf.mean(tf.square(flat), 1, true), epsilon));
      return tf.reshape(tf.mul(tf.div(flat, rms), s!), [...x.shape]);
    },
  };
}

export const normalizationTranslations = {
  batchNormalization: translation(ops.batchNormalization, batchCall),
  instanceNormalization: translation(ops.instanceNormalization, instanceCall),
  groupNormalization: translation(ops.groupNormalization, groupCall),
  layerNormalization: translation(ops.layerNormalization, layerCall),
  rmsNormalization: translation(ops.rmsNormalization, rmsCall),
  lpNormalization: translation(ops.lpNormalization, (site, { axis, p }) => {
    const { tf } = site;
    const x = site.operand(0);
    const at = x.order.indexOf(axis);
    return {
      kernel: `l${p} normalization`,
      operands: [x],
      orders: [x.order],
      run: (t) => {
        const norm = p === 1 ? tf.sum(tf.abs(t!), at, true) : tf.sqrt(tf.sum(tf.square(t!), at, true));
        const isZero = tf.equal(norm, 0);
        return tf.where(isZero, tf.zerosLike(t!), tf.div(t!, tf.where(isZero, tf.onesLike(norm), norm)));
      },
    };
  }),
  lrn: translation(ops.lrn, (site, { size, alpha, beta, bias }) => {
    const { tf } = site;
    const x = site.natural(0);
    const [batch, channels] = x.shape as [number, number];
    const before = Math.floor((size - 1) / 2);
    return {
      kernel: `lrn, ${size} shifted sums`,
      operands: [x],
      run: (t) => {
        const flat = tf.reshape(t!, [batch, channels, sizeOf(x.shape.slice(2))]);
        const padded = tf.pad(tf.square(flat), [
          [0, 0],
          [before, size - 1 - before],
          [0, 0],
        ]);
        const parts = Array.from({ length: size }, (_, i) =>
          tf.slice(padded, [0, i, 0], flat.shape as number[]),
        );
        const squares = sumOf(tf, parts);
        const divisor = tf.pow(tf.add(tf.mul(squares, alpha / size), bias), beta);
        return tf.reshape(tf.div(flat, divisor), [...x.shape]);
      },
    };
  }),
};
