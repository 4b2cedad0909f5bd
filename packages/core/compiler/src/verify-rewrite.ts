import {
  type Dense,
  evaluate,
  isFloat,
  type Node,
  opOf,
  PolyphaseError,
  place,
  rangeOf,
  roundTo,
  sizeOf,
  staticType,
  toDense,
  type Value,
} from '@polyphase/ir';
import { isStaticNode } from './cost.ts';
import type { Fired, Note, Surroundings } from './rewrite.ts';

/**
 * Runs what a rule replaced and what it put in its place on the same random numbers, by the definitions. Rewrites whose
 * sizes are still open are not judged.
 *
 * @throws PP3006 naming the rule, when an output differs by more than rounding.
 */
export const verifyRewrite: Note = (event, around) => {
  const leaves = leavesOf(event);
  const replaced = coneOf(event.before, leaves, around);
  if (![...replaced, ...event.after].every(isStaticNode)) return;
  const known = new Map([...leaves].map((value, i) => [value, randomDense(value, i + 1)]));
  const expected = run(replaced, known, event.before.outputs);
  const given = run(event.after, known, event.values);
  const terms = termsOf([...replaced, ...event.after]);
  for (const [i, value] of event.before.outputs.entries()) {
    const allowed = terms * roundoff(event, replaced) * magnitude(expected[i]!);
    const [at, error] = greatestDifference(expected[i]!.data, given[i]!.data);
    if (error > allowed) throw differs(event, value, { at, error, allowed });
  }
};

/** What the new layers read and do not make themselves. */
function leavesOf({ after, values }: Fired): ReadonlySet<Value> {
  const made = new Set(after.flatMap(({ outputs }) => outputs));
  const read = [...after.flatMap(({ inputs }) => inputs), ...values];
  return new Set(
    read.filter((value) => value !== undefined && !value.constant && !made.has(value)) as Value[],
  );
}

/** The layers between the leaves and `node`, in order. */
function coneOf(node: Node, leaves: ReadonlySet<Value>, around: Surroundings): readonly Node[] {
  const cone = new Set<Node>();
  const visit = (each: Node): void => {
    for (const value of each.inputs) {
      const maker = value && !leaves.has(value) ? around.producer(value) : undefined;
      if (maker && !cone.has(maker)) visit(maker);
    }
    cone.add(each);
  };
  visit(node);
  return [...cone];
}

/** The values of the layers; what they read and nothing gives is an input of the graph that the new layers ignore. */
function run(
  nodes: readonly Node[],
  leaves: ReadonlyMap<Value, Dense>,
  outputs: readonly Value[],
): readonly Dense[] {
  const values = new Map(leaves);
  const read = (value: Value): Dense => {
    const known = values.get(value) ?? (value.constant ? toDense(value.constant) : randomDense(value, 0));
    values.set(value, known);
    return known;
  };
  for (const node of nodes) {
    const results = evaluate(
      node,
      node.inputs.map((value) => value && read(value)),
    );
    for (const [i, value] of node.outputs.entries()) if (!leaves.has(value)) values.set(value, results[i]!);
  }
  return outputs.map(read);
}

/** Numbers from a linear congruential generator (Numerical Recipes): floats in -2..2, integers among the first few. */
function randomDense({ type }: Value, seed: number): Dense {
  const { dtype, shape } = staticType(type);
  let state = seed * 7919 + 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const [least] = rangeOf(dtype);
  const draw = (): number =>
    isFloat(dtype) ? 4 * next() - 2 : Math.max(least, Math.floor(next() * (dtype === 'bool' ? 2 : 8)));
  return { dtype, shape, data: Float64Array.from({ length: sizeOf(shape) }, () => roundTo(dtype, draw())) };
}

const termsOf = (nodes: readonly Node[]): number =>
  nodes.reduce((all, node) => all + opOf(node).terms(node.inputs, node.attributes), 1);

/** Half the spacing of numbers around 1: of float64, or of the weights' type where a rule made new ones. */
function roundoff({ after, values }: Fired, replaced: readonly Node[]): number {
  const old = new Set(replaced.flatMap(({ inputs }) => inputs));
  const read = [...after.flatMap(({ inputs }) => inputs), ...values];
  const added = read.filter((value) => value?.constant && !old.has(value));
  const bits = added.map((value) => significandBits[value!.type.dtype] ?? 53);
  return 2 ** -Math.min(53, ...bits);
}

const significandBits: Readonly<Record<string, number>> = { float16: 11, float32: 24 };

const magnitude = ({ dtype, data }: Dense): number =>
  isFloat(dtype)
    ? data.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 1)
    : 0;

function greatestDifference(a: Float64Array, b: Float64Array): readonly [at: number, error: number] {
  let [at, error] = [0, a.length === b.length ? 0 : Number.POSITIVE_INFINITY];
  for (const [i, value] of a.entries()) {
    if (Object.is(value, b[i]) || value === b[i]) continue;
    const difference = Math.abs(value - b[i]!);
    if (difference <= error) continue;
    [at, error] = [i, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference];
  }
  return [at, error];
}

interface Difference {
  readonly at: number;
  readonly error: number;
  readonly allowed: number;
}

const differs = ({ rule, before }: Fired, value: Value, { at, error, allowed }: Difference): PolyphaseError =>
  new PolyphaseError('PP3006', {
    at: place(before),
    problem: `after the rule ${rule}, element ${at} of ${value.name} differs by ${error}, rounding explains ${allowed}`,
    fix: 'Compile with other passes, and report this with the model',
  });
