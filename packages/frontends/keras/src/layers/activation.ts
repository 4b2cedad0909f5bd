import { type Flow, keras, layers } from '@polyphase/layers';
import { type Config, configOf, isObject, malformed } from '../config.ts';
import type { LayerCall, LayerRow, Profile } from './row.ts';

type Activate = (x: Flow, name: string) => Flow;

/** clip(0.2 x + 0.5, 0, 1), which Keras 3 changed to relu6(x + 3) / 6. */
const formerHardSigmoid: Activate = (x, name) => layers.hardSigmoid(x, { alpha: 0.2, beta: 0.5, name });

/** Functions that mean something else than in Keras 3. */
const former: Readonly<Record<Profile, Readonly<Record<string, Activate>>>> = {
  keras3: {},
  keras2: { hard_sigmoid: formerHardSigmoid },
  tfjs: { hard_sigmoid: formerHardSigmoid },
};

/** Names that TensorFlow.js writes in its own spelling. */
const spellings: Readonly<Record<string, string>> = {
  hardSigmoid: 'hard_sigmoid',
  softMax: 'softmax',
  logSoftmax: 'log_softmax',
};

/** What a layer's activation setting is: a name, a saved function, or a layer. */
type Setting = { readonly function: string } | { readonly layer: string; readonly config: Config };

function settingOf(config: Config): Setting {
  const value = config.raw('activation');
  if (value === undefined) return { function: 'linear' };
  if (typeof value === 'string') return { function: spellings[value] ?? value };
  if (!isObject(value)) throw malformed(config.at, 'its activation is neither a name nor an object');
  const saved = configOf(value, config.at);
  if (typeof saved.raw('config') === 'string') return { function: saved.text('config') };
  return { layer: saved.text('class_name'), config: saved.object('config') };
}

/**
 * A layer with its own activation: `build` gets the name of one that the builder applies itself, anything else is
 * applied to its result.
 */
export function withActivation(
  call: LayerCall,
  build: (activation: keras.ActivationName | undefined) => Flow,
): Flow {
  const setting = settingOf(call.config);
  const name = `${call.name}/activation`;
  if ('layer' in setting) {
    const row = activationLayers[setting.layer];
    if (!row)
      throw malformed(call.name, `its activation ${setting.layer} is none of ${known(activationLayers)}`);
    return row.build({ ...call, name, config: setting.config, x: build(undefined), weights: {} });
  }
  const own = former[call.profile][setting.function];
  return own ? own(build(undefined), name) : build(setting.function as keras.ActivationName);
}

const known = (rows: object): string => Object.keys(rows).join(', ');

/** Layers without weights that may also stand as the activation of another layer. */
const activationLayers: Readonly<Record<string, LayerRow>> = {
  ReLU: {
    build: ({ x, config, name }) =>
      keras.ReLU(x, {
        max_value: config.has('max_value') ? config.number('max_value') : undefined,
        negative_slope: config.number('negative_slope', 0),
        threshold: config.number('threshold', 0),
        name,
      }),
  },
  LeakyReLU: {
    build: ({ x, config, name }) =>
      keras.LeakyReLU(x, {
        negative_slope: config.number('negative_slope', config.number('alpha', 0.3)),
        name,
      }),
  },
  ELU: { build: ({ x, config, name }) => keras.ELU(x, { alpha: config.number('alpha', 1), name }) },
  Softmax: { build: ({ x, config, name }) => keras.Softmax(x, { axis: config.number('axis', -1), name }) },
  ThresholdedReLU: {
    build: ({ x, config, name }) => layers.thresholdedRelu(x, { alpha: config.number('theta', 1), name }),
  },
};

export const activations: Readonly<Record<string, LayerRow>> = {
  ...activationLayers,
  Activation: {
    build: (call) =>
      withActivation(call, (activation) =>
        activation === undefined ? call.x : keras.Activation(call.x, { activation, name: call.name }),
      ),
  },
  PReLU: {
    weights: () => ['alpha'],
    build: ({ x, weights, name }) => keras.PReLU(x, { alpha: weights.alpha!, name }),
  },
};
