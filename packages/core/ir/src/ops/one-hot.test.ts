import { expect, test } from 'vitest';
import { calc, of } from './arrays.testing.ts';
import { oneHot } from './one-hot.ts';
import { expectReadsSuffice, itInfers, itRejects } from './ops.testing.ts';

test('marks the index along the new axis; indices outside mark nothing (onnxruntime 1.30)', () => {
  const operands = [
    of(
      [
        [1, -1],
        [3, -4],
      ],
      'int64',
    ),
    of([2, 5]),
  ];
  expect(calc(oneHot, operands, { axis: 1, depth: 3 })).toEqual([
    [
      [2, 2],
      [5, 2],
      [2, 5],
    ],
    [
      [2, 2],
      [2, 2],
      [2, 2],
    ],
  ]);
  expectReadsSuffice(oneHot, operands, { axis: 1, depth: 3 });
});

test('fractions of indices are cut off', () => {
  expect(calc(oneHot, [of([1.7, -0.5]), of([0, 1], 'bool')], { axis: 0, depth: 2 })).toEqual([
    [0, 1],
    [1, 0],
  ]);
});

itInfers(oneHot, [
  [['int64[n]', 'float16[2]'], { axis: 1, depth: 4 }, ['float16[n, 4]']],
  [['int64[]', 'int8[2]'], { axis: 0, depth: 4 }, ['int8[4]']],
]);

itRejects(oneHot, [
  [
    ['int64[2]', 'float32[3]'],
    { axis: 0, depth: 4 },
    'PP2002] net/layer (oneHot): the number of values (off, on) is 3, 2 is needed. Make the two lengths equal.',
  ],
  [
    ['int64[2]', 'float32[2]'],
    { axis: 2, depth: 4 },
    'PP2003] net/layer (oneHot): axis 2 does not exist in a tensor of rank 2. Use an axis from 0 to 1.',
  ],
  [
    ['int64[2]', 'float32[2]'],
    { axis: 0, depth: 0 },
    'PP2003] net/layer (oneHot): depth is [0]. Give integers of at least 1.',
  ],
]);
