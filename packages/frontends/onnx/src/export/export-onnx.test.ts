import {
  fromNumbers,
  type Graph,
  int64s,
  make,
  ops,
  type Tensor,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { decodeModel } from '../decode.ts';
import { parseOnnx } from '../load.ts';
import { errorOf } from '../writer.testing.ts';
import { exportOnnx, exportOnnxWithData } from './export-onnx.ts';
import { runInOnnxruntime } from './onnxruntime.testing.ts';

const x: Value = { name: 'x', type: { dtype: 'float32', shape: [2] } };
const constant = (tensor: Tensor, name = 'w'): Value => ({
  name,
  type: { dtype: tensor.dtype, shape: tensor.shape },
  constant: tensor,
});
const floats = (...elements: number[]): Tensor =>
  fromNumbers('float32', [elements.length], Float64Array.from(elements));

function graphOf(more: Partial<Graph>): Graph {
  return { name: 'net', inputs: [x], outputs: [], nodes: [], ...more };
}

const protoOf = (graph: Graph, opset = 21) => decodeModel(exportOnnx(graph, { opset }), 'model');

async function outputsOf(graph: Graph): Promise<number[][]> {
  const outputs = await runInOnnxruntime(exportOnnx(graph), [floats(1, -2)]);
  return outputs.map((output) => [...toNumbers(output)]);
}

describe('the file', () => {
  test.each([
    [17, 8n],
    [18, 8n],
    [20, 9n],
    [21, 10n],
    [23, 11n],
    [26, 13n],
  ])('of operator set %i has the version of the format that came with it', (opset, version) => {
    const model = protoOf(graphOf({ outputs: [{ name: 'y', value: x }] }), opset);
    expect(model.irVersion).toBe(version);
    expect(model.opsetImport.map(({ version }) => version)).toEqual([BigInt(opset)]);
  });

  test('names a graph without a name', () => {
    expect(protoOf(graphOf({ name: '', outputs: [{ name: 'y', value: x }] })).graph!.name).toBe('graph');
  });

  test.each([16, 27, 21.5])('is not written in operator set %d', (opset) => {
    expect(errorOf(() => exportOnnx(graphOf({}), { opset }))).toBe(
      `[polyphase PP1003] option opset: it is ${opset}. Use 17 to 26.`,
    );
  });

  test('holds the types of values between layers', () => {
    const relu = make(ops.relu, { x }, {}, { name: 'relu' });
    const abs = make(ops.abs, { x: relu.outputs[0]! }, {}, { name: 'abs' });
    const { graph } = protoOf(
      graphOf({ nodes: [relu, abs], outputs: [{ name: 'y', value: abs.outputs[0]! }] }),
    );
    expect(graph!.valueInfo.map(({ name }) => name)).toEqual(['relu']);
  });
});

describe('names', () => {
  const relu = make(ops.relu, { x }, {}, { name: 'layer', outputs: ['t'] });
  const abs = make(ops.abs, { x }, {}, { name: 'layer', outputs: ['t'] });
  const sum = make(ops.add, { a: relu.outputs[0]!, b: abs.outputs[0]! }, {}, { name: 'sum', outputs: ['x'] });
  const nodes = [relu, abs, sum];

  test('are told apart, those of inputs and outputs staying as they are', () => {
    const graph = graphOf({ nodes, outputs: [{ name: 't', value: sum.outputs[0]! }] });
    const { graph: proto } = protoOf(graph);
    expect(proto!.node.map(({ name, output }) => [name, ...output])).toEqual([
      ['layer', 't_1'],
      ['layer_1', 't_2'],
      ['sum', 't'],
    ]);
  });

  test('that are empty get words', () => {
    const value: Value = { name: '', type: x.type };
    const nameless = { ...relu, name: '', outputs: [value] };
    const next = make(ops.abs, { x: value }, {}, { name: 'abs' });
    const { graph } = protoOf(
      graphOf({ nodes: [nameless, next], outputs: [{ name: 'y', value: next.outputs[0]! }] }),
    );
    expect(graph!.node[0]).toMatchObject({ name: 'value', output: ['value'] });
  });

  test('of weights are told apart too', () => {
    const [a, b] = [constant(floats(1, 2)), constant(floats(3, 4))];
    const both = make(ops.add, { a, b }, {}, { name: 'both' });
    const again = make(ops.add, { a: both.outputs[0]!, b: a }, {}, { name: 'again' });
    const { graph } = protoOf(
      graphOf({ nodes: [both, again], outputs: [{ name: 'y', value: again.outputs[0]! }] }),
    );
    expect(graph!.initializer.map(({ name }) => name)).toEqual(['w', 'w_1']);
  });

  test('of an output and of another input may not be the same', () => {
    const graph = graphOf({ nodes: [relu], outputs: [{ name: 'x', value: relu.outputs[0]! }] });
    expect(errorOf(() => exportOnnx(graph))).toBe(
      '[polyphase PP1011] output x: an input has the same name, which ONNX does not allow. Rename one of the two.',
    );
  });
});

describe('outputs', () => {
  const relu = make(ops.relu, { x }, {}, { name: 'relu' });
  const value = relu.outputs[0]!;

  test('that are one value are two', async () => {
    const graph = graphOf({
      nodes: [relu],
      outputs: [
        { name: 'a', value },
        { name: 'b', value },
      ],
    });
    expect(await outputsOf(graph)).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  test('that are an input or a constant are copies', async () => {
    const graph = graphOf({
      outputs: [
        { name: 'copy', value: x },
        { name: 'x', value: x },
        { name: 'w', value: constant(floats(5)) },
      ],
    });
    expect(await outputsOf(graph)).toEqual([[1, -2], [1, -2], [5]]);
  });

  test('that a layer leaves as they are', async () => {
    const integer: Value = { name: 'x', type: { dtype: 'int32', shape: [1] } };
    const floor = make(ops.floor, { x: integer }, {}, { name: 'floor' });
    const graph = graphOf({
      inputs: [integer],
      nodes: [floor],
      outputs: [{ name: 'y', value: floor.outputs[0]! }],
    });
    const [output] = await runInOnnxruntime(exportOnnx(graph), [
      fromNumbers('int32', [1], Float64Array.of(7)),
    ]);
    expect([...toNumbers(output!)]).toEqual([7]);
  });

  test('that nobody reads are left out, with the layers that only they need', () => {
    const image: Value = { name: 'image', type: { dtype: 'float32', shape: [1, 1, 4] } };
    const window = { kernel: [2], stride: [1], dilation: [1], pads: [[0, 0] as const] };
    const pool = make(ops.maxPool, { x: image }, window, { name: 'pool' });
    const dead = make(ops.abs, { x: image }, {}, { name: 'dead' });
    const halves = make(ops.split, { x: pool.outputs[0]! }, { axis: 2, lengths: [1, 2] }, { name: 'split' });
    const graph = graphOf({
      inputs: [image],
      nodes: [pool, dead, halves],
      outputs: [{ name: 'y', value: halves.outputs[1]! }],
    });
    expect(protoOf(graph).graph!.node.map(({ opType, output }) => [opType, output.length])).toEqual([
      ['MaxPool', 1],
      ['Split', 2],
    ]);
  });
});

test('a graph that is not well formed is refused', () => {
  const stranger: Value = { name: 'stranger', type: x.type };
  const error = errorOf(() => exportOnnx(graphOf({ outputs: [{ name: 'y', value: stranger }] })));
  expect(error).toContain("PP2006] graph net: the output 'y' is stranger, which no node makes");
});

test('a layer that the operator set has no form of is refused', () => {
  const bits: Value = { name: 'bits', type: { dtype: 'uint8', shape: [2] } };
  const and = make(ops.bitAnd, { a: bits, b: bits }, {}, { name: 'mask' });
  const graph = graphOf({ inputs: [bits], nodes: [and], outputs: [{ name: 'y', value: and.outputs[0]! }] });
  expect(errorOf(() => exportOnnx(graph, { opset: 17 }))).toBe(
    '[polyphase PP1003] mask (bitAnd): BitwiseAnd exists from operator set 18 on, 17 is asked for. Export with opset 18 or newer.',
  );
});

describe('weights in a file of their own', () => {
  const large = constant(fromNumbers('float32', [700], new Float64Array(700).fill(2)), 'large');
  const odd = constant(fromNumbers('float16', [1001], new Float64Array(1001).fill(3)), 'odd');
  const after = constant(fromNumbers('int64', [200], new Float64Array(200).fill(4)), 'after');
  const indices = constant(int64s([0]), 'indices');
  const nodes = [large, odd, after].map((value) =>
    make(ops.gather, { x: value, indices }, { axis: 0 }, { name: `first of ${value.name}` }),
  );
  const graph = graphOf({
    nodes,
    outputs: nodes.map((node) => ({ name: node.name, value: node.outputs[0]! })),
  });
  const { bytes, externalData } = exportOnnxWithData(graph, { location: 'net.bin' });
  const file = new Uint8Array(Buffer.concat(externalData));

  test('are aligned and not copied', () => {
    expect(externalData[0]!.buffer).toBe(large.constant!.data.buffer);
    const entries = decodeModel(bytes, 'model').graph!.initializer.flatMap(({ externalData }) =>
      externalData.filter(({ key }) => key === 'offset').map(({ value }) => Number(value)),
    );
    expect(entries).toEqual([0, 2816, 4864]);
  });

  test('are read back', () => {
    const model = parseOnnx(bytes, { externalData: new Map([['net.bin', file]]) });
    const weights = model.graph().nodes.map(({ inputs }) => inputs[0]!.constant);
    expect(weights).toEqual([large, odd, after].map(({ constant }) => constant));
  });

  test('but for the small ones', () => {
    const inside = decodeModel(bytes, 'model').graph!.initializer.filter(
      ({ dataLocation }) => dataLocation === 0,
    );
    expect(inside.map(({ name }) => name)).toEqual(['indices']);
    const all = exportOnnxWithData(graph, { location: 'net.bin', leastBytes: 0 });
    expect(
      decodeModel(all.bytes, 'model').graph!.initializer.every(({ dataLocation }) => dataLocation === 1),
    ).toBe(true);
  });

  test('may be more than one file holds', () => {
    const shared = new Float32Array(2 ** 24);
    const parts = Array.from({ length: 33 }, (_, i) =>
      constant({ dtype: 'float32', shape: [2 ** 24], data: shared }, `part ${i}`),
    );
    const firsts = parts.map((value) =>
      make(ops.gather, { x: value, indices }, { axis: 0 }, { name: `first of ${value.name}` }),
    );
    const outputs = firsts.map((node) => ({ name: node.name, value: node.outputs[0]! }));
    const huge = graphOf({ nodes: firsts, outputs });
    expect(errorOf(() => exportOnnx(huge))).toBe(
      '[polyphase PP1011] graph net: it needs 2214592520 bytes, an ONNX file holds 2147483647. Use exportOnnxWithData.',
    );
    const pieces = exportOnnxWithData(huge, { location: 'net.bin' }).externalData;
    expect(pieces.reduce((all, piece) => all + piece.length, 0)).toBe(33 * 2 ** 26);
  });
});
