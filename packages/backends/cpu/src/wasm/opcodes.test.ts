import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import * as values from './expr.ts';
import { features } from './features.ts';
import type { ImmediateArguments } from './immediates.ts';
import { ModuleBuilder } from './module.ts';
import type { Expr } from './nodes.ts';
import { type ImmediateKind, instructions, type Row } from './opcodes.ts';

// Node 20 compiles relaxed SIMD only with this flag; later runtimes do not need it.
if (!features().relaxedSimd) setFlagsFromString('--experimental-wasm-relaxed-simd');

const immediates: { [K in ImmediateKind]: ImmediateArguments[K] } = {
  i32: [-5],
  i64: [-(2n ** 63n)],
  f32: [Number.NaN],
  f64: [-0],
  v128: ['f32x4', [1, -0, Number.NaN, Number.POSITIVE_INFINITY]],
  lane: [1],
  shuffle: [[0, 31, 1, 30, 2, 29, 3, 28, 4, 27, 5, 26, 6, 25, 7, 24]],
  memory: [1024, 1],
  'memory lane': [1, 1024, 1],
  fill: [],
  copy: [],
};

/** A module with one function that does nothing but the instruction. */
function moduleFor(row: Row): ModuleBuilder {
  const module = new ModuleBuilder({ minPages: 1 });
  const params = Object.fromEntries(row.params.map((type, i) => [`p${i}`, type]));
  const results = row.result === 'none' ? [] : [row.result];
  module.func(row.name, params, results, (f, locals) => {
    const spaces = (row.result === 'none' ? f : values) as unknown as Spaces;
    const args = [...Object.values(locals), ...(row.immediate ? immediates[row.immediate] : [])];
    const node = spaces[row.namespace]?.[row.method]?.(...args);
    if (node) f.return(node);
  });
  return module;
}
type Spaces = Record<string, Record<string, (...args: unknown[]) => Expr | undefined>>;

const isRelaxed = (row: Row) => row.method.startsWith('relaxed_');

test.for(instructions)('$name is valid WebAssembly', (row, { skip }) => {
  skip(isRelaxed(row) && !features().relaxedSimd, 'this runtime has no relaxed SIMD');
  expect(WebAssembly.validate(moduleFor(row).toBytes())).toBe(true);
});

test('names and opcodes are unique', () => {
  expect(new Set(instructions.map((row) => row.name)).size).toBe(instructions.length);
  expect(new Set(instructions.map((row) => row.code)).size).toBe(instructions.length);
});
