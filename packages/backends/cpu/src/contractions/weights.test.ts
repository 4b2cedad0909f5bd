import { expect, test } from 'vitest';
import { newBuild, packed } from '../packed.testing.ts';
import { type Blocking, chooseBlocking } from './blocking.ts';
import { packBlocks, packColumns, packRows, type Weights } from './weights.ts';

/** Two groups of matrices: element by element different. */
function weightsOf(rows: number, inner: Weights['inner'], rowStep: number): Weights {
  const groupStep = rows * inner.count * inner.taps.length;
  return {
    elements: Float32Array.from({ length: 2 * groupStep }, (_, i) => i + 1),
    groups: 2,
    groupStep,
    rows: Int32Array.from({ length: rows }, (_, row) => row * rowStep),
    inner,
  };
}

const layouts: Readonly<Record<string, (rows: number) => Weights>> = {
  'rows after rows': (rows) => weightsOf(rows, { count: 10, step: 1, taps: [0] }, 10),
  'steps after steps': (rows) => weightsOf(rows, { count: 10, step: rows, taps: [0] }, 1),
  'taps in reverse': (rows) => weightsOf(rows, { count: 5, step: 2 * rows, taps: [1, 0] }, 2),
  'no weights': (rows) => weightsOf(rows, { count: 5, step: rows, taps: [-1] }, 1),
};

function elementOf({ elements, groupStep, rows, inner }: Weights, group: number, row: number, k: number) {
  const tap = inner.taps[k % inner.taps.length]!;
  const step = Math.floor(k / inner.taps.length) * inner.step;
  return tap < 0 ? 0 : elements[group * groupStep + rows[row]! + step + tap]!;
}

/** [group][block][k][lane], with the row of each lane. */
function expected(weights: Weights, blocks: readonly (readonly number[])[]): number[] {
  const inner = weights.inner.count * weights.inner.taps.length;
  return [0, 1].flatMap((group) =>
    blocks.flatMap((lanes) =>
      Array.from({ length: inner }, (_, k) => lanes.map((row) => elementOf(weights, group, row, k))).flat(),
    ),
  );
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

const rowBlocks = ({ rows, blocks }: Blocking, all: number) =>
  range(blocks).map((block) => range(rows).map((r) => Math.min(block * rows, all - rows) + r));

const columnBlocks = ({ starts, width, panels }: Blocking, all: number) =>
  range(panels).map((panel) =>
    starts.flatMap((start) => range(4).map((lane) => Math.min(panel * width, all - width) + start + lane)),
  );

test.each(Object.entries(layouts))('%s', (_, layout) => {
  for (const rows of [1, 4, 7, 12, 33]) {
    const weights = layout(rows);
    const build = newBuild();
    const blocking = chooseBlocking(rows, 40, false);
    for (const actual of packed(build, packRows(build, weights, blocking)))
      expect([...actual]).toEqual(expected(weights, rowBlocks(blocking, rows)));
  }
});

test.each(Object.entries(layouts))('columns, %s', (_, layout) => {
  for (const columns of [4, 7, 33]) {
    const weights = layout(columns);
    const build = newBuild();
    const blocking = chooseBlocking(3, columns, false);
    for (const actual of packed(build, packColumns(build, weights, blocking)))
      expect([...actual]).toEqual(expected(weights, columnBlocks(blocking, columns)));
  }
});

test('blocks of given width', () => {
  const weights = layouts['steps after steps']!(12);
  const build = newBuild();
  for (const actual of packed(build, packBlocks(build, weights, 3)))
    expect([...actual]).toEqual(
      expected(
        weights,
        [0, 3, 6, 9].map((row) => [row, row + 1, row + 2]),
      ),
    );
});
