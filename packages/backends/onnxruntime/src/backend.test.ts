import { compile } from '@polyphase/compiler';
import { fromNumbers, make, ops, type Tensor, type Value } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import * as library from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { image, libraryThat, modelOf, opened, other, relu, sigmoid, x } from './backend.testing.ts';
import { onnxruntime } from './index.ts';
import { restate, writeModel } from './model.ts';
import { providers } from './providers/index.ts';

describe('sessions', () => {
  test('an equal region of equal sizes runs in the session that is there', async () => {
    const { lib, made } = libraryThat(() => {});
    const backend = opened(onnxruntime({ lib }));
    for (let i = 0; i < 3; i++) {
      const model = await compile(modelOf([relu, sigmoid]), { backends: [backend] });
      await model.run({ image: image() });
      await model.close();
    }
    expect(made()).toBe(1);
  });

  test('idle ones beyond the limit are given back', async () => {
    const { lib, made } = libraryThat(() => {});
    const backend = opened(onnxruntime({ lib, idleSessions: 0 }));
    for (let i = 0; i < 2; i++) await (await compile(modelOf([relu]), { backends: [backend] })).close();
    expect(made()).toBe(2);
  });
});

describe('errors carry the name of the layer', () => {
  const failing = (message: string): Backend =>
    opened(
      onnxruntime({
        lib: libraryThat(() => {
          throw new Error(message);
        }).lib,
      }),
    );

  test('no kernel: the layer goes to the next backend', async () => {
    const backend = failing(
      "NOT_IMPLEMENTED : Could not find an implementation for Sigmoid(13) node with name 'net/sigmoid'",
    );
    await expect(compile(modelOf([relu, sigmoid]), { backends: [backend] })).rejects.toThrow(
      '[polyphase PP3001] net/sigmoid (sigmoid): the onnxruntime backend cannot run it: onnxruntime has no kernel for it.',
    );
  });

  test('any other failure of a session', async () => {
    await expect(
      compile(modelOf([relu]), { backends: [failing('Node ("net/relu", Relu, "") is odd')] }),
    ).rejects.toThrow(
      '[polyphase PP3005] net/relu (relu): onnxruntime made no session of it: Node ("net/relu", Relu, "") is odd.',
    );
  });

  test('of a run', async () => {
    const index: Value = { name: 'at', type: { dtype: 'int64', shape: [1] } };
    const gather = make(
      ops.gather,
      { x: { ...x, constant: image() }, indices: index },
      { axis: 2 },
      { name: 'net/pick' },
    );
    const backend = opened(onnxruntime());
    const program = await backend.compile(modelOf([gather], index).graph(), {});
    const run = program.run([fromNumbers('int64', [1], Float64Array.of(99))]);
    await expect(run).rejects.toThrow(
      /^\[polyphase PP4007\] net\/pick \(gather\): onnxruntime failed while running it: indices element out of/,
    );
  });
});

describe('forms that hold for finite values', () => {
  const axes = [2, 3].map((axis) => ({
    axis,
    from: 4,
    to: 8,
    map: 'half_pixel' as const,
    filter: { kind: 'cubic' as const, coefficient: -0.75 },
    antialias: false,
    border: 'clamp' as const,
    profile: 'onnx' as const,
  }));
  const up = make(ops.upsample, { x }, { axes }, { name: 'net/up' });

  test.each([
    ['a NaN', Number.NaN],
    ['an infinity', Number.NEGATIVE_INFINITY],
  ])('%s is run in the form that it does not spoil', async (_, value) => {
    const { lib, made } = libraryThat(() => {});
    const backend = opened(onnxruntime({ lib }));
    const model = await compile(modelOf([up]), { backends: [backend] });
    const { regions } = await model.prepare();
    expect(regions[0]!.program.report.steps[0]!.kernel).toBe('onnxruntime cpu, matrices (1)');
    await model.run({ image: image() });
    expect(made()).toBe(1);
    const inputs = { image: image((i) => (i === 0 ? value : i)) };
    const { y } = await model.run(inputs);
    const judge = await compile(modelOf([up]), { backends: [other()] });
    const { y: expected } = await judge.run(inputs);
    const isOdd = ({ data }: Tensor) => [...(data as Float32Array)].map(Number.isFinite);
    expect(isOdd(y!)).toEqual(isOdd(expected!));
    expect(made()).toBe(2);
  });

  test('without rewrites nothing is watched', async () => {
    const model = await compile(modelOf([up]), { backends: [opened(onnxruntime({ rewrites: false }))] });
    const { regions } = await model.prepare();
    expect(regions[0]!.program.report.steps[0]!.kernel).toBe('onnxruntime cpu');
  });
});

