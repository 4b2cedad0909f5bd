import { type Graph, make, type Node, outputOf, relu, sigmoid, tanh, type Value } from '@polyphase/ir';
import type { Backend, TransferCost } from '@polyphase/plugin';
import { expect, test } from 'vitest';
import { cutRegions } from './cut.ts';
import { placeNodes } from './place.ts';
import { chain, float32, toy } from './toy.testing.ts';

const far: TransferCost = { microseconds: 100, bytesPerMicrosecond: 2000 };
const gpu = (takes: (node: Node) => boolean): Backend => ({ ...toy('gpu', takes), transfer: far });
const notSigmoid = ({ op }: Node): boolean => op !== 'sigmoid';

/** Layers one after the other, named by their place: s is refused by the device, r and t are not. */
function chainOf(letters: string, size: number): Graph {
  const ops = { r: relu, s: sigmoid, t: tanh };
  const x = float32('x', [size]);
  const nodes: Node[] = [];
  for (const [i, letter] of letters.split('').entries()) {
    const input: Value = nodes.length > 0 ? outputOf(nodes.at(-1)!) : x;
    nodes.push(make(ops[letter as keyof typeof ops], { x: input }, {}, { name: `${letter}${i}` }));
  }
  return chain([x], ...nodes);
}

const placed = (graph: Graph, backends: readonly Backend[], options = {}) =>
  placeNodes(graph, backends, options)
    .map(({ backend }) => backend.name[0])
    .join('');

const host = toy('host');

test.each<[string, string, number, string]>([
  ['an island that is not worth the way is left to the backend around it', 'srs', 1000, 'hhh'],
  ['a large one as well, if its tensors are as large as its work', 'srs', 10_000_000, 'hhh'],
  [
    'many layers on the same tensors are worth it',
    `s${'rt'.repeat(40)}s`,
    10_000_000,
    `h${'gg'.repeat(40)}h`,
  ],
  ['many layers on small tensors are not', `s${'rt'.repeat(40)}s`, 10, `h${'hh'.repeat(40)}h`],
  ['what stands at the model’s input stays', 'rs', 10, 'gh'],
  ['what stands at the model’s output stays', 'sr', 10, 'hg'],
  ['islands on both sides of a layer each go', 'srsrs', 1000, 'hhhhh'],
])('%s', (_, letters, size, expected) => {
  expect(placed(chainOf(letters, size), [gpu(notSigmoid), host])).toBe(expected);
});

test('the reason has the figures', () => {
  const [, moved] = placeNodes(chainOf('srts', 1000), [gpu(notSigmoid), host]);
  expect(moved!.refused).toEqual([
    {
      backend: 'gpu',
      why: 'carrying tensors from host and back for these 2 layers takes about 204 us, the layers there 2 us',
    },
  ]);
});

test.each<[string, readonly Backend[], object]>([
  ['strict', [gpu(() => true), host], { strict: true }],
  ['the caller’s wish', [gpu(notSigmoid), host], { weighTransfers: false }],
  ['tensors that lie on the host', [toy('gpu', notSigmoid), host], {}],
  [
    'a second choice that does not take the layer',
    [gpu(notSigmoid), toy('host', ({ op }) => op !== 'relu')],
    {},
  ],
])('an island stays: %s', (_, backends, options) => {
  expect(placed(chainOf('srs', 10), backends, options)[1]).toBe('g');
});

test('layers that move do so together or not at all', () => {
  const onlyRelu = toy('host', ({ op }) => op !== 'tanh');
  expect(placed(chainOf('srts', 10), [gpu(notSigmoid), onlyRelu])).toBe('hggh');
});

test('regions begin with the backend that makes them fewest', () => {
  const x = float32('x', [4]);
  const y = float32('y', [4]);
  const a = make(relu, { x }, {}, { name: 'a' });
  const b = make(sigmoid, { x: y }, {}, { name: 'b' });
  const c = make(relu, { x: outputOf(b) }, {}, { name: 'c' });
  const graph: Graph = {
    name: 'g',
    inputs: [x, y],
    nodes: [a, b, c],
    outputs: [a, c].map((node) => ({ name: node.name, value: outputOf(node) })),
  };
  const backends = [gpu(notSigmoid), host];
  const regions = cutRegions(graph, placeNodes(graph, backends));
  expect(regions.map(({ graph: part }) => part.nodes.map(({ name }) => name).join(' '))).toEqual([
    'b',
    'a c',
  ]);
});
