import { type DType, dtypes, PolyphaseError } from '@polyphase/ir';
import { type Config, configOf, isObject, malformed } from '../config.ts';
import { fromZero, legacyCall, modernCall, referenceOf } from './calls.ts';
import type { Call, Layer, Network, NetworkInput, NetworkOutput, Reference } from './network.ts';

/** Deeper nesting than any real model has. */
const deepest = 64;

/**
 * A model's topology from its saved configuration.
 *
 * @throws PP1004 for a model that is neither Sequential nor Functional, PP1006 for a malformed configuration.
 */
export function readNetwork(model: Config, depth = 0): Network {
  const className = model.text('class_name');
  const config = settingsOf(model);
  if (depth > deepest) throw malformed(model.at, `models are nested more than ${deepest} times`);
  if (className === 'Sequential') return sequential(config, model, depth);
  if (isNetwork(model)) return functional(config, depth);
  throw new PolyphaseError('PP1004', {
    at: model.at,
    problem: `it is a ${className}, whose layers are code and not in the file`,
    fix: 'Save a Sequential or a Functional model, or export it to ONNX',
  });
}

/** Keras 1 saves a Sequential model's layers as its whole configuration. */
const settingsOf = (model: Config): Config =>
  Array.isArray(model.raw('config'))
    ? configOf({ name: 'sequential', layers: model.raw('config') }, model.at)
    : model.object('config');

const isNetwork = (layer: Config): boolean =>
  ['Functional', 'Model', 'Sequential'].includes(layer.text('class_name')) &&
  (Array.isArray(layer.raw('config')) || layer.object('config').has('layers'));

function layerOf(value: unknown, i: number, at: string, depth: number): Omit<Layer, 'calls'> {
  const entry = configOf(value, `${at}, layer ${i}`);
  const settings = settingsOf(entry);
  const name = entry.text('name', settings.text('name', `layer_${i}`));
  const named = configOf(entry.raw('config'), name);
  return {
    name,
    className: entry.text('class_name'),
    module: entry.text('module', ''),
    config: named,
    ...(isNetwork(entry) && { network: readNetwork(entry, depth + 1) }),
  };
}

function functional(config: Config, depth: number): Network {
  const saved = config.list('layers');
  const all = saved.map((value, i) => layerOf(value, i, config.at, depth));
  const isLegacy = saved.some((value) => nodesOf(value).some((node) => !isObject(node)));
  const networks = new Set(isLegacy ? all.filter(({ network }) => network).map(({ name }) => name) : []);
  const layers = all.map((layer, i): Layer => {
    const calls = nodesOf(saved[i]).map((node) =>
      isObject(node) ? modernCall(node, layer.name) : legacyCall(node, layer.name),
    );
    return { ...layer, calls: calls.map((call) => countedFromZero(call, networks)) };
  });
  const ends = (key: 'input_layers' | 'output_layers') =>
    references(config.raw(key)).map(([name, value]) => ({ name, from: referenceOf(value, config.at) }));
  const outputs = ends('output_layers').map(({ name, from }) => ({
    name: name ?? from.layer,
    from: fromZero(from, networks),
  }));
  return {
    name: config.text('name', 'model'),
    layers,
    inputs: ends('input_layers').map(({ from }) => inputOf(from, layers)),
    outputs: distinct(outputs),
  };
}

function nodesOf(layer: unknown): readonly unknown[] {
  const nodes = isObject(layer) ? layer.inbound_nodes : undefined;
  if (Array.isArray(nodes)) return nodes;
  throw malformed('a layer of the model', 'its inbound_nodes are missing');
}

const countedFromZero = ({ positional, named }: Call, networks: ReadonlySet<string>): Call => ({
  positional: positional.map((argument) => fromZero(argument, networks)),
  named: Object.fromEntries(
    Object.entries(named).map(([key, argument]) => [key, fromZero(argument, networks)]),
  ),
});

/** One reference, a list of them, or a record; a key where the record has one. */
function references(value: unknown): readonly (readonly [key: string | undefined, value: unknown])[] {
  if (isObject(value)) return Object.entries(value);
  if (!Array.isArray(value)) return [];
  if (typeof value[0] === 'string') return [[undefined, value]];
  return value.flatMap((item) => references(item));
}

