import { isFloat, type Node, ops, sizeOf } from '@polyphase/ir';
import { elementIndices, type FlatIndices, rowsOnDevice, tupleIndices } from '../flat-indices.ts';
import { naturalOrder } from '../order.ts';
import type { Call, Operand, Site } from '../plan.ts';
import { gatherAlong, gatherRows } from '../rows.ts';
import { wholeNumbersOf } from '../tf.ts';
import { anything, type Setting, translation } from '../translation.ts';
import { scatterTranslations } from './scatter.ts';

/** The rows that the second operand names: known ones are computed once. */
function rowsOperand(site: Site, flat: FlatIndices): Operand {
  const offsets = site.indices(flat.offsets);
  const type = { dtype: 'int32' as const, shape: [flat.count] };
  return site.derive('indices', [site.natural(1), offsets], type, (indices, base) =>
    rowsOnDevice(site.tf, indices!, flat, base!),
  );
}

function gatherCall(site: Site, flat: FlatIndices): Call {
  const { tf } = site;
  const { shape } = site.type();
  return {
    kernel: 'gather',
    operands: [site.natural(0), rowsOperand(site, flat)],
    run: (x, rows) => tf.reshape(gatherRows(tf, tf.reshape(x!, [flat.rows, flat.slice]), rows!), [...shape]),
  };
}

/** Indices of rows must be exact. */
export function refusesSize({ inputs }: Node, { backend }: Setting): string | undefined {
  const elements = sizeOf(inputs[0]!.type.shape as readonly number[]);
  return elements > wholeNumbersOf(backend)
    ? `${backend} does not count its ${elements} elements exactly`
    : undefined;
}

/** Along one axis; the tensor may lie in any order when the indices are one axis. */
function gatherCallAlong(site: Site, axis: number): Call {
  const { tf } = site;
  const [x, indices] = [site.natural(0), site.natural(1)];
  const { shape } = site.type();
  const length = x.shape[axis]!;
  const flat = [sizeOf(x.shape.slice(0, axis)), length, sizeOf(x.shape.slice(axis + 1))];
  const type = { dtype: 'int32' as const, shape: [sizeOf(indices.shape)] };
  const positive = site.derive('indices', [indices], type, (t) => {
    const isNegative = tf.cast(tf.less(t!, tf.scalar(0, 'int32')), 'int32');
    return tf.reshape(tf.add(t!, tf.mul(isNegative, tf.scalar(length, 'int32'))), type.shape);
  });
  return {
    kernel: 'gather',
    operands: [x, positive],
    run: (t, i) => tf.reshape(gatherAlong(tf, tf.reshape(t!, flat), i!), [...shape]),
  };
}

function oneHotCall(site: Site, axis: number, depth: number): Call {
  const { tf } = site;
  const [indices, values] = [site.natural(0), site.operand(1)];
  const { shape } = site.type();
  const expanded = [...indices.shape.slice(0, axis), 1, ...indices.shape.slice(axis)];
  const table = site.indices(
    Array.from({ length: depth }, (_, i) => i),
    naturalOrder(shape.length).map((a) => (a === axis ? depth : 1)),
  );
  return {
    kernel: 'equal and where',
    operands: [indices, values, table],
    run: (t, v, places) => {
      const whole = isFloat(indices.dtype) ? tf.cast(t!, 'int32') : t!;
      const isNegative = tf.cast(tf.less(whole, tf.scalar(0, 'int32')), 'int32');
      const positive = tf.add(whole, tf.mul(isNegative, tf.scalar(depth, 'int32')));
      const isOn = tf.equal(tf.reshape(positive, expanded), places!);
      const [off, on] = [0, 1].map((i) => tf.reshape(tf.slice(v!, [i], [1]), []));
      return tf.where(isOn, tf.broadcastTo(on!, [...shape]), tf.broadcastTo(off!, [...shape]));
    },
  };
}

export const indexingTranslations = {
  gather: translation(ops.gather, (site, { axis }) => gatherCallAlong(site, axis), { types: anything }),
  gatherElements: translation(
    ops.gatherElements,
    (site, { axis }) => gatherCall(site, elementIndices(site.operand(0).shape, site.operand(1).shape, axis)),
    { types: anything, refuses: refusesSize },
  ),
  gatherND: translation(
    ops.gatherND,
    (site, { batchDims }) =>
      gatherCall(site, tupleIndices(site.operand(0).shape, site.operand(1).shape, batchDims)),
    { types: anything, refuses: refusesSize },
  ),
  oneHot: translation(ops.oneHot, (site, { axis, depth }) => oneHotCall(site, axis, depth), {
    types: (dtype) => (dtype === 'bool' ? 'its kernels choose no bools' : undefined),
    typed: 1,
  }),
  ...scatterTranslations,
};
