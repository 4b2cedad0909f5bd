import { make, type Node, relu, reshape } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { costOf, isCheaper } from './cost.ts';
import { convolved, input } from './rules.testing.ts';

const conv = (height: number, kernel: number): Node =>
  convolved(input([1, 2, height, 8]), 3, [kernel, kernel], { bias: false });
const flat = make(reshape, { x: input([4, 6]) }, { shape: [24] }, { name: 'flat' });
const open = make(relu, { x: { name: 'x', type: { dtype: 'float32', shape: ['n', 2] } } }, {}, { name: 'r' });

test.each<[string, readonly Node[], { products: number; bytes: number } | undefined]>([
  ['nothing', [], { products: 0, bytes: 0 }],
  // 3 channels of 6x6 from 2x3x3 taps; bytes of x, w and y
  ['a convolution', [conv(8, 3)], { products: 108 * 18, bytes: 8 * (128 + 54 + 108) }],
  ['layers one by one', [conv(8, 3), conv(8, 3)], { products: 2 * 108 * 18, bytes: 16 * (128 + 54 + 108) }],
  ['a reshape', [flat], { products: 0, bytes: 0 }],
  ['an open size', [open], undefined],
])('%s', (_, nodes, expected) => {
  expect(costOf(nodes)).toEqual(expected);
});

test('less is cheaper, the same is not, and open sizes never are', () => {
  expect(isCheaper([conv(8, 1)], [conv(8, 3)])).toBe(true);
  expect(isCheaper([conv(8, 3)], [conv(8, 3)])).toBe(false);
  expect(isCheaper([], [open])).toBe(false);
});
