import { compile } from '@polyphase/compiler';
import { add, type DType, make, matMul, outputOf, relu, type Value } from '@polyphase/ir';
import { defineBackend } from '@polyphase/plugin';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { tfjs, toTfFunction } from './index.ts';
import { compiled, modelOf, ramp } from './models.testing.ts';
import { upscaler } from './upscaler.testing.ts';

const backend = tfjs({ backend: 'wasm', tf });

beforeAll(async () => {
  expect(await backend.probe()).toMatchObject({ ok: true });
});

describe('a model as a function of tensors', () => {
  test('gives what the model gives, inside a program on another backend', async () => {
    const other = tfjs({ backend: 'cpu', tf });
    await other.probe();
    const model = await compiled(upscaler(), backend);
    const layer = await toTfFunction(model);
    const x = ramp([1, 3, 4, 4]);
    const { y } = await model.run({ x });
    await tf.setBackend('cpu');
    const mine = tf.tidy(() => layer.apply(tf.tensor(x.data as Float32Array, [1, 3, 4, 4])));
    expect(tf.getBackend()).toBe('cpu');
    expect(await mine.data()).toEqual(y!.data);
    mine.dispose();
    await model.close();
  });

  test('takes and gives several by name; an input that is an output is a copy', async () => {
    const model = modelOf({ a: [2, 3], b: [2, 3] }, ({ a, b }) => [
      make(add, { a: a!, b: b! }, {}, { name: 'y' }),
    ]);
    const both = await compiled(
      { ...model, outputs: ['y', 'a'], graph: () => withInput(model.graph()) },
      backend,
    );
    const layer = await toTfFunction(both);
    const [a, b] = [tf.ones([2, 3]), tf.fill([2, 3], 2)];
    const outputs = layer.run({ a, b });
    expect([...(await outputs.y!.data())]).toEqual([3, 3, 3, 3, 3, 3]);
    outputs.a!.dispose();
    expect(a.isDisposed).toBe(false);
    expect(() => layer.apply(a)).toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP4002] model: apply takes a model of one input and one output, this one has 2 and 2. Use run({ a, b }).]`,
    );
  });

  test('says which input is unfit', async () => {
    const model = await compiled(
      modelOf({ x: [2, 3] }, ({ x }) => [make(relu, { x: x! }, {}, { name: 'y' })]),
      backend,
    );
    const layer = await toTfFunction(model);
    expect(() => layer.run({})).toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP4001] input x: no tensor is given; there are none. Give a tensor as x.]`,
    );
    expect(() => layer.apply(tf.ones([2, 3], 'int32'))).toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP4003] input x: the tensor is int32, the model takes float32. Give a tensor of float32.]`,
    );
    expect(() => layer.apply(tf.ones([3, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP4004] input x: the tensor is [3, 2], the function was made for [2, 3]. Call toTfFunction with these sizes.]`,
    );
    await model.close();
    expect(() => layer.apply(tf.ones([2, 3]))).toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP4006] model/0: its program was disposed of, because the model is closed or was compiled for too many other sizes. Keep the model open, give \`compile\` a larger cacheSize, or prepare these sizes again.]`,
    );
  });

  test('needs every layer on TensorFlow.js', async () => {
    const dtype: DType = 'int32';
    const model = modelOf(
      { x: [2, 2] },
      ({ x }) => [make(matMul, { a: x!, b: x! }, {}, { name: 'product' })],
      dtype,
    );
    const elsewhere = defineBackend(() => ({
      name: 'elsewhere',
      probe: async () => ({ ok: true }),
      refuses: () => undefined,
      compile: async () => ({
        report: { steps: [], memory: { constants: 0, activations: 0 } },
        run: async (inputs) => inputs,
        dispose: () => {},
      }),
      close: async () => {},
    }));
    const placed = await compile(model, { backends: [backend, elsewhere()] });
    await expect(toTfFunction(placed)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP3003] product (matMul): it runs on elsewhere, not on TensorFlow.js. Compile the model with tfjs() alone; \`model.placement\` says why a layer is refused.]`,
    );
  });
});

function withInput(graph: ReturnType<ReturnType<typeof modelOf>['graph']>) {
  const a = graph.inputs[0] as Value;
  return {
    ...graph,
    outputs: [...graph.outputs, { name: 'a', value: a }],
    nodes: graph.nodes.map((node) => node),
  };
}

test('symbolic sizes are given by the caller', async () => {
  const open = {
    ...modelOf({ x: [2, 3] }, () => []),
    inputs: [{ name: 'x', type: { dtype: 'float32' as const, shape: ['rows', 3] } }],
    graph: (bindings?: ReadonlyMap<string, { readonly shape: readonly (number | string)[] }>) => {
      const x: Value = {
        name: 'x',
        type: { dtype: 'float32', shape: bindings?.get('x')?.shape ?? ['rows', 3] },
      };
      const node = make(relu, { x }, {}, { name: 'y' });
      return { name: 'open', inputs: [x], nodes: [node], outputs: [{ name: 'y', value: outputOf(node) }] };
    },
  };
  const model = await compiled(open, backend);
  const layer = await toTfFunction(model, { x: [4, 3] });
  expect(layer.apply(tf.fill([4, 3], -1)).dataSync()).toEqual(new Float32Array(12));
});
