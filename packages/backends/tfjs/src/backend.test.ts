import {
  add,
  bitAnd,
  cast,
  type DType,
  make,
  type Node,
  relu,
  shiftLeft,
  type Tensor,
  type Value,
} from '@polyphase/ir';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { fromTf, tfjs } from './index.ts';
import { compiled, modelOf, ramp } from './models.testing.ts';

const value = (dtype: DType, constant?: Tensor): Value => ({
  name: 'x',
  type: constant ?? { dtype, shape: [2] },
  ...(constant && { constant }),
});
const sum = (dtype: DType): Node => make(add, { a: value(dtype), b: value(dtype) }, {}, { name: 'sum' });
const large: Tensor = { dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, 2n ** 40n) };

describe('refusals say why', () => {
  test.each([
    ['cpu', sum('float64'), 'TensorFlow.js has no float64'],
    ['cpu', sum('int64'), 'it keeps int64 as int32, which the result may not fit'],
    ['webgpu', sum('int32'), 'webgpu computes integers in float32'],
    [
      'cpu',
      make(relu, { x: value('int64', large) }, {}, { name: 'y' }),
      'its constant 1099511627776 is beyond 2147483647, up to which integers are exact',
    ],
    [
      'cpu',
      make(shiftLeft, { a: value('uint8'), b: value('uint8') }, {}, { name: 'y' }),
      'TensorFlow.js has no kernel for shifts',
    ],
    [
      'cpu',
      make(cast, { x: value('float32') }, { to: 'int64' }, { name: 'y' }),
      'it keeps int64 as int32, which the result may not fit',
    ],
    ['cpu', sum('uint8'), undefined],
    ['cpu', sum('float16'), undefined],
  ] as const)('%s: %o', (backend, node, why) => {
    expect(tfjs({ backend }).refuses(node)).toBe(why);
  });

  test('by the kernels that a backend has, once it is started', async () => {
    const node = make(bitAnd, { a: value('int32'), b: value('int32') }, {}, { name: 'y' });
    const wasm = tfjs({ backend: 'wasm' });
    await wasm.probe();
    expect(wasm.refuses(node)).toBeUndefined();
    const webgpu = tfjs({ backend: 'webgpu' });
    if ((await webgpu.probe()).ok)
      expect(webgpu.refuses(node)).toBe('the backend webgpu of TensorFlow.js has no kernel BitwiseAnd');
  });
});

describe('probe', () => {
  test('says what computes, or what is missing', async () => {
    expect(await tfjs({ backend: 'wasm' }).probe()).toEqual({
      ok: true,
      detail: 'TensorFlow.js 4.22.0, backend wasm',
    });
    expect(await tfjs({ backend: 'abacus' }).probe()).toEqual({
      ok: false,
      why: "TensorFlow.js has no backend 'abacus' registered",
    });
    const webgl = await tfjs({ backend: 'webgl' }).probe();
    expect(webgl).toMatchObject({ ok: false, why: expect.stringContaining('webgl') });
  });

  test("leaves the program's own backend the current one", async () => {
    await tfjs({ backend: 'cpu', tf }).probe();
    await tf.setBackend('cpu');
    await tfjs({ backend: 'wasm', tf }).probe();
    expect(tf.getBackend()).toBe('cpu');
  });
});

describe('tensors of TensorFlow.js', () => {
  const backend = tfjs({ backend: 'wasm', tf });
  const model = () =>
    compiled(
      modelOf({ x: [2, 3] }, ({ x }) => [make(relu, { x: x! }, {}, { name: 'y' })]),
      backend,
    );

  test('go in and come out without a copy to the host', async () => {
    await backend.probe();
    await tf.setBackend('wasm');
    const x = tf.tensor2d([-1, 2, -3, 4, -5, 6], [2, 3]);
    const open = await model();
    const { y } = await open.run({ x: fromTf(backend, x) }, { outputs: 'device' });
    expect(y).toMatchObject({ device: 'tfjs:wasm', dtype: 'float32', shape: [2, 3] });
    expect(y!.resource).toBeInstanceOf(tf.Tensor);
    expect(x.isDisposed).toBe(false);
    expect((await y!.read()).data).toEqual(Float32Array.of(0, 2, 0, 4, 0, 6));
    y!.dispose();
    await expect(async () => y!.read()).rejects.toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP4006] tensor float32[2, 3]: it is disposed. Read it before, or keep it.]`,
    );
    await open.close();
  });

  test('of strings are refused', () => {
    expect(() => fromTf(backend, tf.tensor(['a']))).toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP4003] fromTf: the tensor is string. Give a tensor of float32, int32 or bool.]`,
    );
  });

  test('the input of a run stays what it was', async () => {
    const x = ramp([2, 3]);
    const before = [...(x.data as Float32Array)];
    const open = await model();
    await open.run({ x });
    expect([...(x.data as Float32Array)]).toEqual(before);
    await open.close();
  });

  test('observed runs tell every step', async () => {
    const open = await model();
    const seen: string[] = [];
    await open.run(
      { x: ramp([2, 3]) },
      { observe: ({ kernel }, milliseconds) => seen.push(`${kernel} ${milliseconds >= 0}`) },
    );
    expect(seen).toEqual(['relu true']);
    await open.close();
  });

  test('an integer that does not fit is an error, not another number', async () => {
    const x: Tensor = { dtype: 'int64', shape: [2], data: BigInt64Array.of(1n, 2n ** 40n) };
    const open = await compiled(
      modelOf({ x: [2] }, ({ x: given }) => [make(relu, { x: given! }, {}, { name: 'y' })], 'int64'),
      backend,
    );
    await expect(open.run({ x })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP4005] x: its element 1099511627776 is beyond 2147483647, up to which the tfjs backend 'wasm' is exact. Run this model on another backend.]`,
    );
    await open.close();
  });
});

test('a tensor that is too large is an error before memory is taken', async () => {
  const model = modelOf({ x: [1] }, ({ x }) => [
    make(
      add,
      { a: x!, b: { name: 'b', type: { dtype: 'float32', shape: [2 ** 29] }, constant: huge } },
      {},
      { name: 'y' },
    ),
  ]);
  await expect(compiled(model, tfjs({ backend: 'cpu' }))).rejects.toThrowErrorMatchingInlineSnapshot(
    `[PolyphaseError: [polyphase PP3004] y (add): its output [536870912] has 536870912 elements, the tfjs backend takes 268435456. Run smaller inputs, or another backend.]`,
  );
});

/** Says that it has 2^29 elements; nothing reads them. */
const huge = { dtype: 'float32', shape: [2 ** 29], data: new Float32Array(0) } as Tensor;
