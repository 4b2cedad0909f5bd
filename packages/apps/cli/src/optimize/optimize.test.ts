import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AxisResampling,
  conv,
  convTranspose,
  type Dim,
  type Graph,
  make,
  mul,
  ops,
  outputOf,
  sizeOf,
  type Tensor,
  tensor,
  upsample,
  type Value,
} from '@polyphase/ir';
import { exportOnnx, loadOnnx, parseOnnx } from '@polyphase/onnx';
import { describe, expect, test } from 'vitest';
import { fixture, polyphase, temporaryFolder } from '../cli.testing.ts';
import { checkSame } from './check.ts';

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);

const weights = (shape: readonly number[], scale = 1): Value => {
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => (scale * Math.sin(12.9898 * i)) / 4);
  return { name: 'w', type: { dtype: 'float32', shape }, constant: tensor(data, shape) };
};

const twice = (axis: number, from: number): AxisResampling => ({
  axis,
  from,
  to: 2 * from,
  map: 'asymmetric',
  filter: { kind: 'nearest', rounding: 'floor' },
  antialias: false,
  border: 'clamp',
  profile: 'onnx',
});

/** nearest 2x, a convolution with 3x3, a factor. */
function resizeConv(
  [batch, channels, height, width]: readonly [Dim, number, number, number],
  out: number,
  scale = 1,
): Graph {
  const x: Value = { name: 'x', type: { dtype: 'float32', shape: [batch, channels, height, width] } };
  const axes = [twice(2, height), twice(3, width)];
  const up = make(upsample, { x }, { axes, extrapolation: 0 }, { name: 'up' });
  const pads = [
    [1, 1],
    [1, 1],
  ] as const;
  const attributes = { stride: [1, 1], dilation: [1, 1], pads, groups: 1 };
  const w = weights([out, channels, 3, 3], scale);
  const convolved = make(conv, { x: outputOf(up), w }, attributes, { name: 'conv' });
  const half = {
    name: 'half',
    type: { dtype: 'float32', shape: [] },
    constant: tensor(new Float32Array([0.5]), []),
  } as const;
  const scaled = make(mul, { a: outputOf(convolved), b: half }, {}, { name: 'scaled' });
  return {
    name: 'decoder',
    inputs: [x],
    nodes: [up, convolved, scaled],
    outputs: [{ name: 'y', value: outputOf(scaled) }],
  };
}

async function written(name: string, graph: Graph): Promise<string> {
  await writeFile(path(name), exportOnnx(graph));
  return path(name);
}

test('nearest 2x and 3x3 become a convolution of the small map, in the form that onnxruntime runs best', async () => {
  const file = await written('decoder.onnx', resizeConv([1, 128, 32, 32], 64));
  const { code, out, err } = await polyphase('optimize', file, path('faster.onnx'));
  expect([code, err]).toEqual([0, '']);
  expect(out.replaceAll(folder, 'FOLDER').replace(/differs by .*/, 'differs by ...')).toMatchInlineSnapshot(`
    "model     decoder.onnx -> FOLDER/faster.onnx: 289 KiB -> 514 KiB, operator set 21
    layers    3 -> 3 by 2 rewrites
              1 x weights/fold-after
              1 x polyphase/conv-after-repetition
              scaled: convTranspose as conv, depthToSpace, slice, faster in onnxruntime
    products  302 M -> 143 M
    moved     7.78 MiB -> 6.25 MiB
    checked   x: float32[1, 128, 32, 32], by the cpu backend
              y: differs by ...
    "
  `);
  const optimized = await loadOnnx(path('faster.onnx'));
  expect(optimized.graph().nodes.map(({ op }) => op)).toEqual(['conv', 'depthToSpace', 'slice']);
});

