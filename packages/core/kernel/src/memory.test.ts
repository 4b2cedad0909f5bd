import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Buffer } from './expr.ts';
import { type Lifetime, lifetimesOf, planArena } from './memory.ts';

const plan = (rows: readonly (readonly [first: number, last: number, bytes: number])[], alignment?: number) =>
  planArena(
    new Map(rows.map(([first, last, bytes], i): [number, Lifetime] => [i, { first, last, bytes }])),
    alignment,
  );

describe('planArena', () => {
  it.each([
    [
      'a chain takes two of its largest neighbours',
      [
        [0, 1, 64],
        [1, 2, 64],
        [2, 3, 64],
        [3, 4, 64],
      ],
      128,
    ],
    [
      'a diamond',
      [
        [0, 3, 32],
        [1, 2, 64],
        [2, 3, 64],
        [3, 4, 32],
      ],
      160,
    ],
    [
      'a long skip connection',
      [
        [0, 9, 160],
        [1, 2, 320],
        [2, 3, 320],
        [3, 4, 160],
        [9, 10, 480],
      ],
      800,
    ],
    ['nothing', [], 0],
    [
      'sizes are aligned',
      [
        [0, 1, 1],
        [0, 1, 17],
      ],
      48,
    ],
    [
      'empty buffers take no room',
      [
        [0, 5, 0],
        [0, 1, 16],
      ],
      16,
    ],
  ] as const)('%s', (_, rows, total) => {
    const result = plan(rows);
    expect(result.total).toBe(total);
    expect(result.lowerBound).toBe(total);
  });

  it('what lives at one time does not meet', () => {
    const row = fc
      .tuple(fc.nat(30), fc.nat(8), fc.nat(1000))
      .map(([first, span, bytes]) => [first, first + span, bytes] as const);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        const { offsets, total, lowerBound, unshared } = plan(rows);
        expect(total).toBeGreaterThanOrEqual(lowerBound);
        expect(total).toBeLessThanOrEqual(unshared);
        expect(unshared).toBe(rows.reduce((all, [, , bytes]) => all + 16 * Math.ceil(bytes / 16), 0));
        for (const [a, [first, last, bytes]] of rows.entries()) {
          expect(offsets.get(a)! + bytes).toBeLessThanOrEqual(total);
          for (const [b, other] of rows.entries()) {
            if (b <= a || bytes === 0 || other[2] === 0 || first > other[1] || last < other[0]) continue;
            const apart =
              offsets.get(a)! + bytes <= offsets.get(b)! || offsets.get(b)! + other[2] <= offsets.get(a)!;
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });

  it('an encoder and decoder with skips comes within a tenth of the bound', () => {
    const rows: [number, number, number][] = [];
    const levels = 6;
    for (let level = 0; level < levels; level++) {
      const bytes = 2 ** (20 - level);
      const [down, up] = [3 * level, 6 * levels - 3 * level];
      rows.push(
        [down, down + 1, bytes],
        [down + 1, up, bytes],
        [down + 2, down + 3, bytes / 4],
        [up - 1, up, bytes],
        [up, up + 1, 2 * bytes],
      );
    }
    const { total, lowerBound } = plan(rows);
    expect(total).toBeLessThanOrEqual(1.1 * lowerBound);
  });
});

it('lifetimes run from the first to the last step that touches a buffer', () => {
  const [a, b] = ['a', 'b'].map((name): Buffer => ({ name, dtype: 'float32', size: 3 })) as [Buffer, Buffer];
  expect([...lifetimesOf([[a], [b], [a, b], []], ({ size }) => 4 * size)]).toEqual([
    [a, { first: 0, last: 2, bytes: 12 }],
    [b, { first: 1, last: 2, bytes: 12 }],
  ]);
});
