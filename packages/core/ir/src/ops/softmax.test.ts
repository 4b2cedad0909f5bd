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
import { hardmax, logSoftmax, softmax } from './softmax.ts';

const large = dense([2, 4], [0, 1, 2, 3, 10000, 10001, 10002, 10003]);
const scores = dense([4, 4], [3, 0, 1, 2, 2, 5, 1, 0, 0, 1, 3, 2, 0, 1, 2, 3]);

/** By onnx 1.23.1's reference in float64; onnxruntime 1.30.0 agrees. */
const rows = [
  {
    op: softmax,
    x: pattern([2, 3]),
    axis: 1,
    y: [0.0008946795, 0.9811352, 0.01797012, 0.9816904, 0.01798029, 0.0003293204],
  },
  {
    op: softmax,
    x: pattern([2, 3]),
    axis: 0,
    y: [0.00004539787, 0.7310586, 0.7310586, 0.9999546, 0.2689414, 0.2689414],
  },
  { op: softmax, x: pattern([1, 2, 2]), axis: 1, y: [0.04742587, 0.04742587, 0.9525741, 0.9525741] },
  {
    op: softmax,
    x: large,
    axis: 1,
    y: [0.0320586, 0.08714432, 0.2368828, 0.6439143, 0.0320586, 0.08714432, 0.2368828, 0.6439143],
  },
  {
    op: logSoftmax,
    x: pattern([2, 3]),
    axis: 1,
    y: [-7.019045, -0.01904501, -4.019045, -0.0184793, -4.018479, -8.018479],
  },
  {
    op: logSoftmax,
    x: large,
    axis: 1,
    y: [-3.44019, -2.44019, -1.44019, -0.4401897, -3.44019, -2.44019, -1.44019, -0.4401897],
  },
  { op: hardmax, x: scores, axis: 1, y: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] },
  { op: hardmax, x: dense([1, 4], [3, 3, 3, 1]), axis: 1, y: [1, 0, 0, 0] },
];

describe('softmax, logSoftmax and hardmax', () => {
  it.each(rows)('$op.name of $x.shape along axis $axis', ({ op, x, axis, y }) => {
    expect(sevenDigits(elementsOf(op, [x], { axis }))).toEqual(y);
    expectReadsSuffice(op, [x], { axis });
  });

  it('sums to 1 and does not see a shift', () => {
    const elements = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(elements, fc.integer({ min: -500, max: 500 }), (x, shift) => {
        const y = elementsOf(softmax, [dense([x.length], x)], { axis: 0 });
        const shifted = x.map((value) => value + shift);
        expect(sevenDigits([y.reduce((sum, p) => sum + p, 0)])).toEqual([1]);
        expect(sevenDigits(elementsOf(softmax, [dense([x.length], shifted)], { axis: 0 }))).toEqual(
          sevenDigits(y),
        );
      }),
    );
  });

  it('of nothing but -infinity is NaN, as onnxruntime has it', () => {
    const x = dense([2], [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(apply(softmax, [x], { axis: 0 }).map(({ data }) => [...data])).toEqual([[Number.NaN, Number.NaN]]);
  });
});

describe('softmax shapes', () => {
  itInfers(softmax, [[['float16[n, c, h]'], { axis: 1 }, ['float16[n, c, h]']]]);
});

describe('softmax refuses', () => {
  const at = 'net/layer (softmax)';
  itRejects(softmax, [
    [[], { axis: 0 }, `PP2001] ${at}: the operand x of softmax is missing. Give x.`],
    [['int32[2, 3]'], { axis: 0 }, `PP2001] ${at}: x is int32. Cast x to a floating-point type.`],
    [
      ['float32[2, 3]'],
      { axis: 2 },
      `PP2003] ${at}: axis 2 does not exist in a tensor of rank 2. Use an axis from 0 to 1.`,
    ],
  ]);
});
