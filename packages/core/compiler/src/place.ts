import {
  type Graph,
  type GraphOutput,
  type Node,
  PolyphaseError,
  place as placeOf,
  type Value,
} from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';

/** Where a node runs, and why the backends before that one in the caller's order do not run it. */
export interface Placement {
  readonly node: Node;
  readonly backend: Backend;
  readonly refused: readonly { readonly backend: string; readonly why: string }[];
}

/** A part of the graph that one backend compiles as a whole. */
export interface Region {
  readonly backend: Backend;
  readonly graph: Graph;
}

/**
 * Each node on the first backend that takes it.
 *
 * @throws PP3001 when none does; PP3003 with `strict` when it is not the first of them.
 */
export function placeNodes(
  graph: Graph,
  backends: readonly Backend[],
  strict: boolean,
): readonly Placement[] {
  return graph.nodes.map((node) => {
    const refused: { backend: string; why: string }[] = [];
    for (const backend of backends) {
      const why = backend.refuses(node);
      if (why === undefined) {
        if (strict && refused.length > 0) throw notFirstChoice(node, backend, refused[0]!);
        return { node, backend, refused };
      }
      refused.push({ backend: backend.name, why });
    }
    throw new PolyphaseError('PP3001', {
      at: placeOf(node),
      problem: refused.map(({ backend, why }) => `the ${backend} backend cannot run it: ${why}`).join('; '),
      fix: 'Add a backend that can, such as reference()',
    });
  });
}

const notFirstChoice = (
  node: Node,
  backend: Backend,
  first: { backend: string; why: string },
): PolyphaseError =>
  new PolyphaseError('PP3003', {
    at: placeOf(node),
    problem: `the ${first.backend} backend cannot run it: ${first.why}; it would run on ${backend.name}`,
    fix: 'Accept that by leaving out strict, or change the layer',
  });

/**
 * Cuts the graph into as few regions as a greedy order gives: all nodes of one backend whose operands are there, then
 * those of the next. Regions are in an order in which they can run.
 */
export function cutRegions(graph: Graph, placements: readonly Placement[]): readonly Region[] {
  const backendOf = new Map(placements.map(({ node, backend }) => [node, backend]));
  const groups: { backend: Backend; nodes: Node[] }[] = [];
  const made = new Set<Value>(graph.inputs);
  let waiting: readonly Node[] = graph.nodes;
  while (waiting.length > 0) {
    const backend = backendOf.get(waiting[0]!)!;
    const nodes: Node[] = [];
    waiting = waiting.filter((node) => {
      if (backendOf.get(node) !== backend) return true;
      if (!node.inputs.every((value) => !value || value.constant || made.has(value))) return true;
      nodes.push(node);
      for (const value of node.outputs) made.add(value);
      return false;
    });
    groups.push({ backend, nodes });
  }
  return groups.map(({ backend, nodes }, i) => ({
    backend,
    graph: regionOf(graph, `${graph.name}/${i}`, nodes),
  }));
}

function regionOf(graph: Graph, name: string, nodes: readonly Node[]): Graph {
  const inside = new Set(nodes);
  const produced = new Set(nodes.flatMap((node) => node.outputs));
  const operands = new Set(nodes.flatMap((node) => node.inputs));
  const inputs = [...operands].filter(
    (value) => value !== undefined && !value.constant && !produced.has(value),
  );
  const wanted = new Set(graph.outputs.map(({ value }) => value));
  for (const node of graph.nodes)
    if (!inside.has(node)) for (const value of node.inputs) if (value) wanted.add(value);
  const outputs: GraphOutput[] = [...produced]
    .filter((v) => wanted.has(v))
    .map((value) => ({ name: value.name, value }));
  return { name, inputs: inputs as Value[], outputs, nodes };
}
