import { concat, make, type Node, outputOf, type Pair, products, type Value } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { runPasses } from '../pass.ts';
import { pipeline } from '../pipeline.ts';
import { chained, convolved, enlarged, graphOf, input, optimized } from '../rules.testing.ts';

type Layer = (x: Value) => Node;
const up =
  (...factors: number[]): Layer =>
  (x) =>
    enlarged(x, factors);
const convolution =
  (...[out, kernel, options]: [number, number[], Parameters<typeof convolved>[3]?]): Layer =>
  (x) =>
    convolved(x, out, kernel, options);
const pads = (...pairs: Pair[]) => ({ pads: pairs });

test.each<[string, readonly number[], Layer, Layer]>([
  ['2x, 3x3, same', [1, 2, 4, 4], up(2, 2), convolution(3, [3, 3], pads([1, 1], [1, 1]))],
  ['2x, 3x3, valid, odd sizes', [2, 2, 5, 3], up(2, 2), convolution(3, [3, 3])],
  ['3x, 3x3, same', [1, 2, 3, 5], up(3, 3), convolution(2, [3, 3], pads([1, 1], [1, 1]))],
  ['2x, 5x5, padding at one end', [1, 1, 4, 4], up(2, 2), convolution(2, [5, 5], pads([2, 0], [0, 3]))],
  ['2x, 2x2, even kernel', [1, 2, 3, 3], up(2, 2), convolution(2, [2, 2], pads([0, 1], [1, 0]))],
  ['more padding than kernel', [1, 2, 3, 3], up(2, 2), convolution(2, [3, 3], pads([4, 3], [0, 5]))],
  ['cropped before the convolution', [1, 2, 5, 5], up(2, 2), convolution(2, [3, 3], pads([-1, -2], [0, -1]))],
  [
    'groups',
    [2, 4, 3, 3],
    up(2, 2),
    convolution(6, [3, 3], {
      groups: 2,
      pads: [
        [1, 1],
        [1, 1],
      ],
    }),
  ],
  ['depthwise, no bias', [1, 3, 4, 4], up(2, 2), convolution(3, [3, 3], { groups: 3, bias: false })],
  ['dilation as far as the repetition', [1, 2, 4, 4], up(3, 3), convolution(2, [3, 3], { dilation: [2, 3] })],
  ['one axis only', [1, 2, 4, 4], up(1, 2), convolution(2, [3, 3], pads([1, 1], [1, 1]))],
  ['factors of different length', [1, 2, 3, 4], up(4, 2), convolution(2, [3, 5], pads([1, 1], [2, 2]))],
  ['one spatial axis', [2, 3, 7], up(2), convolution(4, [3], pads([1, 1]))],
  [
    'three spatial axes',
    [1, 2, 3, 2, 3],
    up(2, 2, 2),
    convolution(2, [3, 3, 3], pads([1, 1], [1, 1], [1, 1])),
  ],
  ['a single element, many times', [9, 2, 1, 1], up(2, 2), convolution(2, [3, 3], pads([1, 1], [1, 1]))],
])('a convolution of repeated elements becomes a transposed one: %s', (_, shape, first, second) => {
  expect(optimized(chained(input(shape), first, second)).ops).toEqual(['convTranspose']);
});

test.each<[string, readonly number[], Layer, Layer]>([
  ['most of the kernel lies outside', [1, 2, 1, 1], up(3, 3), convolution(2, [3, 3])],
  [
    'taps of no weight between the others',
    [1, 2, 4, 4],
    up(2, 2),
    convolution(2, [3, 3], { dilation: [3, 3] }),
  ],
  ['the kernel is larger than the map', [1, 2, 1, 1], up(2, 2), convolution(2, [3, 3], pads([1, 1], [1, 1]))],
  ['stride 2', [1, 2, 4, 4], up(2, 2), convolution(2, [3, 3], { stride: [2, 2] })],
  ['factor 3/2', [1, 2, 4, 4], up(1.5, 1.5), convolution(2, [3, 3])],
  [
    'linear',
    [1, 2, 4, 4],
    (x) => enlarged(x, [2, 2], { kind: 'linear' }),
    convolution(2, [3, 3], pads([1, 1], [1, 1])),
  ],
  [
    'weights that are not constant',
    [2, 2, 3, 3],
    up(2, 2),
    (x) => ({ ...convolved(x, 2, [3, 3]), inputs: [x, input([2, 2, 3, 3], 'w')] }),
  ],
])('left as it is: %s', (_, shape, first, second) => {
  const graph = chained(input(shape), first, second);
  const extra = graph.nodes[1]!.inputs.slice(1).filter((value) => value && !value.constant) as Value[];
  expect(optimized({ ...graph, inputs: [...graph.inputs, ...extra] }).ops).toEqual(['upsample', 'conv']);
});

