import { describe, expect, test } from 'vitest';
import type { Comparison } from './compare.ts';
import { summarize, summaryText, verdictOf } from './summary.ts';

const about = (value: number, spread = 0.01) => ({ value, low: value - spread, high: value + spread });

const row = (name: string, more: Partial<Comparison> = {}): Comparison => ({
  name,
  bare: 2,
  control: about(1),
  asItIs: about(1),
  rewritten: about(1),
  changes: [],
  ...more,
});

describe('what a case shows', () => {
  test.each<[string, Partial<Comparison>, ReturnType<typeof verdictOf>]>([
    ['an unchanged one that is as fast', {}, 'holds'],
    ['an unchanged one that is slower', { rewritten: about(0.95) }, 'broken'],
    ['an unchanged one that may be either', { rewritten: about(0.96, 0.02) }, 'open'],
    ['a short one with a change', { changes: ['rule'], asItIs: about(0.9) }, undefined],
    ['a long one with a change and overhead', { bare: 6, changes: ['rule'], asItIs: about(0.9) }, 'broken'],
    ['overhead outweighs', { bare: 6, asItIs: about(0.9), rewritten: about(0.97) }, 'broken'],
  ])('%s', (_, more, verdict) => {
    expect(verdictOf(row('x', more))).toBe(verdict);
  });
});

test('the worst of all, and means', () => {
  const rows = [
    row('a', { changes: ['rule'], rewritten: about(4) }),
    row('b', { changes: ['rule'], rewritten: about(1) }),
    row('c', { rewritten: about(0.99), bare: 7, asItIs: about(0.98) }),
    row('d', { rewritten: about(0.9) }),
  ];
  expect(summarize(rows)).toMatchObject({
    control: 1,
    changed: 2,
    unchanged: { name: 'd', cases: 2 },
    overhead: { name: 'c', cases: 1 },
    broken: ['d'],
    open: ['c'],
  });
  expect(summaryText(rows)).toMatchInlineSnapshot(`
    "a second bare session: 1.000 (geometric mean of 4)
    gain where something changed: 2.00 (geometric mean), 1.2 is asked for
    least gain of the other 2: 0.900 (0.89-0.91) of d, 0.97 is asked for
    overhead of the 1 from 5 ms on: 2.0 % at most, of c; 3 % is allowed
    below what is asked for: d
    not decided, the interval holds both answers: c"
  `);
});
