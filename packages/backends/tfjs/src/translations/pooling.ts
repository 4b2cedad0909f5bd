import {
  type AveragePoolAttributes,
  averageDivisors,
  type DType,
  dtypes,
  isFloat,
  type LpPoolAttributes,
  type MaxPoolAttributes,
  ops,
  sizeOf,
  type Window,
} from '@polyphase/ir';
import { asFloat, sumOf } from '../functions.ts';
import { channelsLast } from '../order.ts';
import type { Call, Operand, Site } from '../plan.ts';
import type { Tf, TfTensor } from '../tf.ts';
import { translation } from '../translation.ts';
import { asMap, explicitPads, type Joining, paddedMap, slideWindows, windowAxes } from '../windows.ts';
import { maxPoolIndices } from './pooling-indices.ts';

/** [N, spatial, C] as [N, D, H, W, C]. */
export function asPlanes(tf: Tf, x: TfTensor): TfTensor {
  const [batch, ...rest] = x.shape;
  return tf.reshape(x, [batch!, ...new Array<number>(5 - x.shape.length).fill(1), ...rest]);
}

const axesOf = (site: Site, x: Operand, window: Window) =>
  windowAxes(window, x.shape.slice(2), site.type().shape.slice(2));

const inLastOrder = (site: Site): Operand => {
  const x = site.operand(0);
  return site.arranged(x, channelsLast(x.shape.length));
};

/** A pooling whose output lies like its operand. */
function poolCall(site: Site, window: Window, kernel: string, pool: (volume: TfTensor) => TfTensor): Call {
  const x = inLastOrder(site);
  const { tf } = site;
  const { shape } = site.type();
  const stored = x.order.map((axis) => shape[axis]!);
  return {
    kernel: window.dilation.some((d) => d > 1) ? `${kernel}, tap by tap` : kernel,
    operands: [x],
    orders: [x.order, x.order],
    run: (t) => tf.reshape(pool(asPlanes(tf, t!)), stored),
  };
}

const maxima = (tf: Tf): Joining => ({
  kernel: (x, rows, columns) =>
    tf.maxPool(
      asMap(x),
      [rows.kernel, columns.kernel],
      [rows.stride, columns.stride],
      explicitPads(rows, columns),
    ),
  join: (parts) => parts.reduce((a, b) => tf.maximum(a, b)),
  outside: Number.NEGATIVE_INFINITY,
});

/** Kernels of pooling pass over NaN, which is the greatest here: where one is under a window is pooled as well. */
function maxPoolOf(tf: Tf, volume: TfTensor, axes: ReturnType<typeof windowAxes>): TfTensor {
  const joining = maxima(tf);
  const nans = asFloat(tf, tf.isNaN(volume));
  const hasNaN = tf.greater(slideWindows(tf, nans, axes, joining), 0);
  const greatest = slideWindows(tf, volume, axes, joining);
  return tf.where(hasNaN, tf.fill([...greatest.shape], Number.NaN), greatest);
}

function maxPoolCall(site: Site, attributes: MaxPoolAttributes): Call {
  const { tf } = site;
  const x = inLastOrder(site);
  if (site.isRead(1)) return maxPoolIndices(site, x, attributes);
  const axes = axesOf(site, x, attributes);
  const call = poolCall(site, attributes, 'maxPool', (volume) =>
    isFloat(x.dtype) ? maxPoolOf(tf, volume, axes) : wholeMaxima(tf, volume, axes, x.dtype),
  );
  return { ...call, run: (t) => [call.run(t!) as TfTensor, tf.scalar(0, 'int32')] };
}

/** Narrow integers as floats, which hold them exactly; padding is the least of their type. */
function wholeMaxima(tf: Tf, volume: TfTensor, axes: ReturnType<typeof windowAxes>, dtype: DType): TfTensor {
  const least = dtypes[dtype].kind === 'uint' ? 0 : -(2 ** (8 * dtypes[dtype].bytes - 1));
  const pooled = slideWindows(tf, asFloat(tf, volume), axes, maxima(tf));
  return tf.cast(tf.maximum(pooled, least), 'int32');
}

/**
 * Sums under each window: kernels give means, and with zeros around the divisor is the same everywhere. Those of wasm take
 * NaN for -infinity, its convolutions do not.
 */
const sums = (tf: Tf): Joining => ({
  kernel: (x, rows, columns) => {
    const padded = paddedMap(tf, x, [rows, columns], 0);
    if (tf.getBackend() === 'wasm') {
      const ones = tf.ones([rows.kernel, columns.kernel, x.shape[3]!, 1]);
      return tf.depthwiseConv2d(asMap(padded), asMap(ones), [rows.stride, columns.stride], 'valid');
    }
    const mean = tf.avgPool(
      asMap(padded),
      [rows.kernel, columns.kernel],
      [rows.stride, columns.stride],
      'valid',
    );
    return tf.mul(mean, rows.kernel * columns.kernel);
  },
  join: (parts) => sumOf(tf, parts),
  outside: 0,
});

function averageCall(site: Site, attributes: AveragePoolAttributes): Call {
  const { tf } = site;
  const x = inLastOrder(site);
  const axes = axesOf(site, x, attributes);
  const counts = site.type().shape.slice(2);
  const isPlain =
    counts.length < 3 &&
    site.target.backend !== 'wasm' &&
    !attributes.countIncludePad &&
    attributes.dilation.every((d) => d === 1);
  const [, rows, columns] = axes;
  if (isPlain)
    return poolCall(site, attributes, 'avgPool', (volume) => {
      const map = tf.reshape(volume, [volume.shape[0]!, ...volume.shape.slice(2)]);
      const strides: [number, number] = [rows.stride, columns.stride];
      return tf.avgPool(asMap(map), [rows.kernel, columns.kernel], strides, explicitPads(rows, columns));
    });
  const divisors = averageDivisors(x.shape.slice(2), counts, attributes);
  const factors = site.weights(
    divisors.map((divisor) => 1 / divisor),
    [1, ...new Array<number>(3 - counts.length).fill(1), ...counts, 1],
  );
  const call = poolCall(site, attributes, 'sums of windows', (volume) =>
    slideWindows(tf, volume, axes, sums(tf)),
  );
  return {
    ...call,
    operands: [...call.operands, factors],
    run: (t, factor) => {
      const sum = call.run(t!) as TfTensor;
      const flat = [sum.shape[0]!, sizeOf(counts), sum.shape.at(-1)!];
      return tf.reshape(
        tf.mul(tf.reshape(sum, flat), tf.reshape(factor!, [1, sizeOf(counts), 1])),
        sum.shape,
      );
    },
  };
}

function lpCall(site: Site, attributes: LpPoolAttributes): Call {
  const { tf } = site;
  const { p } = attributes;
  const axes = axesOf(site, inLastOrder(site), attributes);
  return poolCall(site, attributes, 'sums of windows', (volume) => {
    const size = tf.abs(volume);
    const powers = p === 1 ? size : p === 2 ? tf.square(size) : tf.pow(size, p);
    const sum = slideWindows(tf, powers, axes, sums(tf));
    return p === 1 ? sum : p === 2 ? tf.sqrt(sum) : tf.pow(sum, 1 / p);
  });
}

export const poolingTranslations = {
  maxPool: translation(ops.maxPool, maxPoolCall, {
    types: (dtype) =>
      isFloat(dtype) || dtypes[dtype].bytes < 4
        ? undefined
        : 'its kernels pool in float32, which does not hold all of int32',
  }),
  averagePool: translation(ops.averagePool, averageCall),
  lpPool: translation(ops.lpPool, lpCall),
};
