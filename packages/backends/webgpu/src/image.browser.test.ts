import { compile } from '@polyphase/compiler';
import { Network } from '@polyphase/conformance';
import { ops } from '@polyphase/ir';
import { afterAll, expect, test } from 'vitest';
import { webgpu } from './index.ts';

const gpu = webgpu();
afterAll(() => gpu.close());

/** 3 x 2 pixels: red, and one of them green. */
function picture(): OffscreenCanvas {
  const canvas = new OffscreenCanvas(3, 2);
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#f00';
  context.fillRect(0, 0, 3, 2);
  context.fillStyle = '#0f0';
  context.fillRect(1, 1, 1, 1);
  return canvas;
}

const red = [1, 1, 1, 1, 0, 1];
const green = [0, 0, 0, 0, 1, 0];
const blue = [0, 0, 0, 0, 0, 0];

test.each([
  ['a canvas', async () => picture()],
  ['an ImageBitmap', async () => createImageBitmap(picture())],
  ['ImageData', async () => picture().getContext('2d')!.getImageData(0, 0, 3, 2)],
])('%s is an input, and the output stays on the GPU', async (_, source) => {
  const n = new Network();
  const { model } = n.sample('neg', [n.layer(ops.neg, { x: n.input([1, 3, 2, 3], 'x') })]);
  const compiled = await compile(model, { backends: [gpu] });
  const x = await gpu.fromImage(await source());
  expect([...(await x.read()).data]).toEqual([...red, ...green, ...blue]);
  const { y } = await compiled.run({ x }, { outputs: 'device' });
  expect(y!.resource).toBeInstanceOf(GPUBuffer);
  expect([...(await y!.read()).data].map((value) => Number(value) + 0)).toEqual(
    [...red, ...green, ...blue].map((value) => (value === 0 ? 0 : -value)),
  );
  x.dispose();
  y!.dispose();
  await compiled.close();
});
