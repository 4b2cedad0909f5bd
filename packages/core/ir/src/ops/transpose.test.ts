import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calc, nested } from './arrays.testing.ts';
import { apply, expectReadsSuffice, itInfers, itRejects, pattern, ramp } from './ops.testing.ts';
import { transpose } from './transpose.ts';

test('orders the axes as numpy.transpose', () => {
  expect(calc(transpose, [ramp([2, 3, 2])], { perm: [2, 0, 1] })).toEqual([
    [
      [0, 2, 4],
      [6, 8, 10],
    ],
    [
      [1, 3, 5],
      [7, 9, 11],
    ],
  ]);
  expectReadsSuffice(transpose, [pattern([2, 3, 4])], { perm: [2, 0, 1] });
});

test('the inverse order undoes it', () => {
  const perms = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
  fc.assert(
    fc.property(perms, fc.tuple(...Array.from({ length: 4 }, () => fc.nat(3))), (perm, shape) => {
      const x = pattern(shape);
      const inverse = perm.map((_, axis) => perm.indexOf(axis));
      expect(calc(transpose, apply(transpose, [x], { perm }), { perm: inverse })).toEqual(nested(x));
    }),
  );
});

itInfers(transpose, [
  [['float32[n, 3, w]'], { perm: [0, 2, 1] }, ['float32[n, w, 3]']],
  [['float32[]'], { perm: [] }, ['float32[]']],
]);

itRejects(transpose, [
  [
    ['float32[2, 3]'],
    { perm: [0, 0] },
    'PP2003] net/layer (transpose): perm [0, 0] does not order the 2 axes of [2, 3]. Name each axis from 0 to 1 once.',
  ],
  [
    ['float32[2, 3]'],
    { perm: [1, 0, 2] },
    'PP2003] net/layer (transpose): perm [1, 0, 2] does not order the 2 axes of [2, 3]. Name each axis from 0 to 1 once.',
  ],
]);
