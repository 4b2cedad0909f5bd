import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fixture, polyphase, temporaryFolder } from '../cli.testing.ts';

const folder = temporaryFolder();
const repository = (path: string): string =>
  fileURLToPath(new URL(`../../../../../test-fixtures/${path}`, import.meta.url));
const grouped = repository('onnx-node/test_convtranspose_group_2/model.onnx');

test('findings by id, the worst first', async () => {
  const { code, out } = await polyphase('lint', grouped, '--runtime', 'reference');
  expect(code).toBe(0);
  expect(out.replace(/^.*model.onnx/, 'model.onnx')).toMatchInlineSnapshot(`
    "model.onnx: 1 layer, 1 error, 0 warnings, 0 notes

    error PL147  ConvTranspose in groups  [ONNX ReferenceEvaluator]
      ConvTranspose:Y (ConvTranspose): 2 groups: it fails or gives other values
      why: ONNX ReferenceEvaluator 1.23 and older computes it wrongly without a word (onnx PR#8446)
      fix: Judge it by another runtime
    "
  `);
});

test('--strict fails on errors, and on nothing else', async () => {
  const strict = await polyphase('lint', grouped, '--strict');
  expect(strict.code).toBe(1);
  const webgl = await polyphase('lint', fixture('up.onnx'), '--strict', '--runtime', 'webgl');
  expect(webgl.code).toBe(0);
});

test('JSON, and a page', async () => {
  const page = join(folder, 'lint.html');
  const { out } = await polyphase('lint', fixture('up.onnx'), '--json', '--html', page);
  const { layers, checkerboards } = JSON.parse(out);
  expect(layers).toBe(3);
  expect(checkerboards).toMatchObject([
    { layer: 'up', kernel: [4, 4], stride: [2, 2], overlap: [4, 4, 4, 4] },
  ]);
  expect(readFileSync(page, 'utf8')).toContain('How many taps reach each output element');
});

test("a Keras model, with what TensorFlow.js' own layers make of it", async () => {
  const { code, out } = await polyphase(
    'lint',
    repository('keras/every_layer_2d.keras'),
    '--shape',
    'x=1x9x9x4',
    '--json',
  );
  if (code !== 0) throw new Error(out);
  const { findings } = JSON.parse(out) as { findings: { id: string; op: string }[] };
  const ids = findings.map(({ id }) => id);
  expect(ids).toContain('PL150');
  expect(ids).not.toContain('PL145');
});

test.each([
  [[repository('keras/nothing.keras')], 1, /PP5002/],
  [[fixture('up.onnx'), '--shape', 'z=1'], 1, /PP4002/],
  [[fixture('up.onnx'), '--weights', 'w.h5'], 2, /PP5001.*Keras topology/],
])('%s', async (args, code, message) => {
  const ended = await polyphase('lint', ...args);
  expect(ended.code).toBe(code);
  expect(ended.err).toMatch(message);
});
