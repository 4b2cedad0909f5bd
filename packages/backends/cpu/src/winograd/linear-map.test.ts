import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { features, type ModuleBuilder, v128 } from '../wasm/index.ts';
import { run } from '../wasm/run.testing.ts';
import { cookToom } from './cook-toom.ts';
import { LinearMaps, type Matrix } from './linear-map.ts';

if (!features().relaxedSimd) setFlagsFromString('--experimental-wasm-relaxed-simd');

const modes = features().relaxedSimd ? [false, true] : [false];

/** Reads a vector for each input from address 0 on, and stores one for each output from 1024 on. */
function mapFunction(module: ModuleBuilder, matrix: Matrix, by: 'byRows' | 'byColumns', relaxed: boolean) {
  return module.func('map', { from: 'i32', to: 'i32' }, [], (f, { from, to }) => {
    const maps = new LinearMaps(f, [matrix], relaxed);
    const inputs = matrix[0]!.map((_, i) => f.let(`x${i}`, v128.load(from, 16 * i)));
    for (const [i, y] of maps[by](matrix, inputs).entries()) f.v128.store(to, y, 16 * i);
  });
}

const algorithms = [
  [2, 3],
  [4, 3],
  [5, 2],
  [3, 3],
] as const;
const cases = algorithms.flatMap(([outputs, taps]) => {
  const { input, output } = cookToom(outputs, taps);
  return modes.flatMap((relaxed) => [
    { name: `inputs of F(${outputs}, ${taps})`, matrix: input, by: 'byRows' as const, relaxed },
    { name: `outputs of F(${outputs}, ${taps})`, matrix: output, by: 'byColumns' as const, relaxed },
  ]);
});

test.each(cases)('$name, relaxed: $relaxed', ({ matrix, by, relaxed }) => {
  const { exports, floats } = run((module) => [mapFunction(module, matrix, by, relaxed)]);
  const inputs = matrix[0]!.map((_, i) => [0, 1, 2, 3].map((lane) => ((i * 5 + lane * 3) % 7) - 3));
  floats.set(inputs.flat(), 0);
  exports.map?.(0, 1024);
  for (const [i, row] of matrix.entries())
    for (const lane of [0, 1, 2, 3]) {
      const expected = row.reduce((sum, c, j) => sum + c * inputs[j]![lane]!, 0);
      expect(floats[256 + 4 * i + lane]).toBeCloseTo(expected, 4);
    }
});
