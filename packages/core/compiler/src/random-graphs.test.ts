import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rulesPass } from './pass.ts';
import { pipeline } from './pipeline.ts';
import { randomGraph } from './random-graphs.testing.ts';
import { convAfterInterpolation } from './rules/interpolation.ts';
import { optimized } from './rules.testing.ts';

/** Small maps are mostly border, so that this rule does not pay on them. */
const anyway = [rulesPass('interpolation', [convAfterInterpolation(() => true)]), ...pipeline];

test('random graphs compute the same with and without rules, and most of these fire', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(randomGraph, fc.constantFrom(pipeline, pipeline, anyway), (graph, passes) => {
      for (const rule of optimized(graph, passes).rules) seen.add(rule);
    }),
    { numRuns: 400 },
  );
  expect(seen.size).toBeGreaterThan(20);
});
