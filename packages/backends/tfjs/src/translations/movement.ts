import { type DType, dtypes, isFloat, ops, rangeOf, sizeOf } from '@polyphase/ir';
import { collapsedBroadcast } from '../collapse.ts';
import { asFloat } from '../functions.ts';
import { type Order, storedShape } from '../order.ts';
import type { Call, Site } from '../plan.ts';
import { aligned, preferredOrder } from '../pointwise.ts';
import { gatherAlong } from '../rows.ts';
import { type Tf, type TfTensor, wholeNumbersOf } from '../tf.ts';
import { anything, translation } from '../translation.ts';

/** The axes of the tensor stay where they are: only what they are called changes. */
const relabelled = (order: Order, perm: readonly number[]): Order => order.map((axis) => perm.indexOf(axis));

const shapes = {
  reshape: translation(
    ops.reshape,
    (site) => ({
      kernel: 'reshape',
      operands: [site.natural(0)],
      run: (x) => site.tf.reshape(x!, [...site.type().shape]),
    }),
    { types: anything },
  ),
  transpose: translation(
    ops.transpose,
    (site, { perm }) => {
      const x = site.operand(0);
      return {
        kernel: 'transpose, nothing moved',
        operands: [x],
        orders: [relabelled(x.order, perm)],
        run: (t) => site.tf.clone(t!),
      };
    },
    { types: anything },
  ),
  expand: translation(
    ops.expand,
    (site) => {
      const { tf } = site;
      const { shape } = site.type();
      const x = site.operand(0);
      const order = preferredOrder([x], shape.length);
      const from = aligned(site, x, shape.length, order);
      const stored = storedShape(shape, order);
      const [small, large] = collapsedBroadcast([storedShape(from.shape, order), stored]);
      return {
        kernel: 'broadcastTo',
        operands: [from],
        orders: [order],
        run: (t) => tf.reshape(tf.broadcastTo(tf.reshape(t!, small!), large!), stored),
      };
    },
    { types: anything },
  ),
};

const parts = {
  concat: translation(
    ops.concat,
    (site, { axis }) => {
      const { tf } = site;
      const given = site.operands().filter(({ shape }) => sizeOf(shape) > 0);
      const order = preferredOrder(given, site.type().shape.length);
      const at = order.indexOf(axis);
      return {
        kernel: 'concat',
        operands: given.map((operand) => site.arranged(operand, order)),
        orders: [order],
        run: (...xs) => (xs.length === 1 ? tf.clone(xs[0]!) : tf.concat(xs, at)),
      };
    },
    { types: anything },
  ),
  split: translation(
    ops.split,
    (site, { axis, lengths }) => {
      const x = site.operand(0);
      const at = x.order.indexOf(axis);
      const stored = storedShape(x.shape, x.order);
      return {
        kernel: 'split',
        operands: [x],
        orders: lengths.map(() => x.order),
        run: (t) => {
          let next = 0;
          return lengths.map((length) => {
            const begin = stored.map((_, a) => (a === at ? next : 0));
            next += length;
            return sliced(site.tf, t!, begin, stored.with(at, length));
          });
        },
      };
    },
    { types: anything },
  ),
  slice: translation(
    ops.slice,
    (site, { start, step, length }) => {
      const { tf } = site;
      const x = site.operand(0);
      const stored = storedShape(x.shape, x.order);
      const lengths = storedShape(length as readonly number[], x.order);
      const [starts, steps] = [storedShape(start, x.order), storedShape(step, x.order)];
      const isDense = steps.map((each, a) => each === 1 || lengths[a]! <= 1);
      const begin = starts.map((first, a) => (isDense[a] ? first : 0));
      const size = lengths.map((count, a) => (isDense[a] ? count : stored[a]!));
      return {
        kernel: isDense.every(Boolean) ? 'slice' : 'slice and gather',
        operands: [x],
        orders: [x.order],
        run: (t) =>
          isDense.reduce(
            (y, dense, a) => {
              if (dense) return y;
              const positions = Array.from({ length: lengths[a]! }, (_, i) => starts[a]! + i * steps[a]!);
              return taken(tf, y, positions, a);
            },
            sliced(tf, t!, begin, size),
          ),
      };
    },
    { types: anything },
  ),
  tile: translation(
    ops.tile,
    (site, { repeats }) => {
      const x = site.operand(0);
      const stored = storedShape(repeats, x.order);
      return {
        kernel: 'tile',
        operands: [x],
        orders: [x.order],
        run: (t) => tiled(site.tf, t!, stored),
      };
    },
    { types: anything },
  ),
};

/** A part of a tensor, which may be empty. */
export function sliced(tf: Tf, x: TfTensor, begin: readonly number[], size: readonly number[]): TfTensor {
  if (size.includes(0)) return tf.tensor([], [...size], x.dtype as 'float32');
  return tf.slice(x, [...begin], [...size]);
}

/** Positions along one axis, on a tensor of three axes. */
export function taken(tf: Tf, x: TfTensor, positions: readonly number[], axis: number): TfTensor {
  const shape = [...x.shape];
  const flat = tf.reshape(x, [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))]);
  return tf.reshape(
    gatherAlong(tf, flat, tf.tensor1d([...positions], 'int32')),
    shape.with(axis, positions.length),
  );
}

