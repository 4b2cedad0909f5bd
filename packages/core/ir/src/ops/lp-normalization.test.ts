import { describe, expect, it } from 'vitest';
import { lpNormalization } from './lp-normalization.ts';
import { dense, elementsOf, expectReadsSuffice, itInfers, itRejects, sevenDigits } from './ops.testing.ts';

/** By onnx 1.23.1's reference in float64; onnxruntime 1.30.0 agrees. */
const rows = [
  {
    title: 'L2, a norm of 0 gives 0',
    x: dense([3, 3], [3, 4, 0, 0, 0, 0, -5, 12, 0]),
    axis: 1,
    p: 2,
    y: [0.6, 0.8, 0, 0, 0, 0, -0.3846154, 0.9230769, 0],
  },
  { title: 'L1', x: dense([2, 2], [3, 4, 1, 4]), axis: 0, p: 1, y: [0.75, 0.5, 0.25, 0.5] },
] as const;

describe('lpNormalization', () => {
  it.each(rows)('$title', ({ x, axis, p, y }) => {
    expect(sevenDigits(elementsOf(lpNormalization, [x], { axis, p }))).toEqual(y);
    expectReadsSuffice(lpNormalization, [x], { axis, p });
  });
});

describe('lpNormalization shapes', () => {
  itInfers(lpNormalization, [[['float32[n, h]'], { axis: 1 }, ['float32[n, h]']]]);
});

describe('lpNormalization refuses', () => {
  const at = 'net/layer (lpNormalization)';
  itRejects(lpNormalization, [
    [['int32[2, 3]'], { axis: 1 }, `PP2001] ${at}: x is int32. Cast x to a floating-point type.`],
    [
      ['float32[2, 3]'],
      { axis: 2 },
      `PP2003] ${at}: axis 2 does not exist in a tensor of rank 2. Use an axis from 0 to 1.`,
    ],
    [['float32[2, 3]'], { axis: 1, p: 3 as 2 }, `PP2003] ${at}: p is 3. Use the norm 1 or 2.`],
  ]);
});
