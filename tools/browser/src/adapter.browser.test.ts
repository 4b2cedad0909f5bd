import { expect, test } from 'vitest';
import { double } from './double.testing.ts';

test('a shader runs in the browser', async () => {
  expect(await double(navigator.gpu)).toEqual([2, 4, 6, 8]);
});

test('pages are cross-origin isolated', () => {
  expect(crossOriginIsolated).toBe(true);
  expect(new SharedArrayBuffer(8).byteLength).toBe(8);
});
