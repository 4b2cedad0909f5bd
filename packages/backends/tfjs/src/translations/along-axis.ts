import {
  type ArgMaxAttributes,
  type CumulativeAttributes,
  dtypes,
  isFloat,
  type Op,
  ops,
} from '@polyphase/ir';
import { asFloat } from '../functions.ts';
import { withoutAxes } from '../order.ts';
import type { Operand, Site } from '../plan.ts';
import type { Tf, TfTensor } from '../tf.ts';
import { floats, type Translation, totals, translation } from '../translation.ts';
import { wrapped } from '../whole.ts';
import { logSoftmax } from './reduction.ts';

/** An operation along one axis of the tensor, whatever the order of the axes. */
const along = (
  site: Site,
  axis: number,
  kernel: string,
  f: (tf: Tf, x: TfTensor, axis: number, operand: Operand) => TfTensor,
) => {
  const x = site.operand(0);
  const at = x.order.indexOf(axis);
  return { kernel, operands: [x], orders: [x.order], run: (t?: TfTensor) => f(site.tf, t!, at, x) };
};

/** Positions along an axis, of the tensor's rank. */
const positions = (tf: Tf, x: TfTensor, axis: number): TfTensor =>
  tf.reshape(
    tf.range(0, x.shape[axis]!, 1, 'int32'),
    x.shape.map((length, a) => (a === axis ? length : 1)),
  );

/** Kernels pass over NaN, which counts as the best: where there are any, the first of them is looked for. */
function bestPlace(tf: Tf, x: TfTensor, axis: number, name: 'argMax' | 'argMin'): TfTensor {
  const best = tf[name](x, axis);
  if (x.dtype !== 'float32') return best;
  const nans = asFloat(tf, tf.isNaN(x));
  return tf.where(tf.greater(tf.max(nans, axis), 0), tf.argMax(nans, axis), best);
}

const argBest = (op: Op<string, ArgMaxAttributes>, name: 'argMax' | 'argMin'): Translation =>
  translation(
    op,
    (site, { axis, keepDims, selectLastIndex }) => {
      const last = site.operand(0).shape[axis]! - 1;
      const call = along(site, axis, op.name, (tf, x, at) => {
        if (!selectLastIndex) return bestPlace(tf, x, at, name);
        return tf.sub(tf.scalar(last, 'int32'), bestPlace(tf, tf.reverse(x, at), at, name));
      });
      const [order] = call.orders;
      const kept = order!.map((a) => (a === axis ? 1 : site.operand(0).shape[a]!));
      if (!keepDims) return { ...call, orders: [withoutAxes(order!, [axis])] };
      return { ...call, run: (t) => site.tf.reshape(call.run(t), kept) };
    },
    {
      types: (dtype) =>
        isFloat(dtype) || dtypes[dtype].bytes < 4
          ? undefined
          : 'its kernels compare in float32, which does not hold all of int32',
    },
  );

const softmaxes = {
  softmax: translation(ops.softmax, (site, { axis }) =>
    along(site, axis, 'softmax', (tf, x, at) =>
      at === x.shape.length - 1 ? tf.softmax(x) : tf.exp(logSoftmax(tf, x, at)),
    ),
  ),
  logSoftmax: translation(ops.logSoftmax, (site, { axis }) =>
    along(site, axis, 'logSoftmax', (tf, x, at) => logSoftmax(tf, x, at)),
  ),
  hardmax: translation(ops.hardmax, (site, { axis }) =>
    along(site, axis, 'hardmax', (tf, x, at) => {
      const best = tf.expandDims(bestPlace(tf, x, at, 'argMax'), at);
      return asFloat(tf, tf.equal(positions(tf, x, at), best));
    }),
  ),
};

/** webgpu mixes the two flags up; from the end is the reverse from the begin. */
function scanned(
  tf: Tf,
  x: TfTensor,
  axis: number,
  name: 'cumsum' | 'cumprod',
  exclusive: boolean,
  reverse: boolean,
): TfTensor {
  if (!exclusive || !reverse) return tf[name](x, axis, exclusive, reverse);
  return tf.reverse(tf[name](tf.reverse(x, axis), axis, true), axis);
}

const cumulative = (op: Op<string, CumulativeAttributes>, name: 'cumsum' | 'cumprod'): Translation =>
  translation(
    op,
    (site, { axis, exclusive, reverse }) =>
      along(site, axis, name, (tf, x, at, { dtype }) =>
        wrapped(tf, scanned(tf, x, at, name, exclusive, reverse), dtype),
      ),
    { types: name === 'cumsum' ? totals : floats },
  );

export const alongAxisTranslations = {
  argMax: argBest(ops.argMax, 'argMax'),
  argMin: argBest(ops.argMin, 'argMin'),
  ...softmaxes,
  cumSum: cumulative(ops.cumSum, 'cumsum'),
  cumProd: cumulative(ops.cumProd, 'cumprod'),
};
