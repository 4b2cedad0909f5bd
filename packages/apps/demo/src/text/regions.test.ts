import { expect, test } from 'vitest';
import { findRegions, type ProbabilityMap } from './regions.ts';

/** A map from rows of digits: '9' is probability 0.9. */
function mapOf(rows: readonly string[]): ProbabilityMap {
  const data = rows.flatMap((row) => row.split('').map((digit) => Number(digit) / 10));
  return { width: rows[0]!.length, height: rows.length, data };
}

const bounds = (map: ProbabilityMap, growth = 0) =>
  findRegions(map, { growth, leastSide: 1 }).map(({ corners, score }) => {
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    return [...box.map((v) => Math.round(v * 100) / 100), Math.round(score * 100) / 100];
  });

test.each([
  ['one block', ['0000', '0990', '0990'], [[1, 1, 3, 3, 0.9]]],
  [
    'two blocks apart',
    ['9909', '9909'],
    [
      [0, 0, 2, 2, 0.9],
      [3, 0, 4, 2, 0.9],
    ],
  ],
  ['touching at corners is one region', ['900', '090', '009'], [[-0.5, -0.5, 3.5, 3.5, 0.9]]],
  ['below the threshold', ['2222', '2222'], []],
  ['below the mean score', ['4444', '4444'], []],
  ['weak pixels count for the area and the mean', ['9995'], [[0, 0, 4, 1, 0.8]]],
])('%s', (_, rows, expected) => {
  expect(bounds(mapOf(rows))).toEqual(expected);
});

test('a region grows by area * growth / perimeter on every side', () => {
  expect(bounds(mapOf(['000000', '099990', '099990', '000000']), 1.5)).toEqual([[0, 0, 6, 4, 0.9]]);
});

test('a slanted line gets a slanted rectangle', () => {
  const size = 24;
  const rows = Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => (Math.abs(x - y) < 3 ? 9 : 0)).join(''),
  );
  const [region] = findRegions(mapOf(rows), { growth: 0 });
  const [a, b, c] = region!.corners;
  const sides = [Math.hypot(b[0] - a[0], b[1] - a[1]), Math.hypot(c[0] - b[0], c[1] - b[1])].sort(
    (p, q) => p - q,
  );
  expect(sides[0]).toBeLessThan(6);
  expect(sides[1]).toBeGreaterThan(30);
});
