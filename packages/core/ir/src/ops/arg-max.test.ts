import { describe, expect, it } from 'vitest';
import { argMax, argMin } from './arg-max.ts';
import { apply, dense, expectReadsSuffice, itInfers, itRejects, pattern } from './ops.testing.ts';

const tied = dense([2, 3], [2, 2, 1, 3, 10, 10]);
const withNaN = dense([4], [1, Number.NaN, 3, Number.NaN]);

/** onnxruntime 1.30.0; NaN as numpy, for which it is the greatest and the least. */
const rows = [
  {
    title: 'the first of equal ones',
    op: argMax,
    x: tied,
    attributes: { axis: 1 },
    shape: [2, 1],
    y: [0, 1],
  },
  {
    title: 'the last of equal ones',
    op: argMax,
    x: tied,
    attributes: { axis: 1, selectLastIndex: true, keepDims: false },
    shape: [2],
    y: [1, 2],
  },
  {
    title: 'integers',
    op: argMax,
    x: dense([2, 2], [1, -5, 1, 7], 'int32'),
    attributes: { axis: 0 },
    shape: [1, 2],
    y: [0, 1],
  },
  { title: 'NaN', op: argMax, x: withNaN, attributes: { axis: 0 }, shape: [1], y: [1] },
  {
    title: 'a middle axis',
    op: argMin,
    x: pattern([2, 3, 2]),
    attributes: { axis: 1 },
    shape: [2, 1, 2],
    y: [0, 2, 1, 2],
  },
  {
    title: 'the last of equal ones',
    op: argMin,
    x: dense([2, 3], [2, 1, 1, 3, 3, 3]),
    attributes: { axis: 1, selectLastIndex: true },
    shape: [2, 1],
    y: [2, 2],
  },
  { title: 'NaN', op: argMin, x: withNaN, attributes: { axis: 0, keepDims: false }, shape: [], y: [1] },
];

describe('argMax and argMin', () => {
  it.each(rows)('$op.name: $title', ({ op, x, attributes, shape, y }) => {
    const [indices] = apply(op, [x], attributes);
    expect({ ...indices, data: [...indices!.data] }).toEqual({ dtype: 'int64', shape, data: y });
    expectReadsSuffice(op, [x], attributes);
  });
});

describe('argMax shapes', () => {
  itInfers(argMax, [
    [['float32[n, c, h]'], { axis: 1 }, ['int64[n, 1, h]']],
    [['uint8[n, c, h]'], { axis: 1, keepDims: false }, ['int64[n, h]']],
  ]);
});

describe('argMax refuses', () => {
  const at = 'net/layer (argMax)';
  itRejects(argMax, [
    [['bool[2, 3]'], { axis: 0 }, `PP2001] ${at}: x is bool. Cast x to a type of numbers.`],
    [
      ['float32[2, 0]'],
      { axis: 1 },
      `PP2002] ${at}: axis 1 of x has length 0, so no element is there to be found. Give x at least one element on this axis.`,
    ],
    [
      ['float32[2, 3]'],
      { axis: 2 },
      `PP2003] ${at}: axis 2 does not exist in a tensor of rank 2. Use an axis from 0 to 1.`,
    ],
    [
      ['float32[2, 3]'],
      {},
      `PP2003] ${at}: axis undefined does not exist in a tensor of rank 2. Use an axis from 0 to 1.`,
    ],
  ]);
});
