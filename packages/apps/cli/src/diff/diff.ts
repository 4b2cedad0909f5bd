import { judge, widened } from '@polyphase/conformance';
import { type Graph, type Node, place, printType, type Tensor, toNumbers, type Value } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { likelyCause } from './causes.ts';
import { type Evidence, evidenceOf, type Judged, judgeLayer } from './evidence.ts';
import { type Exposed, runExposed } from './exposed.ts';

/** What a backend is compared with: another one, or values recorded elsewhere. */
export type Other =
  | { readonly kind: 'backend'; readonly backend: Backend }
  | { readonly kind: 'recorded'; readonly from: string; readonly tensors: ReadonlyMap<string, Tensor> };

/** The first layer that differs. */
export interface LayerDifference {
  readonly position: number;
  readonly node: Node;
  readonly evidence: Evidence;
  /** Whose numbers are not those of the definition. */
  readonly wrong: string;
  /** The first bad element as each side has it, by its name. */
  readonly values: Readonly<Record<string, number | bigint>>;
  readonly cause: string;
}

export interface Comparison {
  /** Layers that are the same on both sides, before the first that differs. */
  readonly agreeing: number;
  readonly difference: LayerDifference | undefined;
  /** Layers that a backend refuses: the definitions have run them. */
  readonly elsewhere: readonly { readonly backend: string; readonly layer: string; readonly why: string }[];
}

export interface CompareOptions {
  /** Runs what a backend refuses. */
  readonly fallback: Backend;
  readonly onLayer?: ((node: Node, position: number) => void) | undefined;
}

interface Side {
  readonly name: string;
  readonly exposed: Exposed;
  /** The definitions need no judge. */
  readonly isDefinition: boolean;
}

/**
 * Compares layer by layer and stops at the first that differs. Each side is judged by the definition on the operands that
 * it has itself: so the bounds are those of one layer, a deep model's errors do not add up, and it is known who is wrong.
 * Recorded values are judged by the bounds from the model's inputs on, twice, since both sides have rounded.
 */
export async function compareLayers(
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>,
  backend: Backend,
  other: Other,
  { fallback, onLayer }: CompareOptions,
): Promise<Comparison> {
  const one = await sideOf(graph, inputs, backend, fallback);
  const two = other.kind === 'backend' ? await sideOf(graph, inputs, other.backend, fallback) : undefined;
  const recorded = other.kind === 'recorded' ? recordedIn(graph, inputs, other) : undefined;
  const sides = two ? [one, two] : [one];
  const elsewhere = sides.flatMap(({ name, exposed }) =>
    exposed.elsewhere.map((refused) => ({ backend: name, ...refused })),
  );
  for (const [position, node] of graph.nodes.entries()) {
    onLayer?.(node, position);
    const difference = judgeSides(node, sides) ?? (recorded && judgeRecorded(node, one, recorded));
    if (difference) return { agreeing: position, difference: { position, node, ...difference }, elsewhere };
  }
  return { agreeing: graph.nodes.length, difference: undefined, elsewhere };
}

async function sideOf(
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>,
  backend: Backend,
  fallback: Backend,
): Promise<Side> {
  const isDefinition = backend.name === fallback.name;
  const exposed = await runExposed(graph, inputs, isDefinition ? [backend] : [backend, fallback]);
  return { name: backend.name, exposed, isDefinition };
}

type Found = Omit<LayerDifference, 'position' | 'node'>;

const readerOf =
  ({ values }: Exposed) =>
  (value: Value): Tensor =>
    value.constant ?? values.get(value)!;

function judgeSides(node: Node, sides: readonly Side[]): Found | undefined {
  for (const { name, exposed, isDefinition } of sides) {
    if (isDefinition) continue;
    const read = readerOf(exposed);
    const judged = widenedBy(judgeLayer(node, read), exposed.errorFactor);
    const evidence = evidenceOf(node, read, node.outputs.map(read), judged);
    if (evidence) {
      return { evidence, wrong: name, values: valuesOf(evidence, sides), cause: likelyCause(evidence) };
    }
  }
  return undefined;
}

const widenedBy = ({ outputs, bounds }: Judged, factor: number): Judged => ({
  outputs,
  bounds: bounds.map((bound) => widened(bound, factor)),
});

/** The first bad element on each side. */
function valuesOf({ node, position, first }: Evidence, sides: readonly Side[]): LayerDifference['values'] {
  const value = node.outputs[position]!;
  return Object.fromEntries(
    sides.map(({ name, exposed }) => [name, elementOf(readerOf(exposed)(value), first.index)]),
  );
}

function elementOf(tensor: Tensor, index: readonly number[]): number {
  const at = index.reduce((sum, i, axis) => sum * tensor.shape[axis]! + i, 0);
  return toNumbers({ ...tensor, shape: [1], data: tensor.data.slice(at, at + 1) })[0]!;
}

interface Recorded {
  readonly from: string;
  readonly tensors: ReadonlyMap<Value, Tensor>;
  /** How far each value of the graph may be off, from the inputs on. */
  readonly bounds: ReadonlyMap<Value, Float64Array>;
}

/** Recorded values by the names of outputs, and of values inside. */
function recordedIn(
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>,
  { from, tensors }: Extract<Other, { kind: 'recorded' }>,
): Recorded {
  const named = new Map<string, Value>(
    graph.nodes.flatMap(({ outputs }) => outputs.map((value) => [value.name, value])),
  );
  for (const { name, value } of graph.outputs) named.set(name, value);
  const found = new Map<Value, Tensor>();
  for (const [name, tensor] of tensors) {
    const value = named.get(name);
    if (value) found.set(value, tensor);
  }
  const outputs = [...found.keys()].map((value, i) => ({ name: `v${i}`, value }));
  const { bounds } = judge({ ...graph, outputs }, inputs);
  return { from, tensors: found, bounds: new Map(outputs.map(({ name, value }) => [value, bounds[name]!])) };
}

function judgeRecorded(node: Node, side: Side, { from, tensors, bounds }: Recorded): Found | undefined {
  const read = readerOf(side.exposed);
  const actual = node.outputs.map((value) => tensors.get(value));
  const judged: Judged = {
    outputs: node.outputs.map(read),
    bounds: node.outputs.map((value) => bounds.get(value)?.map((error) => 2 * error) ?? new Float64Array()),
  };
  const evidence = evidenceOf(node, read, actual, judged);
  if (!evidence) return undefined;
  const { first } = evidence;
  const values = { [side.name]: first.expected, [from]: first.actual };
  return { evidence, wrong: from, values, cause: likelyCause(evidence) };
}

/** Names of recorded tensors that no value of the graph has. */
export function unknownNames(graph: Graph, names: Iterable<string>): readonly string[] {
  const known = new Set([
    ...graph.outputs.map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs.map(({ name }) => name)),
  ]);
  return [...names].filter((name) => !known.has(name));
}

/** `decoder/up2 (convTranspose), output y float32[1, 8, 32, 32]` */
export const describeLayer = ({ node, evidence: { position, type } }: LayerDifference): string =>
  `${place(node)}, output ${node.outputs[position]!.name} ${printType(type)}`;
