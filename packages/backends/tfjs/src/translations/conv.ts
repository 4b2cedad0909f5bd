import { type ConvAttributes, ops, type Pair } from '@polyphase/ir';
import { permuted } from '../collapse.ts';
import { asRows, asVolume, type Correlation, correlate, isBoth, planesAt } from '../correlation.ts';
import { sumOf } from '../functions.ts';
import { channelsLast } from '../order.ts';
import type { Call, Operand, Site } from '../plan.ts';
import type { TfTensor } from '../tf.ts';
import { translation } from '../translation.ts';
import { lastTwo } from '../two.ts';

interface Groups {
  readonly groups: number;
  readonly inPerGroup: number;
  readonly outPerGroup: number;
}

const isDepthwise = ({ groups, inPerGroup }: Groups): boolean => groups > 1 && inPerGroup === 1;

/**
 * The filters of a convolution as 2-D kernels want them, [kh, kw, in, out] for each group or one [kh, kw, in, multiplier]
 * depthwise; of a 3-D one those at depth `tap`.
 */
function filtersOf(site: Site, w: Operand, split: Groups, tap: number): readonly Operand[] {
  const { groups, inPerGroup, outPerGroup } = split;
  const [kh, kw] = lastTwo(w.shape.slice(2), 1);
  const planeOf = (t: TfTensor): TfTensor => {
    const { tf } = site;
    const [out, inputs] = w.shape as [number, number];
    const size = kh * kw;
    return tf.slice(tf.reshape(t, [out, inputs, -1]), [0, 0, tap * size], [out, inputs, size]);
  };
  const derive = (shape: readonly number[], run: (t: TfTensor) => TfTensor): Operand =>
    site.derive('filters', [w], { dtype: 'float32', shape }, run);
  if (isDepthwise(split)) {
    const shape = [kh, kw, groups, outPerGroup];
    return [derive(shape, (t) => site.tf.reshape(permuted(site.tf, planeOf(t), [2, 0, 1]), shape))];
  }
  return Array.from({ length: groups }, (_, group) => {
    const shape = [kh, kw, inPerGroup, outPerGroup];
    return derive(shape, (t) => {
      const own = site.tf.slice(planeOf(t), [group * outPerGroup, 0, 0], [outPerGroup, inPerGroup, kh * kw]);
      return site.tf.reshape(permuted(site.tf, own, [2, 1, 0]), shape);
    });
  });
}

/** What stands in reports. */
export function convKernel(correlation: Correlation, groups: number, taps: number): string {
  const { depthwise, stride, dilation } = correlation;
  return [
    depthwise ? 'depthwiseConv2d' : 'conv2d',
    !depthwise && groups > 1 ? `×${groups} groups` : '',
    taps > 1 ? `×${taps} depth taps` : '',
    isBoth(stride, dilation) ? 'at stride 1' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function convCall(site: Site, attributes: ConvAttributes): Call {
  const x = site.arranged(site.operand(0), channelsLast(site.operand(0).shape.length));
  const w = site.natural(1);
  const bias = site.optional(2);
  const rank = x.shape.length - 2;
  const { groups, stride, dilation, pads } = attributes;
  const split = { groups, inPerGroup: w.shape[1]!, outPerGroup: w.shape[0]! / groups };
  const taps = rank === 3 ? w.shape[2]! : 1;
  const filters = Array.from({ length: taps }, (_, tap) => filtersOf(site, w, split, tap));
  const correlation: Correlation = {
    stride: lastTwo(stride, 1),
    dilation: lastTwo(dilation, 1),
    pads: lastTwo<Pair>(pads, [0, 0]),
    depthwise: isDepthwise(split),
  };
  const each = filters[0]!.length;
  const depth = rank === 3 ? depthsOf(attributes, site.type().shape[2]!, taps) : undefined;
  const { tf } = site;
  return {
    kernel: convKernel(correlation, groups, taps),
    operands: [x, ...filters.flat(), ...(bias ? [bias] : [])],
    orders: [x.order],
    run: (map, ...rest) => {
      const shift = bias && rest.at(-1);
      const filtersAt = (tap: number): readonly TfTensor[] => rest.slice(tap * each, (tap + 1) * each);
      if (!depth)
        return fromRows(
          site,
          correlate(tf, rank === 1 ? asRows(tf, map!) : map!, filtersAt(0), shift, correlation),
        );
      const parts = depth.map((depths, tap) =>
        correlate(tf, planesAt(tf, map!, depths), filtersAt(tap), tap === 0 ? shift : undefined, correlation),
      );
      return asVolume(tf, sumOf(tf, parts), depth[0]!.length);
    },
  };
}

/** Without the unit axis of a 1-D map's row. */
export function fromRows(site: Site, map: TfTensor): TfTensor {
  const [batch, , length, channels] = map.shape as [number, number, number, number];
  return site.type().shape.length === 3 ? site.tf.reshape(map, [batch, length, channels]) : map;
}

/** For each depth tap, which planes of x the outputs read. */
function depthsOf(
  { stride, dilation, pads }: ConvAttributes,
  count: number,
  taps: number,
): readonly number[][] {
  return Array.from({ length: taps }, (_, tap) =>
    Array.from({ length: count }, (_, o) => o * stride[0]! + tap * dilation[0]! - pads[0]![0]),
  );
}

export const convTranslations = { conv: translation(ops.conv, convCall) };
