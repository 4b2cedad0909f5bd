import { expect, test } from 'vitest';
import { chart } from './chart.ts';
import { sampleResults } from './result.testing.ts';

const svg = chart(sampleResults, { title: 'Times faster <here>' });
const count = (part: string) => svg.split(part).length - 1;

test('a bar for each ratio and mean, and one for each name in the legend', () => {
  expect(count('<rect ')).toBe(3 + 2 + 2);
  expect(count('class="value"')).toBe(3 + 2);
});

test('text is escaped', () => {
  expect(svg).toContain('Times faster &lt;here&gt;</text>');
  expect(svg).not.toContain('<here>');
});

test('the axis covers all ratios, and 1', () => {
  expect([...svg.matchAll(/>([\d.]+)×</g)].map(([, tick]) => Number(tick))).toEqual([0.5, 1, 2, 5, 10]);
});

test('nothing lies outside of the image', () => {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)!.map(Number);
  for (const [, at] of svg.matchAll(/ x[12]?="([^"]+)"/g)) expect(Number(at)).toBeLessThan(width!);
  for (const [, at] of svg.matchAll(/ y[12]?="([^"]+)"/g)) expect(Number(at)).toBeLessThan(height!);
});
