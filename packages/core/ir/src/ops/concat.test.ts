import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calc, failure, nested, of } from './arrays.testing.ts';
import { concat } from './concat.ts';
import { apply, expectReadsSuffice, itInfers, itRejects, pattern, ramp } from './ops.testing.ts';
import { split, splitLengths } from './split.ts';

test('concat puts parts one after another, as numpy.concatenate', () => {
  expect(
    calc(
      concat,
      [
        ramp([2, 3]),
        of([
          [9, 9],
          [9, 9],
        ]),
      ],
      { axis: 1 },
    ),
  ).toEqual([
    [0, 1, 2, 9, 9],
    [3, 4, 5, 9, 9],
  ]);
  expectReadsSuffice(concat, [pattern([2, 2]), pattern([2, 0]), pattern([2, 3], 1)], { axis: 1 });
});

test('split cuts at the lengths, empty ones too, as numpy.split', () => {
  const parts = apply(split, [ramp([2, 5])], { axis: 1, lengths: [2, 0, 3] });
  expect(parts.map((part) => nested(part))).toEqual([
    [
      [0, 1],
      [5, 6],
    ],
    [[], []],
    [
      [2, 3, 4],
      [7, 8, 9],
    ],
  ]);
  expectReadsSuffice(split, [pattern([2, 5])], { axis: 1, lengths: [3, 2] });
});

test('concat of what split gives is the whole', () => {
  const cut = fc.record({
    axis: fc.nat(2),
    lengths: fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
    rest: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)),
  });
  fc.assert(
    fc.property(cut, ({ axis, lengths, rest }) => {
      const x = pattern(
        rest.with(
          axis,
          lengths.reduce((sum, length) => sum + length),
        ),
      );
      expect(calc(concat, apply(split, [x], { axis, lengths }), { axis })).toEqual(nested(x));
    }),
  );
});

itInfers(concat, [
  [['float32[n, 2]', 'float32[n, 3]'], { axis: 1 }, ['float32[n, 5]']],
  [['float32[a, 2]', 'float32[1, 2]'], { axis: 0 }, ['float32[a+1, 2]']],
]);
itInfers(split, [[['int8[n, 5]'], { axis: 1, lengths: [2, 3] }, ['int8[n, 2]', 'int8[n, 3]']]]);

itRejects(concat, [
  [[], { axis: 0 }, 'PP2001] net/layer (concat): the operand xs of concat is missing. Give xs.'],
  [
    ['float32[2, 3]', 'float32[2, 4]'],
    { axis: 0 },
    'PP2002] net/layer (concat): axis 1 of operand 1 is 4, 3 is needed. Make the two lengths equal.',
  ],
  [
    ['float32[2]', 'float32[2, 1]'],
    { axis: 0 },
    'PP2002] net/layer (concat): operand 1 has rank 2 [2, 1], rank 1 is needed. Reshape operand 1.',
  ],
  [
    ['float32[]', 'float32[]'],
    { axis: 0 },
    'PP2003] net/layer (concat): axis 0 does not exist in a tensor of rank 0. Reshape the scalar.',
  ],
  [
    ['float32[2]', 'int8[2]'],
    { axis: 0 },
    'PP2001] net/layer (concat): the operands are float32, int8. Cast them to one type.',
  ],
]);
itRejects(split, [
  [
    ['float32[5]'],
    { axis: 0, lengths: [2, 2] },
    'PP2002] net/layer (split): the sum of the lengths [2, 2] is 4, 5 is needed. Make the two lengths equal.',
  ],
  [
    ['float32[5]'],
    { axis: 0, lengths: [6, -1] },
    'PP2003] net/layer (split): lengths is [6, -1]. Give integers of at least 0.',
  ],
  [
    ['float32[5]'],
    { axis: 0, lengths: [] },
    'PP2003] net/layer (split): there are no lengths. Give one length for each output.',
  ],
]);

/** As onnxruntime 1.30 splits with num_outputs. */
test.each([
  [6, 3, [2, 2, 2]],
  [7, 4, [2, 2, 2, 1]],
  [10, 4, [3, 3, 3, 1]],
  [7, 2, [4, 3]],
  [0, 2, [0, 0]],
])('splitLengths: %d in %d parts', (length, parts, expected) => {
  expect(splitLengths(length, parts)).toEqual(expected);
});

test.each<readonly [Parameters<typeof splitLengths>, string]>([
  [[5, 4], 'PP2003 an axis of length 5 cannot be split in 4 parts. Give the lengths of the parts.'],
  [
    [7, 2, true],
    'PP2003 an axis of length 7 cannot be split in 2 equal parts. Give the lengths of the parts.',
  ],
  [[7, 0], 'PP2003 the number of parts is 0. Use 1 or more.'],
  [['w', 2], 'PP2005 the axis that is split in 2 has the open length w. Give the sizes of the inputs.'],
])('splitLengths refuses %j', (given, message) => {
  expect(failure(() => splitLengths(...given))).toBe(message);
});
