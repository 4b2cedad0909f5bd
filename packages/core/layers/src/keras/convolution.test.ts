import { type Tensor, tensor } from '@polyphase/ir';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Flow, Operand } from '../flow.ts';
import { input, model } from '../model.ts';
import { numbers, ones, runLayer, runLayers } from '../run.testing.ts';
import * as torch from '../torch/index.ts';
import * as keras from './index.ts';
import { permuted } from './layout.ts';

describe('the textbook Conv2DTranspose: 3 filters on a 2x2 image of 2 channels', () => {
  const image = tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
  const kernelOf = (size: number): Tensor => {
    const count = size * size * 3 * 2;
    return tensor(
      Array.from({ length: count }, (_, i) => (i % 5) - 2),
      [size, size, 3, 2],
    );
  };

  // Keras 3.15.1 on TensorFlow 2.21.0: Conv2DTranspose(3, kernel, strides, padding='valid', use_bias=False).
  test.each([
    {
      kernel: 2,
      strides: 1,
      shape: [1, 3, 3, 3],
      elements: [
        -4, 2, -2, -11, 9, -6, -3, 11, -10, -14, 4, -3, -18, 19, -19, 4, 13, -18, 6, -2, -5, 25, -18, -1, 23,
        -22, 8,
      ],
    },
    {
      kernel: 3,
      strides: 1,
      shape: [1, 4, 4, 3],
      elements: [
        -4, 2, -2, -11, 9, -6, -1, 9, -11, 4, -2, -3, -11, 2, 0, -18, 14, -9, -7, 20, -18, -2, 2, -9, 16, -11,
        2, 20, -18, 14, -9, -7, 20, -11, -2, 2, -5, 17, -16, -1, 21, -27, 25, -18, -1, 23, -22, 8,
      ],
    },
    {
      kernel: 3,
      strides: 2,
      shape: [1, 5, 5, 3],
      elements: [
        -4, 2, -2, -1, 5, -4, -8, 2, -3, -3, 11, -10, 4, -2, -3, 5, -4, 2, -2, -1, 5, 7, -8, 2, -2, -3, 11,
        -10, 4, -2, -17, 11, -6, -3, 15, -17, -14, 13, -15, -3, 21, -25, 19, -12, -3, 17, -16, 6, -2, -5, 17,
        7, -16, 6, -2, -7, 23, -22, 8, -2, -5, 17, -16, 6, -2, -5, 10, 7, -16, 8, -2, -7, 23, -22, 8,
      ],
    },
  ])('kernel $kernel, stride $strides', async ({ kernel, strides, shape, elements }) => {
    const y = await runLayer(image, (x) => keras.Conv2DTranspose(x, { kernel: kernelOf(kernel), strides }));
    expect(y.shape).toEqual(shape);
    expect(numbers(y)).toEqual(elements);
  });
});

describe("Keras' 'same' and PyTorch's padding 1, output_padding 1 at 3x3, stride 2", () => {
  // The same weights, [1, 1, 3, 3] and [3, 3, 1, 1]: 1 to 9.
  const weights = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  const image = [1, 2, 3, 4];

  test('one shape, other numbers: the odd crop is at the end in Keras, at the beginning in PyTorch', async () => {
    const byKeras = await runLayer(tensor(image, [1, 2, 2, 1]), (x) =>
      keras.Conv2DTranspose(x, { kernel: tensor(weights, [3, 3, 1, 1]), strides: 2, padding: 'same' }),
    );
    const byTorch = await runLayer(tensor(image, [1, 1, 2, 2]), (x) =>
      torch.ConvTranspose2d(x, {
        weight: tensor(weights, [1, 1, 3, 3]),
        stride: 2,
        padding: 1,
        output_padding: 1,
      }),
    );
    expect([byKeras.shape, byTorch.shape]).toEqual([
      [1, 4, 4, 1],
      [1, 1, 4, 4],
    ]);
    // Keras 3.15.1 on TensorFlow 2.21.0, PyTorch 2.13.0.
    expect(numbers(byKeras)).toEqual([1, 2, 5, 4, 4, 5, 14, 10, 10, 14, 36, 24, 12, 15, 34, 20]);
    expect(numbers(byTorch)).toEqual([5, 14, 10, 12, 14, 36, 24, 30, 15, 34, 20, 24, 24, 55, 32, 36]);
  });
});

describe('weights', () => {
  const kernel = tensor(
    Array.from({ length: 24 }, (_, i) => i),
    [2, 2, 3, 2],
  );
  const image = ones(1, 2, 2, 2);
  const build = (x: Flow, of: Operand) => keras.Conv2DTranspose(x, { kernel: of, strides: 2 });

  test('may be what other layers make', async () => {
    const expected = await runLayer(image, (x) => build(x, kernel));
    const [actual] = await runLayers([image, kernel], ([x, w]) => build(x!, w!));
    expect(actual).toEqual(expected);
  });

  test('keep their bits in every type', () => {
    const bits = tensor(Uint16Array.of(0x7e01, 1, 2, 3, 4, 0xfc00), [3, 2], 'float16');
    expect(Array.from(permuted(bits, [1, 0]).data)).toEqual([0x7e01, 2, 4, 1, 3, 0xfc00]);
    const longs = tensor(BigInt64Array.of(1n, 2n ** 62n), [1, 2], 'int64');
    expect(permuted(longs, [1, 0])).toEqual({ ...longs, shape: [2, 1] });
  });

  test('are reordered when the network is made', () => {
    const made = model({ x: input([1, 2, 2, 2]) }, ({ x }) => ({ y: build(x, kernel) }));
    expect(made.graph().nodes.map(({ op }) => op)).toEqual(['transpose', 'convTranspose', 'transpose']);
  });
});

test('channels first are the same numbers in another order', async () => {
  const kernel = ones(3, 2, 3, 2);
  const last = tensor(
    Array.from({ length: 24 }, (_, i) => i),
    [2, 3, 2, 2],
  );
  const args = { kernel, strides: 2, padding: 'same', activation: 'relu' } as const;
  const byLast = await runLayer(last, (x) => keras.Conv2DTranspose(x, args));
  const byFirst = await runLayer(permuted(last, [0, 3, 1, 2]), (x) =>
    keras.Conv2DTranspose(x, { ...args, data_format: 'channels_first' }),
  );
  expect(permuted(byFirst, [0, 2, 3, 1])).toEqual(byLast);
});

test("'same' gives n * stride, 'valid' (n - 1) * stride + max(kernel, stride), whatever the kernel", async () => {
  const sizes = fc.record({
    n: fc.integer({ min: 1, max: 6 }),
    k: fc.integer({ min: 1, max: 6 }),
    s: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(sizes, async ({ n, k, s }) => {
      const kernel = ones(k, 1, 1);
      const lengthOf = async (padding: 'same' | 'valid') =>
        (await runLayer(ones(1, n, 1), (x) => keras.Conv1DTranspose(x, { kernel, strides: s, padding })))
          .shape[1];
      expect([await lengthOf('same'), await lengthOf('valid')]).toEqual([
        n * s,
        (n - 1) * s + Math.max(k, s),
      ]);
    }),
  );
});
