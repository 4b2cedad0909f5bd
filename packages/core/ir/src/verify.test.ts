import { describe, expect, it } from 'vitest';
import type { Graph, Node, Value } from './graph.ts';
import { makeNode, outputOf } from './op.ts';
import { conv } from './ops/conv.ts';
import { typeOf } from './ops/ops.testing.ts';
import { relu } from './ops/unary.ts';
import { tensor } from './tensor.ts';
import { verify } from './verify.ts';

const value = (name: string, type: string): Value => ({ name, type: typeOf(type) });
const x = value('x', 'float32[1, 1, h]');
const w: Value = { ...value('w', 'float32[2, 1, 3]'), constant: tensor([0, 1, 2, 3, 4, 5], [2, 1, 3]) };

const first = makeNode<object>(
  conv,
  [x, w],
  { stride: [1], dilation: [1], pads: [[1, 1]] },
  { name: 'net/conv' },
);
const second = makeNode<object>(relu, [outputOf(first)], {}, { name: 'net/act' });
const y = outputOf(second);

const graph = (parts: Partial<Graph>): Graph => ({
  name: 'net',
  inputs: [x],
  outputs: [{ name: 'y', value: y }],
  nodes: [first, second],
  ...parts,
});

const withOutput = (node: Node, ...outputs: Value[]): Node => ({ ...node, outputs });

describe('verify', () => {
  it.each([
    ['nodes in order', {}],
    ['no node at all', { nodes: [], outputs: [{ name: 'y', value: x }] }],
    ['a constant as output', { outputs: [{ name: 'w', value: w }] }],
    [
      'one value under two names',
      {
        outputs: [
          { name: 'a', value: y },
          { name: 'b', value: y },
        ],
      },
    ],
  ])('accepts %s', (_, parts: Partial<Graph>) => {
    expect(() => verify(graph(parts))).not.toThrow();
  });

  const stray = value('stray', 'float32[1, 2, h]');
  const rows: readonly (readonly [string, Partial<Graph>, string])[] = [
    [
      'a node before what it reads',
      { nodes: [second, first] },
      'net/act (relu): it reads net/conv, which net/conv (conv) makes only later. Sort the nodes by what they read.',
    ],
    [
      'an operand that nothing makes',
      { nodes: [makeNode<object>(relu, [stray], {}, { name: 'net/act' })] },
      'net/act (relu): it reads stray, which no node makes. Make it an input of the graph, or add its node.',
    ],
    [
      'a node twice',
      { nodes: [first, first, second] },
      'net/conv (conv): the value net/conv is already made by net/conv (conv). Make each value once.',
    ],
    [
      'a node that makes an input',
      { nodes: [withOutput(makeNode<object>(relu, [x], {}, { name: 'net/act' }), x)] },
      'net/act (relu): the value x is already made by an input of the graph. Make each value once.',
    ],
    [
      'an input that is a constant',
      { inputs: [x, w] },
      'graph net: the value w is also a constant. Leave either the constant or its maker.',
    ],
    [
      'a type that the shape rule does not give',
      { nodes: [first, withOutput(second, value('y', 'float32[1, 2, w]'))] },
      'net/act (relu): its output y is float32[1, 2, w], the shape rule gives float32[1, 2, h]. Make the node with make().',
    ],
    [
      'an output too many',
      { nodes: [first, withOutput(second, y, stray)] },
      'net/act (relu): it has 2 outputs, relu makes 1. Make the node with make().',
    ],
    [
      'a constant that is not of its type',
      { nodes: [{ ...first, inputs: [x, { ...w, type: typeOf('float32[2, 1, 4]') }] }] },
      'net/conv (conv): the constant w is float32[2, 1, 3], its value says float32[2, 1, 4]. Make both agree.',
    ],
    [
      'an output that nothing makes',
      { outputs: [{ name: 'mask', value: stray }] },
      "graph net: the output 'mask' is stray, which no node makes. Add the node that makes it.",
    ],
    [
      'two inputs of one name',
      { inputs: [x, value('x', 'float32[1]')] },
      "graph net: two of its inputs are named 'x'. Give every input and output a name of its own.",
    ],
    [
      'two outputs of one name',
      {
        outputs: [
          { name: 'y', value: y },
          { name: 'y', value: x },
        ],
      },
      "graph net: two of its outputs are named 'y'. Give every input and output a name of its own.",
    ],
  ];

  it.each(rows)('refuses %s', (_, parts, message) => {
    expect(() => verify(graph(parts))).toThrow(`[polyphase PP2006] ${message}`);
  });

  it("raises the shape rule's errors in the node's name", () => {
    const broken = { ...first, attributes: { ...first.attributes, stride: [0] } };
    expect(() => verify(graph({ nodes: [broken, second] }))).toThrow(
      '[polyphase PP2003] net/conv (conv): stride is [0]. Give integers of at least 1.',
    );
  });
});
