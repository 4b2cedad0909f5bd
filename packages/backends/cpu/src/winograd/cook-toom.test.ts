import { expect, test } from 'vitest';
import { amplification, cookToom, mostPoints } from './cook-toom.ts';

const apply = (matrix: readonly (readonly number[])[], vector: readonly number[]): readonly number[] =>
  matrix.map((row) => row.reduce((sum, x, i) => sum + x * vector[i]!, 0));

const sizes = [1, 2, 3, 4].flatMap((taps) =>
  Array.from({ length: mostPoints - taps + 1 }, (_, i) => [i + 1, taps] as const),
);

test.each(sizes)('F(%i, %i) is a correlation', (outputs, taps) => {
  const { points, input, kernel, output } = cookToom(outputs, taps);
  const d = Array.from({ length: points }, (_, i) => ((i * 7) % 5) - 2.5);
  const g = Array.from({ length: taps }, (_, i) => ((i * 3) % 4) + 0.25);
  const [inputs, weights] = [apply(input, d), apply(kernel, g)];
  const found = apply(
    output,
    inputs.map((x, i) => x * weights[i]!),
  );
  const expected = Array.from({ length: outputs }, (_, o) => g.reduce((sum, w, t) => sum + w * d[o + t]!, 0));
  for (const [i, y] of expected.entries()) expect(found[i]).toBeCloseTo(y, 10);
});

test('how much larger errors may be along an axis', () => {
  const factors = sizes.map(([m, r]) => `F(${m},${r}) ${amplification(cookToom(m, r)).toFixed(1)}`);
  expect(factors.join(' ')).toMatchInlineSnapshot(
    `"F(1,1) 1.0 F(2,1) 1.0 F(3,1) 3.0 F(4,1) 4.0 F(5,1) 8.1 F(6,1) 14.3 F(1,2) 1.0 F(2,2) 2.0 F(3,2) 3.0 F(4,2) 6.2 F(5,2) 10.7 F(1,3) 1.0 F(2,3) 2.7 F(3,3) 5.2 F(4,3) 9.1 F(1,4) 1.0 F(2,4) 4.7 F(3,4) 8.3"`,
  );
});
