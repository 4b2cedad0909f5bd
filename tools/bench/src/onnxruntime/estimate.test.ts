import { describe, expect, test } from 'vitest';
import { atLeast, estimate } from './estimate.ts';

/** 1 to n, in another order. */
const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => ((i * 7) % n) + 1);

describe('the interval of a median', () => {
  // Ranks of the 95 % interval, as tables of the sign test have them (Conover, Practical Nonparametric Statistics, A3).
  test.each([
    [6, 1, 6],
    [9, 2, 8],
    [12, 3, 10],
    [20, 6, 15],
    [40, 14, 27],
  ])('of %i values is from rank %i to rank %i', (n, low, high) => {
    expect(estimate(upTo(n))).toEqual({ value: (n + 1) / 2, low, high });
  });

  test('few values bound nothing', () => {
    expect(estimate([1, 2, 3])).toEqual({ value: 2, low: -Infinity, high: Infinity });
  });
});

test.each([
  [0.98, 1.02, 'holds'],
  [0.9, 0.96, 'broken'],
  [0.9, 0.97, 'open'],
  [0.96, 0.98, 'open'],
] as const)('from %d to %d at least 0.97: %s', (low, high, verdict) => {
  expect(atLeast({ value: (low + high) / 2, low, high }, 0.97)).toBe(verdict);
});
