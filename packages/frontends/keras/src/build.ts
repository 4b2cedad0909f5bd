import type { Dim, Model } from '@polyphase/ir';
import { type Flow, input, model } from '@polyphase/layers';
import { malformed } from './config.ts';
import { rowOf } from './layers/index.ts';
import type { CustomLayers, LayerCall, Profile } from './layers/row.ts';
import { type Argument, isReference, type Layer, type Network, type Reference } from './topology/network.ts';
import { keyOf, orderOf, referencesOf, type Step } from './topology/order.ts';
import type { Place, Weights } from './weights/weights.ts';

/** How the layers of a model are read. */
export interface Reading {
  readonly weights: Weights;
  readonly profile: Profile;
  readonly customLayers: CustomLayers;
}

interface Context extends Reading {
  /** The names of the models around, the outermost first; the model itself is not among them. */
  readonly around: readonly string[];
  /** Where Keras 3 keeps the layers, such as `layers/functional/layers`. */
  readonly path: string;
}

/** A network as a model whose open lengths are named after its inputs: `image_axis1`. @throws PP1004 to PP1008. */
export function modelOf(network: Network, reading: Reading): Model {
  const prepared = prepare(network, { ...reading, around: [], path: 'layers' });
  const inputs = Object.fromEntries(
    network.inputs.map(({ layer, dtype, shape }) => [
      layer,
      input(
        shape.map((length, axis): Dim => length ?? (axis === 0 ? 'batch' : `${layer}_axis${axis}`)),
        dtype,
      ),
    ]),
  );
  const { name } = network;
  return model(
    inputs,
    (flows) => {
      const results = prepared(network.inputs.map(({ layer }) => flows[layer]!));
      return Object.fromEntries(network.outputs.map((output, i) => [output.name, results[i]!]));
    },
    { name },
  );
}

/** A network whose weights are found and whose calls are in order: operands to results. */
type Prepared = (inputs: readonly Flow[], prefix?: string) => readonly Flow[];

type Run = (call: Omit<LayerCall, 'className' | 'config' | 'weights' | 'profile'>) => readonly Flow[];

function prepare(network: Network, context: Context): Prepared {
  const order = orderOf(network);
  const places = placesOf(network, context);
  const runs = new Map(network.layers.map((layer) => [layer, runOf(layer, places.get(layer)!, context)]));
  return (inputs, prefix = '') => {
    const results = new Map<string, readonly Flow[]>();
    for (const [i, { layer }] of network.inputs.entries())
      results.set(keyOf({ layer, call: 0 }), [inputs[i]!]);
    for (const step of order) {
      const made = runs.get(step.layer)!(callOf(step, results, prefix));
      results.set(keyOf({ layer: step.layer.name, call: step.call }), made);
    }
    return network.outputs.map(({ from }) => resultOf(from, results));
  };
}

function callOf({ layer, call }: Step, results: ReadonlyMap<string, readonly Flow[]>, prefix: string) {
  const { positional, named } = layer.calls[call]!;
  const args = [...positional, ...Object.values(named)];
  const xs = args.flatMap(referencesOf).map((reference) => resultOf(reference, results));
  if (!xs[0]) throw malformed(layer.name, 'it is called without a tensor');
  const flat = args.map((argument: Argument) =>
    isReference(argument)
      ? resultOf(argument, results)
      : Array.isArray(argument)
        ? null
        : (argument as number),
  );
  return { name: `${prefix}${layer.name}`, x: xs[0], xs, args: flat };
}

function resultOf({ layer, call, output }: Reference, results: ReadonlyMap<string, readonly Flow[]>): Flow {
  const flow = results.get(keyOf({ layer, call }))?.[output];
  if (flow) return flow;
  throw malformed(layer, `output ${output} of its call ${call} is used, and it has none`);
}

/** What calling the layer does; its weights are read now, so that what is missing is said before the first run. */
function runOf(layer: Layer, place: Place, context: Context): Run {
  const { network } = layer;
  if (network) {
    const around = [...context.around, layer.name];
    const inner = prepare(network, { ...context, around, path: `${place.path}/layers` });
    return ({ name, xs }) => inner(xs, `${name}/`);
  }
  const row = rowOf(layer, context.customLayers);
  const names = row.weights?.(layer.config) ?? [];
  const found = context.weights.of(place, names);
  const weights = Object.fromEntries(
    names.map((name, i) => [name.split('|')[0]!, found[i]!]),
  ) as LayerCall['weights'];
  const { className, config } = layer;
  return (call) => [row.build({ ...call, className, config, weights, profile: context.profile })];
}

/** Where each layer's weights are kept. */
function placesOf({ layers }: Network, { around, path }: Context): ReadonlyMap<Layer, Place> {
  const counts = new Map<string, number>();
  return new Map(
    layers.map((layer) => {
      const name = snakeCase(layer.className);
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      return [layer, { layer, around, path: `${path}/${count === 0 ? name : `${name}_${count}`}` }];
    }),
  );
}

/** Keras' own: Conv2DTranspose -> conv2d_transpose, PReLU -> p_re_lu. */
const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
