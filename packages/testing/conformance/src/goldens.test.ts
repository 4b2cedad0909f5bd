import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@polyphase/ir';
import { afterAll, expect, test } from 'vitest';
import { goldenCases } from './goldens.node.ts';
import { fakeBackend, reluModel } from './model.testing.ts';
import { runCases } from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'polyphase-goldens-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A file holds the second element of a tensor of two. */
const readers = {
  loadModel: async () => reluModel,
  readTensor: (bytes: Uint8Array) => ({
    tensor: tensor([1, Number(new TextDecoder().decode(bytes))], [2]),
  }),
};

function put(name: string, x: number, y: number): void {
  const data = join(root, name, 'test_data_set_0');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(root, name, 'model.onnx'), '');
  writeFileSync(join(data, 'input_0.pb'), String(x));
  writeFileSync(join(data, 'output_0.pb'), String(y));
}

const about = { framework: 'torch', version: '2', layer: 'torch.relu(x)', exact: true };

test('goldens have the family and call of the manifest, and bounds of their own', async () => {
  put('moves/right', 3, 3);
  put('moves/last_bit', 3, 3 + 2 ** -20);
  const entries = ['right', 'last_bit'].map((name) => ({ name: `moves/${name}`, family: 'relu', ...about }));
  writeFileSync(join(root, 'manifest.json'), JSON.stringify(entries));
  const cases = await goldenCases(root, readers);
  const results = await runCases(cases, fakeBackend());
  expect(results).toMatchObject([
    {
      name: 'moves/last_bit',
      family: 'relu',
      about: 'torch 2: torch.relu(x)',
      status: 'failed',
      finding: { index: [1], expected: 3 + 2 ** -20, actual: 3, allowed: 0, dataSet: 'test_data_set_0' },
      layers: ['%layer: float32[2] = relu(%x)  # layer', 'return y: %layer'],
    },
    { name: 'moves/right', status: 'passed' },
  ]);
});

test.each([
  ['[]', /PP5003.*manifest.json does not list it/],
  ['{', /PP5003.*it is not a list of goldens/],
])('a manifest %s', async (text, problem) => {
  put('moves/right', 3, 3);
  writeFileSync(join(root, 'manifest.json'), text);
  await expect(goldenCases(root, readers)).rejects.toThrow(problem);
});

test('without a manifest', async () => {
  await expect(goldenCases(join(root, 'moves'), readers)).rejects.toThrow(/PP5002.*manifest\.json/);
});
