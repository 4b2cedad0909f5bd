import {
  add,
  concat,
  type Graph,
  make,
  makeNode,
  matMul,
  maxPool,
  mul,
  type Node,
  type OpName,
  ops,
  outputOf,
  type Pair,
  pad,
  prelu,
  reduceMean,
  relu,
  reshape,
  sigmoid,
  slice,
  tensor,
  transpose,
  type Value,
  where,
} from '@polyphase/ir';
import { expect, test } from 'vitest';
import { chained, convolved, enlarged, graphOf, input, optimized, weights } from '../rules.testing.ts';
import { constant } from '../toy.testing.ts';

type Layer = (x: Value) => Node;
const order =
  (...perm: number[]): Layer =>
  (x) =>
    make(transpose, { x }, { perm }, { name: 'order' });
/** From channels first to channels last, and back. */
const last = order(0, 2, 3, 1);
const first = order(0, 3, 1, 2);
const layer =
  (op: OpName, attributes: object = {}): Layer =>
  (x) =>
    makeNode(ops[op] as never, [x], attributes as never, { name: op });

const rectified: Layer = (x) => make(relu, { x }, {}, { name: 'relu' });
const biased: Layer = (x) => make(add, { a: x, b: weights([2]) }, {}, { name: 'bias' });
/** The layer between two transposes that its neighbours need: a channels-first layer of a channels-last model. */
const channelsLast =
  (make: Layer): ((x: Value) => readonly Node[]) =>
  (x) => {
    const before = first(x);
    const middle = make(outputOf(before));
    return [before, middle, last(outputOf(middle))];
  };

const transposes = (graph: Graph): number => graph.nodes.filter(({ op }) => op === transpose.name).length;

test.each<[string, Layer]>([
  ['a function of elements', layer('relu')],
  [
    'padding',
    layer('pad', {
      pads: [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ],
    }),
  ],
  [
    'padding of channels',
    layer('pad', {
      pads: [
        [0, 0],
        [0, 0],
        [0, 0],
        [1, 2],
      ],
      mode: 'reflect',
    }),
  ],
  ['a slice', layer('slice', { start: [0, 1, 3, 0], step: [1, 1, -1, 1], length: [2, 2, 2, 2] })],
  ['a tile', layer('tile', { repeats: [1, 2, 1, 3] })],
  ['a softmax over channels', layer('softmax', { axis: 3 })],
  ['a running sum over rows', layer('cumSum', { axis: 1 })],
  ['a mean of places', layer('reduceMean', { axes: [1, 2], keepDims: true })],
  ['the greatest channel', layer('argMax', { axis: 3, keepDims: true })],
  ['a bias of channels', (x) => make(add, { a: x, b: weights([3]) }, {}, { name: 'bias' })],
  ['a bias of places', (x) => make(add, { a: weights([4, 5, 1]), b: x }, {}, { name: 'bias' })],
])('a transpose sinks below %s and meets its inverse', (_, middle) => {
  const { ops: left } = optimized(chained(input([2, 3, 4, 5]), layer('abs'), last, middle, first));
  expect(left).not.toContain('transpose');
  expect(left).toHaveLength(2);
});

test.each<[string, readonly number[], readonly string[]]>([
  ['places', [1, 2], ['transpose', 'reduceMean']],
  ['channels', [3], ['transpose', 'reduceMean']],
  ['places and channels', [1, 2, 3], ['transpose', 'reduceMean']],
])('a fold that drops axes: %s', (_, axes) => {
  const mean: Layer = (x) => make(reduceMean, { x }, { axes, keepDims: false }, { name: 'mean' });
  const { ops: left } = optimized(chained(input([2, 3, 4, 5]), last, mean));
  expect(left).toEqual(['reduceMean']);
});

test('a fold that leaves axes out of order leaves a smaller transpose', () => {
  const x = input([2, 3, 4, 5]);
  const mean: Layer = (y) => make(reduceMean, { x: y }, { axes: [1], keepDims: false }, { name: 'mean' });
  const { graph } = optimized(chained(x, last, mean));
  expect(graph.nodes.map(({ op }) => op)).toEqual(['reduceMean', 'transpose']);
  expect(outputOf(graph.nodes[1]!).type.shape).toEqual([2, 5, 3]);
});

