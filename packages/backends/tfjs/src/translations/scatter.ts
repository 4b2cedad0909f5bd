import { isFloat, type Node, ops, type ScatterReduction, sizeOf } from '@polyphase/ir';
import { elementIndices, type FlatIndices, rowsOnDevice, rowsOnHost, tupleIndices } from '../flat-indices.ts';
import type { Call, Site } from '../plan.ts';
import { gatherRows } from '../rows.ts';
import { type Tf, type TfTensor, wholeNumbersOf } from '../tf.ts';
import { anything, arithmetic, type Setting, translation } from '../translation.ts';
import { wrapped } from '../whole.ts';

type Join = (tf: Tf, before: TfTensor, update: TfTensor) => TfTensor;

/** NaN in either is kept by `wasm` only in the first operand. */
const extreme =
  (name: 'maximum' | 'minimum'): Join =>
  (tf, a, b) =>
    a.dtype === 'float32' ? tf.where(tf.isNaN(b), b, tf[name](a, b)) : tf[name](a, b);

const joins: Readonly<Record<ScatterReduction, Join>> = {
  none: (_, __, update) => update,
  add: (tf, a, b) => tf.add(a, b),
  mul: (tf, a, b) => tf.mul(a, b),
  max: extreme('maximum'),
  min: extreme('minimum'),
};

/** One round of updates that do not meet: which update each row gets, -1 for none. */
function roundsOf(rows: Int32Array, total: number, reduction: ScatterReduction): readonly Int32Array[] {
  const rounds: Int32Array[] = [];
  const met = new Int32Array(total);
  for (const [update, row] of rows.entries()) {
    const round = reduction === 'none' ? 0 : met[row]!++;
    rounds[round] ??= new Int32Array(total).fill(-1);
    rounds[round][row] = update;
  }
  return rounds;
}

/** Known indices: every row takes what it gets, so that nothing depends on which write comes last. */
function knownCall(
  site: Site,
  flat: FlatIndices,
  rows: Int32Array,
  reduction: ScatterReduction,
  x?: number,
): Call {
  const { tf } = site;
  const rounds = roundsOf(rows, flat.rows, reduction);
  const updates = site.natural(x === undefined ? 0 : 2);
  const tables = rounds.flatMap((round) => [
    site.indices(round.map((update) => Math.max(update, 0))),
    site.constant({
      dtype: 'bool',
      shape: [flat.rows, 1],
      data: Uint8Array.from(round, (u) => Number(u >= 0)),
    }),
  ]);
  const { shape, dtype } = site.type();
  return {
    kernel: `gather and where, ${rounds.length} rounds`,
    operands: [updates, ...tables, ...(x === undefined ? [] : [site.natural(x)])],
    run: (given, ...rest) => {
      const matrix = tf.reshape(given!, [-1, flat.slice]);
      const start = x === undefined ? site.filled(0) : rest.at(-1)!;
      let rowsNow: TfTensor = tf.reshape(start, [flat.rows, flat.slice]);
      for (let round = 0; round < rounds.length; round++) {
        const update = gatherRows(tf, matrix, rest[2 * round]!);
        const joined = wrapped(tf, joins[reduction](tf, rowsNow, update), dtype);
        rowsNow = tf.where(rest[2 * round + 1]!, joined, rowsNow);
      }
      return tf.reshape(rowsNow, [...shape]);
    },
  };
}

