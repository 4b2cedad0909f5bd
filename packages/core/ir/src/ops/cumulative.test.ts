import { expect, test } from 'vitest';
import { calc, of } from './arrays.testing.ts';
import { cumProd, cumSum } from './cumulative.ts';
import { expectReadsSuffice, itInfers, itRejects, pattern, ramp } from './ops.testing.ts';

/** By onnxruntime 1.30. */
test.each([
  [
    false,
    false,
    [
      [0, 1, 3],
      [3, 7, 12],
    ],
  ],
  [
    false,
    true,
    [
      [3, 3, 2],
      [12, 9, 5],
    ],
  ],
  [
    true,
    false,
    [
      [0, 0, 1],
      [0, 3, 7],
    ],
  ],
  [
    true,
    true,
    [
      [3, 2, 0],
      [9, 5, 0],
    ],
  ],
] as const)('cumSum, exclusive %j, reverse %j', (exclusive, reverse, expected) => {
  expect(calc(cumSum, [ramp([2, 3])], { axis: 1, exclusive, reverse })).toEqual(expected);
  expectReadsSuffice(cumSum, [pattern([2, 3])], { axis: 1, exclusive, reverse });
});

test('cumProd and wrapping sums, as numpy.cumprod and numpy.cumsum', () => {
  expect(
    calc(
      cumProd,
      [
        of([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ],
      { axis: 0 },
    ),
  ).toEqual([
    [1, 2, 3],
    [4, 10, 18],
  ]);
  expect(
    calc(
      cumProd,
      [
        of([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ],
      { axis: 0, exclusive: true },
    ),
  ).toEqual([
    [1, 1, 1],
    [1, 2, 3],
  ]);
  expect(calc(cumSum, [of([100, 100, 100], 'int8')], { axis: 0 })).toEqual([100, -56, 44]);
});

itInfers(cumSum, [[['float32[n, 3]'], { axis: 0 }, ['float32[n, 3]']]]);

itRejects(cumSum, [
  [
    ['float32[3]'],
    { axis: -1 },
    'PP2003] net/layer (cumSum): axis -1 does not exist in a tensor of rank 1. Use an axis from 0 to 0.',
  ],
  [['bool[3]'], { axis: 0 }, 'PP2001] net/layer (cumSum): x is bool. Cast x to a type of numbers.'],
]);
