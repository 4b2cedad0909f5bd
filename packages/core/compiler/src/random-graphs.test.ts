import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomGraph } from './random-graphs.testing.ts';
import { optimized } from './rules.testing.ts';

test('random graphs compute the same with and without rules, and most of these fire', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(randomGraph, (graph) => {
      for (const rule of optimized(graph).rules) seen.add(rule);
    }),
    { numRuns: 300 },
  );
  expect(seen.size).toBeGreaterThan(15);
});
