import { expect, test } from 'vitest';
import { sampleResults } from './result.testing.ts';
import {
  absences,
  digits,
  geometricMean,
  limitTable,
  means,
  nativeNote,
  speedTable,
  startTable,
} from './summary.ts';
import { textTable } from './table.ts';

test.each([
  [[3], 3],
  [[1, 4], 2],
  [[2, 4, 8], 4],
  [[0.5, 2], 1],
])('the geometric mean of %j is %d', (values, expected) => {
  expect(geometricMean(values)).toBeCloseTo(expected, 12);
});

test('no values have no geometric mean', () => {
  expect(() => geometricMean([])).toThrow('no values');
});

test.each([
  [1234.5, '1235'],
  [123.45, '123'],
  [12.345, '12.3'],
  [1.2345, '1.23'],
  [0.1234, '0.12'],
  [0.001, '0.00'],
  [0, '0.00'],
])('%d is written as %s', (value, expected) => {
  expect(digits(value)).toBe(expected);
});

test('a mean counts the cases that the peer ran', () => {
  expect(means(sampleResults)).toEqual([
    { name: 'first', ratio: expect.closeTo(1, 12), cases: 2 },
    { name: 'second', ratio: expect.closeTo(9, 12), cases: 1 },
  ]);
});

test('tables', () => {
  expect(textTable(speedTable(sampleResults))).toMatchInlineSnapshot(`
    "median ms       polyphase  first  ratio  second  ratio          rate  of limit
    heavy                4.00   8.00   2.00    36.0   9.00  25.0 GFLOP/s      50 %
    light                1.00   0.50   0.50       -      -     8.00 GB/s      80 %
    geometric mean          -      -   1.00       -   9.00             -         -"
  `);
  expect(textTable(startTable(sampleResults))).toMatchInlineSnapshot(`
    "ms before the second run  polyphase compile  first run  first compile  first run  second compile  first run
    heavy                                  20.0       12.0           20.0       24.0            20.0        108
    light                                  20.0       3.00           20.0       1.50               -          -"
  `);
  expect(textTable(limitTable(sampleResults, true))).toMatchInlineSnapshot(`
    "limits  relaxed_madd GFLOP/s  output MB  write GB/s  copy GB/s
    heavy                   50.0       1.00        10.0       5.00
    light                   50.0       8.00        10.0       5.00"
  `);
  expect(nativeNote(216.4e6)).toBe('A matrix product of onnxruntime-node reaches 216 GFLOP/s here.');
  expect(absences(sampleResults)).toEqual(['light: without second: it has no <such> layer']);
});
