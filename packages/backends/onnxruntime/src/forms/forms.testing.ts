import {
  type Dense,
  evaluate,
  fromNumbers,
  type Node,
  sizeOf,
  type Tensor,
  toDense,
  type Value,
} from '@polyphase/ir';
import { expect } from 'vitest';
import { type Form, reform } from './form.ts';

/** Whole numbers, the same in every run, so that all sums are exact. */
export function whole(shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): Tensor {
  const elements = Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7 + 3) % 11) - 5);
  return fromNumbers(dtype, shape, elements);
}

export const variable = (shape: readonly number[], dtype: Tensor['dtype'] = 'float32'): Value => ({
  name: 'x',
  type: { dtype, shape },
});

export function run(nodes: readonly Node[], inputs: ReadonlyMap<Value, Tensor>): Dense {
  const values = new Map<Value, Dense>([...inputs].map(([value, tensor]) => [value, toDense(tensor)]));
  let last: readonly Dense[] = [];
  for (const node of nodes) {
    last = evaluate(
      node,
      node.inputs.map((value) => value && (values.get(value) ?? toDense(value.constant!))),
    );
    for (const [i, value] of node.outputs.entries()) values.set(value, last[i]!);
  }
  return last[0]!;
}

/** The form means what the layer means; gives the operations that it is made of. */
export function expectSame(node: Node, form: Form, inputs: ReadonlyMap<Value, Tensor>): string {
  const reformed = reform(node, [form]);
  if (!reformed) return 'itself';
  const [expected, actual] = [run([node], inputs), run(reformed.nodes, inputs)];
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.data).toEqual(expected.data);
  expect(reformed.nodes.at(-1)!.outputs.map(({ type }) => type)).toEqual(
    node.outputs.map(({ type }) => type),
  );
  return reformed.nodes.map(({ op }) => op).join(' ');
}
