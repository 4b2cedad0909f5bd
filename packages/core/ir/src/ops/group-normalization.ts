import { defineOp, need } from '../op.ts';
import { type Dense, sizeOf } from '../tensor.ts';
import { wholeOf } from './indexing.ts';
import { checkEpsilon, checkPerChannel, momentsOf, normalizationTerms } from './normalization.ts';
import { checkFloat, checkSameDType } from './shared.ts';

export interface InstanceNormalizationAttributes {
  readonly epsilon: number;
}

export interface GroupNormalizationAttributes extends InstanceNormalizationAttributes {
  readonly groups: number;
}

/** Normalises each group of channels of each batch element to mean 0 and variance 1, then scales each channel. */
function normalizeGroups(x: Dense, scale: Dense, bias: Dense, groups: number, epsilon: number): Float64Array {
  const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
  const plane = sizeOf(spatial);
  const size = (channels / groups) * plane;
  const data = new Float64Array(x.data.length);
  for (let group = 0; group < batch * groups; group++) {
    const { mean, invStdDev } = momentsOf(x.data, group * size, (group + 1) * size, epsilon);
    for (let i = group * size; i < (group + 1) * size; i++) {
      const c = Math.floor(i / plane) % channels;
      data[i] = (x.data[i]! - mean) * invStdDev * scale.data[c]! + bias.data[c]!;
    }
  }
  return data;
}

/** Each channel of each batch element of x [N, C, spatial] normalised over its spatial axes; scale and bias [C]. */
export const instanceNormalization = defineOp<InstanceNormalizationAttributes>()({
  name: 'instanceNormalization',
  inputs: ['x', 'scale', 'bias'],
  defaults: { epsilon: 1e-5 },

  infer({ x, scale, bias }, { epsilon }) {
    checkFloat('x', x);
    checkSameDType([x, scale, bias]);
    checkPerChannel(x, 3, { scale, bias });
    checkEpsilon(epsilon);
    return x.type;
  },

  define: ({ x, scale, bias }, { epsilon }) => normalizeGroups(x, scale, bias, x.shape[1]!, epsilon),
  terms: ({ x }) => normalizationTerms(sizeOf(x.shape.slice(2))),
  reads: ([batch, channels], { x }) => ({ x: [batch!, channels!, ...wholeOf(x.shape.slice(2))] }),
});

/** Groups of neighbouring channels of x [N, C, spatial] normalised together; scale and bias [C]. */
export const groupNormalization = defineOp<GroupNormalizationAttributes>()({
  name: 'groupNormalization',
  inputs: ['x', 'scale', 'bias'],
  defaults: { epsilon: 1e-5 },

  infer({ x, scale, bias }, { epsilon, groups }) {
    checkFloat('x', x);
    checkSameDType([x, scale, bias]);
    checkPerChannel(x, 2, { scale, bias });
    checkEpsilon(epsilon);
    const channels = x.type.shape[1]!;
    const divides = typeof channels === 'string' || channels % groups === 0;
    need(Number.isInteger(groups) && groups >= 1 && divides, 'PP2003', () => [
      `groups is ${groups} for ${channels} channels`,
      'Use a divisor of the channels',
    ]);
    return x.type;
  },

  define: ({ x, scale, bias }, { epsilon, groups }) => normalizeGroups(x, scale, bias, groups, epsilon),
  terms: ({ x }, { groups }) => normalizationTerms(sizeOf(x.shape.slice(1)) / groups),
  reads: ([batch], { x }) => ({ x: [batch!, ...wholeOf(x.shape.slice(1))] }),
});
