import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Dense, isOp, type Node, ops, upsample } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { bindingsFor, casesIn, fixtures, run } from '../cases.testing.ts';
import { parseOnnx, readTensor } from '../index.ts';
import { attribute, errorOf, input, modelBytes, node } from '../writer.testing.ts';

type Arguments = Readonly<Record<string, string | number | number[]>>;

/** The only layer of a model: a call on x [1, 4, 6, 3]. */
function layerOf(call: Arguments): Node {
  const attributes = Object.entries(call).map(([name, value]) => {
    if (typeof value === 'string') return attribute.string(name, value);
    return typeof value === 'number' ? attribute.int(name, value) : attribute.ints(name, value);
  });
  const bytes = modelBytes({
    nodes: [{ ...node('Resample', ['x'], ['y'], ...attributes), domain: 'ai.polyphase' }],
    inputs: [input('x', [1, 4, 6, 3])],
    opsets: { '': 21, 'ai.polyphase': 1 },
  });
  return parseOnnx(bytes).graph().nodes[0]!;
}

const calls: readonly (readonly [string, Arguments, readonly number[], readonly number[]])[] = [
  [
    'a tf call is of channels last',
    { profile: 'tf', method: 'lanczos3', size: [8, 9] },
    [1, 8, 9, 3],
    [1, 2],
  ],
  [
    'unless it says otherwise',
    { profile: 'keras', interpolation: 'bilinear', data_format: 'channels_first', size: [2, 1] },
    [1, 4, 12, 3],
    [2],
  ],
  [
    'a torch call is of channels first',
    { profile: 'torch', mode: 'area', size: [3, 2] },
    [1, 4, 3, 2],
    [2, 3],
  ],
  [
    'a jax call names all axes',
    { profile: 'jax', method: 'lanczos5', shape: [1, 8, 6, 6] },
    [1, 8, 6, 6],
    [1, 3],
  ],
];

test.each(calls)('%s', (_, attributes, shape, axes) => {
  const layer = layerOf(attributes);
  expect(layer.outputs[0]!.type.shape).toEqual(shape);
  expect(isOp(layer, upsample) && layer.attributes.axes.map(({ axis }) => axis)).toEqual(axes);
});

test('a call that changes no length is an identity', () => {
  const layer = layerOf({ profile: 'tf', method: 'lanczos3', size: [4, 6] });
  expect(layer.op).toBe(ops.identity.name);
});

const refusals: readonly (readonly [string, Arguments, RegExp])[] = [
  ['an unknown profile', { profile: 'mxnet' }, /PP1006.*profile is "mxnet". Use one of torch, tf/],
  ['no profile', { size: [2, 2] }, /PP1006.*profile is missing/],
  [
    'an argument of another framework',
    { profile: 'torch', size: [8, 9], method: 'area' },
    /PP1006.*the profile torch has no argument method/,
  ],
  ['no size', { profile: 'tf', method: 'area' }, /PP1006.*size is missing for the profile tf/],
  [
    'both coordinates',
    { profile: 'tf1', size: [8, 9], align_corners: 1, half_pixel_centers: 1 },
    /PP1006.*both set/,
  ],
  ['an unknown method', { profile: 'tf', size: [8, 9], method: 'sinc' }, /PP2003.*method is "sinc"/],
];

test.each(refusals)('%s is refused', (_, attributes, problem) => {
  expect(errorOf(() => layerOf(attributes))).toMatch(problem);
});

/** Whether a golden has a node of this project's own domain: its name stands in the file. */
const isOwn = (folder: string): boolean => readFileSync(join(folder, 'model.onnx')).includes('ai.polyphase');

const goldens = fixtures('goldens');
const families = ['torch-interpolate', 'tf-resize', 'tf1-resize', 'keras-up-sampling', 'jax-resize'].filter(
  (family) => existsSync(join(goldens, family)),
);

describe.each(families)('%s', (family) => {
  const folder = join(goldens, family);
  test.each(casesIn(folder).filter((name) => isOwn(join(folder, name))))('%s', (name) => {
    const [got, want] = outputsOf(join(folder, name));
    expect({ dtype: got.dtype, shape: got.shape }).toEqual({ dtype: want.dtype, shape: want.shape });
    const largest = want.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [i, value] of want.data.entries())
      expect(Math.abs(got.data[i]! - value)).toBeLessThanOrEqual(reading * largest);
  });
});

/** The framework's call shows to five digits; the conformance suite judges the rest by derived bounds. */
const reading = 1e-5;

function outputsOf(folder: string): readonly [got: Dense, want: Dense] {
  const read = (file: string) => readTensor(readFileSync(join(folder, 'test_data_set_0', file))).tensor;
  const model = parseOnnx(readFileSync(join(folder, 'model.onnx')));
  const x = read('input_0.pb');
  const { dtype, shape, data } = read('output_0.pb');
  const [got] = run(model.graph(bindingsFor(model, [x])), [x]);
  return [got!, { dtype, shape, data: Float64Array.from(data, Number) }];
}
