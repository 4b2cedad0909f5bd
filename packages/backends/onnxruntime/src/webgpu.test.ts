import { compile } from '@polyphase/compiler';
import { fromNumbers, type Model, make, type Node, ops, type Value } from '@polyphase/ir';
import { type DeviceTensor, isDeviceTensor } from '@polyphase/plugin';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onnxruntime } from './index.ts';

const backend = onnxruntime({ provider: 'webgpu' });
beforeAll(async () => expect(await backend.probe()).toMatchObject({ ok: true }));
const other = onnxruntime();
afterAll(() => Promise.all([backend.close(), other.close()]));

const x: Value = { name: 'image', type: { dtype: 'float32', shape: [1, 1, 4, 4] } };
const image = fromNumbers(
  'float32',
  [1, 1, 4, 4],
  Float64Array.from({ length: 16 }, (_, i) => i - 8),
);
const relu = make(ops.relu, { x }, {}, { name: 'relu' });
const y = relu.outputs[0]!;

const modelOf = (...nodes: readonly Node[]): Model => ({
  name: 'net',
  inputs: [{ name: x.name, type: x.type }],
  outputs: ['y'],
  graph: () => ({
    name: 'net',
    inputs: [x],
    outputs: [{ name: 'y', value: nodes.at(-1)!.outputs[0]! }],
    nodes,
  }),
});

describe('tensors that stay on the device', () => {
  test('an output is kept, fed again, read and disposed of', async () => {
    const program = await backend.compile(modelOf(relu).graph(), {});
    const [kept] = (await program.run([image], { keep: [true] })) as [DeviceTensor];
    expect(kept).toMatchObject({ device: 'onnxruntime:webgpu', dtype: 'float32', shape: [1, 1, 4, 4] });
    expect((await kept.read()).data).toEqual(image.data.map((value) => Math.max(value as number, 0)));
    const [again] = await program.run([kept]);
    expect(isDeviceTensor(again!)).toBe(false);
    expect(again).toMatchObject({ data: (await kept.read()).data });
    kept.dispose();
    kept.dispose();
    await expect(kept.read()).rejects.toThrow(/PP4006/);
    program.dispose();
  });

  test('copies are counted', async () => {
    const program = await backend.compile(modelOf(relu).graph(), {});
    expect(program.report.copies).toEqual({ toDevice: 64, toHost: 64 });
    program.dispose();
  });
});

describe('what the provider does not take', () => {
  const pooling = {
    kernel: [2, 2],
    stride: [2, 2],
    dilation: [1, 1],
    pads: [
      [0, 0],
      [0, 0],
    ] as const,
    ceil: false,
  };

  test('a pooling whose indices nobody reads is taken', async () => {
    const pool = make(ops.maxPool, { x: y }, pooling, { name: 'pool' });
    const model = await compile(modelOf(relu, pool), { backends: [backend], strict: true });
    expect([...(await model.run({ image })).y!.data]).toEqual([0, 0, 5, 7]);
    await model.close();
  });

  test('one whose indices are read goes to the next backend', async () => {
    const pool = make(ops.maxPool, { x: y }, pooling, { name: 'pool' });
    const unpool = make(
      ops.maxUnpool,
      { x: pool.outputs[0]!, indices: pool.outputs[1]! },
      { shape: [1, 1, 4, 4] },
      { name: 'unpool' },
    );
    const model = await compile(modelOf(relu, pool, unpool), {
      backends: [backend, other],
      weighTransfers: false,
    });
    await model.run({ image });
    expect(
      model.placement.map(({ node, backend, refused }) => [node.op, backend.name, refused[0]?.why]),
    ).toEqual([
      ['relu', 'onnxruntime:webgpu', undefined],
      ['maxPool', 'onnxruntime', 'the provider gives no indices of MaxPool'],
      ['maxUnpool', 'onnxruntime', 'the provider has no kernel for MaxUnpool'],
    ]);
    await model.close();
  });

  test.each([
    ['float64', 'the provider has no kernel for Relu of float64'],
    ['float32', undefined],
  ] as const)('%s', (dtype, why) => {
    const node = make(ops.relu, { x: { name: 'x', type: { dtype, shape: [2] } } }, {}, { name: 'relu' });
    expect(backend.refuses(node)).toBe(why);
  });

  test('other forms need weights that are known', () => {
    const w: Value = { name: 'w', type: { dtype: 'float32', shape: [2, 1, 2] } };
    const line: Value = { name: 'x', type: { dtype: 'float32', shape: [1, 2, 4] } };
    const node = make(
      ops.convTranspose,
      {
        x: { ...line, type: { dtype: 'float32', shape: [1, 4, 4] } },
        w: { ...w, type: { dtype: 'float32', shape: [4, 1, 2] } },
      },
      { stride: [2], dilation: [1], crop: [[0, 0]], groups: 2 },
      { name: 'up' },
    );
    expect(backend.refuses(node)).toMatch(/its ConvTranspose is wrong for these channels/);
  });
});
