import {
  add,
  batchNormalization,
  div,
  make,
  matMul,
  mul,
  type Node,
  outputOf,
  relu,
  sub,
  tensor,
  type Value,
} from '@polyphase/ir';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chained, convolved, deconvolved, graphOf, input, optimized, weights } from '../rules.testing.ts';
import { constant } from '../toy.testing.ts';

type Layer = (x: Value) => Node;
const by =
  (op: typeof mul, shape: readonly number[]): Layer =>
  (x) =>
    make(op, { a: x, b: weights(shape, 9) }, {}, { name: 'by' });
const normalization: Layer = (x) => {
  const channels = x.type.shape[1] as number;
  const variance = tensor(
    Float64Array.from({ length: channels }, (_, c) => c + 0.5),
    [channels],
    'float64',
  );
  const [scale, bias, mean] = [11, 12, 13].map((seed) => weights([channels], seed)) as [Value, Value, Value];
  return make(
    batchNormalization,
    { x, scale, bias, mean, variance: constant('v', variance) },
    {},
    { name: 'bn' },
  );
};
const convolution =
  (options: Parameters<typeof convolved>[3] = {}): Layer =>
  (x) =>
    convolved(x, 6, [3, 2], options);
const transposed =
  (groups: number): Layer =>
  (x) =>
    deconvolved(x, 6, [3, 2], { groups });
const product =
  (shape: readonly number[]): Layer =>
  (x) =>
    make(matMul, { a: x, b: weights(shape) }, {}, { name: 'mm' });
const none = [0, 0] as const;
const map = [2, 4, 5, 6];

test.each<[string, readonly number[], Layer, Layer]>([
  ['batch normalization before a convolution', map, normalization, convolution()],
  ['without a bias', map, normalization, convolution({ bias: false })],
  ['before groups', map, normalization, convolution({ groups: 2 })],
  ['before a cropping convolution', map, normalization, convolution({ pads: [[-1, 0], none] })],
  [
    'factors before padding',
    map,
    by(mul, [4, 1, 1]),
    convolution({
      groups: 2,
      pads: [
        [1, 1],
        [1, 0],
      ],
    }),
  ],
  [
    'divisors before padding',
    map,
    by(div, [4, 1, 1]),
    convolution({
      pads: [
        [1, 1],
        [1, 0],
      ],
    }),
  ],
  ['factors before a transposed convolution', map, by(mul, [4, 1, 1]), transposed(1)],
  ['factors before groups of a transposed convolution', map, by(mul, [4, 1, 1]), transposed(2)],
  ['differences after a convolution', map, convolution(), by(sub, [6, 1, 1])],
  ['quotients after groups of a transposed convolution', map, transposed(2), by(div, [1, 6, 1, 1])],
  ['one factor after a matrix product', [3, 4], product([4, 5]), by(mul, [])],
  ['a factor for each column', [2, 3, 4], product([4, 5]), by(mul, [5])],
  ['a divisor for each column of a stack', [2, 3, 4], product([2, 4, 5]), by(div, [1, 5])],
  ['a factor for each row', [2, 3, 4], by(mul, [4]), product([4, 5])],
  ['a divisor before a stack', [2, 3, 4], by(div, [1, 1, 1]), product([2, 4, 5])],
])('goes into the weights: %s', (_, shape, first, second) => {
  expect(optimized(chained(input(shape), first, second)).ops).toHaveLength(1);
});

test.each<[string, readonly number[], Layer, Layer]>([
  ['a shift before padding', map, normalization, convolution({ pads: [none, [0, 1]] })],
  ['a shift before a transposed convolution', map, normalization, transposed(1)],
  ['a factor along the rows of a map', map, by(mul, [5, 1]), convolution()],
  ['a factor along the last axis of a map', map, convolution(), by(mul, [5])],
  ['a factor for each row of a product', [4, 5], product([5, 4]), by(mul, [4, 1])],
  ['a factor for each row before a product', [4, 4], by(mul, [4, 1]), product([4, 5])],
  ['a summand after a product', [3, 4], product([4, 5]), by(add, [5])],
  ['a factor that widens a product', [3, 4], product([4, 5]), by(mul, [2, 1, 1])],
])('stays a layer: %s', (_, shape, first, second) => {
  expect(optimized(chained(input(shape), first, second)).ops).toHaveLength(2);
});

test.each<[string, Layer]>([
  ['batch normalization', normalization],
  ['one factor a channel', by(mul, [6, 1, 1])],
  ['one summand a channel', by(add, [1, 6, 1, 1])],
  ['one factor for all', by(mul, [])],
])('%s after every kind of convolution', (_, layer) => {
  for (const groups of [1, 2])
    for (const bias of [true, false]) {
      const kinds: readonly Layer[] = [
        (x) => convolved(x, 6, [3, 2], { groups, bias }),
        (x) => deconvolved(x, 6, [3, 2], { groups, bias, pads: [none, [1, 0]] }),
      ];
      for (const kind of kinds) expect(optimized(chained(input(map), kind, layer)).ops).toHaveLength(1);
    }
});

test('random chains of scale and shift fold into one convolution', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(mul, add, sub, div), { minLength: 1, maxLength: 4 }), (steps) => {
      const layers = steps.map((op) => by(op, [6, 1, 1]));
      expect(optimized(chained(input(map), convolution({ groups: 2 }), ...layers)).ops).toEqual(['conv']);
    }),
    { numRuns: 20 },
  );
});

test('what reads a convolution that something else reads stays', () => {
  const x = input(map);
  const inner = convolved(x, 6, [3, 2]);
  const scaled = by(mul, [6, 1, 1])(outputOf(inner));
  const sum = make(add, { a: outputOf(inner), b: outputOf(scaled) }, {}, { name: 'sum' });
  expect(optimized(graphOf([x], [inner, scaled, sum], sum.outputs)).ops).toEqual(['conv', 'mul', 'add']);
});

test('what stands behind an activation stays', () => {
  const activation: Layer = (x) => make(relu, { x }, {}, { name: 'relu' });
  const graph = chained(input(map), convolution(), activation, normalization);
  expect(optimized(graph).ops).toEqual(['conv', 'relu', 'batchNormalization']);
});

test('a quotient by a convolution stays', () => {
  const inverse: Layer = (x) => make(div, { a: weights([6, 1, 1]), b: x }, {}, { name: 'inverse' });
  expect(optimized(chained(input(map), convolution(), inverse)).ops).toEqual(['conv', 'div']);
});

test('a factor that something else reads stays', () => {
  const x = input(map);
  const scaled = by(mul, [4, 1, 1])(x);
  const result = convolved(outputOf(scaled), 6, [3, 2]);
  expect(optimized(graphOf([x], [scaled, result], [outputOf(scaled), outputOf(result)])).ops).toEqual([
    'mul',
    'conv',
  ]);
});
