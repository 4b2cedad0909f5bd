import { expect, test } from 'vitest';
import { buildRegion } from '../compile/compile.ts';
import { constant, Region, samples } from '../graphs.testing.ts';

const ones = [1, 1];
const attributes = { stride: ones, dilation: ones, pads: [ones, ones], groups: 1 };

/** The tasks of 3×3 convolutions in tiles of four outputs, one after the other. */
function tasksOf(batch: number, channels: number, layers = 1) {
  const region = new Region();
  let y = region.input([batch, channels, 16, 16]);
  for (let i = 0; i < layers; i++)
    y = region.op('conv', [y, constant(samples([channels, channels, 3, 3]))], attributes);
  const choice = { accuracy: 'default', family: 'winograd-4', relaxed: false } as const;
  return buildRegion(region.graph(y), choice).build.tasks;
}

test.for([
  ['many strips: each from its inputs to its outputs', 9, 4, 1],
  ['few strips: all inputs, then all outputs', 1, 4, 2],
  ['few strips whose inputs do not fit: in turns', 7, 256, 4],
] as const)('%s', ([, batch, channels, tasks]) => {
  expect(tasksOf(batch, channels)).toHaveLength(tasks);
});

test('layers of one shape share their code', () => {
  const tasks = tasksOf(1, 8, 2);
  expect(tasks).toHaveLength(4);
  expect(new Set(tasks.map(({ func }) => func)).size).toBe(2);
});
