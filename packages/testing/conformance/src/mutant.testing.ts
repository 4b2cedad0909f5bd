import {
  type Dense,
  evaluate,
  fromDense,
  type Graph,
  type Node,
  opOf,
  type Tensor,
  toDense,
  type Value,
} from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';

/** What a layer gives instead of what it should; undefined: what it should. */
export type Bug = (node: Node, inputs: readonly Dense[], graph: Graph) => readonly Dense[] | undefined;

/** The definitions as a backend, with a bug. */
export const mutant = (bug: Bug = () => undefined): Backend => ({
  name: 'mutant',
  probe: async () => ({ ok: true }),
  refuses: () => undefined,
  compile: async (graph) => ({
    report: { steps: [], memory: { constants: 0, activations: 0 } },
    run: async (inputs: readonly Tensor[]) => {
      const values = new Map<Value, Dense>(graph.inputs.map((value, i) => [value, toDense(inputs[i]!)]));
      const read = (value: Value): Dense => values.get(value) ?? toDense(value.constant!);
      for (const node of graph.nodes) {
        const operands = node.inputs.map((value) => value && read(value));
        const results = bug(node, operands as readonly Dense[], graph) ?? evaluate(node, operands);
        for (const [i, value] of node.outputs.entries()) values.set(value, results[i]!);
      }
      return graph.outputs.map(({ value }) => fromDense(read(value)));
    },
    dispose: () => {},
  }),
  close: async () => {},
});

/** The layer's definition for other attributes or operands, its outputs of the same sizes. */
export function definedAs(
  node: Node,
  inputs: readonly (Dense | undefined)[],
  attributes: object = {},
): Dense[] {
  const types = node.outputs.map(({ type }) => type as { dtype: Dense['dtype']; shape: readonly number[] });
  const results = opOf(node).define(inputs, { ...node.attributes, ...attributes }, types);
  return types.map(({ dtype, shape }, i) => ({ dtype, shape, data: results[i]! }));
}

/** The tensor with each element replaced by another of its own, named by its index. */
export function permuted(x: Dense, sourceOf: (index: readonly number[]) => readonly number[]): Dense {
  const steps = x.shape.map((_, axis) => x.shape.slice(axis + 1).reduce((all, length) => all * length, 1));
  const data = x.data.map((_, i) => {
    const index = steps.map((step, axis) => Math.floor(i / step) % x.shape[axis]!);
    return x.data[sourceOf(index).reduce((sum, at, axis) => sum + at * steps[axis]!, 0)]!;
  });
  return { ...x, data };
}
