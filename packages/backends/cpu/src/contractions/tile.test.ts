import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { Build } from '../compile/build.ts';
import { features } from '../wasm/index.ts';
import { type TileShape, tileFunction } from './tile.ts';

if (!features().relaxedSimd) setFlagsFromString('--experimental-wasm-relaxed-simd');

const shape: TileShape = {
  rows: 2,
  starts: [0, 3],
  a: 'packed',
  b: 'packed',
  y: { dtype: 'float32', row: 400 },
  bias: 'row',
  epilogue: undefined,
};

/** The text of the module with this tile alone. */
function watOf(tile: TileShape, relaxed: boolean): string {
  const build = new Build([], { accuracy: 'default', relaxed });
  tileFunction(build, tile);
  const { module } = build;
  if (!relaxed || features().relaxedSimd) expect(WebAssembly.validate(module.toBytes())).toBe(true);
  return module.toWat();
}

test('two rows of seven columns: the second vector overlaps the first', () => {
  expect(watOf(shape, false)).toMatchInlineSnapshot(`
    "(module
      (import "env" "memory" (memory 0))

      ;; y[row][column] = bias + sum over k of a[row][k] * b[k][column]
      (func $tile.2x2 (param $a i32) (param $end i32) (param $b i32) (param $y i32) (param $bias i32)
        (local $y00 v128) (local $y01 v128) (local $y10 v128) (local $y11 v128) (local $b0 v128)
        (local $b1 v128) (local $a0 v128) (local $a1 v128)
        (local.set $y00 (v128.load32_splat (local.get $bias)))
        (local.set $y01 (v128.load32_splat (local.get $bias)))
        (local.set $y10 (v128.load32_splat offset=4 (local.get $bias)))
        (local.set $y11 (v128.load32_splat offset=4 (local.get $bias)))
        (loop $k
          (local.set $b0 (v128.load (local.get $b)))
          (local.set $b1 (v128.load offset=16 (local.get $b)))
          (local.set $a0 (v128.load32_splat (local.get $a)))
          (local.set $y00 (f32x4.add (f32x4.mul (local.get $a0) (local.get $b0)) (local.get $y00)))
          (local.set $y01 (f32x4.add (f32x4.mul (local.get $a0) (local.get $b1)) (local.get $y01)))
          (local.set $a1 (v128.load32_splat offset=4 (local.get $a)))
          (local.set $y10 (f32x4.add (f32x4.mul (local.get $a1) (local.get $b0)) (local.get $y10)))
          (local.set $y11 (f32x4.add (f32x4.mul (local.get $a1) (local.get $b1)) (local.get $y11)))
          (local.set $a (i32.add (local.get $a) (i32.const 8)))
          (local.set $b (i32.add (local.get $b) (i32.const 32)))
          (br_if $k (i32.ne (local.get $a) (local.get $end))))
        (v128.store (local.get $y) (local.get $y00))
        (v128.store offset=12 (local.get $y) (local.get $y01))
        (v128.store offset=400 (local.get $y) (local.get $y10))
        (v128.store offset=412 (local.get $y) (local.get $y11))))
    "
  `);
});

test('fused multiply-adds, b in rows that a table lists', () => {
  expect(watOf({ ...shape, rows: 1, b: 'listed', bias: undefined }, true)).toMatchInlineSnapshot(`
    "(module
      (import "env" "memory" (memory 0))

      ;; y[row][column] = bias + sum over k of a[row][k] * b[k][column]
      (func $tile.1x2 (param $a i32) (param $end i32) (param $b i32) (param $y i32) (param $table i32)
        (local $y00 v128) (local $y01 v128) (local $row i32) (local $b0 v128) (local $b1 v128)
        (local $a0 v128)
        (local.set $y00 (f32x4.splat (f32.const 0)))
        (local.set $y01 (f32x4.splat (f32.const 0)))
        (loop $k
          (local.set $row (i32.add (local.get $b) (i32.load (local.get $table))))
          (local.set $b0 (v128.load (local.get $row)))
          (local.set $b1 (v128.load offset=12 (local.get $row)))
          (local.set $a0 (v128.load32_splat (local.get $a)))
          (local.set $y00 (f32x4.relaxed_madd (local.get $a0) (local.get $b0) (local.get $y00)))
          (local.set $y01 (f32x4.relaxed_madd (local.get $a0) (local.get $b1) (local.get $y01)))
          (local.set $a (i32.add (local.get $a) (i32.const 4)))
          (local.set $table (i32.add (local.get $table) (i32.const 4)))
          (br_if $k (i32.ne (local.get $a) (local.get $end))))
        (v128.store (local.get $y) (local.get $y00))
        (v128.store offset=12 (local.get $y) (local.get $y01))))
    "
  `);
});

test('equal shapes share one function', () => {
  const build = new Build([], { accuracy: 'default', relaxed: false });
  expect(tileFunction(build, shape)).toBe(tileFunction(build, { ...shape }));
  expect(tileFunction(build, { ...shape, rows: 1 })).not.toBe(tileFunction(build, shape));
});
