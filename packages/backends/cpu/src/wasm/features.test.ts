import { expect, test } from 'vitest';
import { features } from './features.ts';

test('this runtime has SIMD and shared memories; relaxed SIMD is either there or not', () => {
  const { relaxedSimd, ...rest } = features();
  expect(rest).toEqual({ simd: true, threads: true });
  expect(relaxedSimd).toBeTypeOf('boolean');
});
