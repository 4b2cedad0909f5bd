import { compile } from '@polyphase/compiler';
import { cpu } from '@polyphase/cpu';
import { type Tensor, tensor, toNumbers } from '@polyphase/ir';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadKeras } from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

interface Saved {
  readonly json: Uint8Array;
  readonly weights: Uint8Array;
}

/** What TensorFlow.js' own layers save. */
async function saved(model: tfl.LayersModel): Promise<Saved> {
  const parts: Saved[] = [];
  await model.save({
    save: async ({ weightData, weightSpecs, ...rest }) => {
      const weights = new Uint8Array(weightData as ArrayBuffer);
      const manifest = { ...rest, weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }] };
      parts.push({ json: new TextEncoder().encode(JSON.stringify(manifest)), weights });
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  return parts[0]!;
}

const samples = (...shape: readonly number[]): Tensor =>
  tensor(
    Float32Array.from(
      { length: shape.reduce((all, n) => all * n, 1) },
      (_, i) => Math.sin(i * 12.9898) * 1.5,
    ),
    shape,
  );

function randomize(model: tfl.LayersModel): tfl.LayersModel {
  const values = model.getWeights().map(({ shape, size }, i) => {
    const isVariance = model.weights[i]!.originalName.includes('variance');
    const wave = Float32Array.from({ length: size }, (_, j) => 0.4 * Math.sin(j * (1.7 + i)));
    return tf.tensor(isVariance ? wave.map((value) => Math.abs(value) + 0.5) : wave, shape);
  });
  model.setWeights(values);
  return model;
}

/** Sums of at most a few hundred terms in float32. */
const tolerance = 256 * 2 ** -24;

async function difference(
  model: tfl.LayersModel,
  x: Tensor,
  semantics: 'keras' | 'tfjs',
): Promise<readonly number[]> {
  const { json, weights } = await saved(model);
  const loaded = await loadKeras(json, { semantics, files: async () => weights });
  const compiled = await compile(loaded, { backends: [cpu()] });
  const results = await compiled.run({ [loaded.inputs[0]!.name]: x });
  const expected = [model.predict(tf.tensor(x.data as Float32Array, [...x.shape]))].flat() as tf.Tensor[];
  return expected.map((y, i) => {
    const actual = results[loaded.outputs[i]!]!;
    expect(actual.shape).toEqual(y.shape);
    const [a, b] = [toNumbers(actual), y.dataSync<'float32'>()];
    const greatest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return a.reduce((most, value, j) => Math.max(most, Math.abs(value - b[j]!)), 0) / greatest;
  });
}

const sequential = (...layers: tfl.layers.Layer[]): tfl.LayersModel =>
  randomize(tfl.sequential({ layers: [tfl.layers.inputLayer({ inputShape: [5, 4, 3] }), ...layers] }));

const { layers } = tfl;

describe('layers on which TensorFlow.js and Keras agree', () => {
  test.each<[string, () => tfl.layers.Layer]>([
    ['conv2d', () => layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' })],
    ['separable', () => layers.separableConv2d({ filters: 4, kernelSize: 2, depthMultiplier: 2 })],
    ['depthwise', () => layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false })],
    ['transposed', () => layers.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: 'same' })],
    ['batch normalization', () => layers.batchNormalization({ epsilon: 0.01 })],
    ['dense', () => layers.dense({ units: 3, activation: 'softmax' })],
    ['hard sigmoid', () => layers.activation({ activation: 'hardSigmoid' })],
    ['leaky relu', () => layers.leakyReLU({ alpha: 0.2 })],
    ['prelu', () => layers.prelu({ sharedAxes: [1, 2] })],
    ['thresholded relu', () => layers.thresholdedReLU({ theta: 0.5 })],
    ['nearest', () => layers.upSampling2d({ size: [2, 3] })],
    [
      'padding',
      () =>
        layers.zeroPadding2d({
          padding: [
            [1, 2],
            [0, 1],
          ],
        }),
    ],
    ['pooling', () => layers.averagePooling2d({ poolSize: 2, strides: 1, padding: 'same' })],
    ['global', () => layers.globalMaxPooling2d({})],
    ['permute', () => layers.permute({ dims: [3, 1, 2] })],
    ['reshape', () => layers.reshape({ targetShape: [-1, 6] })],
    ['flatten', () => layers.flatten()],
  ])('%s', async (_, build) => {
    const model = sequential(build());
    const x = samples(2, 5, 4, 3);
    for (const semantics of ['keras', 'tfjs'] as const)
      expect((await difference(model, x, semantics))[0], semantics).toBeLessThanOrEqual(tolerance);
  });
});