function inputOf({ layer: name }: Reference, layers: readonly Layer[]): NetworkInput {
  const layer = layers.find((each) => each.name === name);
  if (layer?.className !== 'InputLayer')
    throw malformed(name, 'the model names it as an input, and it is not an InputLayer');
  return inputLayer(layer);
}

const inputLayer = ({ name, config }: Pick<Layer, 'name' | 'config'>): NetworkInput => ({
  layer: name,
  dtype: dtypeOf(config),
  shape: anyBatch(config.raw('batch_shape') ?? config.raw('batch_input_shape'), name),
});

function dtypeOf(config: Config): DType {
  const name = typeof config.raw('dtype') === 'string' ? config.text('dtype') : 'float32';
  if (Object.hasOwn(dtypes, name)) return name as DType;
  throw new PolyphaseError('PP1005', {
    at: config.at,
    problem: `its elements are ${name}`,
    fix: `Use one of ${Object.keys(dtypes).join(', ')}`,
  });
}

/** Keras takes any number of images, whatever number a model was built with. */
const anyBatch = (value: unknown, at: string): readonly (number | null)[] =>
  shapeOf(value, at).map((length, axis) => (axis === 0 ? null : length));

function shapeOf(value: unknown, at: string): readonly (number | null)[] {
  const isLength = (length: unknown): boolean =>
    length === null || (typeof length === 'number' && Number.isSafeInteger(length) && length >= 0);
  if (!Array.isArray(value) || !value.every(isLength))
    throw malformed(at, `its shape is ${JSON.stringify(value) ?? 'missing'}`);
  return value;
}

function sequential(config: Config, model: Config, depth: number): Network {
  const all = config.list('layers').map((value, i) => ({
    ...layerOf(value, i, config.at, depth),
    build: configOf(value, config.at).raw('build_config'),
  }));
  const head = all[0];
  if (!head) throw malformed(model.at, 'it has no layers');
  const first: NetworkInput =
    head.className === 'InputLayer' ? inputLayer(head) : sequentialInput(head, config, model);
  const rest = head.className === 'InputLayer' ? all.slice(1) : all;
  const input: Layer = { name: first.layer, className: 'InputLayer', module: '', config, calls: [] };
  const layers = rest.map((layer, i): Layer => {
    const before = { layer: i === 0 ? first.layer : rest[i - 1]!.name, call: 0, output: 0 };
    return { ...layer, calls: [{ positional: [before], named: {} }] };
  });
  const last = layers.at(-1)?.name ?? first.layer;
  return {
    name: config.text('name', 'sequential'),
    layers: [input, ...layers],
    inputs: [first],
    outputs: [{ name: last, from: { layer: last, call: 0, output: 0 } }],
  };
}

/** A Sequential model without an InputLayer has its shape in its first layer, or in how it was built, for any batch. */
function sequentialInput(
  head: Omit<Layer, 'calls'> & { build: unknown },
  config: Config,
  model: Config,
): NetworkInput {
  const inner = head.network?.inputs[0];
  const built = isObject(head.build) ? head.build.input_shape : undefined;
  const shape =
    head.config.raw('batch_input_shape') ??
    head.config.raw('batch_shape') ??
    config.raw('build_input_shape') ??
    built ??
    inner?.shape;
  if (shape === undefined)
    throw new PolyphaseError('PP1007', {
      at: model.at,
      problem: 'the shape of its input is not in the file: it was saved before it was built',
      fix: 'Begin it with keras.Input(shape), or call it once before saving',
    });
  const name = `${head.name}_input`;
  const dtype = typeof head.config.raw('dtype') === 'string' ? dtypeOf(head.config) : 'float32';
  return { layer: name, dtype, shape: anyBatch(shape, name) };
}

/** Two outputs of one layer are told apart by a number. */
function distinct(outputs: readonly NetworkOutput[]): readonly NetworkOutput[] {
  const taken = new Set<string>();
  return outputs.map(({ name, from }) => {
    let unique = name;
    for (let i = 1; taken.has(unique); i++) unique = `${name}_${i}`;
    taken.add(unique);
    return { name: unique, from };
  });
}