test('JSON, with an open size, which stays open', async () => {
  const file = await written('open.onnx', resizeConv(['batch', 32, 8, 8], 4));
  const { code, out } = await polyphase('optimize', file, path('still-open.onnx'), '--json', '--opset', '17');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    opset: 17,
    layers: { before: 3, after: 2 },
    rewrites: [{ rule: 'weights/fold-after', layer: 'scaled', before: ['conv', 'mul'], after: ['conv'] }],
    check: { by: 'definitions', inputs: ['x: float32[1, 32, 8, 8]'], outputs: [{ output: 'y' }] },
  });
  const { inputs } = parseOnnx(await readFile(path('still-open.onnx')));
  expect(inputs[0]!.type.shape).toEqual(['batch', 32, 8, 8]);
});

test('sizes that are given are fixed, and more rewrites apply', async () => {
  const file = await written('open.onnx', resizeConv(['batch', 32, 8, 8], 4));
  const { code, out } = await polyphase(
    'optimize',
    file,
    path('fixed.onnx'),
    '--shape',
    'x=2x32x8x8',
    '--json',
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    layers: { after: 1 },
    check: { inputs: ['x: float32[2, 32, 8, 8]'] },
  });
});

test('for a provider: what it refuses in other forms, what it lacks by name', async () => {
  const x: Value = { name: 'x', type: { dtype: 'float32', shape: [1, 4, 4, 4] } };
  const attributes = {
    stride: [2, 2],
    dilation: [1, 1],
    crop: [
      [0, 0],
      [0, 0],
    ],
    groups: 2,
  } as const;
  const up = make(convTranspose, { x, w: weights([4, 1, 2, 2]) }, attributes, { name: 'up' });
  const round = make(ops.round, { x: outputOf(up) }, {}, { name: 'round' });
  const graph = {
    name: 'net',
    inputs: [x],
    nodes: [up, round],
    outputs: [{ name: 'y', value: outputOf(round) }],
  };
  const file = await written('grouped.onnx', graph);
  const { code, out } = await polyphase('optimize', file, path('web.onnx'), '--for', 'webgpu');
  expect(code).toBe(0);
  expect(out).toContain('operator set 20');
  expect(out).toMatch(/up: convTranspose as conv, .*depthToSpace, for onnxruntime on webgpu/);
  expect(out).toContain('leaves    round (round): the provider has no kernel for Round');
  expect((await loadOnnx(path('web.onnx'))).graph().nodes.map(({ op }) => op)).not.toContain('convTranspose');
});

test('a transposed convolution with open sizes', async () => {
  const { code, out } = await polyphase('optimize', fixture('up.onnx'), path('up.onnx'));
  expect(code).toBe(0);
  expect(out).toContain('image: float32[1, 3, 64, 64], by the float64 definitions');
});

describe('a file that would compute something else is not written', () => {
  const x: Tensor = tensor(
    Float32Array.from({ length: 256 }, (_, i) => Math.cos(i)),
    [1, 4, 8, 8],
  );
  const model = parseOnnx(exportOnnx(resizeConv([1, 4, 8, 8], 4)));

  test('other weights', async () => {
    const other = parseOnnx(exportOnnx(resizeConv([1, 4, 8, 8], 4, 1.0001)));
    await expect(checkSame(model, other, { x })).rejects.toThrow(/PP3006.*output y.*nothing is written/);
  });

  test('weights that are rounded once more are the same', async () => {
    const other = parseOnnx(exportOnnx(resizeConv([1, 4, 8, 8], 4, 1 + 2 ** -24)));
    const { outputs } = await checkSame(model, other, { x });
    expect(outputs[0]!.difference).toBeGreaterThan(0);
  });
});

test.each([
  ['an operator set that is not there', ['--opset', '5'], 2, /from 17 to 26/],
  ['a provider that is not there', ['--for', 'abacus'], 2, /cpu, cuda, tensorrt, webgpu, dml, coreml/],
  ['an input that is not there', ['--shape', 'z=1x1'], 1, /PP4002/],
  ['a size that does not fit', ['--shape', 'image=1x4x8x8'], 1, /PP4004/],
])('%s', async (_, args, code, message) => {
  const ended = await polyphase('optimize', fixture('up.onnx'), path('never.onnx'), ...args);
  expect(ended.code).toBe(code);
  expect(ended.err).toMatch(message);
  expect(existsSync(path('never.onnx'))).toBe(false);
});
