import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dim } from '../dim.ts';
import { calc, failure, nested } from './arrays.testing.ts';
import { apply, expectReadsSuffice, itInfers, itRejects, pattern, ramp } from './ops.testing.ts';
import { resolveSlice, slice } from './slice.ts';

const backwards = { start: [1, 0, 1], step: [-1, 2, 1], length: [2, 2, 1] };

test('takes every step-th element, backwards too (numpy: x[::-1, 0:3:2, 1:])', () => {
  expect(calc(slice, [ramp([2, 3, 2])], backwards)).toEqual([
    [[7], [11]],
    [[1], [5]],
  ]);
  expectReadsSuffice(slice, [pattern([2, 3, 2])], backwards);
});

test('of everything backwards twice is the identity', () => {
  fc.assert(
    fc.property(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })), (shape) => {
      const x = pattern(shape);
      const reverse = { start: shape.map((n) => n - 1), step: [-1, -1], length: shape };
      expect(calc(slice, apply(slice, [x], reverse), reverse)).toEqual(nested(x));
    }),
  );
});

itInfers(slice, [
  [['float32[n, 5]'], { start: [0, 1], step: [1, 1], length: ['n', 3] }, ['float32[n, 3]']],
  [['float32[5]'], { start: [5], step: [1], length: [0] }, ['float32[0]']],
]);

itRejects(slice, [
  [
    ['float32[5]'],
    { start: [2], step: [2], length: [3] },
    'PP2003] net/layer (slice): the slice of axis 0 from 2 to 6 in steps of 2 is outside its length 5. Slice within the axis.',
  ],
  [
    ['float32[5]'],
    { start: [1], step: [-1], length: [3] },
    'PP2003] net/layer (slice): the slice of axis 0 from 1 to -1 in steps of -1 is outside its length 5. Slice within the axis.',
  ],
  [
    ['float32[5]'],
    { start: [0], step: [0], length: [1] },
    'PP2003] net/layer (slice): a step of [0] is 0. Use another step.',
  ],
  [
    ['float32[5, 2]'],
    { start: [0], step: [1], length: [1] },
    'PP2003] net/layer (slice): start has 1 entries for a tensor of rank 2 [5, 2]. Give start one entry for each axis.',
  ],
  [
    ['float32[5]'],
    { start: [0], step: [1] },
    'PP2003] net/layer (slice): length is missing. Give length one entry for each axis.',
  ],
]);

describe('resolveSlice', () => {
  const most = 2 ** 63;

  /** By Python 3's slice.indices, ends left out being the greatest or least integer as exporters write them. */
  test.each([
    [10, [2, 7, 2], [2, 3]],
    [10, [-3, most, 1], [7, 3]],
    [10, [20, 30, 1], [10, 0]],
    [10, [7, 2, 1], [7, 0]],
    [10, [most, -most, -1], [9, 10]],
    [10, [8, -11, -3], [8, 3]],
    [10, [-100, 100, 4], [0, 3]],
    [0, [0, 5, 1], [0, 0]],
    [5, [-1, -100, -1], [4, 5]],
  ] as const)('of length %d, %j: start and length %j', (n, [start, end, step], expected) => {
    const resolved = resolveSlice([n], [start], [end], [0], [step]);
    expect([resolved.start[0], resolved.length[0]]).toEqual(expected);
  });

  test('leaves the other axes whole', () => {
    expect(resolveSlice([4, 5, 6], [1], [3], [-2])).toEqual({
      start: [0, 1, 0],
      step: [1, 1, 1],
      length: [4, 2, 6],
    });
    expect(resolveSlice([4, 5], [1], [3])).toEqual({ start: [1, 0], step: [1, 1], length: [2, 5] });
  });

  test.each<readonly [start: number, end: number, step: number, length: Dim]>([
    [0, most, 1, 'w'],
    [0, most, 2, 'floor((w+1)/2)'],
    [1, -1, 1, 'w-2'],
    [2, 2 ** 31 - 1, 1, 'w-2'],
    [1, 4, 1, 3],
  ])('of an open length from %d to %d in steps of %d: %s', (start, end, step, length) => {
    expect(resolveSlice(['w'], [start], [end], [0], [step])).toEqual({
      start: [start],
      step: [step],
      length: [length],
    });
  });

  test.each<readonly [Parameters<typeof resolveSlice>, string]>([
    [
      [['w'], [-2], [most]],
      'PP2005 the slice from -2 in steps of 1 counts from the end of an axis of the open length w. Give the sizes of the inputs.',
    ],
    [[[5], [0], [5], [0], [0]], 'PP2003 a step of [0] is 0. Use another step.'],
    [
      [
        [5, 6],
        [0, 1],
        [5, 6],
        [1, -1],
      ],
      'PP2003 an axis of [5, 6] stands twice in [1, -1]. Name each axis once.',
    ],
    [
      [[5], [0, 1], [5]],
      'PP2003 starts, ends, axes and steps have 2, 1, 2, 2 entries. Give each list one entry for each sliced axis.',
    ],
    [[[5], [0], [5], [1]], 'PP2003 axis 1 does not exist in a tensor of rank 1. Use an axis from -1 to 0.'],
  ])('refuses %j', (given, message) => {
    expect(failure(() => resolveSlice(...given))).toBe(message);
  });
});
