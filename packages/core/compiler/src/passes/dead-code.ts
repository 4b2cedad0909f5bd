import type { Node, Value } from '@polyphase/ir';
import type { Pass } from '../pass.ts';

/** Drops nodes that no output of the graph depends on. */
export const removeDeadCode: Pass = {
  name: 'remove-dead-code',
  run(graph) {
    const wanted = new Set<Value>(graph.outputs.map(({ value }) => value));
    const kept: Node[] = [];
    for (const node of [...graph.nodes].reverse()) {
      if (!node.outputs.some((value) => wanted.has(value))) continue;
      kept.push(node);
      for (const value of node.inputs) if (value) wanted.add(value);
    }
    return kept.length === graph.nodes.length ? graph : { ...graph, nodes: kept.reverse() };
  },
};
