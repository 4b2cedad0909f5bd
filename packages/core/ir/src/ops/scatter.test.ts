import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calc, type Nested, nested, of } from './arrays.testing.ts';
import { gatherND } from './gather.ts';
import { apply, expectReadsSuffice, itInfers, itRejects, pattern, ramp } from './ops.testing.ts';
import { type ScatterReduction, scatterElements, scatterND } from './scatter.ts';

/** By onnxruntime 1.30. */
describe.each<readonly [reduction: ScatterReduction, elements: Nested, slices: Nested]>([
  [
    'none',
    [
      [10, 1, 20],
      [3, 2, 5],
    ],
    [
      [0, 6],
      [2, 5],
      [3, 4],
    ],
  ],
  [
    'add',
    [
      [10, 1, 22],
      [3, 36, 5],
    ],
    [
      [0, 6],
      [14, 33],
      [7, 14],
    ],
  ],
  [
    'mul',
    [
      [0, 1, 40],
      [3, 240, 5],
    ],
    [
      [0, 6],
      [40, 800],
      [12, 40],
    ],
  ],
  [
    'max',
    [
      [10, 1, 20],
      [3, 30, 5],
    ],
    [
      [0, 6],
      [10, 20],
      [4, 10],
    ],
  ],
  [
    'min',
    [
      [0, 1, 2],
      [3, 2, 5],
    ],
    [
      [0, 6],
      [2, 5],
      [3, 4],
    ],
  ],
])('%s', (reduction, elements, slices) => {
  test('scatterElements', () => {
    const operands = [
      ramp([2, 3]),
      of(
        [
          [0, -1],
          [1, 1],
        ],
        'int64',
      ),
      of([
        [10, 20],
        [30, 2],
      ]),
    ];
    expect(calc(scatterElements, operands, { axis: 1, reduction })).toEqual(elements);
    expectReadsSuffice(scatterElements, operands, { axis: 1, reduction }, 0);
  });

  test('scatterND', () => {
    const operands = [
      of([
        [0, 6],
        [2, 8],
        [4, 10],
      ]),
      of([[1], [-1], [1]], 'int64'),
      of([
        [10, 20],
        [3, 4],
        [2, 5],
      ]),
    ];
    expect(calc(scatterND, operands, { reduction })).toEqual(slices);
  });
});

test('gatherND reads back what scatterND wrote at different places', () => {
  const places = fc.uniqueArray(fc.tuple(fc.nat(2), fc.nat(3)), {
    minLength: 1,
    selector: ([a, b]) => `${a},${b}`,
  });
  fc.assert(
    fc.property(places, (tuples) => {
      const indices = of(tuples, 'int64');
      const updates = pattern([tuples.length, 2], 1);
      const written = apply(scatterND, [pattern([3, 4, 2]), indices, updates], {});
      expect(calc(gatherND, [written[0], indices])).toEqual(nested(updates));
    }),
  );
});

test('an index outside names itself, the axis and its length', () => {
  const message = 'the index -4 is outside axis 1 of length 3. Use indices from -3 to 2.';
  expect(() => apply(scatterElements, [ramp([2, 3]), of([[-4]], 'int64'), of([[1]])], { axis: 1 })).toThrow(
    message,
  );
  expect(() => apply(scatterND, [ramp([2, 3]), of([[0, -4]], 'int64'), of([1])], {})).toThrow(message);
});

itInfers(scatterElements, [
  [['float32[n, 3]', 'int32[n, 1]', 'float32[n, 1]'], { axis: 1 }, ['float32[n, 3]']],
]);
itInfers(scatterND, [[['bool[n, 3]', 'int64[k, 1]', 'bool[k, 3]'], {}, ['bool[n, 3]']]]);

itRejects(scatterElements, [
  [
    ['float32[2]', 'int64[1]', 'float32[2]'],
    {},
    'PP2002] net/layer (scatterElements): axis 0 of updates is 2, 1 is needed. Make the two lengths equal.',
  ],
  [
    ['float32[2]', 'int64[1]', 'int8[1]'],
    {},
    'PP2001] net/layer (scatterElements): the operands are float32, int8. Cast them to one type.',
  ],
  [
    ['bool[2]', 'int64[1]', 'bool[1]'],
    { reduction: 'add' },
    'PP2001] net/layer (scatterElements): x is bool. Cast x to a type of numbers.',
  ],
  [
    ['float32[2]', 'int64[1]', 'float32[1]'],
    { reduction: 'sum' as ScatterReduction },
    'PP2003] net/layer (scatterElements): the reduction is sum. Use one of none, add, mul, max, min.',
  ],
]);
itRejects(scatterND, [
  [
    ['float32[2, 3]', 'int64[4, 1]', 'float32[4]'],
    {},
    'PP2002] net/layer (scatterND): the shape of updates is [4], [4, 3] is needed. Make the shapes equal.',
  ],
]);
