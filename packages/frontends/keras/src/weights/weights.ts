import { PolyphaseError, type Tensor } from '@polyphase/ir';
import type { Layer } from '../topology/network.ts';

/** A layer with the models around it, the outermost first. */
export interface Place {
  readonly layer: Layer;
  readonly around: readonly string[];
  /** Where Keras 3 keeps it in its weights file, such as `layers/functional/layers/conv2d_1`. */
  readonly path: string;
}

/** The weights of a model, by layer. */
export interface Weights {
  /**
   * The weights of these names, in the order in which Keras saves a layer's weights; `a|b` is known under both names.
   *
   * @throws PP1008 when one is missing.
   */
  of(place: Place, names: readonly string[]): readonly Tensor[];
}

export const missing = ({ layer }: Place, name: string, known: string): PolyphaseError =>
  new PolyphaseError('PP1008', {
    at: `${layer.name} (${layer.className})`,
    problem: `its weight "${name}" is not in the file, which has ${known}`,
    fix: 'Save the whole model, or give the weights that belong to it',
  });

/** A weight under the name that TensorFlow.js and Keras' older files give it: `outer/conv/kernel`, `conv/kernel:0`. */
export interface NamedWeight {
  readonly name: string;
  /** The layer of the whole model that it is filed under, itself or a model; undefined where files have no such groups. */
  readonly group?: string;
  read(): Tensor;
}

/** Weights by name. */
export function namedWeights(all: readonly NamedWeight[]): Weights {
  const byEnding = new Map<string, NamedWeight[]>();
  for (const weight of all) {
    const ending = partsOf(weight.name).at(-1)!;
    const alike = byEnding.get(ending);
    if (alike) alike.push(weight);
    else byEnding.set(ending, [weight]);
  }
  const find = (place: Place, name: string): NamedWeight | undefined => {
    const candidates = (byEnding.get(name) ?? []).filter((weight) => belongs(weight, place));
    const inside = candidates.filter((weight) => isNamedAfter(weight, place.around));
    const best = inside.length > 0 ? inside : candidates;
    return best.length === 1 ? best[0] : undefined;
  };
  return {
    of: (place, names) =>
      names.map((alternatives) => {
        const found = alternatives.split('|').flatMap((name) => find(place, name) ?? [])[0];
        if (found) return found.read();
        throw missing(place, alternatives, `${all.length} weights`);
      }),
  };
}

const partsOf = (name: string): readonly string[] => name.replace(/:\d+$/, '').split('/');

function belongs({ name, group }: NamedWeight, { layer, around }: Place): boolean {
  if (group !== undefined && group !== (around[0] ?? layer.name)) return false;
  const isAlone = group !== undefined && around.length === 0;
  return isAlone || `/${partsOf(name).slice(0, -1).join('/')}`.endsWith(`/${layer.name}`);
}

const isNamedAfter = ({ name }: NamedWeight, around: readonly string[]): boolean =>
  around.length > 0 && around.every((each) => `/${name}`.includes(`/${each}/`));
