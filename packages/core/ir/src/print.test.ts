import { describe, expect, it } from 'vitest';
import type { Value } from './graph.ts';
import { makeNode, outputOf } from './op.ts';
import { convTranspose } from './ops/conv-transpose.ts';
import { depthToSpace } from './ops/depth-to-space.ts';
import { typeOf } from './ops/ops.testing.ts';
import { maxPool } from './ops/pooling.ts';
import { relu } from './ops/unary.ts';
import { print } from './print.ts';
import { tensor } from './tensor.ts';

const x: Value = { name: 'x', type: typeOf('float32[1, 4, h, w]') };
const weights = Float32Array.from({ length: 4 * 4 * 2 * 2 }, (_, i) => i / 10);
const w: Value = {
  name: 'up.w',
  type: typeOf('float32[4, 4, 2, 2]'),
  constant: tensor(weights, [4, 4, 2, 2]),
};
const bias: Value = { name: 'up.b', type: typeOf('float32[4]'), constant: tensor([0, 1, -2, 0.5], [4]) };

const pool = makeNode<object>(
  maxPool,
  [x],
  {
    kernel: [2, 2],
    stride: [2, 2],
    dilation: [1, 1],
    pads: [
      [0, 0],
      [0, 1],
    ],
  },
  { name: 'encoder/pool', outputs: ['down', 'indices'] },
);
const up = makeNode<object>(
  convTranspose,
  [pool.outputs[0], w, bias],
  {
    stride: [2, 2],
    dilation: [1, 1],
    crop: [
      [0, 0],
      [0, 0],
    ],
    groups: 1,
  },
  { name: 'decoder/up', outputs: ['y'] },
);
const act = makeNode<object>(relu, [outputOf(up)], {}, { name: 'decoder/act', outputs: ['y'] });
const shuffle = makeNode<object>(depthToSpace, [outputOf(act)], { blocksize: 2 }, { name: 'a "name"\n}' });

describe('print', () => {
  it('has a line for each node, constants before their first reader', () => {
    const outputs = [
      { name: 'mask', value: outputOf(act) },
      { name: 'w', value: w },
    ];
    const graph = { name: 'unet', inputs: [x], outputs, nodes: [pool, up, act] };
    expect(print(graph)).toMatchInlineSnapshot(`
      "graph unet(%x: float32[1, 4, h, w]) {
        %down: float32[1, 4, floor(h/2), floor((w+1)/2)], %indices: int64[1, 4, floor(h/2), floor((w+1)/2)] = maxPool(%x) {ceil: false, storageOrder: 0, kernel: [2, 2], stride: [2, 2], dilation: [1, 1], pads: [[0, 0], [0, 1]]}  # encoder/pool
        %up.w: float32[4, 4, 2, 2] = constant [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, ... 56 more]
        %up.b: float32[4] = constant [0, 1, -2, 0.5]
        %y: float32[1, 4, 2*floor(h/2), 2*floor((w+1)/2)] = convTranspose(%down, %up.w, %up.b) {stride: [2, 2], dilation: [1, 1], crop: [[0, 0], [0, 0]], groups: 1}  # decoder/up
        %y~2: float32[1, 4, 2*floor(h/2), 2*floor((w+1)/2)] = relu(%y)  # decoder/act
        return mask: %y~2, w: %up.w
      }"
    `);
  });

  it('quotes names that could be taken for something else', () => {
    const graph = {
      name: 'a b',
      inputs: [outputOf(act)],
      outputs: [{ name: 'out put', value: outputOf(shuffle) }],
      nodes: [shuffle],
    };
    expect(print(graph)).toMatchInlineSnapshot(`
      "graph "a b"(%y: float32[1, 4, 2*floor(h/2), 2*floor((w+1)/2)]) {
        %"a \\"name\\"\\n}": float32[1, 1, 4*floor(h/2), 4*floor((w+1)/2)] = depthToSpace(%y) {mode: 'DCR', blocksize: 2}  # a \\"name\\"\\n}
        return "out put": %"a \\"name\\"\\n}"
      }"
    `);
  });

  it('marks an operand that is not given', () => {
    const noBias = {
      ...up,
      inputs: [pool.outputs[0], undefined, bias],
      attributes: { weights: new Int32Array(3) },
    };
    expect(print({ name: 'g', inputs: [], outputs: [], nodes: [noBias] })).toMatchInlineSnapshot(`
      "graph g() {
        %up.b: float32[4] = constant [0, 1, -2, 0.5]
        %y: float32[1, 4, 2*floor(h/2), 2*floor((w+1)/2)] = convTranspose(%down, _, %up.b) {weights: Int32Array(12 bytes)}  # decoder/up
        return nothing
      }"
    `);
  });
});
