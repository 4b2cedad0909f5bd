import { describe, expect, test } from 'vitest';
import type { Graph, Node, Value } from './graph.ts';
import { make, outputOf } from './op.ts';
import { add } from './ops/binary.ts';
import { conv } from './ops/conv.ts';
import { softmax } from './ops/softmax.ts';
import { split } from './ops/split.ts';
import { relu } from './ops/unary.ts';
import { middleOf, type Region, receptiveField } from './receptive-field.ts';

const value = (name: string, shape: readonly number[]): Value => ({
  name,
  type: { dtype: 'float32', shape },
});
const w = {
  ...value('w', [1, 1, 3]),
  constant: { dtype: 'float32', shape: [1, 1, 3], data: new Float32Array(3) },
} as const;

const convOf = (x: Value, dilation: number): Node =>
  make(
    conv,
    { x, w },
    { stride: [1], dilation: [dilation], pads: [[dilation, dilation]], groups: 1 },
    { name: 'c' },
  );

const graphOf = (inputs: readonly Value[], ...nodes: readonly Node[]): Graph => ({
  name: 'test',
  inputs,
  outputs: [{ name: 'y', value: outputOf(nodes.at(-1)!) }],
  nodes,
});

/** The region that the middle of the last node's first output reads of each input. */
function fieldsOf(graph: Graph): Record<string, Region> {
  const { value: y } = graph.outputs[0]!;
  const fields = receptiveField(graph, y, middleOf(y));
  return Object.fromEntries([...fields].map(([input, region]) => [input.name, region]));
}

describe('one element in the middle reads', () => {
  const x = value('x', [1, 1, 20]);
  const unused = value('unused', [2]);

  test('what two convolutions span', () => {
    const first = convOf(x, 1);
    const graph = graphOf([x, unused], first, convOf(outputOf(first), 2));
    expect(fieldsOf(graph)).toEqual({
      x: [
        [0, 1],
        [0, 1],
        [7, 14],
      ],
    });
  });

  test('less at a border', () => {
    const graph = graphOf([x], convOf(x, 3));
    const y = graph.outputs[0]!.value;
    expect(
      receptiveField(graph, y, [
        [0, 1],
        [0, 1],
        [0, 1],
      ]).get(x),
    ).toEqual([
      [0, 1],
      [0, 1],
      [0, 4],
    ]);
  });

  test('what the longer one of two ways reads', () => {
    const long = convOf(x, 2);
    const graph = graphOf([x], long, make(add, { a: outputOf(long), b: x }, {}, { name: 'sum' }));
    expect(fieldsOf(graph)).toEqual({
      x: [
        [0, 1],
        [0, 1],
        [8, 13],
      ],
    });
  });

  test('a whole axis', () => {
    const graph = graphOf([x], make(softmax, { x }, { axis: 2 }, { name: 's' }));
    expect(fieldsOf(graph)).toEqual({
      x: [
        [0, 1],
        [0, 1],
        [0, 20],
      ],
    });
  });

  test('all, through any output but the first', () => {
    const parts = make(split, { x }, { axis: 2, lengths: [8, 12] }, { name: 'parts' });
    const second = make(relu, { x: parts.outputs[1]! }, {}, { name: 'r' });
    expect(fieldsOf(graphOf([x], parts, second))).toEqual({
      x: [
        [0, 1],
        [0, 1],
        [0, 20],
      ],
    });
  });
});
