import { concat, conv, depthToSpace, make, outputOf, tensor } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { exportPipeline } from './export-pipeline.ts';
import { rulesPass, runPasses } from './pass.ts';
import { pipeline } from './pipeline.ts';
import { goneWith, type Rule } from './rewrite.ts';
import { chained, convolved, deconvolved, enlarged, graphOf, input, optimized } from './rules.testing.ts';
import { constant } from './toy.testing.ts';

const pads = [
  [1, 1],
  [1, 1],
] as const;

/** In float32, as files have it: the costs are those of its bytes. */
const resizeConv = (channels: number, out: number, size: number) =>
  chained(
    input([1, channels, size, size], 'x', 'float32'),
    (x) => enlarged(x, [2, 2]),
    (x) => {
      const w = constant('w', tensor(new Float32Array(out * channels * 9), [out, channels, 3, 3]));
      const attributes = { stride: [1, 1], dilation: [1, 1], pads, groups: 1 };
      return make(conv, { x, w }, attributes, { name: 'conv' });
    },
  );

describe('nearest 2x and 3x3 in a file for onnxruntime, by channels in, out and places a side', () => {
  test.each([
    [16, 1, 160],
    [64, 32, 64],
    [64, 4, 64],
    [96, 24, 40],
    [128, 64, 32],
    [256, 256, 8],
    [12, 3, 256],
  ])('%i to %i at %i: faster as a transposed convolution', (channels, out, size) => {
    const { fired } = runPasses(resizeConv(channels, out, size), exportPipeline);
    expect(fired.map(({ rule }) => rule)).toEqual(['polyphase/conv-after-repetition']);
  });

  test.each([
    [8, 8, 128],
    [16, 16, 128],
    [24, 24, 160],
    [32, 32, 64],
  ])('%i to %i at %i: slower, so that it stays', (channels, out, size) => {
    const graph = resizeConv(channels, out, size);
    expect(runPasses(graph, pipeline).fired).toHaveLength(1);
    expect(runPasses(graph, exportPipeline).fired).toEqual([]);
  });
});

test('conv and depthToSpace stay two layers', () => {
  const graph = chained(
    input([1, 4, 8, 8]),
    (x) => convolved(x, 16, [3, 3], { pads, bias: false }),
    (x) => make(depthToSpace, { x }, { blocksize: 2, mode: 'CRD' }, { name: 'shuffle' }),
  );
  expect(optimized(graph).ops).toEqual(['convTranspose']);
  expect(optimized(graph, exportPipeline).ops).toEqual(['conv', 'depthToSpace']);
});

describe('the layers that go with one that is replaced', () => {
  /** Asks about the last layer of a graph. */
  function goneBefore(graph: ReturnType<typeof graphOf>, kept: readonly string[] = []): readonly string[] {
    const last = graph.nodes.at(-1)!;
    let names: readonly string[] = [];
    const asking: Rule = {
      name: 'asking',
      apply(node, around) {
        const after = graph.nodes.filter(({ name }) => kept.includes(name));
        if (node.name === last.name) names = goneWith(node, after, around).map(({ name }) => name);
        return undefined;
      },
    };
    runPasses(graph, [rulesPass('ask', [asking])]);
    return names.toSorted();
  }

  const x = input([1, 4, 8, 8]);
  const up = enlarged(x, [2, 2]);
  const other = deconvolved(x, 4, [2, 2], { name: 'other' });
  const joined = make(concat, { xs: [outputOf(up), outputOf(other)] }, { axis: 1 }, { name: 'joined' });
  const last = convolved(outputOf(joined), 4, [3, 3], { pads, name: 'last' });

  test.each([
    [
      'all of a tree',
      graphOf([x], [up, other, joined, last], [outputOf(last)]),
      [],
      ['joined', 'last', 'other', 'up'],
    ],
    [
      'not what is an output too',
      graphOf([x], [up, other, joined, last], [outputOf(last), outputOf(up)]),
      [],
      ['joined', 'last', 'other'],
    ],
    [
      'not what the new layers read',
      graphOf([x], [up, other, joined, last], [outputOf(last)]),
      ['joined'],
      ['joined', 'last'],
    ],
  ])('%s', (_, graph, kept, gone) => {
    expect(goneBefore(graph, kept)).toEqual(gone);
  });
});