test('weights beyond a size stay where they are', async () => {
  const w: Value = { name: 'w', type: { dtype: 'float32', shape: [3, 2, 1, 1] } };
  const tensor = fromNumbers('float32', [3, 2, 1, 1], Float64Array.of(1, 2, 3, 4, 5, 6));
  const bias = fromNumbers('float32', [3], Float64Array.of(7, 8, 9));
  const attributes = {
    stride: [1, 1],
    dilation: [1, 1],
    pads: [
      [0, 0],
      [0, 0],
    ] as const,
  };
  const conv = make(
    ops.conv,
    {
      x,
      w: { ...w, constant: tensor },
      bias: { name: 'b', type: { dtype: 'float32', shape: [3] }, constant: bias },
    },
    attributes,
    { name: 'net/conv' },
  );
  const { graph } = restate(modelOf([conv]).graph(), () => undefined);
  const big = writeModel(graph, providers.cpu, 0);
  // Weights of fewer than a kilobyte are in the model all the same.
  expect(big.externalData).toEqual([]);
  const wide = fromNumbers('float32', [512, 2, 1, 1], new Float64Array(1024).fill(1));
  const large = make(
    ops.conv,
    { x, w: { name: 'w', type: { dtype: 'float32', shape: wide.shape }, constant: wide } },
    attributes,
    { name: 'net/conv' },
  );
  const model = writeModel(restate(modelOf([large]).graph(), () => undefined).graph, providers.cpu, 0);
  expect(model.externalData.map(({ path, data }) => [path, data.buffer === wide.data.buffer])).toEqual([
    ['weight0', true],
  ]);
  const session = await library.InferenceSession.create(model.bytes, {
    externalData: [...model.externalData],
  });
  const { out0 } = await session.run({
    in0: new library.Tensor('float32', image().data as Float32Array, [1, 2, 4, 4]),
  });
  expect(out0!.data[0]).toBe(-16 + 0);
  await session.release();
});

test('what is copied is in the report', async () => {
  const model = await compile(modelOf([relu]), { backends: [opened(onnxruntime())] });
  const { regions } = await model.prepare();
  expect(regions[0]!.program.report).toMatchObject({
    memory: { constants: 0, activations: 256 },
    copies: { toDevice: 0, toHost: 128 },
  });
});

test('absurd sizes are refused before memory is taken', async () => {
  const huge: Value = { name: 'x', type: { dtype: 'float32', shape: [1, 1] } };
  const expand = make(ops.expand, { x: huge }, { shape: [2 ** 20, 2 ** 20] }, { name: 'net/expand' });
  await expect(onnxruntime().compile(modelOf([expand], huge).graph(), {})).rejects.toThrow(
    /PP3004.*net\/expand/,
  );
});

describe('whether it is usable', () => {
  test.each([
    [
      'no adapter',
      'webgpu_context.cc:136 Initialize adapter_result.status == Success was false',
      /^there is no WebGPU adapter: a GPU with a driver/,
    ],
    ['anything else', 'odd', /^onnxruntime made no session on a GPU through WebGPU: odd$/],
  ])('%s', async (_, message, why) => {
    const { lib } = libraryThat(() => {
      throw new Error(message);
    });
    expect(await opened(onnxruntime({ provider: 'webgpu', lib })).probe()).toEqual({
      ok: false,
      why: expect.stringMatching(why),
    });
  });

  test('the processor is', async () => {
    expect(await opened(onnxruntime()).probe()).toMatchObject({ ok: true });
  });
});
