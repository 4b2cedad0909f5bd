import { readFileSync } from 'node:fs';
import { PolyphaseError } from '@polyphase/ir';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { fixture } from './goldens.testing.ts';
import { type LoadKerasOptions, loadKeras } from './index.ts';

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Refuses in words, whatever the file. */
async function complaint(source: Uint8Array, options: LoadKerasOptions = {}): Promise<string> {
  try {
    (await loadKeras(source, options)).graph();
  } catch (error) {
    if (error instanceof PolyphaseError) return `${error.code} ${error.at}: ${error.problem}`;
    throw error;
  }
  return 'none';
}

const inputLayer = {
  class_name: 'InputLayer',
  config: { name: 'x', batch_shape: [null, 4], dtype: 'float32' },
};
const layer = (class_name: string, config: object = {}, inbound_nodes: unknown = [[['x', 0, 0, {}]]]) => ({
  class_name,
  name: 'y',
  config: { name: 'y', trainable: true, ...config },
  inbound_nodes,
});
const functional = (...layers: readonly object[]) => ({
  modelTopology: {
    class_name: 'Functional',
    config: {
      name: 'm',
      layers: [{ ...inputLayer, name: 'x', inbound_nodes: [] }, ...layers],
      input_layers: [['x', 0, 0]],
      output_layers: [['y', 0, 0]],
    },
  },
  weightsManifest: [],
});
const deep = (depth: number): object =>
  depth === 0
    ? inputLayer
    : { class_name: 'Sequential', name: `s${depth}`, config: { name: 's', layers: [deep(depth - 1)] } };

test.each<[string, unknown, string]>([
  ['no model', { a: 1 }, 'PP1006 model: its "class_name" is missing, a text is needed'],
  ['a graph-model', { format: 'graph-model' }, "PP1001 model: it is a graph-model, TensorFlow's"],
  [
    'a subclassed model',
    { class_name: 'MyNet', config: {} },
    'PP1004 model: it is a MyNet, whose layers are',
  ],
  ['no weights', { class_name: 'Sequential', config: { layers: [inputLayer] } }, 'PP1008 model: it has a'],
  ['a Lambda', functional(layer('Lambda')), 'PP1004 y (Lambda): what it computes is Python code'],
  ['an unknown layer', functional(layer('LSTM')), 'PP1004 y (LSTM): the layer is not supported'],
  [
    'a missing layer',
    functional(layer('ReLU', {}, [[['z', 0, 0, {}]]])),
    'PP1007 y (ReLU): it takes the result',
  ],
  [
    'a missing call',
    functional(layer('ReLU', {}, [[['x', 3, 0, {}]]])),
    'PP1007 y (ReLU): it takes the result',
  ],
  [
    'a missing output',
    functional(layer('ReLU', {}, [[['x', 0, 2, {}]]])),
    'PP1006 x: output 2 of its call 0',
  ],
  ['a cycle', functional(layer('ReLU', {}, [[['y', 0, 0, {}]]])), 'PP1007 m: its layers form a cycle'],
  [
    'a missing weight',
    functional(layer('Dense')),
    'PP1008 y (Dense): its weight "kernel" is not in the file',
  ],
  ['a wrong setting', functional(layer('ELU', { alpha: 'big' })), 'PP1006 y: its "alpha" is "big", a number'],
  [
    'an unknown activation',
    functional(layer('Activation', { activation: 'wavy' })),
    'PP2003 y (Activation): activation is "wavy"',
  ],
  ['nesting without end', deep(100), 'PP1006 '],
])('%s', async (_, model, expected) => {
  expect(await complaint(bytesOf(model))).toContain(expected);
});

test('files that are damaged, or something else', async () => {
  expect(await complaint(Uint8Array.of(1, 2, 3))).toContain('PP1001 model: it is neither a zip archive');
  expect(await complaint(new TextEncoder().encode('{"a":'))).toContain('PP1002 model: it is not valid JSON');
  expect(await complaint(zipSync({ 'a.txt': Uint8Array.of(1) }))).toContain(
    'PP1002 model: the archive has no',
  );
  const whole = readFileSync(fixture('segmenter.keras'));
  expect(await complaint(whole.subarray(0, 20_000))).toContain(
    'PP1002 model: the archive cannot be unpacked',
  );
  const weights = readFileSync(fixture('segmenter.weights.h5'));
  expect(await complaint(weights)).toContain('PP1001 model: the file has weights and no topology');
  const h5 = readFileSync(fixture('segmenter.h5'));
  expect(await complaint(h5.subarray(0, 9_000))).toMatch(/^PP100[28] /);
});

test('shards: outside the folder, too short, and not given', async () => {
  const weights = [{ name: 'y/alpha', shape: [4], dtype: 'float32' }];
  const model = (path: string) =>
    bytesOf({ ...functional(layer('PReLU')), weightsManifest: [{ paths: [path], weights }] });
  const files = async (): Promise<Uint8Array> => new Uint8Array(12);
  expect(await complaint(model('w.bin'))).toContain('PP1008 weights w.bin: the model is given as bytes');
  expect(await complaint(model('w.bin'), { files })).toContain(
    'PP1002 weight y/alpha: it ends at byte 16 of w.bin',
  );
});
