import {
  add,
  batchNormalization,
  conv,
  convTranspose,
  make,
  mul,
  type Node,
  outputOf,
  relu,
  type Tensor,
  tensor,
  type Value,
} from '@polyphase/ir';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runPasses } from './pass.ts';
import { pipeline } from './pipeline.ts';
import { chain, constant, float32, runGraph } from './toy.testing.ts';

const data = (shape: readonly number[], seed = 1): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => (((i * 7 + seed * 13) % 11) - 5) / 4),
    shape,
  );
};
const weights = (name: string, shape: readonly number[], seed?: number): Value =>
  constant(name, data(shape, seed));
const x = float32('x', [2, 4, 3, 3]);

const convolution = (groups: number, biased: boolean): Node =>
  make(
    conv,
    { x, w: weights('w', [6, 4 / groups, 2, 2]), bias: biased ? weights('b', [6], 3) : undefined },
    {
      stride: [1, 1],
      dilation: [1, 1],
      pads: [
        [0, 0],
        [0, 0],
      ],
      groups,
    },
    { name: 'conv' },
  );
const transposed = (groups: number, biased: boolean): Node =>
  make(
    convTranspose,
    { x, w: weights('w', [4, 6 / groups, 2, 2]), bias: biased ? weights('b', [6], 3) : undefined },
    {
      stride: [2, 2],
      dilation: [1, 1],
      crop: [
        [0, 0],
        [1, 0],
      ],
      groups,
    },
    { name: 'up' },
  );
const normalized = (inner: Node): Node =>
  make(
    batchNormalization,
    {
      x: outputOf(inner),
      scale: weights('scale', [6], 4),
      bias: weights('shift', [6], 5),
      mean: weights('mean', [6], 6),
      variance: constant('variance', tensor([1, 2, 0.5, 3, 0.1, 1], [6])),
    },
    { epsilon: 1e-3 },
    { name: 'bn' },
  );
const scaledBy = (op: typeof mul | typeof add, inner: Node, shape: readonly number[]): Node =>
  make(op, { a: weights('s', shape, 2), b: outputOf(inner) }, {}, { name: op.name });

const opsAfter = (...nodes: readonly Node[]): readonly string[] =>
  runPasses(chain([x], ...nodes), pipeline, { check: true }).graph.nodes.map(({ op }) => op);

test.each([
  ['batchNormalization after conv', (n: Node) => [n, normalized(n)]],
  ['one factor a channel', (n: Node) => [n, scaledBy(mul, n, [6, 1, 1])]],
  ['one summand a channel', (n: Node) => [n, scaledBy(add, n, [1, 6, 1, 1])]],
  ['one factor for all', (n: Node) => [n, scaledBy(mul, n, [])]],
])('folded into the weights: %s', (_, build) => {
  const inputs = [data([2, 4, 3, 3], 9)];
  for (const make of [convolution, transposed])
    for (const groups of [1, 2])
      for (const biased of [false, true]) {
        const graph = chain([x], ...build(make(groups, biased)));
        const { graph: after } = runPasses(graph, pipeline, { check: true });
        expect(after.nodes).toHaveLength(1);
        const [before] = runGraph(graph, inputs);
        const [result] = runGraph(after, inputs);
        for (const [i, value] of before!.data.entries())
          expect(result!.data[i]).toBeCloseTo(Number(value), 4);
      }
});

test.each([
  [
    'the convolution is read twice',
    (n: Node) => {
      const bn = normalized(n);
      return [n, bn, make(add, { a: outputOf(n), b: outputOf(bn) }, {}, { name: 'sum' })];
    },
  ],
  [
    'an activation stands between',
    (n: Node) => {
      const activation = make(relu, { x: outputOf(n) }, {}, { name: 'relu' });
      return [n, activation, normalized(activation)];
    },
  ],
  ['the factor varies along an image axis', (n: Node) => [n, scaledBy(mul, n, [6, 2, 2])]],
  ['the factor varies along the last axis', (n: Node) => [n, scaledBy(mul, n, [2])]],
])('not folded: %s', (_, build) => {
  const nodes = build(convolution(1, true));
  expect(opsAfter(...nodes).length).toBeGreaterThan(1);
});

test('random chains of scale and shift fold into one convolution with the same result', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(mul, add), { minLength: 1, maxLength: 4 }), (steps) => {
      const nodes = [convolution(2, false)];
      for (const [i, op] of steps.entries()) {
        nodes.push(
          make(
            op,
            { a: outputOf(nodes.at(-1)!), b: weights(`s${i}`, [6, 1, 1], i + 2) },
            {},
            { name: `s${i}` },
          ),
        );
      }
      const graph = chain([x], ...nodes);
      const { graph: after } = runPasses(graph, pipeline, { check: true });
      expect(after.nodes.map(({ op }) => op)).toEqual(['conv']);
      const [before, result] = [graph, after].map((g) => runGraph(g, [data([2, 4, 3, 3], 9)])[0]!);
      for (const [i, value] of before!.data.entries())
        expect(Math.abs(Number(result!.data[i]) - Number(value))).toBeLessThan(1e-4);
    }),
    { numRuns: 30 },
  );
});
