import { type Graph, maxPool, type Node } from '@polyphase/ir';

/** Poolings whose indices are read, which is not seen from the layer alone. */
export function poolingsWithIndices({ nodes, outputs }: Graph): readonly Node[] {
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...outputs.map(({ value }) => value)]);
  return nodes.filter((node) => node.op === maxPool.name && read.has(node.outputs[1]!));
}

export const noIndices = 'the provider gives no indices of MaxPool';
