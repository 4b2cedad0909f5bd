import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromTf, tfjs, toTfFunction } from './index.ts';
import { compiled, ramp } from './models.testing.ts';
import { upscaler } from './upscaler.testing.ts';

const held = () => {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  return { numTensors, numDataBuffers, numBytes };
};

describe.each([
  ['cpu', 1000],
  ['wasm', 1000],
  ['webgpu', 100],
])('tf.memory() on %s', (name, runs) => {
  const backend = tfjs({ backend: name, tf });
  let why: string | undefined;
  beforeAll(async () => {
    const probe = await backend.probe();
    why = probe.ok ? undefined : probe.why;
    if (probe.ok) await tf.setBackend(name);
  });
  afterAll(() => backend.close());

  test(`is flat over ${runs} runs, whichever way they are asked for`, async ({ skip }) => {
    if (why) skip(why);
    const before = held();
    const model = await compiled(upscaler(), backend);
    const x = ramp([1, 3, 4, 4]);
    const given = tf.tensor(x.data as Float32Array, [1, 3, 4, 4]);
    const layer = await toTfFunction(model);
    const open = held();
    for (let i = 0; i < runs; i++) {
      if (i % 10 === 0) await model.run({ x });
      if (i % 10 === 5) {
        const { y } = await model.run({ x: fromTf(backend, given) }, { outputs: 'device' });
        y!.dispose();
      }
      tf.tidy(() => tf.mean(layer.apply(given)).dispose());
      layer.apply(given).dispose();
      if (i === 0) expect(held()).toEqual(open);
    }
    expect(held()).toEqual(open);
    await model.close();
    given.dispose();
    expect(held()).toEqual(before);
  });

  test('a run that fails leaves nothing behind', async ({ skip }) => {
    if (why) skip(why);
    const model = await compiled(upscaler(), backend);
    const { regions } = await model.prepare();
    const open = held();
    const wrong = tf.zeros([1, 5, 4, 4]);
    await expect(regions[0]!.program.run([fromTf(backend, wrong)])).rejects.toThrow();
    wrong.dispose();
    expect(held()).toEqual(open);
    await model.close();
  });
});
