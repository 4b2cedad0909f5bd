import { type Dim, printShape } from '../dim.ts';
import type { StaticType, Value } from '../graph.ts';
import { defineOp, type Interval, need } from '../op.ts';
import { sizeOf } from '../tensor.ts';
import { broadcastTo } from './broadcast.ts';
import { checkEpsilon, momentsOf, normalizationTerms } from './normalization.ts';
import { checkAxis, checkFloat, checkSameDType } from './shared.ts';

export interface LayerNormalizationAttributes {
  /** The first of the axes that are normalised together; all that follow are the others. */
  readonly axis: number;
  readonly epsilon: number;
}

/** scale and bias are repeated to the normalised axes, as numpy broadcasts. */
function checkAffine(operand: string, value: Value, x: Value, axis: number): void {
  const [own, normalized] = [value.type.shape, x.type.shape.slice(axis)];
  const fits = own.every((length, i) => {
    const other = normalized[i + normalized.length - own.length];
    return length === 1 || length === other || typeof length === 'string' || typeof other === 'string';
  });
  need(own.length <= normalized.length && fits, 'PP2002', () => [
    `${operand} of shape ${printShape(own)} does not fit the normalised axes ${printShape(normalized)} of x`,
    `Give ${operand} the shape of these axes`,
  ]);
}

function checkLayer(x: Value, scale: Value, { axis, epsilon }: LayerNormalizationAttributes): void {
  checkFloat('x', x);
  checkAxis(axis, x.type.shape.length);
  checkEpsilon(epsilon);
  checkAffine('scale', scale, x, axis);
}

function layerReads(region: readonly Interval[], x: StaticType, axis: number): Interval[] {
  return x.shape.map((length, a): Interval => (a < axis ? region[a]! : [0, length]));
}

/** (x - mean) / sqrt(variance + epsilon) * scale + bias over the axes from `axis` on; also the mean and 1 / sqrt(...). */
export const layerNormalization = defineOp<LayerNormalizationAttributes>()({
  name: 'layerNormalization',
  inputs: ['x', 'scale', 'bias?'],
  defaults: { epsilon: 1e-5 },

  infer({ x, scale, bias }, attributes) {
    checkLayer(x, scale, attributes);
    if (bias) checkAffine('bias', bias, x, attributes.axis);
    const dtype = checkSameDType([x, scale, bias]);
    const shape = x.type.shape.map((length, a): Dim => (a < attributes.axis ? length : 1));
    return [x.type, { dtype, shape }, { dtype, shape }];
  },

  define({ x, scale, bias }, { axis, epsilon }, [y, statistics]) {
    const normalized = x.shape.slice(axis);
    const [size, layers] = [sizeOf(normalized), sizeOf(statistics!.shape)];
    const weight = broadcastTo(scale, normalized);
    const shift = bias ? broadcastTo(bias, normalized) : new Float64Array(size);
    const data = new Float64Array(sizeOf(y!.shape));
    const [means, invStdDevs] = [new Float64Array(layers), new Float64Array(layers)];
    for (let layer = 0; layer < layers; layer++) {
      const { mean, invStdDev } = momentsOf(x.data, layer * size, (layer + 1) * size, epsilon);
      means[layer] = mean;
      invStdDevs[layer] = invStdDev;
      for (let i = 0; i < size; i++)
        data[layer * size + i] = (x.data[layer * size + i]! - mean) * invStdDev * weight[i]! + shift[i]!;
    }
    return [data, means, invStdDevs];
  },

  terms: ({ x }, { axis }) => normalizationTerms(sizeOf(x.shape.slice(axis))),
  reads: (region, { x }, { axis }) => ({ x: layerReads(region, x, axis) }),
});

/** x / sqrt(mean of x^2 + epsilon) * scale over the axes from `axis` on. */
export const rmsNormalization = defineOp<LayerNormalizationAttributes>()({
  name: 'rmsNormalization',
  inputs: ['x', 'scale'],
  defaults: { epsilon: 1e-5 },

  infer({ x, scale }, attributes) {
    checkLayer(x, scale, attributes);
    checkSameDType([x, scale]);
    return x.type;
  },

  define({ x, scale }, { axis, epsilon }) {
    const normalized = x.shape.slice(axis);
    const size = sizeOf(normalized);
    const weight = broadcastTo(scale, normalized);
    const data = new Float64Array(x.data.length);
    for (let layer = 0; layer * size < x.data.length; layer++) {
      const elements = x.data.subarray(layer * size, (layer + 1) * size);
      const meanSquare = elements.reduce((sum, value) => sum + value * value, 0) / size;
      const rms = Math.sqrt(meanSquare + epsilon);
      for (let i = 0; i < size; i++) data[layer * size + i] = (elements[i]! / rms) * weight[i]!;
    }
    return data;
  },

  terms: ({ x }, { axis }) => normalizationTerms(sizeOf(x.shape.slice(axis))),
  reads: (region, { x }, { axis }) => ({ x: layerReads(region, x, axis) }),
});
