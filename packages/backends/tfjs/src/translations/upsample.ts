import { type AxisResampling, axisTable, isFloat, ops, sizeOf, type UpsampleAttributes } from '@polyphase/ir';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { sumOf } from '../functions.ts';
import { channelsLast } from '../order.ts';
import type { Call, Operand, Site } from '../plan.ts';
import { type NativeResize, nativeResize, tapTables } from '../resample.ts';
import { gatherAlong } from '../rows.ts';
import type { Tf, TfTensor } from '../tf.ts';
import { anything, translation } from '../translation.ts';

/** A tensor as one of three axes, the middle one being resampled. */
interface Flat {
  readonly before: number;
  readonly from: number;
  readonly after: number;
}

/** One axis by its table: elements are gathered for each tap, weighted and added. */
interface AxisPass {
  readonly axis: number;
  readonly to: number;
  /** Where the tables of each tap stand among the operands; weights that are all 1 have none. */
  readonly taps: readonly { readonly source: number; readonly weights: number }[];
}

function planPass(site: Site, operands: Operand[], spec: AxisResampling, axis: number): AxisPass {
  const table = axisTable(spec);
  const to = table.first.length;
  const taps = tapTables(table).map(({ sources, weights }) => ({
    source: operands.push(site.indices(sources)) - 1,
    weights: weights.every((w) => w === 1) ? -1 : operands.push(site.weights(weights, [1, to, 1])) - 1,
  }));
  return { axis, to, taps };
}

function runPass(tf: Tf, x: TfTensor, tensors: readonly TfTensor[], { axis, to, taps }: AxisPass): TfTensor {
  const shape = [...x.shape];
  const { before, from, after }: Flat = {
    before: sizeOf(shape.slice(0, axis)),
    from: shape[axis]!,
    after: sizeOf(shape.slice(axis + 1)),
  };
  const flat = tf.reshape(x, [before, from, after]);
  const parts = taps.map(({ source, weights }) => {
    const chosen = gatherAlong(tf, flat, tensors[source]!);
    return weights >= 0 ? tf.mul(chosen, tensors[weights]!) : chosen;
  });
  return tf.reshape(sumOf(tf, parts), shape.with(axis, to));
}

/** 1 where any axis is outside, over the stored shape; undefined when none is. */
function outsideMask(site: Site, x: Operand, axes: readonly AxisResampling[]): Operand | undefined {
  const { shape } = site.type();
  const stored = x.order.map((axis) => shape[axis]!);
  const lengths = stored.map(() => 1);
  const outside = axes.map((spec) => ({ at: x.order.indexOf(spec.axis), is: axisTable(spec).outside }));
  if (!outside.some(({ is }) => is?.some(Boolean))) return undefined;
  for (const { at, is } of outside) if (is) lengths[at] = stored[at]!;
  const mask = new Uint8Array(sizeOf(lengths));
  for (let i = 0; i < mask.length; i++) {
    let rest = i;
    for (let a = lengths.length - 1; a >= 0; a--) {
      const index = rest % lengths[a]!;
      rest = Math.floor(rest / lengths[a]!);
      for (const { at, is } of outside) if (at === a && is?.[index]) mask[i] = 1;
    }
  }
  return site.constant({ dtype: 'bool', shape: lengths, data: mask });
}

/** The last two axes in one call of TensorFlow.js, whatever is before them folded into the batch. */
function nativeCall(site: Site, x: Operand, native: NativeResize): Call {
  const { tf } = site;
  const { shape } = site.type();
  const stored = x.order.map((axis) => shape[axis]!);
  const [height, width] = [x.shape.length === 3 ? 1 : stored.at(-3)!, stored.at(-2)!];
  const own = x.order.map((axis) => x.shape[axis]!);
  const map: [number, number, number, number] = [
    sizeOf(own.slice(0, -3)),
    x.shape.length === 3 ? 1 : own.at(-3)!,
    own.at(-2)!,
    own.at(-1)!,
  ];
  if (x.shape.length === 3) map[0] = own[0]!;
  const { kernel, alignCorners, halfPixelCenters } = native;
  return {
    kernel,
    operands: [x],
    orders: [x.order],
    run: (t) => {
      const maps = tf.reshape(t!, map) as Tensor4D;
      return tf.reshape(tf.image[kernel](maps, [height, width], alignCorners, halfPixelCenters), stored);
    },
  };
}

/** Whether exactly the last two spatial axes, or the only one, are resampled. */
function isSpatial(axes: readonly AxisResampling[], rank: number): boolean {
  const wanted = rank === 3 ? [2] : [rank - 2, rank - 1];
  const named = axes.map(({ axis }) => axis);
  return (
    rank >= 3 && rank <= 5 && named.length === wanted.length && wanted.every((axis) => named.includes(axis))
  );
}

function upsampleCall(site: Site, { axes, extrapolation }: UpsampleAttributes): Call {
  const { tf } = site;
  const given = site.operand(0);
  const rank = given.shape.length;
  const native = isFloat(given.dtype) && isSpatial(axes, rank) ? nativeResize(axes) : undefined;
  const last = rank >= 3 && axes.every(({ axis }) => axis >= 2) ? channelsLast(rank) : given.order;
  const x = site.arranged(given, last);
  if (native) return nativeCall(site, x, native);
  // What shrinks goes first: the passes after it have less to do.
  const ordered = [...axes].sort((a, b) => growth(a) - growth(b));
  const operands: Operand[] = [];
  const passes = ordered.map((spec) => planPass(site, operands, spec, x.order.indexOf(spec.axis)));
  const outside = outsideMask(site, x, axes);
  const taps = passes.reduce((sum, pass) => sum + pass.taps.length, 0);
  return {
    kernel: `gather, ${taps} taps over ${passes.length} axes`,
    operands: [x, ...operands, ...(outside ? [outside] : [])],
    orders: [x.order],
    run: (t, ...tensors) => {
      const y = passes.reduce((each, pass) => runPass(tf, each, tensors, pass), t!);
      if (!outside) return y;
      return tf.where(tensors.at(-1)!, tf.fill([...y.shape], extrapolation), y);
    },
  };
}

const growth = ({ from, to }: AxisResampling): number => (to as number) / (from as number);

const isNearest = ({ filter }: AxisResampling): boolean => filter.kind === 'nearest';

export const upsampleTranslations = {
  upsample: translation(ops.upsample, upsampleCall, {
    types: anything,
    refuses: ({ inputs, attributes: { axes } }) => {
      const { dtype } = inputs[0]!.type;
      if (isFloat(dtype)) return undefined;
      if (!axes.every(isNearest)) return `its kernels interpolate float32, not ${dtype}`;
      const isCrop = axes.some(({ map }) => map === 'tf_crop_and_resize');
      return isCrop ? `its kernels extrapolate float32, not ${dtype}` : undefined;
    },
  }),
};
