import { expect, test } from 'vitest';
import { v128 } from '../wasm/index.ts';
import { run } from '../wasm/run.testing.ts';
import { canInterleave, interleave } from './interleave.ts';

test.each([2, 3, 4])('%i vectors lane by lane', (count) => {
  expect(canInterleave(count)).toBe(true);
  const { exports, floats } = run((module) => [
    module.func('interleave', { from: 'i32', to: 'i32' }, [], (f, { from, to }) => {
      const vectors = Array.from({ length: count }, (_, i) => f.let(`x${i}`, v128.load(from, 16 * i)));
      for (const [i, y] of interleave(f, vectors).entries()) f.v128.store(to, y, 16 * i);
    }),
  ]);
  for (let i = 0; i < count; i++)
    floats.set(
      [0, 1, 2, 3].map((lane) => lane * count + i),
      4 * i,
    );
  exports.interleave?.(0, 1024);
  expect([...floats.slice(256, 256 + 4 * count)]).toEqual(Array.from({ length: 4 * count }, (_, i) => i));
});
