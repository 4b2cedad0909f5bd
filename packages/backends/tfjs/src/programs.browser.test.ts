import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { fromTf, tfjs, toTfFunction } from './index.ts';
import { compiled, ramp } from './models.testing.ts';
import { upscaler } from './upscaler.testing.ts';

/** What the processor's backend computes. */
async function expected() {
  const model = await compiled(upscaler(), tfjs({ backend: 'cpu', tf }));
  const { y } = await model.run({ x: ramp([1, 3, 4, 4]) });
  await model.close();
  return y!.data as Float32Array;
}

describe.each(['webgpu', 'webgl'])('inside a program of TensorFlow.js on %s', (name) => {
  test('tensors go in and come out, and nothing is left behind', async () => {
    const backend = tfjs({ backend: name, tf });
    expect(await backend.probe()).toMatchObject({ ok: true });
    const wanted = await expected();
    await tf.setBackend(name);
    const model = await compiled(upscaler(), backend);
    const layer = await toTfFunction(model);
    const x = tf.tensor(ramp([1, 3, 4, 4]).data as Float32Array, [1, 3, 4, 4]);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 20; i++) {
      const y = tf.tidy(() => tf.mul(layer.apply(x), 2));
      if (i === 0)
        near(
          await y.data(),
          wanted.map((value) => 2 * value),
        );
      y.dispose();
      const { y: kept } = await model.run({ x: fromTf(backend, x) }, { outputs: 'device' });
      if (i === 0) near((await kept!.read()).data as Float32Array, wanted);
      kept!.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
    await model.close();
  });
});

/** Sums of at most 200 products of numbers up to 6. */
function near(actual: ArrayLike<number>, wanted: Float32Array): void {
  expect(actual.length).toBe(wanted.length);
  const greatest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const [i, value] of wanted.entries())
    expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(2 * 200 * 2 ** -24 * greatest);
}
