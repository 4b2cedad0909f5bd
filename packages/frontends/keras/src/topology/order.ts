import { PolyphaseError } from '@polyphase/ir';
import { type Argument, isReference, type Layer, type Network, type Reference } from './network.ts';

/** One call of a layer. */
export interface Step {
  readonly layer: Layer;
  readonly call: number;
}

export const keyOf = ({ layer, call }: Pick<Reference, 'layer' | 'call'>): string => `${call} ${layer}`;

/** Every reference of a call, in order. */
export const referencesOf = (argument: Argument): readonly Reference[] => {
  if (Array.isArray(argument)) return (argument as readonly Argument[]).flatMap(referencesOf);
  return isReference(argument) ? [argument] : [];
};

const operandsOf = ({ layer, call }: Step): readonly Reference[] => {
  const { positional, named } = layer.calls[call]!;
  return [...positional, ...Object.values(named)].flatMap(referencesOf);
};

/** All calls, each behind those whose results it takes. @throws PP1007 for a missing layer and for a cycle. */
export function orderOf({ name, layers, inputs }: Network): readonly Step[] {
  const steps = layers.flatMap((layer) => layer.calls.map((_, call): Step => ({ layer, call })));
  const known = new Set(inputs.map(({ layer }) => keyOf({ layer, call: 0 })));
  const made = new Set([...known, ...steps.map(({ layer, call }) => keyOf({ layer: layer.name, call }))]);
  const waiting = new Map<string, Step[]>();
  const missing = new Map<Step, number>();
  const ready: Step[] = [];
  for (const step of steps) {
    const needs = new Set(operandsOf(step).map(keyOf));
    for (const key of needs) if (!made.has(key)) throw unknown(step, key);
    const open = [...needs].filter((key) => !known.has(key));
    missing.set(step, open.length);
    for (const key of open) waiting.set(key, [...(waiting.get(key) ?? []), step]);
    if (open.length === 0) ready.push(step);
  }
  for (const step of ready) {
    for (const next of waiting.get(keyOf({ layer: step.layer.name, call: step.call })) ?? []) {
      missing.set(next, missing.get(next)! - 1);
      if (missing.get(next) === 0) ready.push(next);
    }
  }
  if (ready.length < steps.length) throw cycle(name, steps.find((step) => missing.get(step)! > 0)!);
  return ready;
}

const unknown = ({ layer }: Step, key: string): PolyphaseError => {
  const [, call, name] = /^(\d+) (.*)$/s.exec(key)!;
  return new PolyphaseError('PP1007', {
    at: `${layer.name} (${layer.className})`,
    problem: `it takes the result of call ${call} of "${name}", which is not in the model`,
    fix: 'Save the model again',
  });
};

const cycle = (name: string, { layer }: Step): PolyphaseError =>
  new PolyphaseError('PP1007', {
    at: name,
    problem: `its layers form a cycle through ${layer.name} (${layer.className})`,
    fix: 'Save the model again',
  });
