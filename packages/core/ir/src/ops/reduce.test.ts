import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apply,
  dense,
  elementsOf,
  expectReadsSuffice,
  itInfers,
  itRejects,
  pattern,
  sevenDigits,
} from './ops.testing.ts';
import * as reductions from './reduce.ts';

const {
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
  reduceSumSquare,
} = reductions;

const x = pattern([2, 3, 2]);
const positive = { ...x, data: x.data.map((element) => element + 6) };

/** Over axis 1 and over axes 0 and 2 of a [2, 3, 2]; by onnx 1.23.1's reference in float64, onnxruntime 1.30.0 agrees. */
const rows = [
  { op: reduceSum, x, one: [-6, 4, -1, -2], two: [1, 2, -8] },
  { op: reduceMean, x, one: [-2, 1.333333, -0.3333333, -0.6666667], two: [0.25, 0.5, -2] },
  { op: reduceMax, x, one: [1, 5, 4, 3], two: [4, 5, 1] },
  { op: reduceMin, x, one: [-5, -3, -4, -5], two: [-5, -4, -5] },
  { op: reduceProd, x, one: [10, -30, 16, 0], two: [0, 120, -15] },
  { op: reduceL1, x, one: [8, 10, 9, 8], two: [11, 14, 10] },
  { op: reduceL2, x, one: [5.477226, 6.164414, 5.744563, 5.830952], two: [6.708204, 7.348469, 6] },
  { op: reduceSumSquare, x, one: [30, 38, 33, 34], two: [45, 54, 36] },
  {
    op: reduceLogSumExp,
    x,
    one: [1.050946, 5.048907, 4.007049, 3.048907],
    two: [4.143039, 5.127839, 1.145078],
  },
  {
    op: reduceLogSum,
    x: positive,
    one: [2.484907, 3.091042, 2.833213, 2.772589],
    two: [3.218876, 3.258097, 2.772589],
  },
];

describe('reductions', () => {
  it.each(rows)('$op.name', ({ op, x, one, two }) => {
    const overOne = apply(op, [x], { axes: [1] })[0]!;
    const overTwo = apply(op, [x], { axes: [2, 0], keepDims: false })[0]!;
    expect([overOne.shape, sevenDigits(overOne.data).map((y) => y + 0)]).toEqual([[2, 1, 2], one]);
    expect([overTwo.shape, sevenDigits(overTwo.data).map((y) => y + 0)]).toEqual([[3], two]);
  });

  it.each(rows)('$op.name reads no more than it says', ({ op, x }) => {
    expectReadsSuffice(op, [x], { axes: [1] });
    expectReadsSuffice(op, [x], { axes: [0, 2], keepDims: false });
  });

  it('over no axis take every element alone', () => {
    expect(elementsOf(reduceSumSquare, [dense([3], [1, -2, 3])], { axes: [] })).toEqual([1, 4, 9]);
  });

  // numpy; the least integer as onnxruntime 1.30.0.
  it.each([
    [reduceSum, 'float32', 0],
    [reduceProd, 'float32', 1],
    [reduceMax, 'float32', Number.NEGATIVE_INFINITY],
    [reduceMin, 'float32', Number.POSITIVE_INFINITY],
    [reduceMean, 'float32', Number.NaN],
    [reduceL2, 'float32', 0],
    [reduceLogSum, 'float32', Number.NEGATIVE_INFINITY],
    [reduceLogSumExp, 'float32', Number.NEGATIVE_INFINITY],
    [reduceMax, 'int32', -2147483648],
    [reduceMin, 'uint8', 255],
    [reduceMin, 'bool', 1],
  ] as const)('%o of nothing in %s is %d', ({ name }, dtype, y) => {
    const op = rows.find((row) => row.op.name === name)!.op;
    expect(elementsOf(op, [dense([2, 0], [], dtype)], { axes: [1] })).toEqual([y, y]);
  });

  // onnxruntime 1.30.0.
  it.each([
    [reduceMean, [-1, -2, -4], -2],
    [reduceL2, [1, 2], 2],
  ])('of integers truncate', (op, elements, y) => {
    expect(elementsOf(op, [dense([elements.length], elements, 'int32')], { axes: [0] })).toEqual([y]);
  });

  it('reduceLogSumExp does not overflow', () => {
    const huge = dense([2], [1000, 1000]);
    expect(elementsOf(reduceLogSumExp, [huge], { axes: [0] })).toEqual([1000 + Math.LN2]);
  });

  it('over two axes is one after the other', () => {
    const axis = fc.integer({ min: 0, max: 2 });
    fc.assert(
      fc.property(
        fc.constantFrom(reduceSum, reduceMax, reduceMin, reduceProd, reduceL1),
        axis,
        axis,
        fc.nat(9),
        (op, a, b, seed) => {
          fc.pre(a !== b);
          const together = apply(op, [pattern([3, 2, 4], seed)], { axes: [a, b] });
          const first = apply(op, [pattern([3, 2, 4], seed)], { axes: [a] });
          expect(apply(op, first, { axes: [b] })).toEqual(together);
        },
      ),
    );
  });
});

describe('reduction shapes', () => {
  itInfers(reduceMean, [
    [['float32[n, c, h, w]'], { axes: [2, 3] }, ['float32[n, c, 1, 1]']],
    [['float32[n, c, h, w]'], { axes: [2, 3], keepDims: false }, ['float32[n, c]']],
    [['float32[]'], { axes: [] }, ['float32[]']],
  ]);
  itInfers(reduceMax, [[['bool[n, 3]'], { axes: [0], keepDims: false }, ['bool[3]']]]);
});

describe('reductions refuse', () => {
  const at = 'net/layer (reduceSum)';
  itRejects(reduceSum, [
    [[], { axes: [0] }, `PP2001] ${at}: the operand x of reduceSum is missing. Give x.`],
    [['bool[2]'], { axes: [0] }, `PP2001] ${at}: x is bool. Cast x to a type of numbers.`],
    [
      ['float32[2, 3]'],
      { axes: [2] },
      `PP2003] ${at}: axis 2 does not exist in a tensor of rank 2. Use an axis from 0 to 1.`,
    ],
    [
      ['float32[2, 3]'],
      { axes: [-1] },
      `PP2003] ${at}: axis -1 does not exist in a tensor of rank 2. Use an axis from 0 to 1.`,
    ],
    [
      ['float32[]'],
      { axes: [0] },
      `PP2003] ${at}: axis 0 does not exist in a tensor of rank 0. Reshape the scalar.`,
    ],
    [
      ['float32[2, 3]'],
      { axes: [1, 1] },
      `PP2003] ${at}: axes [1, 1] names an axis twice. Name each axis once.`,
    ],
    [['float32[2, 3]'], {}, `PP2003] ${at}: axes is missing. Give the axes to reduce over.`],
  ]);
});
