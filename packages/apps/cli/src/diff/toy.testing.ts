import {
  type Dense,
  evaluate,
  fromDense,
  type Node,
  opOf,
  staticType,
  type Tensor,
  toDense,
  type Value,
} from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';

/** What a layer gives instead of what it should; undefined: what it should. */
export type Bug = (node: Node, operands: readonly (Dense | undefined)[]) => readonly Dense[] | undefined;

/** The definitions as a backend that rounds each layer to its type, with a bug. */
export const toy = (bug: Bug = () => undefined, name = 'toy'): Backend => ({
  name,
  probe: async () => ({ ok: true }),
  refuses: () => undefined,
  compile: async (graph) => ({
    report: { steps: [], memory: { constants: 0, activations: 0 } },
    run: async (inputs: readonly Tensor[]) => {
      const values = new Map<Value, Dense>(graph.inputs.map((value, i) => [value, toDense(inputs[i]!)]));
      const read = (value: Value | undefined) => value && (values.get(value) ?? toDense(value.constant!));
      for (const node of graph.nodes) {
        const operands = node.inputs.map(read);
        const results = bug(node, operands) ?? evaluate(node, operands);
        for (const [i, value] of node.outputs.entries()) values.set(value, toDense(fromDense(results[i]!)));
      }
      return graph.outputs.map(({ value }) => fromDense(read(value)!));
    },
    dispose: () => {},
  }),
  close: async () => {},
});

/** The layer's first output with other attributes or operands. */
export function instead(
  node: Node,
  operands: readonly (Dense | undefined)[],
  attributes: object = {},
): readonly Dense[] {
  const types = node.outputs.map(({ type }) => staticType(type));
  const results = opOf(node).define(operands, { ...node.attributes, ...attributes }, types);
  return types.map((type, i) => ({ ...type, data: results[i]! }));
}

/** The layer's own outputs, their elements changed. */
export const changed =
  (change: (y: Dense, i: number) => number): Bug =>
  (node, operands) =>
    evaluate(node, operands).map((y) => ({ ...y, data: y.data.map((_, i) => change(y, i)) }));
