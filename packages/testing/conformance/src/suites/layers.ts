import { ops, type Value } from '@polyphase/ir';
import { between, elements } from '../data.ts';
import type { Network } from '../network.ts';
import { pairs } from './shared.ts';

const channelsOf = (x: Value): number => x.type.shape[1] as number;

const square = { stride: [1, 1], dilation: [1, 1] } as const;

/** A convolution with kernel 3 that keeps the size. */
export const conv3 = (n: Network, x: Value, channels: number): Value =>
  n.layer(
    ops.conv,
    { x, w: n.weight([channels, channelsOf(x), 3, 3]), bias: n.weight([channels]) },
    { ...square, pads: pairs(1, 1, 1, 1) },
  );

/** A convolution with kernel 1. */
export const conv1 = (n: Network, x: Value, channels: number): Value =>
  n.layer(
    ops.conv,
    { x, w: n.weight([channels, channelsOf(x), 1, 1]) },
    { ...square, pads: pairs(0, 0, 0, 0) },
  );

/** A transposed convolution with kernel 4 that doubles the size. */
export const up2 = (n: Network, x: Value, channels: number): Value =>
  n.layer(
    ops.convTranspose,
    { x, w: n.weight([channelsOf(x), channels, 4, 4]), bias: n.weight([channels]) },
    { stride: [2, 2], dilation: [1, 1], crop: pairs(1, 1, 1, 1), groups: 1 },
  );

/** A batch normalization with weights of its own. */
export function normalized(n: Network, x: Value): Value {
  const channels = [channelsOf(x)];
  const [scale, bias, mean] = [n.weight(channels), n.weight(channels), n.weight(channels)] as const;
  const variance = n.weight(between(0.5, 2, channels));
  return n.layer(ops.batchNormalization, { x, scale, bias, mean, variance });
}

/** A product with a matrix of weights over the last axis. */
export const matrix = (n: Network, a: Value, columns: number): Value =>
  n.layer(ops.matMul, { a, b: n.weight([a.type.shape.at(-1) as number, columns]) });

export const scalar = (n: Network, value: number): Value => n.weight(elements([value], []));
