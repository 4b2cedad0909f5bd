import {
  type Dense,
  evaluate,
  fromDense,
  type Graph,
  type Node,
  type Tensor,
  toDense,
  type Value,
} from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';

/** Runs the definitions and takes only some operations: what tests of placement and caching need of a backend. */
export function toy(
  name: string,
  takes: (node: Node) => boolean = () => true,
): Backend & { readonly events: string[] } {
  const events: string[] = [];
  return {
    name,
    events,
    probe: async () => ({ ok: true }),
    refuses: (node) => (takes(node) ? undefined : `it has no kernel for ${node.op}`),
    async compile(region) {
      events.push(`compile ${region.nodes.map(({ op }) => op).join(' ')}`);
      return {
        report: { steps: [], memory: { constants: 0, activations: 0 } },
        run: async (inputs: readonly Tensor[]) => runGraph(region, inputs),
        dispose: () => void events.push('dispose'),
      };
    },
    close: async () => {},
  };
}

/** The graph's outputs by the float64 definitions. */
export function runGraph(graph: Graph, inputs: readonly Tensor[]): readonly Tensor[] {
  const values = new Map<Value, Dense>(graph.inputs.map((value, i) => [value, toDense(inputs[i]!)]));
  const read = (value: Value): Dense => values.get(value) ?? toDense(value.constant!);
  for (const node of graph.nodes) {
    const results = evaluate(
      node,
      node.inputs.map((value) => value && read(value)),
    );
    for (const [i, value] of node.outputs.entries()) values.set(value, results[i]!);
  }
  return graph.outputs.map(({ value }) => fromDense(read(value)));
}

export const float32 = (name: string, shape: readonly (number | string)[]): Value => ({
  name,
  type: { dtype: 'float32', shape },
});

export const constant = (name: string, value: Tensor): Value => ({
  name,
  type: { dtype: value.dtype, shape: value.shape },
  constant: value,
});

/** A graph of nodes in order; its outputs are those of the last node. */
export const chain = (inputs: readonly Value[], ...nodes: readonly Node[]): Graph => ({
  name: 'test',
  inputs,
  nodes,
  outputs: nodes.at(-1)!.outputs.map((value) => ({ name: value.name, value })),
});
