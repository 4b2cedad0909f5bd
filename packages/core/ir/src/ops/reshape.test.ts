import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dim } from '../dim.ts';
import { sizeOf } from '../tensor.ts';
import { calc, failure, nested, of } from './arrays.testing.ts';
import { apply, itInfers, itRejects, pattern } from './ops.testing.ts';
import { reshape, resolveReshape, squeezeShape, unsqueezeShape } from './reshape.ts';

test('keeps the elements in row-major order', () => {
  expect(
    calc(
      reshape,
      [
        of([
          [0, 1, 2],
          [3, 4, 5],
        ]),
      ],
      { shape: [3, 2] },
    ),
  ).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
});

test('back to the first shape is the identity', () => {
  const shapes = fc.shuffledSubarray([2, 3, 1, 2], { minLength: 4 });
  fc.assert(
    fc.property(shapes, shapes, (from, to) => {
      const x = pattern(from);
      const [there] = apply(reshape, [x], { shape: to });
      expect(calc(reshape, [there], { shape: from })).toEqual(nested(x));
      expect(there!.shape).toEqual(to);
    }),
  );
});

itInfers(reshape, [
  [['int8[6]'], { shape: [2, 3] }, ['int8[2, 3]']],
  [['float32[n, 3]'], { shape: ['3*n'] }, ['float32[3*n]']],
  [['float32[0, 3]'], { shape: [5, 0] }, ['float32[5, 0]']],
]);

itRejects(reshape, [
  [
    ['float32[2, 3]'],
    { shape: [4, 2] },
    'PP2002] net/layer (reshape): [2, 3] has 6 elements, [4, 2] 8. Give both shapes as many elements.',
  ],
  [
    ['float32[6]'],
    { shape: [-1, 2] },
    'PP2003] net/layer (reshape): the target shape is [-1, 2]. Give lengths of at least 0.',
  ],
]);

describe('resolveReshape', () => {
  /** As ONNX's node tests test_reshape_*. */
  test.each<
    readonly [input: readonly Dim[], target: readonly number[], allowZero: boolean, shape: readonly Dim[]]
  >([
    [[2, 3, 4], [4, 2, 3], false, [4, 2, 3]],
    [[2, 3, 4], [2, -1, 2], false, [2, 6, 2]],
    [[2, 3, 4], [2, 0, 1, -1], false, [2, 3, 1, 4]],
    [[0, 3, 4], [3, 4, 0], true, [3, 4, 0]],
    [['batch', 3, 4], [0, -1], false, ['batch', 12]],
    [['batch', 3, 'h', 'w'], [0, 3, -1], false, ['batch', 3, 'h*w']],
    [['batch', 6], [-1, 3], false, ['2*batch', 3]],
    [[], [1, -1], false, [1, 1]],
  ])('%j to %j, allowZero %j: %j', (input, target, allowZero, shape) => {
    expect(resolveReshape(input, target, allowZero)).toEqual(shape);
  });

  test.each<readonly [input: readonly Dim[], target: readonly number[], allowZero: boolean, message: string]>(
    [
      [
        [2, 3],
        [-1, -1],
        false,
        'PP2003 the target shape [-1, -1] has -1 more than once. Leave only one length open.',
      ],
      [[2, 3], [-2, 3], false, 'PP2003 the target shape is [-2, 3]. Give lengths of at least -1.'],
      [
        [2, 3],
        [4, -1],
        false,
        'PP2002 the input [2, 3] does not fit the target shape [4, -1]: 6 elements are not a multiple of 4. Give lengths that divide the number of elements.',
      ],
      [
        [0, 3],
        [0, -1],
        true,
        'PP2002 the input [0, 3] does not fit the target shape [0, -1]: 0 elements are not a multiple of 0. Give lengths that divide the number of elements.',
      ],
      [
        [6],
        [1, 0],
        false,
        'PP2003 the target shape [1, 0] keeps the length of axis 1, which the input [6] does not have. Give the length itself.',
      ],
    ],
  )('%j to %j, allowZero %j is refused', (input, target, allowZero, message) => {
    expect(failure(() => resolveReshape(input, target, allowZero))).toBe(message);
  });
});

describe('squeezeShape and unsqueezeShape', () => {
  test('drop and add axes of length 1', () => {
    expect(squeezeShape([1, 3, 1, 'w'])).toEqual([3, 'w']);
    expect(squeezeShape([1, 3, 1, 5], [-2])).toEqual([1, 3, 5]);
    expect(squeezeShape(['n', 3], [0])).toEqual([3]);
    expect(unsqueezeShape([3, 'w'], [0, -1])).toEqual([1, 3, 'w', 1]);
    expect(unsqueezeShape([3, 4, 5], [5, 4, 2])).toEqual([3, 4, 1, 5, 1, 1]);
  });

  test('are inverse', () => {
    const lengths = fc.array(fc.integer({ min: 2, max: 9 }), { maxLength: 4 });
    fc.assert(
      fc.property(lengths, fc.uniqueArray(fc.nat(2), { maxLength: 3 }), (shape, axes) => {
        fc.pre(axes.every((axis) => axis < shape.length + axes.length));
        expect(squeezeShape(unsqueezeShape(shape, axes), axes)).toEqual(shape);
        expect(sizeOf(unsqueezeShape(shape, axes) as number[])).toBe(sizeOf(shape));
      }),
    );
  });

  test('refuse what cannot be', () => {
    expect(failure(() => squeezeShape([2, 3], [1]))).toBe(
      'PP2002 the length of the squeezed axis 1 is 3, 1 is needed. Make the two lengths equal.',
    );
    expect(failure(() => squeezeShape([1], [1]))).toBe(
      'PP2003 axis 1 does not exist in a tensor of rank 1. Use an axis from -1 to 0.',
    );
    expect(failure(() => unsqueezeShape([3], [0, -3]))).toBe(
      'PP2003 an axis stands twice in [0, -3]. Name each axis once.',
    );
  });
});
