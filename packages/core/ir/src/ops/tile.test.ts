import { expect, test } from 'vitest';
import { calc, of } from './arrays.testing.ts';
import { expectReadsSuffice, itInfers, itRejects, pattern } from './ops.testing.ts';
import { tile } from './tile.ts';

test('repeats the whole, as numpy.tile', () => {
  expect(
    calc(
      tile,
      [
        of([
          [0, 1],
          [3, 4],
        ]),
      ],
      { repeats: [2, 2] },
    ),
  ).toEqual([
    [0, 1, 0, 1],
    [3, 4, 3, 4],
    [0, 1, 0, 1],
    [3, 4, 3, 4],
  ]);
  expect(calc(tile, [of([1, 2])], { repeats: [0] })).toEqual([]);
  expectReadsSuffice(tile, [pattern([2, 3])], { repeats: [2, 3] });
});

itInfers(tile, [[['float32[n, 3]'], { repeats: [2, 4] }, ['float32[2*n, 12]']]]);

itRejects(tile, [
  [
    ['float32[2, 3]'],
    { repeats: [2] },
    'PP2003] net/layer (tile): repeats has 1 entries for a tensor of rank 2 [2, 3]. Give repeats one entry for each axis.',
  ],
  [
    ['float32[2]'],
    { repeats: [-1] },
    'PP2003] net/layer (tile): repeats is [-1]. Give integers of at least 0.',
  ],
]);