test('an upsampling that is read twice disappears when both readers are convolutions', () => {
  const x = input([1, 2, 4, 4]);
  const doubled = enlarged(x, [2, 2]);
  const readers = [3, 5].map((k) => convolved(doubled.outputs[0]!, 2, [k, k], { name: `conv${k}` }));
  const graph = graphOf(
    [x],
    [doubled, ...readers],
    readers.map(({ outputs }) => outputs[0]!),
  );
  expect(optimized(graph).ops).toEqual(['convTranspose', 'convTranspose']);
});

test('2x and 3x3 of 128 to 64 channels at 32x32: 2.25 times fewer products, and no map of the upsampled input', () => {
  const graph = chained(input([1, 128, 32, 32]), up(2, 2), convolution(64, [3, 3], pads([1, 1], [1, 1])));
  const { graph: after, fired } = runPasses(graph, pipeline, { check: true });
  const count = (nodes: readonly Node[]): number => nodes.reduce((all, node) => all + products(node), 0);
  expect(count(graph.nodes) / count(after.nodes)).toBe(2.25);
  expect(fired.map(({ rule }) => rule)).toEqual(['polyphase/conv-after-repetition']);
  const shapes = after.nodes.flatMap(({ inputs, outputs }) =>
    [...inputs, ...outputs].map((v) => v!.type.shape),
  );
  expect(shapes).not.toContainEqual([1, 128, 64, 64]);
});

/** A convolution of a map, its doubled half and its fourfold quarter, joined along an axis. */
function pyramid(channels: readonly number[], options: Parameters<typeof convolved>[3] = {}, axis = 1) {
  const inputs = channels.map((c, level) => input([2, c, 8 >> level, 12 >> level], `x${level}`));
  const ups = inputs.slice(1).map((x, i) => enlarged(x, [2 << i, 2 << i], undefined, `up${i}`));
  const xs = [inputs[0]!, ...ups.map(outputOf)];
  const joined = make(concat, { xs }, { axis }, { name: 'joined' });
  const result = convolved(outputOf(joined), 4, [3, 3], {
    pads: [
      [1, 1],
      [1, 1],
    ],
    ...options,
  });
  return { inputs, nodes: [...ups, joined, result], result, joined };
}

test.each<[string, readonly number[], Parameters<typeof convolved>[3]]>([
  ['three levels', [3, 2, 4], {}],
  [
    'two levels, no bias, valid',
    [2, 5],
    {
      bias: false,
      pads: [
        [0, 0],
        [0, 0],
      ],
    },
  ],
])('a convolution of joined maps is a sum in which each map stays small: %s', (_, channels, options) => {
  const { inputs, nodes, result } = pyramid(channels, options);
  const { ops } = optimized(graphOf(inputs, nodes, result.outputs));
  const rest = channels.slice(1);
  expect(ops).toEqual(['conv', ...rest.map(() => 'convTranspose'), ...rest.map(() => 'add')]);
});

test('joined maps of which none is repeated, not of channels or for groups stay joined', () => {
  for (const { inputs, nodes, result } of [
    pyramid([2], {}),
    pyramid([2, 2], { groups: 2 }),
    pyramid([2, 2], { stride: [2, 2] }),
    pyramid([2, 2], {}, 0),
  ])
    expect(optimized(graphOf(inputs, nodes, result.outputs)).ops).not.toContain('convTranspose');
});

test('joined maps that something else reads are convolved in parts only if that alone pays', () => {
  const { inputs, nodes, result, joined } = pyramid([1, 1]);
  const { ops } = optimized(graphOf(inputs, nodes, [outputOf(result), outputOf(joined)]));
  expect(ops).toEqual(['upsample', 'concat', 'conv']);
});
