import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calc, nested, of } from './arrays.testing.ts';
import { gather, gatherElements, gatherND } from './gather.ts';
import { apply, expectReadsSuffice, itInfers, itRejects, pattern, ramp } from './ops.testing.ts';

const indices = (array: Parameters<typeof of>[0]) => of(array, 'int64');

describe('by onnxruntime 1.30', () => {
  test('gather', () => {
    const operands = [
      ramp([2, 3, 2]),
      indices([
        [2, 0],
        [-1, 1],
      ]),
    ];
    expect(calc(gather, operands, { axis: 1 })).toEqual([
      [
        [
          [4, 5],
          [0, 1],
        ],
        [
          [4, 5],
          [2, 3],
        ],
      ],
      [
        [
          [10, 11],
          [6, 7],
        ],
        [
          [10, 11],
          [8, 9],
        ],
      ],
    ]);
    expectReadsSuffice(gather, operands, { axis: 1 }, 0);
  });

  test('gatherElements', () => {
    const operands = [
      ramp([2, 3]),
      indices([
        [2, -3],
        [1, 1],
      ]),
    ];
    expect(calc(gatherElements, operands, { axis: 1 })).toEqual([
      [2, 0],
      [4, 4],
    ]);
    expectReadsSuffice(gatherElements, operands, { axis: 1 }, 0);
  });

  test('gatherND of slices, of elements and within batches', () => {
    const x = ramp([2, 3, 2]);
    expect(
      calc(gatherND, [
        x,
        indices([
          [0, 2],
          [-1, 1],
        ]),
      ]),
    ).toEqual([
      [4, 5],
      [8, 9],
    ]);
    expect(
      calc(gatherND, [
        x,
        indices([
          [0, 1, 1],
          [1, 2, 0],
        ]),
      ]),
    ).toEqual([3, 10]);
    expect(calc(gatherND, [x, indices([[2], [-3]])], { batchDims: 1 })).toEqual([
      [4, 5],
      [6, 7],
    ]);
  });
});

test('gather of all indices in order is the identity', () => {
  fc.assert(
    fc.property(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)), fc.nat(2), (shape, axis) => {
      const x = pattern(shape);
      const all = { ...ramp([shape[axis]!]), dtype: 'int64' as const };
      expect(calc(gather, [x, all], { axis })).toEqual(nested(x));
    }),
  );
});

test('an index outside names itself, the axis and its length', () => {
  const x = ramp([2, 3]);
  const message = 'the index 3 is outside axis 1 of length 3. Use indices from -3 to 2.';
  expect(() => apply(gather, [x, indices([0, 3])], { axis: 1 })).toThrow(
    `[polyphase PP2003] net/layer (gather): ${message}`,
  );
  expect(() => apply(gatherElements, [x, indices([[3]])], { axis: 1 })).toThrow(message);
  expect(() => apply(gatherND, [x, indices([[0, 3]])], {})).toThrow(message);
  expect(() => apply(gather, [x, indices(-3)], {})).toThrow('the index -3 is outside axis 0 of length 2');
});

itInfers(gather, [
  [['float32[n, 5]', 'int64[]'], { axis: 1 }, ['float32[n]']],
  [['float32[n, 5, c]', 'int32[k, 2]'], { axis: 1 }, ['float32[n, k, 2, c]']],
]);
itInfers(gatherElements, [[['float32[n, 5]', 'int64[n, k]'], { axis: 1 }, ['float32[n, k]']]]);
itInfers(gatherND, [
  [['float32[n, 5, c]', 'int64[k, 2]'], {}, ['float32[k, c]']],
  [['float32[n, 5, c]', 'int64[n, 7, 1]'], { batchDims: 1 }, ['float32[n, 7, c]']],
]);

itRejects(gather, [
  [
    ['float32[2]', 'float32[2]'],
    {},
    'PP2001] net/layer (gather): indices is float32. Cast indices to an integer type.',
  ],
  [
    ['float32[2]', 'int64[2]'],
    { axis: 1 },
    'PP2003] net/layer (gather): axis 1 does not exist in a tensor of rank 1. Use an axis from 0 to 0.',
  ],
]);
itRejects(gatherElements, [
  [
    ['float32[2, 3]', 'int64[2]'],
    {},
    'PP2002] net/layer (gatherElements): indices has rank 1 [2], rank 2 is needed. Reshape indices.',
  ],
  [
    ['float32[2, 3]', 'int64[2, 4]'],
    {},
    'PP2002] net/layer (gatherElements): indices [2, 4] are longer than x [2, 3] on another axis than 0. Give them at most the lengths of x there.',
  ],
]);
itRejects(gatherND, [
  [
    ['float32[2, 3]', 'int64[4, 3]'],
    {},
    'PP2002] net/layer (gatherND): tuples of 3 indices do not fit the 2 axes of [2, 3] after 0 batch axes. Give the last axis of indices a length from 1 to 2.',
  ],
  [
    ['float32[2, 3]', 'int64[]'],
    {},
    'PP2002] net/layer (gatherND): indices [] have no axis of tuples after 0 batch axes. Add a last axis.',
  ],
  [
    ['float32[2, 3]', 'int64[5, 1]'],
    { batchDims: 1 },
    'PP2002] net/layer (gatherND): axis 0 of the batch of indices is 5, 2 is needed. Make the two lengths equal.',
  ],
  [
    ['float32[2, 3]', 'int64[5, k]'],
    {},
    'PP2005] net/layer (gatherND): the last length k of indices is open. Give the sizes of the inputs.',
  ],
  [
    ['float32[2, 3]', 'int64[5, 1]'],
    { batchDims: -1 },
    'PP2003] net/layer (gatherND): batchDims is [-1]. Give integers of at least 0.',
  ],
]);
