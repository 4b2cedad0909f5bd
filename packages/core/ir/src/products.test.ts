import { expect, test } from 'vitest';
import type { Value } from './graph.ts';
import { make } from './op.ts';
import { conv } from './ops/conv.ts';
import { convTranspose } from './ops/conv-transpose.ts';
import { matMul } from './ops/mat-mul.ts';
import { relu } from './ops/unary.ts';
import { products } from './products.ts';

const value = (...shape: (number | string)[]): Value => ({ name: 'v', type: { dtype: 'float32', shape } });
const window = { stride: [2, 2], dilation: [1, 1] };
const named = { name: 'layer' };

const convNode = make(
  conv,
  { x: value(2, 8, 6, 6), w: value(4, 4, 3, 3) },
  {
    ...window,
    pads: [
      [1, 1],
      [1, 1],
    ],
    groups: 2,
  },
  named,
);
const transposedNode = make(
  convTranspose,
  { x: value(2, 8, 3, 3), w: value(8, 2, 4, 4) },
  {
    ...window,
    crop: [
      [1, 1],
      [1, 1],
    ],
    groups: 2,
  },
  named,
);

test.each([
  ['convolution: 2 x 4 channels of 3 x 3, each of 4 channels by 9 taps', convNode, 2 * 4 * 9 * (4 * 9)],
  [
    'transposed: 2 x 8 channels of 3 x 3, each into 2 channels by 16 taps',
    transposedNode,
    2 * 8 * 9 * (2 * 16),
  ],
  ['matrices', make(matMul, { a: value(5, 2, 3), b: value(3, 4) }, {}, named), 5 * 2 * 4 * 3],
  ['a vector and a matrix', make(matMul, { a: value(3), b: value(3, 4) }, {}, named), 4 * 3],
  ['no contraction', make(relu, { x: value(7) }, {}, named), 0],
])('%s', (_, node, expected) => {
  expect(products(node)).toBe(expected);
});

test('open sizes are an error', () => {
  const node = make(matMul, { a: value('batch', 3), b: value(3, 4) }, {}, named);
  expect(() => products(node)).toThrow(/PP2005/);
});
