import { describe, expect, it } from 'vitest';
import { lrn } from './lrn.ts';
import { elementsOf, expectReadsSuffice, itInfers, itRejects, pattern, sevenDigits } from './ops.testing.ts';

describe('lrn', () => {
  // By numpy 2.4.6 in float64; size 3 as onnxruntime 1.30.0, which has odd sizes only, size 4 as onnx 1.23.1's reference.
  it.each([
    { size: 3, alpha: 0.75, y: [-1.64399, 0.624695, -0.624695, 1.622214, 0.3429972] },
    { size: 4, alpha: 1, y: [-1.561738, 0.492366, -0.6172134, 1.622214, 0.3429972] },
  ])('over $size channels', ({ size, alpha, y }) => {
    const attributes = { size, alpha, beta: 0.5, bias: 2 };
    expect(sevenDigits(elementsOf(lrn, [pattern([1, 5, 1, 1])], attributes))).toEqual(y);
    expectReadsSuffice(lrn, [pattern([2, 5, 1, 2])], attributes);
  });
});

describe('lrn shapes', () => {
  itInfers(lrn, [[['float32[n, c, h, w]'], { size: 5 }, ['float32[n, c, h, w]']]]);
});

describe('lrn refuses', () => {
  const at = 'net/layer (lrn)';
  itRejects(lrn, [
    [[], { size: 3 }, `PP2001] ${at}: the operand x of lrn is missing. Give x.`],
    [['int32[1, 2, 3]'], { size: 3 }, `PP2001] ${at}: x is int32. Cast x to a floating-point type.`],
    [
      ['float32[2, 3]'],
      { size: 3 },
      `PP2002] ${at}: x has rank 2 [2, 3], rank 3 or more is needed. Reshape x to batch, channels and spatial axes.`,
    ],
    [['float32[1, 2, 3]'], { size: 0 }, `PP2003] ${at}: size is 0. Use an integer of at least 1.`],
  ]);
});
