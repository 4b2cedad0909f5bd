import { expect, test } from 'vitest';
import { gapOf, matches, unusedGaps } from './gaps.ts';

test.each([
  ['test_resize_*', 'test_resize_cubic', true],
  ['test_resize_*', 'node/test_resize_cubic', true],
  ['node/*', 'node/test_resize_cubic', true],
  ['test_resize', 'test_resize_cubic', false],
  ['*_cubi?', 'test_resize_cubic', true],
  ['a.c', 'abc', false],
  ['a(b)[c]', 'a(b)[c]', true],
  ['*', 'anything/at all', true],
] as const)('%s and %s: %s', (pattern, name, expected) => {
  expect(matches(pattern, name)).toBe(expected);
});

test('a gap gives its reason, a pattern without a case is told', () => {
  const gaps = { 'test_a*': 'no a', test_b: 'no b' };
  expect(gapOf('test_apple', gaps)).toBe('no a');
  expect(gapOf('test_cherry', gaps)).toBeUndefined();
  expect(unusedGaps(gaps, ['test_apple', 'test_cherry'])).toEqual(['test_b']);
});
