import {
  averagePool,
  lpPool,
  make,
  maxPool,
  type Node,
  type PadMode,
  type Pair,
  pad,
  tensor,
  type Value,
} from '@polyphase/ir';
import { expect, test } from 'vitest';
import { chained, convolved, deconvolved, input, optimized } from '../rules.testing.ts';
import { constant } from '../toy.testing.ts';

type Layer = (x: Value) => Node;
const none: Pair = [0, 0];
const padded =
  (spatial: readonly Pair[], mode: PadMode = 'constant', value?: number, channels = none): Layer =>
  (x) =>
    make(
      pad,
      { x, value: value === undefined ? undefined : constant('v', tensor([value], [], 'float64')) },
      { pads: [none, channels, ...spatial], mode },
      { name: 'pad' },
    );
const convolution =
  (pads: readonly Pair[]): Layer =>
  (x) =>
    convolved(x, 2, [3, 3], { pads });
const transposed =
  (crop: readonly Pair[]): Layer =>
  (x) =>
    deconvolved(x, 2, [3, 2], { stride: [2, 3], pads: crop });
const window = { kernel: [3, 3], stride: [2, 1], dilation: [1, 1], ceil: false };
const average =
  (pads: readonly Pair[], countIncludePad: boolean, ceil = false): Layer =>
  (x) =>
    make(averagePool, { x }, { ...window, pads, countIncludePad, ceil }, { name: 'pool' });
const power =
  (pads: readonly Pair[]): Layer =>
  (x) =>
    make(lpPool, { x }, { ...window, pads, p: 2 }, { name: 'pool' });
const greatest: Layer = (x) => make(maxPool, { x }, { ...window, pads: [none, none] }, { name: 'pool' });
const zeros: readonly Pair[] = [none, none];
const ones: readonly Pair[] = [
  [1, 0],
  [1, 1],
];

test.each<[string, Layer, Layer]>([
  ['convolution', padded(ones), convolution(zeros)],
  ['convolution that pads itself', padded(ones), convolution(ones)],
  ['convolution, an explicit 0', padded(ones, 'constant', 0), convolution(zeros)],
  [
    'convolution, cropped on both sides',
    padded([
      [-1, 0],
      [-1, -1],
    ]),
    convolution([
      [-1, 0],
      [0, -1],
    ]),
  ],
  [
    'convolution that crops the zeros again',
    padded([
      [2, 2],
      [1, 1],
    ]),
    convolution([
      [-3, 0],
      [-1, -1],
    ]),
  ],
  ['transposed convolution', padded(ones), transposed(ones)],
  ['average of everything', padded(ones), average(zeros, true)],
  ['average that says that there is no padding', padded(ones), average(zeros, false)],
  [
    'average that counts its own padding',
    padded([
      [1, 0],
      [1, 0],
    ]),
    average(
      [
        [1, 0],
        [0, 1],
      ],
      true,
    ),
  ],
  [
    'power mean',
    padded(ones),
    power([
      [0, 1],
      [0, 0],
    ]),
  ],
])('zeros become padding: %s', (_, first, second) => {
  expect(optimized(chained(input([2, 2, 5, 6]), first, second)).ops).toHaveLength(1);
});

test.each<[string, Layer, Layer]>([
  ['ones', padded(ones, 'constant', 1), convolution(zeros)],
  ['the edge', padded(ones, 'edge'), convolution(zeros)],
  ['channels', padded(ones, 'constant', 0, [1, 0]), convolution(zeros)],
  [
    'a crop before padding',
    padded([
      [-1, 0],
      [0, 0],
    ]),
    convolution(ones),
  ],
  [
    'a crop before a transposed convolution',
    padded([
      [-1, 0],
      [0, 0],
    ]),
    transposed(zeros),
  ],
  ['an average that does not count its own padding', padded(ones), average(ones, false)],
  ['an average with windows over the end', padded(ones), average(zeros, true, true)],
  [
    'more than a window',
    padded([
      [3, 0],
      [0, 0],
    ]),
    average(zeros, true),
  ],
  ['the greatest, which a zero may be', padded(ones), greatest],
])('stays a layer: %s', (_, first, second) => {
  expect(optimized(chained(input([2, 2, 5, 6]), first, second)).ops).toHaveLength(2);
});
