import { expect, test } from 'vitest';
import { calc } from './arrays.testing.ts';
import { expectReadsSuffice, itInfers, itRejects, pattern, ramp } from './ops.testing.ts';
import { trilu } from './trilu.ts';

test('keeps a triangle of each matrix, as numpy.triu and numpy.tril', () => {
  expect(calc(trilu, [ramp([3, 4])], { k: 1 })).toEqual([
    [0, 1, 2, 3],
    [0, 0, 6, 7],
    [0, 0, 0, 11],
  ]);
  expect(calc(trilu, [ramp([3, 4])], { upper: false, k: -1 })).toEqual([
    [0, 0, 0, 0],
    [4, 0, 0, 0],
    [8, 9, 0, 0],
  ]);
  expect(calc(trilu, [ramp([2, 2, 2])], { upper: false })).toEqual([
    [
      [0, 0],
      [2, 3],
    ],
    [
      [4, 0],
      [6, 7],
    ],
  ]);
  expectReadsSuffice(trilu, [pattern([2, 3, 4])], {});
});

itInfers(trilu, [[['bool[n, h, w]'], {}, ['bool[n, h, w]']]]);

itRejects(trilu, [
  [
    ['float32[3]'],
    {},
    'PP2002] net/layer (trilu): x has the shape [3], matrices are needed. Reshape x to rank 2 or more.',
  ],
  [['float32[3, 3]'], { k: 0.5 }, 'PP2003] net/layer (trilu): k is [0.5]. Give integers.'],
]);
