import { defineOp } from '../op.ts';
import { sizeOf } from '../tensor.ts';
import { checkEpsilon, checkPerChannel } from './normalization.ts';
import { checkFloat, checkSameDType } from './shared.ts';

export interface BatchNormalizationAttributes {
  readonly epsilon: number;
}

/** (x - mean) / sqrt(variance + epsilon) * scale + bias, with one of each for a channel of x [N, C, ...]. */
export const batchNormalization = defineOp<BatchNormalizationAttributes>()({
  name: 'batchNormalization',
  inputs: ['x', 'scale', 'bias', 'mean', 'variance'],
  defaults: { epsilon: 1e-5 },

  infer({ x, ...statistics }, { epsilon }) {
    checkFloat('x', x);
    checkSameDType([x, ...Object.values(statistics)]);
    checkPerChannel(x, 2, statistics);
    checkEpsilon(epsilon);
    return x.type;
  },

  define({ x, scale, bias, mean, variance }, { epsilon }) {
    const [, channels, ...spatial] = x.shape as [number, number, ...number[]];
    const plane = sizeOf(spatial);
    return x.data.map((value, i) => {
      const c = Math.floor(i / plane) % channels;
      const deviation = Math.sqrt(variance.data[c]! + epsilon);
      return ((value - mean.data[c]!) / deviation) * scale.data[c]! + bias.data[c]!;
    });
  },

  terms: () => 6,
  reads: (region) => ({ x: region }),
});