test('bilinear UpSampling2D: pixels elsewhere than in Keras', async () => {
  const model = sequential(layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }));
  const x = samples(1, 5, 4, 3);
  expect((await difference(model, x, 'tfjs'))[0]).toBeLessThanOrEqual(tolerance);
  expect((await difference(model, x, 'keras'))[0]).toBeGreaterThan(0.1);
});

test('models inside models, called twice, and a layer that is shared', async () => {
  const block = tfl.sequential({
    name: 'block',
    layers: [layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', inputShape: [6, 6, 3] })],
  });
  const [a, b] = [tfl.input({ shape: [6, 6, 3] }), tfl.input({ shape: [6, 6, 3] })];
  const inner = layers.conv2d({ filters: 3, kernelSize: 1 }).apply(a) as tfl.SymbolicTensor;
  const sum = layers.add().apply([inner, b]) as tfl.SymbolicTensor;
  const merge = tfl.model({ inputs: [a, b], outputs: [sum, inner], name: 'merge' });
  const x = tfl.input({ shape: [6, 6, 3] });
  const shared = layers.dense({ units: 3 });
  const first = block.apply(shared.apply(x)) as tfl.SymbolicTensor;
  const second = block.apply(shared.apply(first)) as tfl.SymbolicTensor;
  const [total, part] = merge.apply([first, second]) as tfl.SymbolicTensor[];
  const model = randomize(tfl.model({ inputs: x, outputs: [total!, part!] }));
  for (const error of await difference(model, samples(1, 6, 6, 3), 'keras'))
    expect(error).toBeLessThanOrEqual(tolerance);
});

describe('weights in fewer bits', () => {
  test.each([
    ['uint8', Uint8Array.of(0, 128, 255), { dtype: 'uint8', scale: 0.5, min: -3 }, [-3, 61, 124.5]],
    ['uint16', Uint16Array.of(0, 1, 65535), { dtype: 'uint16', scale: 0.25, min: 1 }, [1, 1.25, 16384.75]],
    ['float16', Uint16Array.of(0x3c00, 0xc000, 0x3555), { dtype: 'float16' }, [1, -2, 0.333251953125]],
  ])('%s', async (_, stored, quantization, expected) => {
    const weights = [{ name: 'p/alpha', shape: [3], dtype: 'float32', quantization }];
    const config = {
      name: 'm',
      layers: [
        { class_name: 'InputLayer', config: { batch_input_shape: [null, 3], dtype: 'float32', name: 'x' } },
        { class_name: 'PReLU', config: { name: 'p', trainable: true } },
      ],
    };
    const json = {
      modelTopology: { class_name: 'Sequential', config, keras_version: '2.15.0' },
      weightsManifest: [{ paths: ['w.bin'], weights }],
    };
    const bytes = new TextEncoder().encode(JSON.stringify(json));
    const model = await loadKeras(bytes, { files: async () => new Uint8Array(stored.buffer) });
    const compiled = await compile(model, { backends: [cpu()] });
    const { p } = await compiled.run({ x: tensor([-1, -1, -1], [1, 3]) });
    expect([...toNumbers(p!)]).toEqual(expected.map((value) => -value));
  });
});