/** Indices that come with the run: the kernels of `cpu` and `wasm` write in order. */
function scatterCall(site: Site, flat: FlatIndices, reduction: ScatterReduction): Call {
  const { tf } = site;
  const { shape } = site.type();
  const offsets = site.indices(flat.offsets);
  return {
    kernel: reduction === 'add' ? 'scatterND and add' : 'tensorScatterUpdate',
    operands: [site.natural(0), site.natural(1), site.natural(2), offsets],
    run: (x, indices, updates, base) => {
      const rows = tf.reshape(rowsOnDevice(tf, indices!, flat, base!), [flat.count, 1]);
      const [matrix, given] = [
        tf.reshape(x!, [flat.rows, flat.slice]),
        tf.reshape(updates!, [flat.count, flat.slice]),
      ];
      const joined =
        reduction === 'add'
          ? tf.add(matrix, tf.scatterND(rows, given, [flat.rows, flat.slice] as never))
          : tf.tensorScatterUpdate(matrix, rows, given);
      return tf.reshape(joined, [...shape]);
    },
  };
}

function scatter(site: Site, flat: FlatIndices, reduction: ScatterReduction): Call {
  if (flat.count === 0) {
    const x = site.operand(0);
    return { kernel: 'nothing scattered', operands: [x], orders: [x.order], run: (t) => site.tf.clone(t!) };
  }
  const known = site.node.inputs[1]!.constant;
  return known
    ? knownCall(site, flat, rowsOnHost(known, flat), reduction, 0)
    : scatterCall(site, flat, reduction);
}

function refusesScatter(
  { inputs, attributes: { reduction } }: Node<{ readonly reduction: ScatterReduction }>,
  setting: Setting,
): string | undefined {
  const [x, indices] = inputs;
  const { dtype, shape } = x!.type;
  const elements = sizeOf(shape as readonly number[]);
  if (elements > wholeNumbersOf(setting.backend))
    return `${setting.backend} does not count ${elements} elements exactly`;
  if (dtype === 'bool') return 'its kernels scatter no bools';
  const sums = reduction === 'add' || reduction === 'mul' ? arithmetic(dtype, setting) : undefined;
  if (sums || indices!.constant) return sums;
  if (reduction === 'add' && isFloat(dtype)) return undefined;
  if (reduction !== 'none') return `indices that come with the run are not joined by ${reduction}`;
  return inOrder(setting)
    ? undefined
    : `the kernel of ${setting.backend} writes in any order, and indices come with the run`;
}

const inOrder = ({ backend }: Setting): boolean => backend === 'cpu' || backend === 'wasm';

/** Indices count over the whole output. */
function unpoolCall(site: Site): Call {
  const { tf } = site;
  const { shape } = site.type();
  const [x, indices] = [site.natural(0), site.natural(1)];
  const count = sizeOf(x.shape);
  const rows = sizeOf(shape);
  const flat = { rows, slice: 1, count, lengths: [rows], steps: [1], offsets: new Int32Array(count) };
  const known = site.node.inputs[1]!.constant;
  if (known) return knownCall(site, flat, rowsOnHost(known, flat), 'none');
  return {
    kernel: 'tensorScatterUpdate',
    operands: [x, indices],
    run: (t, i) => {
      const zeros = tf.reshape(site.filled(0), [rows]);
      const written = tf.tensorScatterUpdate(zeros, tf.reshape(i!, [count, 1]), tf.reshape(t!, [count]));
      return tf.reshape(written, [...shape]);
    },
  };
}

export const scatterTranslations = {
  scatterElements: translation(
    ops.scatterElements,
    (site, { axis, reduction }) =>
      scatter(site, elementIndices(site.operand(0).shape, site.operand(1).shape, axis), reduction),
    { types: anything, refuses: refusesScatter },
  ),
  scatterND: translation(
    ops.scatterND,
    (site, { reduction }) =>
      scatter(site, tupleIndices(site.operand(0).shape, site.operand(1).shape, 0), reduction),
    { types: anything, refuses: refusesScatter },
  ),
  maxUnpool: translation(ops.maxUnpool, unpoolCall, {
    types: anything,
    refuses: ({ attributes: { shape } }, { backend }) => {
      const elements = sizeOf(shape as readonly number[]);
      return elements > wholeNumbersOf(backend)
        ? `${backend} does not count its ${elements} elements exactly`
        : undefined;
    },
  }),
};
