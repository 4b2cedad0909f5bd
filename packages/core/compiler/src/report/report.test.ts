import {
  type Graph,
  isOp,
  type Model,
  make,
  outputOf,
  relu,
  reshape,
  sigmoid,
  upsample,
  type Value,
} from '@polyphase/ir';
import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { chained, convolved, enlarged, graphOf, input } from '../rules.testing.ts';
import { toy } from '../toy.testing.ts';
import { type ModelReport, reportOf } from './report.ts';

const fixed = (graph: Graph): Model => ({
  name: graph.name,
  inputs: graph.inputs.map(({ name, type }) => ({ name, type })),
  outputs: graph.outputs.map(({ name }) => name),
  graph: () => graph,
});

async function reported(graph: Graph, backends = [toy('one')]): Promise<ModelReport> {
  const model = await compile(fixed(graph), { backends });
  const report = reportOf(await model.prepare(), model.unusable);
  await model.close();
  return report;
}

const pads = [
  [1, 1],
  [1, 1],
] as const;
const decoder = chained(
  input([1, 128, 32, 32]),
  (x) => enlarged(x, [2, 2]),
  (x) => convolved(x, 64, [3, 3], { pads, bias: false }),
  (x) => make(sigmoid, { x }, {}, { name: 'squash' }),
);

test('nearest 2x and 3x3 of 128 to 64 channels at 32x32: 2.25 times fewer products, no map of the upsampled input', async () => {
  const { source, graph, rewrites, memory } = await reported(decoder);
  const before = 64 * 64 * 64 * 128 * 9;
  const after = 32 * 32 * 128 * 64 * 16;
  expect(source.totals.products).toBe(before);
  expect(graph.totals.products).toBe(after);
  expect(before / after).toBe(2.25);
  const upsampled = 128 * 64 * 64 * 8;
  expect(source.layers.map(({ outputBytes }) => outputBytes)).toContain(upsampled);
  expect(Math.max(...graph.layers.map(({ outputBytes }) => outputBytes))).toBeLessThan(upsampled);
  expect(memory.graph.peak).toBeLessThan(memory.source.peak);
  expect(rewrites).toMatchObject([
    {
      rule: 'polyphase/conv-after-repetition',
      layer: 'conv',
      before: ['upsample', 'conv'],
      after: ['convTranspose'],
      saved: { products: before - after },
    },
  ]);
});

test('what rewrites save is what the totals lose', async () => {
  const { source, graph, rewrites } = await reported(decoder);
  const saved = rewrites.reduce((all, rewrite) => all + rewrite.saved!.bytesMoved, 0);
  expect(saved).toBe(source.totals.bytesMoved - graph.totals.bytesMoved);
});

test('a layer that others read too is not saved by a rewrite of one reader', async () => {
  const x = input([1, 8, 8, 8]);
  const up = enlarged(x, [2, 2]);
  const one = convolved(outputOf(up), 8, [3, 3], { pads });
  const graph = graphOf([x], [up, one], [outputOf(one), outputOf(up)]);
  const { rewrites, graph: after } = await reported(graph);
  expect(after.layers.some(({ op }) => op === upsample.name)).toBe(true);
  for (const { before } of rewrites) expect(before).not.toContain(upsample.name);
});

test('layers: operands by position, costs, and what the middle sees', async () => {
  const { source } = await reported(decoder);
  expect(source.layers).toMatchObject([
    { name: 'up', op: 'upsample', reads: ['x'], products: 0, parameters: 0 },
    { name: 'conv', op: 'conv', reads: [0], parameters: 64 * 128 * 9 },
    { name: 'squash', op: 'sigmoid', reads: [1] },
  ]);
  // Rows 31 to 33 of the upsampled map come from rows 15 and 16.
  const [field] = source.layers[2]!.receptiveField!;
  expect(field).toMatchObject({ input: 'x' });
  expect(field!.reads.slice(2)).toEqual([
    [15, 17],
    [15, 17],
  ]);
});

test('the placement says where layers run, and why not on the first choice', async () => {
  const { placement, programs } = await reported(decoder, [
    toy('first', (node) => !isOp(node, sigmoid)),
    toy('second'),
  ]);
  expect(placement).toEqual({
    backends: { first: 1, second: 1 },
    unusable: [],
    elsewhere: [{ layer: 'squash (sigmoid)', backend: 'second', why: 'first: it has no kernel for sigmoid' }],
  });
  expect(programs.map(({ backend }) => backend)).toEqual(['first', 'second']);
});

test.each([
  ['a chain holds two maps at a time', [relu, relu, relu], 2 * 64, 4 * 64],
  ['a single layer', [relu], 2 * 64, 2 * 64],
])('memory of layers one after the other: %s', async (_, layers, peak, unshared) => {
  const graph = chained(
    input([1, 1, 2, 4]),
    ...layers.map((op, i) => (x: Value) => make(op, { x }, {}, { name: `l${i}` })),
  );
  const { memory } = await reported(graph);
  expect(memory.source).toEqual({ peak, unshared });
});

test('a reshape has no memory of its own, and what a later layer reads stays', async () => {
  const x = input([1, 1, 2, 4]);
  const first = make(relu, { x }, {}, { name: 'first' });
  const flat = make(reshape, { x: outputOf(first) }, { shape: [8] }, { name: 'flat' });
  const last = make(sigmoid, { x: outputOf(flat) }, {}, { name: 'last' });
  const { memory } = await reported(graphOf([x], [first, flat, last], [outputOf(last), outputOf(first)]));
  // x and first, then first (an output) and last.
  expect(memory.source).toEqual({ peak: 2 * 64, unshared: 3 * 64 });
});

test('what a program plans is summed up over the programs', async () => {
  const planned = toy('planned');
  const compileToy = planned.compile;
  planned.compile = async (region, context) => {
    const program = await compileToy(region, context);
    const memory = { constants: 10, activations: 20, unshared: 40, lowerBound: 15 };
    return { ...program, report: { steps: [], memory } };
  };
  const { memory } = await reported(decoder, [planned]);
  expect(memory.planned).toEqual({ constants: 10, activations: 20, unshared: 40, lowerBound: 15 });
});
