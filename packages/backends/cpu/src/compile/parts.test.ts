import { expect, test } from 'vitest';
import { type Extent, leastPart, partsOf } from './parts.ts';

const rows = (starts: readonly number[], length: number) => ({
  begins: starts,
  ends: starts.map((start) => start + length),
});

/** Two groups each: rows far apart, steps far apart, rows of which the last two overlap. */
const extents: Readonly<Record<string, Extent>> = {
  'rows of 30': { groups: 2, groupStep: 150, ...rows([0, 30, 60, 90, 120], 1), count: 30, step: 1 },
  'steps of 12': { groups: 2, groupStep: 120, ...rows([2, 0, 4, 8], 4), count: 10, step: 12 },
  'overlapping rows': { groups: 2, groupStep: 70, ...rows([0, 40, 50], 15), count: 3, step: 2 },
};

test.each(Object.entries(extents))('%s: each row and step once, inside of what is copied', (_, extent) => {
  const length = extent.groups * extent.groupStep;
  for (const most of [length, 100, leastPart(extent)]) {
    const seen = new Map<string, number>();
    for (const part of partsOf(extent, length, most)) {
      expect(part.end - part.begin).toBeLessThanOrEqual(most);
      for (let row = part.rows[0]; row < part.rows[1]; row++)
        for (let step = part.steps[0]; step < part.steps[1]; step++) {
          const at = part.group * extent.groupStep + step * extent.step;
          expect(part.begin).toBeLessThanOrEqual(at + extent.begins[row]!);
          expect(part.end).toBeGreaterThanOrEqual(at + extent.ends[row]!);
          const key = `${part.group} ${row} ${step}`;
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
    }
    expect(seen.size).toBe(extent.groups * extent.begins.length * extent.count);
    expect(Math.max(...seen.values())).toBe(1);
  }
});

test('all at once where it fits', () => {
  const extent = extents['rows of 30']!;
  const parts = [...partsOf(extent, 300, 300)];
  expect(parts.map(({ begin, end }) => [begin, end])).toEqual([
    [0, 300],
    [0, 300],
  ]);
  expect([...partsOf(extent, 300, 299)].length).toBe(2);
});
