import { add, div, type Graph, make, mul, type Node, outputOf, tensor, type Value } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { graphOf, input, optimized } from '../rules.testing.ts';
import { constant } from '../toy.testing.ts';

type Make = (x: Value, constant: Value) => Node;

const times: Make = (a, b) => make(mul, { a, b }, {}, { name: 'times' });
const timesLeft: Make = (b, a) => make(mul, { a, b }, {}, { name: 'times' });
const over: Make = (a, b) => make(div, { a, b }, {}, { name: 'over' });
const under: Make = (b, a) => make(div, { a, b }, {}, { name: 'under' });

const number = (value: number, shape: readonly number[] = []): Value =>
  constant('c', tensor([value], shape, 'float32'));

function chainOf(first: readonly [Make, Value], second: readonly [Make, Value]): Graph {
  const x = input([2, 3], 'x', 'float32');
  const inner = first[0](x, first[1]);
  const outer = second[0](outputOf(inner), second[1]);
  return graphOf([x], [inner, outer], [outputOf(outer)]);
}

const factorOf = (graph: Graph): number | undefined =>
  graph.nodes.length === 1 && graph.nodes[0]!.op === 'mul'
    ? Number(graph.nodes[0]!.inputs[1]!.constant!.data[0])
    : undefined;

test.each<[string, readonly [Make, Value], readonly [Make, Value], number | undefined]>([
  ['x / 4 * 3', [over, number(4)], [times, number(3)], 0.75],
  ['x * 3 / 4', [times, number(3)], [over, number(4)], 0.75],
  ['x / 2 / 4', [over, number(2)], [over, number(4)], 0.125],
  ['x * 2 * 3, the number on either side', [timesLeft, number(2)], [times, number(3)], 6],
  ['a number of higher rank', [over, number(4, [1, 1, 1])], [times, number(3)], 0.75],
  ['a quotient by x stays', [under, number(4)], [times, number(3)], undefined],
  ['a product that the type does not hold stays', [times, number(1e30)], [times, number(1e30)], undefined],
  ['one of which the type holds few bits stays', [times, number(1e-22)], [times, number(1e-22)], undefined],
  ['a factor of 0 stays', [times, number(0)], [times, number(3)], undefined],
])('%s', (_, first, second, factor) => {
  const { graph } = optimized(chainOf(first, second));
  expect(factorOf(graph)).toBe(factor);
  if (factor === undefined) expect(graph.nodes).toHaveLength(2);
});

test('a factor that something else reads too stays', () => {
  const x = input([2, 3], 'x', 'float32');
  const inner = over(x, number(4));
  const outer = times(outputOf(inner), number(3));
  const sum = make(add, { a: outputOf(inner), b: outputOf(outer) }, {}, { name: 'sum' });
  expect(optimized(graphOf([x], [inner, outer, sum], [outputOf(sum)])).ops).toEqual(['div', 'mul', 'add']);
});

test('the constant of a channel is no number', () => {
  const channels = constant('c', tensor([1, 2, 3], [3], 'float32'));
  const { ops } = optimized(chainOf([over, number(4)], [times, channels]));
  expect(ops).toEqual(['div', 'mul']);
});
