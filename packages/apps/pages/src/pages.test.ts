import { fileURLToPath } from 'node:url';
import { compile, type LayerReport, reportOf } from '@polyphase/compiler';
import { checkerboards, lint } from '@polyphase/linter';
import { loadOnnx } from '@polyphase/onnx';
import { reference } from '@polyphase/reference';
import { describe, expect, test } from 'vitest';
import { blocksOf } from './graph/blocks.ts';
import { placed } from './graph/place.ts';
import { inspectPage, lintPage } from './index.ts';
import { gainPicture, overlapPicture } from './lint/pictures.ts';

const decoder = await loadOnnx(
  fileURLToPath(new URL('../../../../test-fixtures/layers/decoder.onnx', import.meta.url)),
);

/** Layers by what each one reads; contractions have products. */
const layersOf = (
  ...rows: readonly (readonly [op: string, ...reads: (number | string)[]])[]
): readonly LayerReport[] =>
  rows.map(([op, ...reads], i) => ({
    name: `${op}${i}`,
    op,
    dtype: 'float32',
    shape: [1, 1],
    reads,
    parameters: 0,
    products: op === 'conv' ? 1000 : 0,
    bytesMoved: 8,
    outputBytes: 4,
  }));

const chain = (n: number) =>
  layersOf(...Array.from({ length: n }, (_, i) => ['relu', i === 0 ? 'x' : i - 1] as const));

describe('boxes', () => {
  test.each([
    ['a chain is one box', layersOf(['conv', 'x'], ['relu', 0], ['conv', 1]), [[0, 1, 2]]],
    [
      'the parts of an activation go with it',
      layersOf(['conv', 'x'], ['add', 0], ['clip', 1], ['mul', 0, 2], ['conv', 3]),
      [[0, 1, 2, 3, 4]],
    ],
    [
      'branches that compute stay apart',
      layersOf(['relu', 'x'], ['conv', 0], ['conv', 0], ['add', 1, 2]),
      [[0], [1], [2], [3]],
    ],
    ['two inputs', layersOf(['add', 'x', 'y']), [[0]]],
    ['no layers', [], []],
  ])('%s', (_, layers, boxes) => {
    expect(blocksOf(layers).map((block) => block.layers)).toEqual(boxes);
  });

  test('a long chain is cut', () => {
    expect(blocksOf(chain(40)).every(({ layers }) => layers.length <= 16)).toBe(true);
  });

  test('every layer is in one box, and boxes are above what reads them', () => {
    const layers = layersOf(
      ['conv', 'x'],
      ['relu', 0],
      ['conv', 1],
      ['add', 2, 0],
      ['conv', 3],
      ['conv', 3],
      ['add', 4, 5],
    );
    const blocks = blocksOf(layers);
    expect(blocks.flatMap((block) => block.layers).toSorted((a, b) => a - b)).toEqual(
      layers.map((_, i) => i),
    );
    const { blocks: boxes } = placed(blocks);
    for (const [i, { reads }] of blocks.entries())
      for (const from of reads)
        if (typeof from === 'number') expect(boxes[from]!.y).toBeLessThan(boxes[i]!.y);
  });
});

/** Nothing is fetched, and nothing of the model is taken for markup. */
function expectSelfContained(html: string): void {
  expect(html).not.toMatch(/(src|href)=|@import|url\((?!#)/);
  expect(html).toMatch(/prefers-color-scheme: dark/);
  expect(html).not.toContain('NaN');
  expect(html).not.toContain('undefined');
}

test('a page of a compiled model', async () => {
  const model = await compile(decoder, { backends: [reference()] });
  const shapes = Object.fromEntries(
    decoder.inputs.map(({ name, type }) => [
      name,
      type.shape.map((dim) => (typeof dim === 'number' ? dim : 8)),
    ]),
  );
  const report = reportOf(await model.prepare(shapes));
  const html = inspectPage('<decoder> & "co"', report);
  expectSelfContained(html);
  expect(html).toContain('&lt;decoder&gt; &amp; &quot;co&quot;');
  expect(html).not.toContain('<decoder>');
  for (const { name } of report.source.layers) expect(html).toContain(`data-layer="${name}"`);
  for (const { rule } of report.rewrites) expect(html).toContain(rule);
  await model.close();
});

test('a page of findings', async () => {
  const report = lint(decoder.graph());
  const html = lintPage('decoder.onnx', report);
  expectSelfContained(html);
  for (const { id } of report.findings) expect(html).toContain(id);
  for (const { layer } of report.checkerboards) expect(html).toContain(layer);
});

test('nothing to find is said', () => {
  const html = lintPage('empty.onnx', { layers: 0, findings: [], checkerboards: [] });
  expect(html).toContain('Nothing that is looked for');
});

test('pictures of phases: a bar for each, a number of taps in each cell', () => {
  const board = {
    layer: 'up',
    kernel: [3, 3],
    stride: [2, 2],
    dilation: [1, 1],
    overlap: [4, 2, 2, 1],
    channels: [{ gains: [4, 2, 2, -1], energies: [4, 2, 2, 1], artefact: 0.5 }],
    artefact: 0.5,
    roughness: 4,
  };
  expect(gainPicture(board).match(/class="gain"/g)).toHaveLength(4);
  const map = overlapPicture(board);
  expect(map.match(/>4<\/text>/g)!.length).toBe(map.match(/>1<\/text>/g)!.length);
  expect(map.match(/class="tap"/g)).toHaveLength(36);
});

test('the decoder of the fixtures has transposed convolutions', () => {
  expect(checkerboards(decoder.graph()).length).toBeGreaterThan(0);
});
