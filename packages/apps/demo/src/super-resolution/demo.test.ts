import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cpu } from '@polyphase/cpu';
import { type Pixels, readPicture, writePicture } from '@polyphase/files';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { superResolutionDemo } from './demo.ts';
import { networkPath, networks, openNetwork, picture } from './enlarge.ts';
import { qualityOf } from './quality.ts';

const sign = join(import.meta.dirname, '../../../../../test-fixtures/images/street-sign.jpg');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyphase-super-resolution-'));
  await tf.setBackend('cpu');
});
afterAll(() => rm(folder, { recursive: true }));

/** A part of a picture that has edges and flat places. */
async function part(width: number, height: number): Promise<Pixels> {
  const whole = await readPicture(sign);
  const rows = Array.from({ length: height }, (_, y) => {
    const begin = ((y + 240) * whole.width + 280) * 3;
    return [...whole.data.subarray(begin, begin + width * 3)];
  });
  return { width, height, channels: 3, max: 255, data: Uint8Array.from(rows.flat()) };
}

/** What TensorFlow.js' own layers make of the model. */
async function byTensorFlow(small: Pixels): Promise<Float32Array> {
  const path = networkPath(networks.rdn);
  const json = JSON.parse(await readFile(path, 'utf8'));
  const [group] = json.weightsManifest;
  const weightData = new Uint8Array(await readFile(join(dirname(path), group.paths[0]))).buffer;
  const artifacts = { modelTopology: json.modelTopology, weightSpecs: group.weights, weightData };
  const model = await tfl.loadLayersModel({ load: async () => artifacts });
  const x = tf.tensor(Float32Array.from(small.data), [1, small.height, small.width, 3]);
  return (model.predict(x) as tf.Tensor).dataSync<'float32'>();
}

test('the network gives what TensorFlow.js gives, to the last level but for ties', async () => {
  const small = await part(20, 14);
  const backend = cpu();
  const network = await openNetwork('rdn', [backend]);
  const ours = await picture(network, small);
  const theirs = await byTensorFlow(small);
  expect([ours.width, ours.height]).toEqual([40, 28]);
  for (const [i, level] of ours.data.entries()) {
    const expected = Math.min(Math.max(theirs[i]!, 0), 255);
    expect(Math.abs(level - expected)).toBeLessThanOrEqual(0.5 + 0.01);
  }
  await network.model.close();
  await backend.close();
});

test.each(['rdn', 'esrgan'] as const)(
  '%s: both pictures are written, with their distance to the original',
  async (name) => {
    const path = join(folder, 'part.png');
    await writePicture(path, await part(65, 40));
    const lines: string[] = [];
    const backend = cpu();
    await superResolutionDemo({
      pictures: [path],
      backends: [backend],
      output: folder,
      network: name,
      halve: true,
      print: (line) => lines.push(line),
    });
    await backend.close();
    expect(lines).toContain('doubled  32 x 20, the picture halved, to 64 x 40');
    for (const kind of [name, 'bicubic']) {
      const line = lines.find((each) => each.startsWith(kind))!;
      expect(Number(/PSNR ([\d.]+)/.exec(line)![1])).toBeGreaterThan(20);
      const written = await readPicture(join(folder, `part-${kind}.png`));
      expect([written.width, written.height]).toEqual([64, 40]);
    }
  },
);

test('PSNR and SSIM are those of scikit-image 0.26', () => {
  const pattern = Uint8Array.from({ length: 48 * 40 * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % 48, Math.floor(i / 144), i % 3];
    return x * 5 + y * 3 + c * 40 + ((Math.floor(x / 6) + Math.floor(y / 5)) % 2) * 60;
  });
  const original: Pixels = { width: 48, height: 40, channels: 3, max: 255, data: pattern };
  const changed = { ...original, data: pattern.map((level, i) => (i % 7 === 0 ? 255 - level : level)) };
  const { psnr, ssim } = qualityOf(changed, original);
  expect(psnr).toBeCloseTo(13.0153, 4);
  expect(ssim).toBeCloseTo(0.5624, 2);
});
