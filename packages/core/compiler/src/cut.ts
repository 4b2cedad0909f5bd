import type { Graph, GraphOutput, Node, Value } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import type { Placement } from './place.ts';

/** A part of the graph that one backend compiles as a whole. */
export interface Region {
  readonly backend: Backend;
  readonly graph: Graph;
}

/** Nodes of one backend that can run one after the other. */
interface Group {
  readonly backend: Backend;
  readonly nodes: readonly Node[];
}

/**
 * Cuts the graph into regions, in an order in which they can run: all nodes of one backend whose operands are there, then
 * those of another. Of all backends to begin with, the one that leads to the fewest regions is taken; with two backends
 * there is no better cut.
 */
export function cutRegions(graph: Graph, placements: readonly Placement[]): readonly Region[] {
  const backendOf = new Map(placements.map(({ node, backend }) => [node, backend]));
  const cuts = [...new Set(backendOf.values())].map((backend) => groupsFrom(backend, graph, backendOf));
  const [best = []] = cuts.sort((a, b) => a.length - b.length);
  return best.map(({ backend, nodes }, i) => ({
    backend,
    graph: regionOf(graph, `${graph.name}/${i}`, nodes),
  }));
}

function groupsFrom(start: Backend, graph: Graph, backendOf: ReadonlyMap<Node, Backend>): readonly Group[] {
  const groups: Group[] = [];
  const made = new Set<Value>(graph.inputs);
  const isReady = ({ inputs }: Node): boolean =>
    inputs.every((value) => !value || value.constant || made.has(value));
  let waiting: readonly Node[] = graph.nodes;
  for (let backend = start; waiting.length > 0; backend = backendOf.get(waiting[0]!) ?? start) {
    const nodes: Node[] = [];
    waiting = waiting.filter((node) => {
      if (backendOf.get(node) !== backend || !isReady(node)) return true;
      nodes.push(node);
      for (const value of node.outputs) made.add(value);
      return false;
    });
    if (nodes.length > 0) groups.push({ backend, nodes });
  }
  return groups;
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
