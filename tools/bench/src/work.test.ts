import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type LayerSpec, layerCase } from './cases/layers.ts';
import { relativeError, toleranceOf, workOf } from './work.ts';

const { layers } = JSON.parse(readFileSync(new URL('../layers.json', import.meta.url), 'utf8')) as {
  readonly layers: readonly LayerSpec[];
};
const graphOf = (name: string) =>
  layerCase(layers.find((spec) => spec.name === name)!)
    .model()
    .graph();

test.each([
  ['dcgan-512x8-k4s2', 2 * (512 * 8 * 8) * (256 * 4 * 4), 4 * 256 * 16 * 16],
  ['depthwise-64x64-k4s2', 2 * (64 * 64 * 64) * (4 * 4), 4 * 64 * 128 * 128],
  ['mid-64x64-k3s2', 2 * (64 * 64 * 64) * (64 * 3 * 3), 4 * 64 * 128 * 128],
  ['nearest2-64x128', 0, 4 * 64 * 256 * 256],
  ['nearest2conv3-64x64', 2 * (32 * 128 * 128) * (64 * 3 * 3), 4 * 32 * 128 * 128],
])('%s: %d operations, %d bytes', (name, flops, written) => {
  expect(workOf(graphOf(name))).toEqual({ flops, written });
});

test('a tolerance grows with the products in a sum, and allows for coordinates and Winograd tiles where there are any', () => {
  expect(toleranceOf(graphOf('nearest2-64x128'))).toBe(2 ** -24);
  expect(toleranceOf(graphOf('linear4ac-21x64'))).toBe((4 + 2 * 64 + 2 * 64) * 2 ** -24);
  expect(toleranceOf(graphOf('unet-64x128-k2s2'))).toBeCloseTo(5e-6 + 65 * 2 ** -24, 12);
});

test.each([
  [[1, 2], [1, 2], 0],
  [[0, 0], [0, 0], 0],
  [[1, 3], [1, -4], 7 / 4],
  [[1], [1, 2], Number.POSITIVE_INFINITY],
  [[Number.NaN], [1], Number.NaN],
])('the error of %j against %j is %d', (actual, expected, error) => {
  expect(relativeError(Float32Array.from(actual), Float32Array.from(expected))).toBe(error);
});
