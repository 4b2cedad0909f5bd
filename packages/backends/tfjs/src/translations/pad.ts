import { ops, type PadAttributes, padSource } from '@polyphase/ir';
import { storedShape } from '../order.ts';
import type { Call, Operand, Site } from '../plan.ts';
import type { Tf, TfTensor } from '../tf.ts';
import { anything, translation } from '../translation.ts';
import { sliced, taken } from './movement.ts';

/** Elements of the operand are repeated: positions along one axis after the other. */
function repeatedCall(site: Site, x: Operand, { pads, mode }: PadAttributes): Call {
  const { shape } = site.type();
  const axes = x.shape.flatMap((_, axis) => (pads[axis]!.some((pad) => pad !== 0) ? [axis] : []));
  const tables = axes.map((axis) => {
    const source = padSource(x.shape[axis]!, pads[axis]!, mode);
    return {
      at: x.order.indexOf(axis),
      positions: Array.from({ length: shape[axis]! }, (_, i) => source(i)!),
    };
  });
  return {
    kernel: `pad ${mode} by gathering`,
    operands: [x],
    orders: [x.order],
    run: (t) => tables.reduce((y, { at, positions }) => taken(site.tf, y, positions, at), site.tf.clone(t!)),
  };
}

/** The tensor with less at the ends, then with more; neighbouring axes without padding count as one. */
function padded(tf: Tf, x: TfTensor, pads: readonly (readonly [number, number])[], value: number): TfTensor {
  const drop = pads.map(([begin, end]) => [Math.max(-begin, 0), Math.max(-end, 0)] as const);
  const kept = x.shape.map((n, axis) => n - drop[axis]![0] - drop[axis]![1]);
  const cropped = sliced(
    tf,
    x,
    drop.map(([begin]) => begin),
    kept,
  );
  const add = pads.map(([begin, end]): [number, number] => [Math.max(begin, 0), Math.max(end, 0)]);
  const [lengths, merged]: [number[], [number, number][]] = [[], []];
  for (const [axis, pair] of add.entries()) {
    const isPlain = merged.length > 0 && pair.every((n) => n === 0) && merged.at(-1)!.every((n) => n === 0);
    if (isPlain) lengths.push(lengths.pop()! * kept[axis]!);
    else {
      lengths.push(kept[axis]!);
      merged.push(pair);
    }
  }
  const shape = kept.map((n, axis) => n + add[axis]![0] + add[axis]![1]);
  return tf.reshape(tf.pad(tf.reshape(cropped, lengths), merged, value), shape);
}

function constantCall(site: Site, x: Operand, { pads }: PadAttributes): Call {
  const { tf } = site;
  const stored = x.order.map((axis) => pads[axis]!);
  const value = site.optional(1);
  const known = value?.host ? Number(value.host.data[0]) : value ? undefined : 0;
  const output = storedShape(site.type().shape, x.order);
  if (known !== undefined) {
    return {
      kernel: 'pad',
      operands: [x],
      orders: [x.order],
      run: (t) =>
        x.shape.includes(0) ? tf.fill(output, known, t!.dtype as 'float32') : padded(tf, t!, stored, known),
    };
  }
  return {
    kernel: 'pad and where',
    operands: [x, value!],
    orders: [x.order],
    run: (t, v) => {
      const filling = tf.broadcastTo(tf.reshape(v!, []), output);
      if (x.shape.includes(0)) return filling;
      const inside = padded(tf, tf.ones(t!.shape), stored, 0);
      return tf.where(tf.greater(inside, 0), padded(tf, t!, stored, 0), filling);
    },
  };
}

export const padTranslations = {
  pad: translation(
    ops.pad,
    (site, attributes) =>
      attributes.mode === 'constant'
        ? constantCall(site, site.operand(0), attributes)
        : repeatedCall(site, site.operand(0), attributes),
    {
      types: anything,
      refuses: ({ inputs }) => (inputs[0]!.type.dtype === 'bool' ? 'TensorFlow.js pads no bools' : undefined),
    },
  ),
};
