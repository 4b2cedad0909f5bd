import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matMul } from './mat-mul.ts';
import { apply, expectReadsSuffice, itInfers, itRejects, pattern } from './ops.testing.ts';

/** a and b are `pattern`s with the seeds 0 and 1; y is what onnxruntime 1.30.0 computes of them. */
const rows = [
  { title: 'two matrices', a: [2, 3], b: [3, 2], shape: [2, 2], y: [4, -31, -21, 22] },
  { title: 'two vectors', a: [3], b: [3], shape: [], y: [18] },
  { title: 'a vector on the left', a: [2], b: [2, 2, 3], shape: [2, 3], y: [4, -17, -5, 10, -11, 1] },
  { title: 'a vector on the right', a: [2, 2, 3], b: [3], shape: [2, 2], y: [18, -8, -12, -16] },
  {
    title: 'broadcast stacks',
    a: [2, 1, 1, 3],
    b: [2, 3, 2],
    shape: [2, 2, 1, 2],
    y: [4, -31, 14, -21, -21, 22, -27, 16],
  },
  { title: 'nothing to sum', a: [2, 0], b: [0, 2], shape: [2, 2], y: [0, 0, 0, 0] },
] as const;

describe('matMul', () => {
  it.each(rows)('$title', ({ a, b, shape, y }) => {
    const operands = [pattern(a), pattern(b, 1)];
    const [product] = apply(matMul, operands, {});
    expect({ shape: product!.shape, y: [...product!.data] }).toEqual({ shape, y });
    expectReadsSuffice(matMul, operands, {});
  });

  it('takes integers', () => {
    const operands = [pattern([2, 2], 0, 'int32'), pattern([2, 2], 1, 'int32')];
    expect([...apply(matMul, operands, {})[0]!.data]).toEqual([12, -31, 9, -25]);
  });

  it('is associative', () => {
    const length = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(length, length, length, length, (i, j, k, l) => {
        const [a, b, c] = [pattern([i, j]), pattern([j, k], 1), pattern([k, l], 2)];
        const left = apply(matMul, [apply(matMul, [a, b], {})[0], c], {});
        const right = apply(matMul, [a, apply(matMul, [b, c], {})[0]], {});
        expect(left).toEqual(right);
      }),
    );
  });
});

describe('matMul shapes', () => {
  itInfers(matMul, [
    [['float32[n, h, 8]', 'float32[8, 4]'], {}, ['float32[n, h, 4]']],
    [['float32[n, 1, h, 8]', 'float32[3, 8, 4]'], {}, ['float32[n, 3, h, 4]']],
    [['float32[8]', 'float32[n, 8, w]'], {}, ['float32[n, w]']],
    [['int64[n, 8]', 'int64[8]'], {}, ['int64[n]']],
  ]);
});

describe('matMul refuses', () => {
  const at = 'net/layer (matMul)';
  itRejects(matMul, [
    [['float32[2, 3]'], {}, `PP2001] ${at}: the operand b of matMul is missing. Give a, b.`],
    [['bool[2, 3]', 'bool[3, 2]'], {}, `PP2001] ${at}: a is bool. Cast a to a type of numbers.`],
    [
      ['float32[2, 3]', 'int32[3, 2]'],
      {},
      `PP2001] ${at}: the operands are float32, int32. Cast them to one type.`,
    ],
    [
      ['float32[2, 3]', 'float32[]'],
      {},
      `PP2002] ${at}: b is a scalar. Use mul for a product with a scalar.`,
    ],
    [
      ['float32[2, 3]', 'float32[2, 3]'],
      {},
      `PP2002] ${at}: the last axis of a [2, 3] has length 3, the rows of b [2, 3] are 2. Make the two lengths equal.`,
    ],
    [
      ['float32[2, 2, 3]', 'float32[4, 3, 2]'],
      {},
      `PP2002] ${at}: the shapes [2] and [4] have the lengths 2 and 4 on one axis. Make the lengths equal, or one of them 1.`,
    ],
  ]);
});
