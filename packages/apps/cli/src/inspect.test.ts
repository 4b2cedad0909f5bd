import { join } from 'node:path';
import { writeTensorFile } from '@polyphase/files';
import { tensor } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { fixture, polyphase, temporaryFolder } from './cli.testing.ts';

const folder = temporaryFolder();
const up = fixture('up.onnx');

/** What differs from run to run and from backend to backend. */
const steady = (text: string): string =>
  text
    .replaceAll(fixture(''), 'FIXTURES/')
    .replace(/compiled in .*/, 'compiled')
    .replace(/: .* for weights.*/, ': ...');

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

    layer   operation      output                 parameters  products     bytes  backend
    up      convTranspose  float32[1, 1, 16, 16]          49    3.07 k  1.00 KiB  reference
    squash  sigmoid        float32[1, 1, 16, 16]                        1.00 KiB  reference
    peak    reduceMax      float32[]                                         4 B  reference

    3 layers, 49 parameters, 3.07 k products (multiply-adds)

    placement
      reference: 3 layers

    rewrites
      none

    memory
      reference: ...

    receptive field of the element in the middle
      mask[0, 0, 8, 8] reads image[0:1, all 3, 3:5, 3:5] of [1, 3, 8, 8]
      peak[] reads image[0:1, all 3, all 8, all 8] of [1, 3, 8, 8]

    compiled
    "
  `);
});

test('known sizes in JSON, from a file', async () => {
  const file = join(folder, 'image.npy');
  await writeTensorFile(file, tensor(new Float32Array(3 * 64), [1, 3, 8, 8]));
  const { code, out } = await polyphase('inspect', up, '--input', `image=${file}`, '--json');
  expect(code).toBe(0);
  const { layers, totals, receptiveFields } = JSON.parse(out);
  // A transposed convolution with kernel 4 and stride 2: each of 3 x 8 x 8 inputs goes through 16 taps.
  expect(layers[0]).toMatchObject({ name: 'up', parameters: 49, products: 3 * 64 * 16, bytes: 16 * 16 * 4 });
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
])('%s', async (args, code, error) => {
  const ended = await polyphase('inspect', up, ...args);
  expect(ended).toMatchObject({ code, out: '' });
  expect(ended.err).toContain(error);
});
