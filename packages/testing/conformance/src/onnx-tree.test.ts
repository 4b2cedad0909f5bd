import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Model, tensor } from '@polyphase/ir';
import { afterAll, expect, test } from 'vitest';
import { onnxTree } from './onnx-tree.node.ts';

const root = mkdtempSync(join(tmpdir(), 'polyphase-tree-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Files of one byte each, which stands for a tensor's only element. */
function put(files: Readonly<Record<string, number>>): void {
  for (const [path, byte] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), Uint8Array.of(byte));
  }
}

const inputs = Array.from(
  { length: 11 },
  (_, i) => ({ name: `x${i}`, type: { dtype: 'float32', shape: [] } }) as const,
);
const readers = {
  loadModel: async () => ({ name: 'model', inputs, outputs: ['y'] }) as unknown as Model,
  readTensor: (bytes: Uint8Array) => ({ tensor: tensor([bytes[0]!], []) }),
};
const inputFiles = (folder: string, first: number) =>
  Object.fromEntries(inputs.map((_, i) => [`${folder}/input_${i}.pb`, first + i]));

put({
  'node/test_b/model.onnx': 0,
  ...inputFiles('node/test_b/test_data_set_0', 0),
  'node/test_b/test_data_set_0/output_0.pb': 100,
  ...inputFiles('node/test_b/test_data_set_1', 20),
  'node/test_b/test_data_set_1/output_0.pb': 101,
  'node/test_a/model.onnx': 0,
  'node/test_a/test_data_set_0/input_0.pb': 1,
  'node/notes/readme.txt': 0,
  'simple/test_c/model.onnx': 0,
});
symlinkSync(root, join(root, 'node/notes/loop'));
symlinkSync('nowhere', join(root, 'node/notes/dangling'));

test('cases are found at any depth, once, in the order of their names', async () => {
  const cases = await onnxTree(root, readers);
  expect(cases.map(({ name, family }) => [name, family])).toEqual([
    ['node/test_a', 'node'],
    ['node/test_b', 'node'],
    ['simple/test_c', 'simple'],
  ]);
  const [only] = await onnxTree(join(root, 'simple/test_c'), readers);
  expect(only!.name).toBe('test_c');
});

test('tensors go by the numbers of their files', async () => {
  const [, item] = await onnxTree(root, readers);
  const { dataSets } = await item!.load();
  expect(dataSets.map(({ name }) => name)).toEqual(['test_data_set_0', 'test_data_set_1']);
  const values = inputs.map(({ name }) => dataSets[1]!.inputs[name]!.data[0]);
  expect(values).toEqual(inputs.map((_, i) => 20 + i));
  expect(dataSets[1]!.outputs.y!.data[0]).toBe(101);
});

test('a case without data has no data sets', async () => {
  const [, , item] = await onnxTree(root, readers);
  expect((await item!.load()).dataSets).toEqual([]);
});

test('missing files and folders', async () => {
  const [item] = await onnxTree(root, readers);
  const attempts = [
    item!.load(),
    onnxTree(join(root, 'no'), readers),
    onnxTree(join(root, 'node/test_a/model.onnx'), readers),
  ];
  const messages = await Promise.all(
    attempts.map((attempt) => attempt.then(String, (error: Error) => error.message)),
  );
  expect(messages.join('\n').replaceAll(root, '.')).toMatchInlineSnapshot(`
    "[polyphase PP5003] ./node/test_a/test_data_set_0: there are 1 files input_N.pb, the model has 11: x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10. Give one file for each.
    [polyphase PP5002] ./no: it does not exist. Give a folder with models and test data in the layout of ONNX's backend tests.
    [polyphase PP5002] ./node/test_a/model.onnx: it is no folder. Give a folder with models and test data in the layout of ONNX's backend tests."
  `);
});
