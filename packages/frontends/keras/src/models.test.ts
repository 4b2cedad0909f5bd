import { compile } from '@polyphase/compiler';
import { cpu } from '@polyphase/cpu';
import { type Model, type Tensor, toNumbers } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { reference } from '@polyphase/reference';
import { tfjs } from '@polyphase/tfjs';
import { webgpu } from '@polyphase/webgpu';
import { expect, test } from 'vitest';
import { feedsOf, fixture, readGolden } from './goldens.testing.ts';
import { loadKeras } from './index.ts';

/** Keras computes in float32: sums of a few hundred terms through a few layers, and functions within a few units. */
const tolerance = 256 * 2 ** -24;

function expectClose(actual: Tensor, expected: Tensor, what: string): void {
  expect(actual.shape, what).toEqual(expected.shape);
  expect(actual.dtype, what).toBe(expected.dtype);
  const [a, b] = [toNumbers(actual), toNumbers(expected)];
  const greatest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
  expect(error, `${what}: the error`).toBeLessThanOrEqual(tolerance * greatest);
}

const backends: Readonly<Record<string, () => Backend>> = {
  reference,
  cpu,
  webgpu,
  tfjs: () => tfjs({ backend: 'wasm' }),
};

const forms: Readonly<Record<string, (name: string) => Promise<Model>>> = {
  '.keras': (name) => loadKeras(fixture(`${name}.keras`)),
  '.h5': (name) => loadKeras(fixture(`${name}.h5`)),
  'JSON and .weights.h5': (name) =>
    loadKeras(fixture(`${name}.config.json`), { weights: fixture(`${name}.weights.h5`) }),
};

const models: Readonly<Record<string, readonly string[]>> = {
  every_layer_1d: ['.keras'],
  every_layer_2d: ['.keras'],
  every_layer_3d: ['.keras'],
  pointwise: Object.keys(forms),
  segmenter: Object.keys(forms),
  decoder: ['.keras', '.h5'],
};

test.each(Object.entries(models).flatMap(([name, kinds]) => kinds.map((kind) => [name, kind] as const)))(
  '%s from %s gives what Keras gives',
  async (name, form) => {
    const golden = readGolden(name);
    const model = await forms[form]!(name);
    for (const open of Object.values(backends)) {
      const backend = open();
      const compiled = await compile(model, { backends: [backend], strict: true, check: true });
      const results = await compiled.run(feedsOf(model, golden));
      for (const [key, expected] of Object.entries(golden.outputs)) {
        const output = /^\d+$/.test(key) ? model.outputs[Number(key)]! : key;
        expectClose(results[output]!, expected, `${output} on ${backend.name}`);
      }
      await compiled.close();
      await backend.close();
    }
  },
);
