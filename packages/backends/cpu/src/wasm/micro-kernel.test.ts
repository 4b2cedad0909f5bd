import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { f32x4, features, i32, type ModuleBuilder, madd, v128 } from './index.ts';
import { run } from './run.testing.ts';

if (!features().relaxedSimd) setFlagsFromString('--experimental-wasm-relaxed-simd');

const indices = [...Array(4).keys()];
const rows = indices.slice(0, 2);

/** The register block of a direct convolution or matrix product: 2 splats by 4 vectors, one step of k a turn. */
function microKernel(module: ModuleBuilder, relaxed: boolean) {
  return module.func('mk2x4', { k: 'i32', a: 'i32', b: 'i32', c: 'i32' }, [], (f, { k, a, b, c }) => {
    f.comment('c[2][16] = sum over k > 0 of a[k][2] * b[k][16]');
    const sums = rows.map((r) => indices.map((v) => f.let(`c${r}${v}`, f32x4.splat(0))));
    f.doWhile(() => {
      const vectors = indices.map((v) => f.let(`b${v}`, v128.load(b, 16 * v)));
      for (const [r, row] of sums.entries()) {
        const splat = f.let(`a${r}`, v128.load32_splat(a, 4 * r));
        for (const [v, sum] of row.entries()) f.set(sum, madd(splat, vectors[v]!, sum, relaxed));
      }
      f.set(a, i32.add(a, 8));
      f.set(b, i32.add(b, 64));
      return f.set(k, i32.sub(k, 1));
    }, 'k');
    for (const [i, sum] of sums.flat().entries()) f.v128.store(c, sum, 16 * i);
  });
}

test.for([false, true])('2x4 micro-kernel, relaxed: %s', (relaxed, { skip }) => {
  skip(relaxed && !features().relaxedSimd, 'this runtime has no relaxed SIMD');
  const [depth, a, b, c] = [7, 0, 1024, 4096];
  const { exports, floats } = run((module) => [microKernel(module, relaxed)]);
  const left = Array.from({ length: depth * 2 }, (_, i) => i - 5);
  const right = Array.from({ length: depth * 16 }, (_, i) => (i * 7) % 11);
  floats.set(left, a / 4);
  floats.set(right, b / 4);
  exports.mk2x4?.(depth, a, b, c);
  const expected = rows.flatMap((r) =>
    Array.from({ length: 16 }, (_, x) =>
      Array.from({ length: depth }, (_, k) => left[2 * k + r]! * right[16 * k + x]!).reduce((s, v) => s + v),
    ),
  );
  expect([...floats.slice(c / 4, c / 4 + 32)]).toEqual(expected);
});
