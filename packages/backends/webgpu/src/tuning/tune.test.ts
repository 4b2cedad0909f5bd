import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { define, known, Layers, whole } from '../families/run.testing.ts';
import { webgpu } from '../index.ts';
import { fileCache, memoryCache, type TuningCache } from './cache.ts';

const layer = () => {
  const layers = new Layers();
  const y = layers.op('convTranspose', [layers.input([1, 4, 5, 6]), known([4, 3, 4, 4], 1)], {
    stride: [2, 2],
    dilation: [1, 1],
    groups: 1,
    crop: [
      [1, 1],
      [1, 1],
    ],
  });
  return layers.graph(y);
};

/** Compiles the layer and runs it: its output, and what the trace said of tuning. */
async function runTuned(tune: TuningCache) {
  const backend = webgpu({ tune });
  const lines: string[] = [];
  const graph = layer();
  const program = await backend.compile(graph, { trace: (line) => lines.push(line) });
  const input = whole([1, 4, 5, 6], 0);
  const [output] = await program.run([input]);
  program.dispose();
  await backend.close();
  const data = [...(output as { data: Float32Array }).data];
  return {
    data,
    expected: [...define(graph, [input])],
    tuned: lines.filter((line) => line.includes('tuned')),
  };
}

test('a layer is measured once for a cache, and computes the same', async () => {
  const cache = memoryCache();
  const first = await runTuned(cache);
  expect(first.tuned).toEqual([
    expect.stringMatching(
      /^webgpu: tuned convTranspose0: \w+ \d+x\dx\d.* in [\d.]+ ms, by estimate .* in [\d.]+ ms$/,
    ),
  ]);
  expect(first.data).toEqual(first.expected);
  const second = await runTuned(cache);
  expect(second.tuned).toEqual([]);
  expect(second.data).toEqual(first.expected);
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tuning-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a file keeps the choices', async () => {
  const path = join(folder, 'new', 'choices.json');
  expect(await fileCache(path).get('a')).toBeUndefined();
  const cache = fileCache(path);
  await Promise.all([cache.set('a', '1'), cache.set('b', '2')]);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ a: '1', b: '2' });
  expect(await fileCache(path).get('b')).toBe('2');
});

test.each(['{', '[1]', '{"a": 1}'])('a file that holds %s is refused', async (text) => {
  const path = join(folder, 'other.json');
  await writeFile(path, text);
  await expect(fileCache(path).get('a')).rejects.toMatchObject({ code: 'PP2003' });
});
