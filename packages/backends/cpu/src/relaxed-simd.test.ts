import { expect, test } from 'vitest';
import { hasRelaxedSimd } from './relaxed-simd.node.ts';
import { features } from './wasm/index.ts';

test('flags are left alone unless they may be set', () => {
  const before = features().relaxedSimd;
  expect(hasRelaxedSimd(false)).toBe(before);
  expect(features().relaxedSimd).toBe(before);
});

test('all Node versions that are supported have relaxed SIMD, some behind a flag', () => {
  expect(hasRelaxedSimd(true)).toBe(true);
  expect(features().relaxedSimd).toBe(true);
});
