import {
  add,
  make,
  mul,
  type Node,
  outputOf,
  prelu,
  relu,
  reshape,
  sigmoid,
  tensor,
  transpose,
  type Value,
  where,
} from '@polyphase/ir';
import { expect, test } from 'vitest';
import { chained, graphOf, input, optimized, weights } from '../rules.testing.ts';
import { constant } from '../toy.testing.ts';

type Layer = (x: Value) => Node;
const order =
  (...perm: number[]): Layer =>
  (x) =>
    make(transpose, { x }, { perm }, { name: 'order' });
const last = order(0, 2, 3, 1);
const first = order(0, 3, 1, 2);
const rectified: Layer = (x) => make(relu, { x }, {}, { name: 'relu' });
const biased: Layer = (x) => make(add, { a: x, b: weights([2]) }, {}, { name: 'bias' });

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
  ['an order that is not undone', [last, rectified, last], ['transpose', 'relu', 'transpose']],
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

test.each(['the other operand has its own order', 'something else reads the result'])('stays: %s', (row) => {
  const inputs = [input([1, 2, 3, 4], 'a'), input([1, 3, 4, 2], 'b')];
  const moved = last(inputs[0]!);
  const other = row.startsWith('the other') ? inputs[1]! : weights([2]);
  const sum = make(add, { a: outputOf(moved), b: other }, {}, { name: 'sum' });
  const back = first(outputOf(sum));
  const outputs = row.startsWith('the other') ? back.outputs : [...back.outputs, ...sum.outputs];
  expect(optimized(graphOf(inputs, [moved, sum, back], outputs)).ops).toEqual([
    'transpose',
    'add',
    'transpose',
  ]);
});