/** A small channels-last network: convolutions, a skip connection, a gate, an upsampling, joined parts. */
function network(): Graph {
  const nodes: Node[] = [];
  const put = (...made: readonly Node[]): Value => {
    nodes.push(...made);
    return outputOf(made.at(-1)!);
  };
  const x = input([1, 8, 8, 3]);
  const pads: readonly Pair[] = [
    [1, 1],
    [1, 1],
  ];
  const conv = (from: Value, out: number, name: string): Value =>
    put(...channelsLast((y) => convolved(y, out, [3, 3], { pads, name }))(from));
  const a = put(make(relu, { x: conv(x, 4, 'a') }, {}, { name: 'relu a' }));
  const b = put(make(relu, { x: conv(a, 4, 'b') }, {}, { name: 'relu b' }));
  const skip = put(make(add, { a, b }, {}, { name: 'skip' }));
  const pooled = put(make(reduceMean, { x: skip }, { axes: [1, 2], keepDims: false }, { name: 'pooled' }));
  const dense = put(make(matMul, { a: pooled, b: weights([4, 4], 9) }, {}, { name: 'dense' }));
  const gate = put(make(sigmoid, { x: dense }, {}, { name: 'gate' }));
  const wide = put(make(reshape, { x: gate }, { shape: [1, 1, 1, 4] }, { name: 'wide' }));
  const gated = put(make(mul, { a: skip, b: wide }, {}, { name: 'gated' }));
  const half = put(
    ...channelsLast((y) => {
      const window = {
        kernel: [2, 2],
        stride: [2, 2],
        dilation: [1, 1],
        pads: [
          [0, 0],
          [0, 0],
        ] as Pair[],
      };
      return make(maxPool, { x: y }, window, { name: 'pool' });
    })(gated),
  );
  const up = put(...channelsLast((y) => enlarged(y, [2, 2], { kind: 'linear' }, 'up'))(half));
  const both = put(make(concat, { xs: [up, gated] }, { axis: 3 }, { name: 'both' }));
  const edges: readonly Pair[] = [
    [0, 0],
    [1, 0],
    [0, 1],
    [0, 0],
  ];
  const padded = put(make(pad, { x: both }, { pads: edges, mode: 'constant' }, { name: 'padded' }));
  const cut = { start: [0, 0, 1, 0], step: [1, 1, 1, 1], length: [1, 8, 8, 8] };
  const part = put(make(slice, { x: padded }, cut, { name: 'part' }));
  const y = put(make(sigmoid, { x: conv(part, 2, 'head') }, {}, { name: 'y' }));
  return graphOf([x], nodes, [y]);
}

test('a channels-last network keeps transposes at its ends only', () => {
  const before = network();
  const { graph } = optimized(before);
  expect(transposes(before)).toBe(10);
  const places = graph.nodes.flatMap(({ op }, i) => (op === transpose.name ? [i] : []));
  expect(places).toEqual([0, graph.nodes.length - 1]);
});

test('a map of one channel needs no transpose at the end', () => {
  const { ops: left } = optimized(chained(input([1, 3, 4, 5]), (x) => convolved(x, 1, [1, 1]), last));
  expect(left).toEqual(['conv', 'reshape']);
});

test.each<[string, () => Graph, number]>([
  [
    'below a layer that makes more of it and meets nothing',
    () => chained(input([1, 3, 4, 5]), last, layer('tile', { repeats: [1, 2, 2, 2] })),
    1,
  ],
  [
    'below one of two readers, when the other keeps it',
    () => {
      const x = input([1, 3, 4, 5]);
      const moved = last(x);
      const one = make(relu, { x: outputOf(moved) }, {}, { name: 'one' });
      const two = make(matMul, { a: outputOf(moved), b: weights([3, 2]) }, {}, { name: 'two' });
      const three = make(matMul, { a: outputOf(one), b: weights([3, 2]) }, {}, { name: 'three' });
      return graphOf([x], [moved, one, two, three], [outputOf(two), outputOf(three)]);
    },
    1,
  ],
  [
    'below a sum with something in another order',
    () => {
      const [x, y] = [input([1, 3, 4, 5]), input([1, 4, 5, 3], 'y')];
      const moved = last(x);
      const sum = make(add, { a: outputOf(moved), b: y }, {}, { name: 'sum' });
      return graphOf([x, y], [moved, sum], [outputOf(sum)]);
    },
    1,
  ],
])('a transpose stays where it is: not %s', (_, graph, count) => {
  const { graph: after, rules } = optimized(graph());
  expect(transposes(after)).toBe(count);
  expect(rules.filter((name) => name.startsWith('transpose/sink'))).toEqual([]);
});

test.each<[string, readonly Layer[], readonly string[]]>([
  ['one function', [last, rectified, first], ['relu']],
  ['a bias of channels', [last, biased, first], ['add']],
  [
    'a chain',
    [last, biased, rectified, (x) => make(prelu, { a: x, b: weights([3, 4, 2]) }, {}, { name: 'p' }), first],
    ['add', 'relu', 'prelu'],
  ],
  [
    'a scalar',
    [
      last,
      (x) => make(mul, { a: constant('s', tensor([2], [1, 1], 'float64')), b: x }, {}, { name: 'm' }),
      first,
    ],
    ['mul'],
  ],
  ['an order that is not undone', [last, rectified, last], ['relu', 'transpose']],
  [
    'reshape',
    [
      (x) => make(reshape, { x }, { shape: [24] }, { name: 'flat' }),
      rectified,
      (x) => make(reshape, { x }, { shape: [1, 2, 3, 4] }, { name: 'back' }),
    ],
    ['relu'],
  ],
])('between two transposes: %s', (_, layers, expected) => {
  expect(optimized(chained(input([1, 2, 3, 4]), ...layers)).ops).toEqual(expected);
});

test('several operands of the same order', () => {
  const inputs = [input([1, 2, 3, 4], 'a'), input([1, 2, 3, 4], 'b'), input([1, 1, 3, 4], 'c', 'bool')];
  const moved = inputs.map(last);
  const [a, b, c] = moved.map(outputOf) as [Value, Value, Value];
  const active = make(sigmoid, { x: b }, {}, { name: 'sigmoid' });
  const chosen = make(where, { condition: c, a, b: outputOf(active) }, {}, { name: 'where' });
  const back = first(outputOf(chosen));
  expect(optimized(graphOf(inputs, [...moved, active, chosen, back], back.outputs)).ops).toEqual([
    'sigmoid',
    'where',
  ]);
});
