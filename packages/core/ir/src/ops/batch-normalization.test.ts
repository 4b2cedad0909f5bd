import { describe, expect, it } from 'vitest';
import { batchNormalization } from './batch-normalization.ts';
import {
  dense,
  elementsOf,
  expectReadsSuffice,
  itInfers,
  itRejects,
  pattern,
  sevenDigits,
} from './ops.testing.ts';

const epsilon = 2 ** -10;
const variance = dense([2], [1, 4]);

/** x, scale, bias and mean are `pattern`s with the seeds 0 to 3; y by onnx 1.23.1's reference in float64. */
const rows = [
  {
    x: [2, 2, 3],
    y: [
      18.99122, 4.998048, 12.99414, 9.498474, -0.5003051, -10.49908, 1, 8.996097, 16.99219, 4.499085,
      -5.499695, -15.49847,
    ],
  },
  { x: [3, 2], y: [18.99122, 1.99939, 12.99414, 9.498474, 6.997072, -10.49908] },
];

describe('batchNormalization', () => {
  it.each(rows)('of $x', ({ x, y }) => {
    const operands = [pattern(x), pattern([2], 1), pattern([2], 2), pattern([2], 3), variance];
    expect(sevenDigits(elementsOf(batchNormalization, operands, { epsilon }))).toEqual(y);
    expectReadsSuffice(batchNormalization, operands, { epsilon });
  });
});

const channel = Array<string>(4).fill('float32[3]');

describe('batchNormalization shapes', () => {
  itInfers(batchNormalization, [[['float32[n, 3, h, w]', ...channel], {}, ['float32[n, 3, h, w]']]]);
});

describe('batchNormalization refuses', () => {
  const at = 'net/layer (batchNormalization)';
  itRejects(batchNormalization, [
    [
      ['float32[1, 3, 2]', 'float32[3]', 'float32[3]', 'float32[3]'],
      {},
      `PP2001] ${at}: the operand variance of batchNormalization is missing. Give x, scale, bias, mean, variance.`,
    ],
    [['int32[1, 3, 2]', ...channel], {}, `PP2001] ${at}: x is int32. Cast x to a floating-point type.`],
    [
      ['float16[1, 3, 2]', ...channel],
      {},
      `PP2001] ${at}: the operands are float16, float32, float32, float32, float32. Cast them to one type.`,
    ],
    [
      ['float32[3]', ...channel],
      {},
      `PP2002] ${at}: x has rank 1 [3], rank 2 or more is needed. Reshape x to batch, channels and spatial axes.`,
    ],
    [
      ['float32[1, 4, 2]', ...channel],
      {},
      `PP2002] ${at}: the length of scale is 3, 4 is needed. Make the two lengths equal.`,
    ],
    [
      ['float32[1, 3, 2]', ...channel.slice(1), 'float32[3, 1]'],
      {},
      `PP2002] ${at}: variance has rank 2 [3, 1], rank 1 is needed. Reshape variance.`,
    ],
    [
      ['float32[1, 3, 2]', ...channel],
      { epsilon: -1 },
      `PP2003] ${at}: epsilon is -1. Use a small number of at least 0.`,
    ],
  ]);
});
