import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Binding,
  type Dense,
  evaluate,
  type Graph,
  isFloat,
  type Model,
  type Tensor,
  toDense,
  type Value,
  verify,
} from '@polyphase/ir';
import { expect } from 'vitest';
import { parseOnnx, readTensor } from './index.ts';

/** A folder of cases in the layout of ONNX's backend tests. */
export const fixtures = (name: string): string =>
  join(import.meta.dirname, '../../../../test-fixtures', name);

export const casesIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => existsSync(join(folder, name, 'model.onnx')));

const tensorsIn = (folder: string, kind: 'input' | 'output'): Tensor[] =>
  readdirSync(folder)
    .filter((file) => file.startsWith(kind))
    .sort((a, b) => Number(a.match(/\d+/)) - Number(b.match(/\d+/)))
    .map((file) => readTensor(readFileSync(join(folder, file))).tensor);

/** The sizes of these inputs, and the elements of those that decide shapes. */
export const bindingsFor = (model: Model, inputs: readonly Tensor[]): Map<string, Binding> =>
  new Map(
    model.inputs.map(({ name, decidesShapes }, i) => {
      const value = inputs[i]!;
      return [name, decidesShapes ? { shape: value.shape, value } : { shape: value.shape }];
    }),
  );

/** The outputs of a graph by the definitions of its layers. */
export function run(graph: Graph, inputs: readonly Tensor[]): readonly Dense[] {
  const known = new Map<Value, Dense>(graph.inputs.map((value, i) => [value, toDense(inputs[i]!)]));
  const read = (value: Value | undefined) => value && (known.get(value) ?? toDense(value.constant!));
  for (const node of graph.nodes) {
    const results = evaluate(node, node.inputs.map(read));
    for (const [i, output] of node.outputs.entries()) known.set(output, results[i]!);
  }
  return graph.outputs.map(({ value }) => read(value)!);
}

/** Imports and runs a case, and compares as ONNX's own runner does: |got - want| <= 1e-7 + 1e-3 |want|, integers exactly. */
export function checkCase(folder: string): void {
  const model = parseOnnx(readFileSync(join(folder, 'model.onnx')));
  const set = join(folder, 'test_data_set_0');
  const inputs = tensorsIn(set, 'input');
  const graph = model.graph(bindingsFor(model, inputs));
  verify(graph);
  const outputs = run(graph, inputs);
  for (const [i, expected] of tensorsIn(set, 'output').entries()) expectClose(outputs[i]!, toDense(expected));
}

function expectClose(got: Dense, want: Dense): void {
  expect({ dtype: got.dtype, shape: got.shape }).toEqual({ dtype: want.dtype, shape: want.shape });
  const [atol, rtol] = isFloat(want.dtype) ? [1e-7, 1e-3] : [0, 0];
  const wrong = [...want.data].flatMap((expected, i) => {
    const actual = got.data[i]!;
    const same = Object.is(actual, expected) || actual === expected;
    return same || Math.abs(actual - expected) <= atol + rtol * Math.abs(expected)
      ? []
      : [{ i, actual, expected }];
  });
  expect(wrong).toEqual([]);
}
