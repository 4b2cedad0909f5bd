import { expect, test } from 'vitest';
import { bytes, count, duration, table, wrap } from './text.ts';

test.each([
  [count(0), '0'],
  [count(999), '999'],
  [count(1000), '1.00 k'],
  [count(9994), '9.99 k'],
  [count(9996), '10.0 k'],
  [count(99960), '100 k'],
  [count(2.5e15), '2500 T'],
  [bytes(1023), '1023 B'],
  [bytes(1536), '1.50 KiB'],
  [bytes(3 * 2 ** 20), '3.00 MiB'],
  [duration(1.234), '1.23 ms'],
  [duration(12340), '12.3 s'],
])('%s', (actual, expected) => {
  expect(actual).toBe(expected);
});

test('numbers stand at the right of a table', () => {
  const text = table(
    ['layer', 'products', 'bytes'],
    [
      ['a', '1.00 k', '4 B'],
      ['longer', '', '1.50 KiB'],
      ['c', 7, ''],
    ],
  );
  expect(`\n${text}`).toMatchInlineSnapshot(`
    "
    layer   products     bytes
    a         1.00 k       4 B
    longer            1.50 KiB
    c              7"
  `);
});

test('words are wrapped', () => {
  expect(wrap(['one', 'two', 'three', 'four'], '  ', 10)).toBe('  one two\n  three\n  four');
});
