import type { Graph, Node } from '@polyphase/ir';

/** A graph of these layers alone; what they read and do not make is an input. All that the last one gives is an output. */
export function graphOf(...nodes: readonly Node[]): Graph {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  const read = nodes.flatMap(({ inputs }) => inputs.filter((value) => value !== undefined));
  const inputs = [...new Set(read)].filter((value) => !value.constant && !made.has(value));
  const outputs = nodes.at(-1)?.outputs ?? [];
  return {
    name: nodes[0]?.name ?? '',
    inputs,
    outputs: outputs.map((value, i) => ({ name: `y${i}`, value })),
    nodes,
  };
}
