import { check, type Tensor, toNumbers } from '@polyphase/ir';
import { keras, layers } from '@polyphase/layers';
import { type Config, malformed } from '../config.ts';
import type { LayerCall, LayerRow } from './row.ts';

/** Only what the layer has: its scale may be left out, and its shift. */
const affineNames = (config: Config): readonly string[] => [
  ...(config.flag('scale', true) ? ['gamma'] : []),
  ...(config.flag('center', true) ? ['beta'] : []),
];

const affineOf = ({ config, weights, name }: LayerCall) => ({
  gamma: weights.gamma,
  beta: weights.beta,
  epsilon: config.number('epsilon', 1e-3),
  name,
});

/** An axis, or the only one of a list. */
function axisOf(config: Config): number {
  const axis = config.numbers('axis', -1);
  if (typeof axis === 'number') return axis;
  if (axis.length === 1) return axis[0]!;
  throw malformed(config.at, `its axis is [${axis.join(', ')}], one axis is needed`);
}

/** (x - mean) / sqrt(variance), the statistics saved with the layer or set in it; each along `axis`. */
function normalized({ x, config, weights, name }: LayerCall) {
  const axes = config.has('axis') ? [config.numbers('axis')].flat() : [];
  const positions = axes.map((axis) => (axis < 0 ? axis + x.shape.length : axis));
  const shape = x.shape.map((length, axis) => (positions.includes(axis) ? (length as number) : 1));
  const spread = (key: 'mean' | 'variance'): Tensor => {
    const tensor = weights[key];
    const numbers = tensor ? Array.from(toNumbers(tensor)) : [config.numbers(key, 0)].flat(3);
    const count = shape.reduce((all, length) => all * length, 1);
    check(numbers.length === count || numbers.length === 1, 'PP2002', () => ({
      at: `${name} (Normalization)`,
      problem: `its ${key} has ${numbers.length} elements, the axes [${axes.join(', ')}] of x have ${count}`,
      fix: 'Save the layer after it was adapted',
    }));
    const data = Float32Array.from({ length: count }, (_, i) => numbers[numbers.length === 1 ? 0 : i]!);
    return { dtype: 'float32', shape, data };
  };
  const deviation = layers.max(layers.sqrt(spread('variance'), { name: `${name}/deviation` }), 1e-7, {
    name: `${name}/scale`,
  });
  const [mean, invert] = [spread('mean'), config.flag('invert', false)];
  if (invert) return layers.add(layers.mul(x, deviation, { name: `${name}/scaled` }), mean, { name });
  return layers.div(layers.sub(x, mean, { name: `${name}/centred` }), deviation, { name });
}

export const normalizations: Readonly<Record<string, LayerRow>> = {
  BatchNormalization: {
    weights: (config) => [...affineNames(config), 'moving_mean', 'moving_variance'],
    build: (call) =>
      keras.BatchNormalization(call.x, {
        ...affineOf(call),
        axis: axisOf(call.config),
        moving_mean: call.weights.moving_mean!,
        moving_variance: call.weights.moving_variance!,
      }),
  },
  LayerNormalization: {
    weights: affineNames,
    build: (call) =>
      keras.LayerNormalization(call.x, { ...affineOf(call), axis: call.config.numbers('axis', -1) }),
  },
  GroupNormalization: {
    weights: affineNames,
    build: (call) =>
      keras.GroupNormalization(call.x, {
        ...affineOf(call),
        axis: axisOf(call.config),
        groups: groupsOf(call),
      }),
  },
  Normalization: {
    // Statistics that are set are not saved, those that were learned are, with their count.
    weights: (config) => (config.has('mean') ? [] : ['mean', 'variance']),
    build: normalized,
  },
};

/** -1 makes each channel a group of its own. */
function groupsOf({ x, config }: LayerCall): number {
  const groups = config.number('groups', 32);
  return groups === -1 ? (x.shape.at(axisOf(config)) as number) : groups;
}
