import { describe, expect, it } from 'vitest';
import { maxUnpool, unpooledLength } from './max-unpool.ts';
import { apply, dense, elementsOf, itInfers, itRejects } from './ops.testing.ts';
import { maxPool } from './pooling.ts';

describe('maxUnpool', () => {
  it("is ONNX's example (MaxUnpool-22, test_maxunpool_export_without_output_shape)", () => {
    const x = dense([1, 1, 2, 2], [1, 2, 3, 4]);
    const indices = dense([1, 1, 2, 2], [5, 7, 13, 15], 'int64');
    const y = elementsOf(maxUnpool, [x, indices], { shape: [1, 1, 4, 4] });
    expect(y).toEqual([0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4]);
  });

  it("undoes maxPool but for the elements that lost (PyTorch's example of MaxUnpool2d)", () => {
    const x = dense([1, 1, 4, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    const window = {
      kernel: [2, 2],
      stride: [2, 2],
      dilation: [1, 1],
      pads: [
        [0, 0],
        [0, 0],
      ] as const,
    };
    const [values, indices] = apply(maxPool, [x], window);
    const y = elementsOf(maxUnpool, [values, indices], { shape: [1, 1, 4, 4] });
    expect(y).toEqual([0, 0, 0, 0, 0, 6, 0, 8, 0, 0, 0, 0, 0, 14, 0, 16]);
  });

  it('refuses an index outside the output', () => {
    const operands = [dense([1, 1, 1], [1]), dense([1, 1, 1], [4], 'int64')];
    expect(() => apply(maxUnpool, operands, { shape: [1, 1, 4] })).toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP2003] net/layer (maxUnpool): the index 4 is outside the output of 4 elements. Give the indices that maxPool has made for this output shape.]`,
    );
  });
});

describe('unpooledLength', () => {
  it.each([
    [2, 2, 2, [0, 0], 4],
    [3, 3, 2, [1, 1], 5],
    ['w', 2, 2, [0, 0], '2*w'],
  ] as const)('%j elements, kernel %j, stride %j, pads %j', (n, kernel, stride, pads, length) => {
    expect(unpooledLength(n, kernel, stride, pads)).toBe(length);
  });
});

describe('maxUnpool shapes', () => {
  itInfers(maxUnpool, [
    [
      ['float32[n, 3, h, w]', 'int64[n, 3, h, w]'],
      { shape: ['n', 3, '2*h', '2*w'] },
      ['float32[n, 3, 2*h, 2*w]'],
    ],
  ]);
});

describe('maxUnpool refuses', () => {
  const at = 'net/layer (maxUnpool)';
  itRejects(maxUnpool, [
    [
      ['float32[1, 1, 2]'],
      { shape: [1, 1, 4] },
      `PP2001] ${at}: the operand indices of maxUnpool is missing. Give x, indices.`,
    ],
    [
      ['float32[1, 1, 2]', 'float32[1, 1, 2]'],
      { shape: [1, 1, 4] },
      `PP2001] ${at}: indices is float32. Cast indices to int64.`,
    ],
    [
      ['float32[1, 1, 2]', 'int64[1, 1, 3]'],
      { shape: [1, 1, 4] },
      `PP2002] ${at}: axis 2 of indices is 3, 2 is needed. Make the two lengths equal.`,
    ],
    [
      ['float32[1, 1, 2]', 'int64[1, 1, 2]'],
      { shape: [4] },
      `PP2003] ${at}: shape is [4] for an x of shape [1, 1, 2]. Give the whole shape of the output: batch, channels and the spatial lengths.`,
    ],
    [
      ['float32[1, 1, 2]', 'int64[1, 1, 2]'],
      {},
      `PP2003] ${at}: shape is missing for an x of shape [1, 1, 2]. Give the whole`,
    ],
    [
      ['float32[1, 2, 2]', 'int64[1, 2, 2]'],
      { shape: [1, 1, 4] },
      `PP2002] ${at}: the number of channels of shape is 1, 2 is needed. Make the two lengths equal.`,
    ],
    [
      ['float32[1, 1, 2]', 'int64[1, 1, 2]'],
      { shape: [1, 1, -1] },
      `PP2004] ${at}: the output has the shape [1, 1, -1]. Use less padding or a larger kernel.`,
    ],
  ]);
});
