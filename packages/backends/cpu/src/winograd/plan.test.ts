import { expect, test } from 'vitest';
import { type SourceAxis, tileAxis } from './axis.ts';
import { countEntries, planTiles, sizesOf, type Tiling } from './plan.ts';

const length = 37;
const conv: SourceAxis = { kind: 'conv', input: length, output: length, kernel: 3, stride: 1, crop: -1 };
const transposed = (kernel: number, stride: number, crop: number): SourceAxis => ({
  kind: 'transposed',
  input: length,
  output: length * stride,
  kernel,
  stride,
  crop,
});

test.each([
  ['a convolution', conv, 4, 'own'],
  ['phases that read windows of their own', transposed(4, 2, 1), 2, 'own'],
  ['phases that read the same windows', transposed(4, 2, 1), 2, 'shared'],
  ['phases with fewer taps than others', transposed(3, 2, 1), 2, 'shared'],
  ['many phases alike', transposed(8, 4, 0), 2, 'shared'],
] as const)('the entries of %s are counted as they are made', (_, axis, outputs, origin) => {
  const tiled = tileAxis(axis, outputs, origin);
  const tiling: Tiling = { batch: 1, groups: 1, channels: 8, rows: 12, axes: [tiled, tiled] };
  const { entries } = planTiles(tiling, { dtype: 'float32', bias: false, epilogue: undefined });
  expect(countEntries(sizesOf(tiling))).toBe(entries.length);
});
