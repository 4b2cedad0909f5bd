import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeTensorFile } from '@polyphase/files';
import { tensor } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { fixture, polyphase, temporaryFolder } from './cli.testing.ts';

const folder = temporaryFolder();
const up = fixture('up.onnx');

/** What differs from run to run and from backend to backend. */
const steady = (text: string): string =>
  text.replaceAll(fixture(''), 'FIXTURES/').replace(/compiled in .*/, 'compiled');

test('open sizes are printed as they are', async () => {
  const { code, out } = await polyphase('inspect', up);
  expect(code).toBe(0);
  expect(steady(out)).toMatchInlineSnapshot(`
    "FIXTURES/up.onnx: inputs image float32[1, 3, height, width]
    outputs mask, peak

    layer   operation      output
    up      convTranspose  [1, 1, 2*height, 2*width]
    squash  sigmoid        [1, 1, 2*height, 2*width]
    peak    reduceMax      []

    Sizes are open. For counts, placement and memory add --shape image=1x3x640x640
    "
  `);
});

test('open sizes in JSON', async () => {
  const { code, out } = await polyphase('inspect', up, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    outputs: ['mask', 'peak'],
    layers: [{ name: 'up', op: 'convTranspose', shape: [1, 1, '2*height', '2*width'] }, {}, {}],
    needs: ['--shape image=1x3x640x640'],
  });
});

test('a table with known sizes', async () => {
  const { code, out } = await polyphase('inspect', up, '--shape', 'image=1x3x8x8', '--backend', 'reference');
  expect(code).toBe(0);
  expect(steady(out)).toMatchInlineSnapshot(`
    "FIXTURES/up.onnx: image float32[1, 3, 8, 8] -> mask float32[1, 1, 16, 16], peak float32[]

    layer   operation      output                 parameters  products     moved  sees  backend
    up      convTranspose  float32[1, 1, 16, 16]          49    3.07 k  1.94 KiB  2x2   reference
    squash  sigmoid        float32[1, 1, 16, 16]                        2.00 KiB  2x2   reference
    peak    reduceMax      float32[]                                    1.00 KiB  all   reference

    rewrites, and what each saved
      none

    placement
      every layer runs on the first backend of the list that is usable here
      reference: 3 layers

    memory
      layers of the file, one after the other: 2.00 KiB at most, 2.75 KiB if nothing is given back
      layers that run, one after the other: 2.00 KiB at most, 2.75 KiB if nothing is given back
      planned: 4.01 KiB between input and output; the largest live set is 4.01 KiB, without sharing 4.01 KiB
      up/0 on reference: 392 B for weights and tables, 4.01 KiB for layers

    receptive field of the element in the middle
      mask[0, 0, 8, 8] reads image[0:1, all 3, 3:5, 3:5] of [1, 3, 8, 8]
      peak[] reads image[0:1, all 3, all 8, all 8] of [1, 3, 8, 8]

    0 rewrites, layers 3 in 3 kernels, 49 parameters, compiled
    products 3.07 k, moved 4.95 KiB, peak memory 2.00 KiB → 4.01 KiB
    "
  `);
});

test('known sizes in JSON, from a file', async () => {
  const file = join(folder, 'image.npy');
  await writeTensorFile(file, tensor(new Float32Array(3 * 64), [1, 3, 8, 8]));
  const { code, out } = await polyphase('inspect', up, '--input', `image=${file}`, '--json');
  expect(code).toBe(0);
  const {
    graph: { layers, totals },
    receptiveFields,
    memory,
  } = JSON.parse(out);
  // A transposed convolution with kernel 4 and stride 2: each of 3 x 8 x 8 inputs goes through 16 taps.
  expect(layers[0]).toMatchObject({
    name: 'up',
    parameters: 49,
    products: 3 * 64 * 16,
    outputBytes: 16 * 16 * 4,
  });
  expect(memory.source.peak).toBeGreaterThan(0);
  expect(totals).toMatchObject({ parameters: 49, products: 3 * 64 * 16 });
  const [field] = receptiveFields;
  expect(field).toMatchObject({
    output: 'mask',
    element: [0, 0, 8, 8],
    input: 'image',
    reads: [
      [0, 1],
      [0, 3],
      [3, 5],
      [3, 5],
    ],
  });
});

test.each([
  [['--shape', 'image=1x3x8'], 1, 'PP4004'],
  [['--shape', 'x=1x3x8x8'], 1, 'PP4002'],
  [['--shape', 'image'], 2, 'PP5001'],
  [['--html', join(folder, 'open.html')], 2, '--html needs the sizes of its inputs, which are open'],
  [['--emit', join(folder, 'open')], 2, '--emit needs the sizes of its inputs, which are open'],
])('%s', async (args, code, error) => {
  const ended = await polyphase('inspect', up, ...args);
  expect(ended).toMatchObject({ code, out: '' });
  expect(ended.err).toContain(error);
});

test('a page, and the generated code', async () => {
  const [page, code] = [join(folder, 'up.html'), join(folder, 'code')];
  const args = ['--shape', 'image=1x3x8x8', '--backend', 'cpu', '--html', page, '--emit', code];
  const ended = await polyphase('inspect', up, ...args);
  expect(ended.code).toBe(0);
  expect(readFileSync(page, 'utf8')).toMatch(/In the file: 3(.|\n)*As they run: 3/);
  const [wat] = readdirSync(code, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(readFileSync(join(wat!.parentPath, wat!.name), 'utf8')).toMatch(/^\(module/);
});

test('code into a folder that cannot be', async () => {
  const file = join(folder, 'image.npy');
  const ended = await polyphase(
    'run',
    up,
    '--random',
    '1',
    '--shape',
    'image=1x3x8x8',
    '--emit',
    join(file, 'in'),
  );
  expect(ended.code).toBe(1);
  expect(ended.err).toMatch(/PP5002.*--emit/);
});
