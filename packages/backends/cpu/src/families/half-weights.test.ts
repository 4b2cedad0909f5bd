import { expect, test } from 'vitest';
import { compileGraph, modes, Region } from '../graphs.testing.ts';
import { caseOf, expectExactUpToRounding, weights } from './sweep.testing.ts';

const [inner, columns] = [521, 509];

/** A fully connected layer and a product, whose weights take a megabyte as float32. */
const layers = {
  dense: (rows: number) => {
    const region = new Region();
    const x = region.input([rows, inner, 1, 1], 'float16');
    const w = weights([columns, inner, 1, 1], 'float16');
    const attributes = {
      stride: [1, 1],
      dilation: [1, 1],
      pads: [
        [0, 0],
        [0, 0],
      ],
      groups: 1,
    };
    return caseOf(region, region.op('conv', [x, w, weights([columns], 'float16')], attributes));
  },
  'matrix product': (rows: number) => {
    const region = new Region();
    const a = region.input([rows, inner], 'float16');
    return caseOf(region, region.op('matMul', [a, weights([inner, columns], 'float16')]));
  },
};

test.each(Object.entries(layers))('%s: what one block of rows reads stays float16', async (name, layer) => {
  for (const relaxed of modes)
    await expectExactUpToRounding(layer(1), { relaxed, threads: 2, family: 'direct' });
  const { report } = await compileGraph(layer(1).graph);
  expect(report.steps.map(({ kernel }) => kernel)).toContain(`${name} 1x4 of float16`);
  expect(report.memory!.constants).toBeLessThan(2.1 * inner * columns);
});

test.each(Object.entries(layers))('%s: what several blocks read is widened once', async (_, layer) => {
  await expectExactUpToRounding(layer(9), { relaxed: false, threads: 2, family: 'direct' });
  const { report } = await compileGraph(layer(9).graph);
  expect(report.memory!.constants).toBeGreaterThan(4 * inner * columns);
});
