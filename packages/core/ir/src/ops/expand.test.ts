import { expect, test } from 'vitest';
import { calc, failure, of } from './arrays.testing.ts';
import { expand, resolveExpand } from './expand.ts';
import { expectReadsSuffice, itInfers, itRejects, pattern } from './ops.testing.ts';

test('repeats axes as numpy.broadcast_to', () => {
  expect(calc(expand, [of([[1], [2]])], { shape: [2, 2, 3] })).toEqual([
    [
      [1, 1, 1],
      [2, 2, 2],
    ],
    [
      [1, 1, 1],
      [2, 2, 2],
    ],
  ]);
  expectReadsSuffice(expand, [pattern([3, 1, 2])], { shape: [2, 3, 4, 2] });
});

itInfers(expand, [
  [['float32[n, 1]'], { shape: ['n', 5] }, ['float32[n, 5]']],
  [['float32[1]'], { shape: [0] }, ['float32[0]']],
]);

itRejects(expand, [
  [
    ['float32[3, 1]'],
    { shape: [1, 4] },
    'PP2002] net/layer (expand): [3, 1] does not broadcast to [1, 4]. Keep the lengths of x other than 1.',
  ],
  [
    ['float32[3]'],
    { shape: [4] },
    'PP2002] net/layer (expand): the shapes [3] and [4] have the lengths 3 and 4 on one axis. Make the lengths equal, or one of them 1.',
  ],
]);

test('resolveExpand broadcasts both ways, as ONNX Expand', () => {
  expect(resolveExpand([3, 1], [2, 1, 6])).toEqual([2, 3, 6]);
  expect(resolveExpand([3, 4], [1])).toEqual([3, 4]);
  expect(resolveExpand(['n', 1], [1, 4])).toEqual(['n', 4]);
  expect(failure(() => resolveExpand([3], [2]))).toContain('PP2002 the shapes [3] and [2]');
});