/** Axes that are not repeated are merged with the next one that is. */
function tiled(tf: Tf, x: TfTensor, repeats: readonly number[]): TfTensor {
  const [lengths, times]: [number[], number[]] = [[], []];
  for (const [axis, length] of x.shape.entries()) {
    if (times.length > 0 && repeats[axis] === 1) lengths.push(lengths.pop()! * length);
    else {
      lengths.push(length);
      times.push(repeats[axis]!);
    }
  }
  const shape = x.shape.map((length, axis) => length * repeats[axis]!);
  return tf.reshape(tf.tile(tf.reshape(x, lengths), times), shape);
}

/** Floats to whole numbers are cut off, NaN to 0, and stop at the ends of the range. */
function toWhole(tf: Tf, x: TfTensor, to: DType): TfTensor {
  const [least, greatest] = rangeOf(to);
  const finite = tf.where(tf.isNaN(x), tf.zerosLike(x), x);
  // The greatest float32 below 2^31: int32's own end is not one.
  const most = Math.min(greatest, 2 ** 31 - 128);
  const inside = tf.cast(tf.minimum(tf.maximum(finite, least), most), 'int32');
  if (greatest <= most) return inside;
  return tf.where(tf.greaterEqual(finite, 2 ** 31), tf.fill([...x.shape], greatest, 'int32'), inside);
}

/**
 * The nearest float16, ties to even: 11 bits by Veltkamp's splitting, below the least normal number multiples of 2^-24.
 */
function toHalf(tf: Tf, x: TfTensor): TfTensor {
  const size = tf.abs(x);
  const scaled = tf.mul(x, 2 ** 13 + 1);
  const normal = tf.sub(scaled, tf.sub(scaled, x));
  const small = tf.sub(tf.add(x, 0.75), 0.75);
  const infinite = tf.mul(x, Number.POSITIVE_INFINITY);
  const large = tf.where(tf.greaterEqual(size, 65520), infinite, normal);
  return tf.where(tf.less(size, 2 ** -14), small, large);
}

function castTo(tf: Tf, x: TfTensor, from: DType, to: DType): TfTensor {
  if (to === 'bool') return from === 'bool' ? tf.clone(x) : tf.notEqual(x, tf.scalar(0, x.dtype as 'int32'));
  if (to === 'float16') return toHalf(tf, asFloat(tf, x));
  if (isFloat(to)) return asFloat(tf, x);
  if (isFloat(from)) return toWhole(tf, x, to);
  const whole = from === 'bool' ? tf.cast(x, 'int32') : tf.clone(x);
  return narrowed(tf, whole, to);
}

/** A whole number modulo the range of a narrower type. */
function narrowed(tf: Tf, x: TfTensor, to: DType): TfTensor {
  const { kind, bytes } = dtypes[to];
  if (bytes >= 4) return x;
  const modulus = tf.scalar(2 ** (8 * bytes), 'int32');
  const rest = tf.mod(x, modulus);
  if (kind === 'uint') return rest;
  const isAbove = tf.greaterEqual(rest, tf.scalar(2 ** (8 * bytes - 1), 'int32'));
  return tf.sub(rest, tf.mul(tf.cast(isAbove, 'int32'), modulus));
}

const cast = translation(
  ops.cast,
  (site, { to }) => {
    const x = site.operand(0);
    return {
      kernel: 'cast',
      operands: [x],
      orders: [x.order],
      run: (t) => castTo(site.tf, t!, x.dtype, to),
    };
  },
  {
    types: anything,
    refuses: ({ inputs, attributes: { to } }, { backend }) => {
      if (!isFloat(inputs[0]!.type.dtype)) return undefined;
      if (to === 'int64') return 'it keeps int64 as int32, which the result may not fit';
      return to === 'int32' && wholeNumbersOf(backend) < 2 ** 31 - 1
        ? `${backend} computes integers in float32, which does not hold all of int32`
        : undefined;
    },
  },
);

/** The triangle as a mask: what is outside, NaN too, is 0. */
function triluCall(site: Site, { upper, k }: { readonly upper: boolean; readonly k: number }): Call {
  const { tf } = site;
  const x = site.natural(0);
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const mask = new Uint8Array(rows * columns);
  for (let i = 0; i < mask.length; i++) {
    const diagonal = (i % columns) - Math.floor(i / columns);
    mask[i] = Number(upper ? diagonal >= k : diagonal <= k);
  }
  const triangle = site.constant({ dtype: 'bool', shape: [1, rows, columns], data: mask });
  return {
    kernel: 'where',
    operands: [x, triangle],
    run: (t, m) => {
      const flat = tf.reshape(t!, [-1, rows, columns]);
      return tf.reshape(tf.where(m!, flat, tf.zerosLike(flat)), [...x.shape]);
    },
  };
}

export const movementTranslations = {
  ...shapes,
  ...parts,
  cast,
  trilu: translation(ops.trilu, triluCall, {
    types: (dtype) =>
      dtype === 'bool' ? 'its kernel of wasm chooses between bools by words of 32 bits' : undefined,
  }),
};
