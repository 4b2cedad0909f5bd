import { expect, test } from 'vitest';
import { defaultSetting, gridOf, testCard, transposedOf, upsampled } from './index.ts';

const row = gridOf(1, 2, (_, column) => column);

// PyTorch 2.13: F.interpolate(torch.tensor([[[0., 1.]]]), scale_factor=2, mode='linear'), and align_corners=True.
test.each([
  ['half_pixel', [0, 0.25, 0.75, 1]],
  ['align_corners', [0, 1 / 3, 2 / 3, 1]],
  ['asymmetric', [0, 0.5, 1, 1]],
] as const)('linear, %s', (map, expected) => {
  const [y] = upsampled({ mode: 'linear', map, factor: 2 }, [row]);
  expect([y!.rows, y!.columns]).toEqual([2, 4]);
  for (const [i, value] of expected.entries()) expect(y!.values[i]).toBeCloseTo(value, 12);
});

test('a flat picture keeps its mean under a transposed convolution, and shows the overlap', () => {
  const flat = gridOf(8, 8, () => 0.5);
  const kernel = gridOf(3, 3, () => 1);
  const setting = { ...defaultSetting, kernel: 3, stride: 2, padding: [1, 1], outputPadding: 1 } as const;
  const [y] = transposedOf(setting, kernel, [flat]);
  const inner = y!.values.filter((_, i) => i % 16 > 1 && i % 16 < 14 && i > 32 && i < 224);
  expect(Math.max(...inner)).toBeGreaterThan(1.9 * Math.min(...inner));
  expect(inner.reduce((all, value) => all + value, 0) / inner.length).toBeCloseTo(0.5, 2);
});

test('the test card has three planes of values from 0 to 1', () => {
  const planes = testCard(16);
  expect(planes.map(({ rows, columns }) => [rows, columns])).toEqual([
    [16, 16],
    [16, 16],
    [16, 16],
  ]);
  for (const { values } of planes) expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
});
