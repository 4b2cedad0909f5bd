import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calc, type Nested, nested, of } from './arrays.testing.ts';
import { apply, expectReadsSuffice, itInfers, itRejects, pattern, ramp } from './ops.testing.ts';
import { type PadMode, pad } from './pad.ts';
import type { Pair } from './shared.ts';
import { slice } from './slice.ts';

const modes: readonly PadMode[] = ['constant', 'reflect', 'edge', 'wrap'];

/** By numpy.pad 2.4.6; cropping by onnxruntime 1.30. */
test.each<readonly [mode: PadMode, x: Nested, pads: readonly Pair[], expected: Nested]>([
  [
    'reflect',
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    [
      [1, 0],
      [2, 2],
    ],
    [
      [5, 4, 3, 4, 5, 4, 3],
      [2, 1, 0, 1, 2, 1, 0],
      [5, 4, 3, 4, 5, 4, 3],
    ],
  ],
  [
    'edge',
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    [
      [1, 0],
      [2, 2],
    ],
    [
      [0, 0, 0, 1, 2, 2, 2],
      [0, 0, 0, 1, 2, 2, 2],
      [3, 3, 3, 4, 5, 5, 5],
    ],
  ],
  [
    'wrap',
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    [
      [1, 0],
      [2, 2],
    ],
    [
      [4, 5, 3, 4, 5, 3, 4],
      [1, 2, 0, 1, 2, 0, 1],
      [4, 5, 3, 4, 5, 3, 4],
    ],
  ],
  ['reflect', [0, 1, 2, 3], [[5, 9]], [1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0]],
  ['wrap', [0, 1, 2, 3], [[5, 9]], [3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0]],
  ['reflect', [5], [[2, 1]], [5, 5, 5, 5]],
  ['wrap', [5], [[2, 1]], [5, 5, 5, 5]],
  ['constant', [0, 1, 2, 3], [[-1, 2]], [1, 2, 3, 0, 0]],
  ['reflect', [0, 1, 2, 3], [[-1, 2]], [1, 2, 3, 2, 1]],
  ['edge', [0, 1, 2, 3], [[2, -1]], [0, 0, 0, 1, 2]],
  ['wrap', [0, 1, 2, 3], [[-1, 2]], [1, 2, 3, 1, 2]],
  ['wrap', [0, 1, 2, 3], [[2, -1]], [1, 2, 0, 1, 2]],
])('%s %j by %j', (mode, x, pads, expected) => {
  expect(calc(pad, [of(x)], { mode, pads })).toEqual(expected);
  expectReadsSuffice(pad, [of(x)], { mode, pads });
});

test('constant puts the value outside (numpy.pad)', () => {
  const pads: readonly Pair[] = [
    [1, 0],
    [0, 2],
  ];
  expect(calc(pad, [ramp([2, 3]), of(7)], { pads })).toEqual([
    [7, 7, 7, 7, 7],
    [0, 1, 2, 7, 7],
    [3, 4, 5, 7, 7],
  ]);
  expectReadsSuffice(pad, [pattern([2, 3]), of(7)], { pads });
});

const padding = fc.record({
  mode: fc.constantFrom(...modes),
  shape: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  added: fc.tuple(fc.tuple(fc.nat(5), fc.nat(5)), fc.tuple(fc.nat(5), fc.nat(5))),
});

test('cropping what was padded, or slicing it out, is the identity', () => {
  fc.assert(
    fc.property(padding, ({ mode, shape, added }) => {
      const x = pattern(shape);
      const padded = apply(pad, [x], { mode, pads: added });
      const pads = added.map(([begin, end]): Pair => [-begin, -end]);
      expect(calc(pad, padded, { mode, pads })).toEqual(nested(x));
      const inner = { start: added.map(([begin]) => begin), step: [1, 1], length: shape };
      expect(calc(slice, padded, inner)).toEqual(nested(x));
    }),
  );
});

itInfers(pad, [
  [
    ['float32[n, h, 3]'],
    {
      pads: [
        [0, 0],
        [2, -1],
        [1, 1],
      ],
    },
    ['float32[n, h+1, 5]'],
  ],
  [['float32[3]'], { pads: [[-1, -2]] }, ['float32[0]']],
  [['int8[0]', 'int8[]'], { pads: [[1, 1]] }, ['int8[2]']],
]);

itRejects(pad, [
  [
    ['float32[3]'],
    { pads: [[-2, -2]] },
    'PP2004] net/layer (pad): pads of (-2, -2) crop more than axis 0 of length 3 has. Crop less.',
  ],
  [
    ['float32[3]'],
    { pads: [[-3, 2]], mode: 'edge' },
    "PP2002] net/layer (pad): the mode edge has nothing to repeat on axis 0 of length 3 with pads of (-3, 2). Use the mode 'constant'.",
  ],
  [
    ['float32[3]'],
    { pads: [[1, 1]], mode: 'symmetric' as PadMode },
    'PP2003] net/layer (pad): the mode is symmetric. Use one of constant, edge, wrap, reflect.',
  ],
  [
    ['float32[3]', 'float32[]'],
    { pads: [[1, 1]], mode: 'edge' },
    "PP2001] net/layer (pad): a value is given, which the mode edge does not use. Leave it out, or use the mode 'constant'.",
  ],
  [
    ['float32[3]', 'float32[2]'],
    { pads: [[1, 1]] },
    'PP2002] net/layer (pad): value has the shape [2], one element is needed. Give value as a scalar.',
  ],
  [
    ['float32[3, 4]'],
    { pads: [[1, 1]] },
    'PP2003] net/layer (pad): pads has 1 entries for a tensor of rank 2 [3, 4]. Give pads one entry for each axis.',
  ],
  [['float32[3]'], { pads: [[0.5, 1]] }, 'PP2003] net/layer (pad): pads is [0.5, 1]. Give integers.'],
]);
