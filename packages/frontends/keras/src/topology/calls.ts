import { configOf, isObject, malformed } from '../config.ts';
import { type Argument, type Call, isReference, type Reference } from './network.ts';

/** `["conv", 0, 0]`, with a fourth entry in Keras 2. */
export function referenceOf(value: unknown, at: string): Reference {
  if (Array.isArray(value)) {
    const [layer, call, output] = value as readonly unknown[];
    if (typeof layer === 'string' && isIndex(call) && isIndex(output)) return { layer, call, output };
  }
  throw malformed(at, `${JSON.stringify(value)} does not name an output of a layer`);
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A call as Keras 3 saves it: args and kwargs, with tensors as objects. */
export function modernCall(node: Readonly<Record<string, unknown>>, at: string): Call {
  const read = configOf(node, at);
  const named = read.has('kwargs') ? (read.raw('kwargs') as Record<string, unknown>) : {};
  return {
    positional: read.list('args').map((value) => modernArgument(value, at)),
    named: Object.fromEntries(Object.entries(named).map(([key, value]) => [key, modernArgument(value, at)])),
  };
}

function modernArgument(value: unknown, at: string): Argument {
  if (Array.isArray(value)) return value.map((item) => modernArgument(item, at));
  if (isObject(value) && value.class_name === '__keras_tensor__')
    return referenceOf(configOf(value.config, at).raw('keras_history'), at);
  return plain(value, at);
}

/** A call as Keras 1 and 2 and TensorFlow.js save it: `[["conv", 0, 0, { ...kwargs }], ...]`. */
export function legacyCall(node: unknown, at: string): Call {
  const entries = Array.isArray(node) ? (typeof node[0] === 'string' ? [node] : node) : undefined;
  if (!entries) throw malformed(at, `its call ${JSON.stringify(node)} is not a list`);
  const named: Record<string, Argument> = {};
  const positional = entries.map((entry: unknown): Argument => {
    if (Array.isArray(entry) && entry[0] === '_CONSTANT_VALUE') return plain(entry[2], at);
    if (Array.isArray(entry) && isObject(entry[3]))
      for (const [key, value] of Object.entries(entry[3])) named[key] = legacyArgument(value, at);
    return referenceOf(entry, at);
  });
  return { positional, named };
}

function legacyArgument(value: unknown, at: string): Argument {
  if (!Array.isArray(value)) return plain(value, at);
  if (typeof value[0] === 'string' && isIndex(value[1]) && isIndex(value[2])) return referenceOf(value, at);
  return value.map((item) => legacyArgument(item, at));
}

/** A value that is no tensor; what a layer would need code for becomes null and is refused where it is used. */
function plain(value: unknown, at: string): Argument {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (isObject(value) && 'value' in value) return plain(value.value, at);
  return null;
}

/**
 * References with calls counted from 0. Before Keras 3 the calls of a network inside a network are counted from 1, since
 * it has a call of its own, from its inputs to its outputs.
 *
 * @throws PP1006 for a reference to that one.
 */
export function fromZero<A extends Argument>(argument: A, networks: ReadonlySet<string>): A {
  const shift = (given: Argument): Argument => {
    if (Array.isArray(given)) return (given as readonly Argument[]).map(shift);
    if (!isReference(given) || !networks.has(given.layer)) return given;
    if (given.call > 0) return { ...given, call: given.call - 1 };
    throw malformed(given.layer, 'its own inputs or outputs are used outside of it');
  };
  return shift(argument) as A;
}
