import { type Graph, make, outputOf, type Pair, type ResampleFilter, relu } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { rulesPass, runPasses } from '../pass.ts';
import { pipeline } from '../pipeline.ts';
import { chained, convolved, enlarged, graphOf, input, optimized } from '../rules.testing.ts';
import { convAfterInterpolation } from './interpolation.ts';

const linear: ResampleFilter = { kind: 'linear' };
const cubic: ResampleFilter = { kind: 'cubic', coefficient: -0.5 };
const same = (...kernel: readonly number[]): readonly Pair[] =>
  kernel.map((k): Pair => [k >> 1, (k - 1) >> 1]);

const valid: readonly Pair[] = [
  [0, 0],
  [0, 0],
];
const uneven: readonly Pair[] = [
  [2, 0],
  [0, 1],
];

interface Row {
  readonly shape: readonly number[];
  readonly factors: readonly number[];
  readonly kernel: readonly number[];
  readonly pads?: readonly Pair[];
  readonly out?: number;
  readonly groups?: number;
  readonly filter?: ResampleFilter;
}

function graph({
  shape,
  factors,
  kernel,
  pads = same(...kernel),
  out = 16,
  groups = 1,
  filter = linear,
}: Row): Graph {
  const x = input(shape);
  return chained(
    x,
    (y) => enlarged(y, factors, filter),
    (y) => convolved(y, out, kernel, { pads, groups }),
  );
}

const name = 'polyphase/conv-after-interpolation';

/** The rule, whatever it costs: these maps are small, so that the definitions can judge it. */
const always = [rulesPass('polyphase', [convAfterInterpolation(() => true)])];

test.each<[string, Row]>([
  ['2x, 3x3, same', { shape: [1, 2, 5, 6], factors: [2, 2], kernel: [3, 3] }],
  ['2x, 5x5, valid', { shape: [1, 2, 6, 7], factors: [2, 2], kernel: [5, 5], pads: valid }],
  ['4x, 4x4, an even kernel', { shape: [1, 2, 5, 6], factors: [4, 4], kernel: [4, 4] }],
  ['4x, 5x5, padding at one end', { shape: [2, 2, 5, 7], factors: [4, 4], kernel: [5, 5], pads: uneven }],
  ['3x, 1x7', { shape: [1, 2, 5, 7], factors: [3, 3], kernel: [1, 7] }],
  ['groups', { shape: [1, 4, 7, 7], factors: [2, 2], kernel: [3, 5], out: 4, groups: 2 }],
  ['one axis only', { shape: [1, 2, 4, 7], factors: [1, 4], kernel: [3, 7] }],
  ['one axis repeated', { shape: [1, 2, 6, 7], factors: [1, 2], kernel: [3, 3] }],
  ['factors of different length', { shape: [1, 2, 7, 6], factors: [2, 4], kernel: [3, 5] }],
  ['one spatial axis', { shape: [1, 3, 9], factors: [4], kernel: [7] }],
  ['three spatial axes', { shape: [1, 2, 4, 5, 4], factors: [2, 2, 2], kernel: [3, 3, 2] }],
  ['cubic', { shape: [1, 2, 9, 10], factors: [2, 2], kernel: [5, 3], filter: cubic }],
])('a convolution of an interpolation becomes a transposed one inside: %s', (_, row) => {
  const { rules, ops } = optimized(graph(row), always);
  expect(rules).toEqual([name]);
  expect(ops).toContain('convTranspose');
});

test('without padding there is nothing but the transposed convolution of the padded input', () => {
  const row: Row = { shape: [1, 2, 6, 7], factors: [2, 2], kernel: [5, 5], pads: valid };
  expect(optimized(graph(row), always).ops).toEqual(['pad', 'convTranspose']);
});

const fires = (row: Row): boolean => runPasses(graph(row), pipeline).fired.some(({ rule }) => rule === name);

test.each<[string, Row, boolean]>([
  ['2x, 3x3: as many products', { shape: [1, 64, 64, 64], factors: [2, 2], kernel: [3, 3], out: 64 }, false],
  ['2x, 5x5', { shape: [1, 64, 64, 64], factors: [2, 2], kernel: [5, 5], out: 64 }, true],
  [
    '4x, 3x3: tiles have fewer products',
    { shape: [1, 64, 64, 64], factors: [4, 4], kernel: [3, 3], out: 64 },
    false,
  ],
  ['4x, 5x5', { shape: [1, 64, 64, 64], factors: [4, 4], kernel: [5, 5], out: 64 }, true],
  [
    '2x, 5x5 of one channel: the joins cost more',
    { shape: [1, 1, 64, 64], factors: [2, 2], kernel: [5, 5], out: 1 },
    false,
  ],
  [
    '4x, 5x5 of a small map: all border',
    { shape: [1, 16, 4, 4], factors: [4, 4], kernel: [5, 5], out: 16 },
    false,
  ],
])('where it pays: %s', (_, row, expected) => {
  expect(fires(row)).toBe(expected);
});

test.each<[string, () => Graph]>([
  ['factors that are not whole', () => graph({ shape: [1, 2, 6, 6], factors: [1.5, 1.5], kernel: [3, 3] })],
  [
    'maps that are hardly larger than the kernel',
    () => graph({ shape: [1, 2, 2, 2], factors: [2, 2], kernel: [5, 5] }),
  ],
  [
    'more padding than kernel',
    () =>
      graph({
        shape: [1, 2, 6, 6],
        factors: [4, 4],
        kernel: [3, 3],
        pads: [
          [3, 3],
          [1, 1],
        ],
      }),
  ],
  [
    'strides',
    () =>
      chained(
        input([1, 2, 6, 6]),
        (y) => enlarged(y, [4, 4], linear),
        (y) => convolved(y, 16, [3, 3], { stride: [2, 2], pads: same(3, 3) }),
      ),
  ],
])('it stays a convolution: %s', (_, make) => {
  expect(optimized(make(), always).rules).toEqual([]);
});

test('an interpolation that something else reads is not gained by losing it', () => {
  const x = input([1, 2, 6, 6]);
  const up = enlarged(x, [2, 2], linear);
  const y = convolved(outputOf(up), 16, [5, 5], { pads: same(5, 5) });
  const other = make(relu, { x: outputOf(up) }, {}, { name: 'other' });
  const { graph: after } = optimized(graphOf([x], [up, y, other], [outputOf(y), outputOf(other)]), always);
  expect(after.nodes.some(({ name: layer }) => layer === 'up')).toBe(true);
});
