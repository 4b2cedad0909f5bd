import { depthToSpace, make, type Node, type Pair, relu, spaceToDepth, type Value } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { chained, convolved, input, optimized, weights } from '../rules.testing.ts';

type Layer = (x: Value) => Node;
const convolution =
  (...[out, kernel, options]: [number, number[], Parameters<typeof convolved>[3]?]): Layer =>
  (x) =>
    convolved(x, out, kernel, options);
const pads = (...pairs: Pair[]) => ({ pads: pairs });

const shuffled =
  (blocksize: number, mode: 'DCR' | 'CRD'): Layer =>
  (x) =>
    make(depthToSpace, { x }, { blocksize, mode }, { name: 'shuffle' });
const sharedBias = (out: number, mode: 'DCR' | 'CRD', b: number): Value => {
  const values = weights([out / (b * b)], 8).constant!.data as Float64Array;
  const channel = (deep: number): number =>
    mode === 'CRD' ? Math.floor(deep / (b * b)) : deep % values.length;
  const data = Float64Array.from({ length: out }, (_, deep) => values[channel(deep)]!);
  return {
    name: 'bias',
    type: { dtype: 'float64', shape: [out] },
    constant: { dtype: 'float64', shape: [out], data },
  };
};

test.each(['DCR', 'CRD'] as const)(
  'a convolution before depthToSpace becomes a transposed one: %s',
  (mode) => {
    const shared = { bias: sharedBias(12, mode, 2) };
    for (const [shape, kernel, options, b] of [
      [[1, 3, 4, 5], [1, 1], { bias: false }, 2],
      [[2, 3, 4, 3], [3, 3], { bias: false, ...pads([1, 1], [1, 1]) }, 2],
      [[1, 3, 4, 4], [3, 2], { ...shared, ...pads([1, 1], [0, 1]) }, 2],
      [[1, 3, 4, 4], [3, 3], { ...shared, ...pads([4, 1], [1, 3]) }, 2],
      [[1, 3, 5, 5], [1, 1], { ...shared, ...pads([-1, 0], [0, -1]) }, 2],
      [[1, 3, 4, 4], [2, 2], { bias: false, ...pads([1, 0], [1, 0]) }, 1],
    ] as [number[], number[], Parameters<typeof convolved>[3], number][]) {
      const graph = chained(input(shape), convolution(12, kernel, options), shuffled(b, mode));
      expect(optimized(graph).ops).toEqual(['convTranspose']);
    }
  },
);

test('groups follow the channels through CRD', () => {
  const layer = convolution(16, [3, 3], { groups: 2, bias: false, ...pads([1, 1], [1, 1]) });
  expect(optimized(chained(input([2, 4, 4, 3]), layer, shuffled(2, 'CRD'))).ops).toEqual(['convTranspose']);
  expect(optimized(chained(input([2, 4, 4, 3]), layer, shuffled(2, 'DCR'))).ops).toEqual([
    'conv',
    'depthToSpace',
  ]);
});

test.each<[string, Layer]>([
  ['the bias differs inside the blocks', convolution(12, [1, 1])],
  ['stride 2', convolution(12, [2, 2], { stride: [2, 2], bias: false })],
  ['dilation 2', convolution(12, [2, 2], { dilation: [2, 2], bias: false })],
  ['a valid kernel throws most of its products away', convolution(12, [4, 4], { bias: false })],
])('depthToSpace stays: %s', (_, layer) => {
  expect(optimized(chained(input([1, 3, 4, 4]), layer, shuffled(2, 'DCR'))).ops).toEqual([
    'conv',
    'depthToSpace',
  ]);
});

test.each<[string, Parameters<typeof convolved>[3]]>([
  ['plain', {}],
  ['padding', pads([1, 0], [2, 1])],
  ['stride', { stride: [2, 1], ...pads([1, 1], [0, 0]) }],
])('a convolution after spaceToDepth reads the large map: %s', (_, options) => {
  const blocks: Layer = (x) => make(spaceToDepth, { x }, { blocksize: 2 }, { name: 'blocks' });
  const graph = chained(input([2, 3, 6, 8]), blocks, convolution(5, [3, 2], options));
  expect(optimized(graph).ops).toEqual(['conv']);
});

test('an activation between the layers keeps them', () => {
  const activation: Layer = (x) => make(relu, { x }, {}, { name: 'relu' });
  const graph = chained(
    input([1, 3, 4, 4]),
    convolution(12, [1, 1], { bias: false }),
    activation,
    shuffled(2, 'DCR'),
  );
  expect(optimized(graph).ops).toEqual(['conv', 'relu', 'depthToSpace']);
});
