import { runPasses } from '@polyphase/compiler';
import { type OpName, ops } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { cases } from '../cases.ts';
import { stages, stagesOf } from '../stages.ts';
import { suiteCases } from '../suite-cases.ts';
import { suites } from './index.ts';

const rows = suites.flatMap(({ name, rows }) => rows.map((row) => ({ suite: name, ...row })));
const all = suiteCases(suites);

test('every row has a name of its own, in which a slash stands for the suite and the stage only', () => {
  const names = rows.map(({ suite, title }) => `${suite}/${title}`);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  expect(rows.filter(({ title }) => title === '' || title.includes('/')).map(({ title }) => title)).toEqual(
    [],
  );
});

test('every operation has a row', () => {
  const covered = new Set(rows.flatMap(({ build }) => build().graph.nodes.map(({ op }) => op)));
  expect((Object.keys(ops) as OpName[]).filter((name) => !covered.has(name))).toEqual([]);
});

test('every bound is a number wherever a result is one', async () => {
  const unbounded: string[] = [];
  for (const item of all.filter(({ name }) => name.endsWith('/raw'))) {
    const { dataSets } = await item.load();
    const bounds = dataSets.flatMap((data) => Object.values(data.bounds!));
    if (!bounds.every((bound) => bound.every((error) => error >= 0))) unbounded.push(item.name);
  }
  expect(unbounded).toEqual([]);
});

describe('stages', () => {
  test('each begins with what the compiler has', () => {
    expect(stages.raw).toEqual([]);
    expect(stages.canonical.map(({ name }) => name)).toEqual(['simplify']);
    expect(stages.full.length).toBeGreaterThan(stages.canonical.length);
  });

  test.each([
    ['a layer that stays as it is', ops.relu, {}, ['raw']],
    ['a layer that goes', ops.identity, {}, ['raw', 'canonical', 'full']],
  ] as const)('%s', (_, op, attributes, expected) => {
    const [row] = cases(op, { row: { x: [2, 3], ...attributes } });
    expect(stagesOf(row!.build().graph)).toEqual(expected);
  });

  test('the rewrites that rows go through', () => {
    const fired = rows.flatMap(({ build }) => runPasses(build().graph, stages.full).fired);
    expect([...new Set(fired.map(({ rule }) => rule))].sort()).toMatchInlineSnapshot(`
      [
        "cast/merge",
        "concat/drop-separated",
        "constants/fold",
        "depth-to-space/into-conv",
        "depth/drop-round-trip",
        "identity/drop",
        "no-op/drop",
        "pad/drop-empty",
        "pad/into-average-pool",
        "pad/into-conv",
        "pad/into-conv-transpose",
        "pad/into-lp-pool",
        "polyphase/conv-after-interpolation",
        "polyphase/conv-after-joined-repetitions",
        "polyphase/conv-after-repetition",
        "reshape/merge",
        "reshape/sink-below-unary",
        "slice/drop-full",
        "slice/merge",
        "space-to-depth/into-conv",
        "space/drop-round-trip",
        "split/drop-rejoined",
        "transpose/as-reshape",
        "transpose/drop",
        "transpose/merge",
        "transpose/sink-below-concat",
        "transpose/sink-below-layer",
        "transpose/sink-below-pointwise",
        "upsample/after-affine",
        "upsample/after-conv-1x1",
        "upsample/after-pointwise",
        "upsample/merge-axes",
        "upsample/merge-repetitions",
        "weights/fold-after",
        "weights/fold-after-mat-mul",
        "weights/fold-before-conv",
        "weights/fold-before-conv-transpose",
        "weights/fold-before-mat-mul",
      ]
    `);
  });
});

test('a row that is not legal names itself', () => {
  const [row] = cases(ops.reshape, { 'too many': { x: [2, 3], shape: [7] } });
  expect(() => suiteCases([{ name: 'shapes', rows: [row!] }])).toThrow(
    '[polyphase PP2002] shapes/too many, reshape (reshape): [2, 3] has 6 elements, [7] 7.',
  );
});
