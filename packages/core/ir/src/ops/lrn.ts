import { defineOp, type Interval, need } from '../op.ts';
import { sizeOf } from '../tensor.ts';
import { checkPerChannel } from './normalization.ts';
import { checkFloat } from './shared.ts';

export interface LrnAttributes {
  /** How many neighbouring channels are summed, the channel itself among them. */
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;
}

/** The channels c - floor((size - 1) / 2) to c + ceil((size - 1) / 2) for the channels of an interval. */
function neighbours([from, to]: Interval, size: number, channels: number): Interval {
  const before = Math.floor((size - 1) / 2);
  return [Math.max(from - before, 0), Math.min(to + size - 1 - before, channels)];
}

/** Local response normalisation: x / (bias + alpha / size * sum of x^2 over neighbouring channels)^beta. */
export const lrn = defineOp<LrnAttributes>()({
  name: 'lrn',
  inputs: ['x'],
  defaults: { alpha: 1e-4, beta: 0.75, bias: 1 },

  infer({ x }, { size }) {
    checkFloat('x', x);
    checkPerChannel(x, 3, {});
    need(Number.isSafeInteger(size) && size >= 1, 'PP2003', () => [
      `size is ${size}`,
      'Use an integer of at least 1',
    ]);
    return x.type;
  },

  define({ x }, { size, alpha, beta, bias }) {
    const [, channels, ...spatial] = x.shape as [number, number, ...number[]];
    const plane = sizeOf(spatial);
    return x.data.map((value, i) => {
      const c = Math.floor(i / plane) % channels;
      const [from, to] = neighbours([c, c + 1], size, channels);
      let squares = 0;
      for (let other = from; other < to; other++) squares += x.data[i + (other - c) * plane]! ** 2;
      return value / (bias + (alpha / size) * squares) ** beta;
    });
  },

  terms: (_, { size }) => size + 6,
  reads: ([batch, channels, ...rest], { x }, { size }) => ({
    x: [batch!, neighbours(channels!, size, x.shape[1]!), ...rest],
  }),
});
