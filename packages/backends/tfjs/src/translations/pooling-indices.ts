import { columnMajor, isFloat, type MaxPoolAttributes, PolyphaseError, place, sizeOf } from '@polyphase/ir';
import type { Call, Operand, Site } from '../plan.ts';
import { gatherAlong } from '../rows.ts';
import { type Tf, type TfTensor, wholeNumbersOf } from '../tf.ts';
import { positionsAt, tapsOf, type WindowAxis, windowAxes } from '../windows.ts';

/** One tap of all windows. */
interface Tap {
  /** The place in the plane that each window meets, flat over the windows; 0 where that is outside. */
  readonly source: Int32Array;
  /** 1 where it is inside; undefined where it always is. */
  readonly inside: Uint8Array | undefined;
  /** 1 where no tap before was inside. */
  readonly first: Uint8Array;
}

/** Where each window meets the plane at each tap. Windows begin outside at most by padding, so few taps have masks. */
function tapsOver(axes: readonly WindowAxis[]): readonly Tap[] {
  const counts = axes.map(({ count }) => count);
  const seen = new Uint8Array(sizeOf(counts));
  return tapsOf(axes).map((tap) => {
    const positions = axes.map((axis, a) => positionsAt(axis, tap[a]!));
    const source = new Int32Array(seen.length);
    const inside = new Uint8Array(seen.length).fill(1);
    for (let i = 0; i < seen.length; i++) {
      let [rest, flat, step] = [i, 0, 1];
      for (let a = axes.length - 1; a >= 0; a--) {
        const at = positions[a]![rest % counts[a]!]!;
        if (at < 0 || at >= axes[a]!.length) inside[i] = 0;
        flat += at * step;
        step *= axes[a]!.length;
        rest = Math.floor(rest / counts[a]!);
      }
      source[i] = inside[i] ? flat : 0;
    }
    const first = inside.map((is, i) => (is && !seen[i] ? 1 : 0));
    for (const [i, is] of inside.entries()) seen[i]! |= is;
    return { source, inside: inside.every(Boolean) ? undefined : inside, first };
  });
}

/**
 * Maxima with their places, tap by tap in the order of the definition: a tap takes over where it is greater, or NaN and
 * the best is not, or the first one inside. Kernels of TensorFlow.js give no indices.
 */
export function maxPoolIndices(site: Site, x: Operand, attributes: MaxPoolAttributes): Call {
  checkCount(site, x);
  const { tf } = site;
  const lengths = x.shape.slice(2);
  const { shape } = site.type();
  const axes = windowAxes(attributes, lengths, shape.slice(2)).slice(3 - lengths.length);
  const plane = sizeOf(lengths);
  const [batch, channels] = shape as [number, number];
  const windows = sizeOf(shape.slice(2));
  const taps = tapsOver(axes);
  const places = attributes.storageOrder === 0 ? undefined : columns(plane, lengths);
  const tables = taps.map(({ source }) => [
    site.indices(source),
    site.indices(places ? source.map((at) => places[at]!) : source, [1, windows, 1]),
  ]);
  const planes = Int32Array.from({ length: batch * channels }, (_, i) => i * plane);
  const planeTable = site.indices(planes, [batch, 1, channels]);
  const stored = x.order.map((axis) => shape[axis]!);
  return {
    kernel: `maxPool with indices, ${taps.length} taps`,
    operands: [x, planeTable, ...tables.flat()],
    orders: [x.order, x.order],
    run: (t, offsets, ...rest) => {
      const flat = tf.reshape(t!, [batch, plane, channels]);
      const best = bestOf(tf, flat, taps, rest, isFloat(x.dtype), windows);
      const indices = tf.where(best.found, tf.add(best.place, offsets!), tf.scalar(-1, 'int32'));
      return [tf.reshape(best.value, stored), tf.reshape(indices, stored)];
    },
  };
}

/** Whether the backend's integers hold every index, which is known only here: most poolings are read without. */
function checkCount({ node, target: { backend } }: Site, { shape }: Operand): void {
  const most = wholeNumbersOf(backend);
  if (sizeOf(shape) <= most) return;
  throw new PolyphaseError('PP3004', {
    at: place(node),
    problem: `its indices reach ${sizeOf(shape)}, the backend ${backend} of TensorFlow.js counts to ${most}`,
    fix: 'Run smaller inputs, or another backend',
  });
}

interface Best {
  readonly value: TfTensor;
  readonly place: TfTensor;
  readonly found: TfTensor;
}

function bestOf(
  tf: Tf,
  flat: TfTensor,
  taps: readonly Tap[],
  tables: readonly TfTensor[],
  isReal: boolean,
  windows: number,
): Best {
  const least = isReal ? Number.NEGATIVE_INFINITY : -(2 ** 31);
  const [batch, , channels] = flat.shape as [number, number, number];
  const shape = [batch, windows, channels];
  let value: TfTensor = tf.fill(shape, least, isReal ? 'float32' : 'int32');
  let place: TfTensor = tf.fill(shape, 0, 'int32');
  const mask = (bits: Uint8Array): TfTensor => tf.tensor(bits, [1, windows, 1], 'bool');
  for (const [i, { inside, first }] of taps.entries()) {
    const candidate = gatherAlong(tf, flat, tables[2 * i]!);
    let takes: TfTensor = tf.greater(candidate, value);
    if (isReal)
      takes = tf.logicalOr(takes, tf.logicalAnd(tf.isNaN(candidate), tf.logicalNot(tf.isNaN(value))));
    if (inside) takes = tf.logicalAnd(takes, mask(inside));
    if (first.some(Boolean)) takes = tf.logicalOr(takes, mask(first));
    value = tf.where(takes, candidate, value);
    place = tf.where(takes, tf.broadcastTo(tables[2 * i + 1]!, shape), place);
  }
  const found = new Uint8Array(windows);
  for (const { first } of taps) for (const [i, is] of first.entries()) found[i]! |= is;
  return { value, place, found: tf.broadcastTo(tf.tensor(found, [1, windows, 1], 'bool'), shape) };
}

const columns = (plane: number, lengths: readonly number[]): readonly number[] =>
  Array.from({ length: plane }, (_, i) => columnMajor(i, lengths));
