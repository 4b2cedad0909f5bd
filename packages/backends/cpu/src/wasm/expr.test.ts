import { describe, expect, test } from 'vitest';
import { f32, f32x4, f64, f64x2, i8x16, i32, i32x4, i64, select, v128 } from './expr.ts';
import { madd, shuffle32 } from './idioms.ts';
import type { Expr } from './nodes.ts';
import type { ValueType } from './opcodes.ts';
import { run } from './run.testing.ts';

function scalarOf(expr: Expr): number | bigint | undefined {
  const { exports } = run((module) => [module.func('value', {}, [expr.result], (f) => f.return(expr))]);
  return exports.value?.();
}

function lanesOf(expr: Expr<'v128'>, View: Float32ArrayConstructor | Int32ArrayConstructor = Float32Array) {
  const { exports, memory } = run((module) => [module.func('store', {}, [], (f) => f.v128.store(0, expr))]);
  exports.store?.();
  return [...new View(memory.buffer, 0, 4)];
}

const one234 = v128.const('f32x4', [1, 2, 3, 4]);
const five678 = v128.const('f32x4', [5, 6, 7, 8]);

describe('scalars', () => {
  test.each<[Expr<Exclude<ValueType, 'v128'>>, number | bigint]>([
    [i32.sub(i32.rotl(0x80000001, 4), 1), 23],
    [i32.shr_u(-1, 28), 15],
    [i32.rem_s(-7, 4), -3],
    [i32.const(2 ** 32 - 1), -1],
    [i32.const(-(2 ** 31)), -(2 ** 31)],
    [i32.extend8_s(0x80), -128],
    [i32.trunc_sat_f32_s(Number.NaN), 0],
    [i32.trunc_sat_f64_u(1e10), -1],
    [i32.reinterpret_f32(-0), -(2 ** 31)],
    [i32.wrap_i64(0x1_0000_0007n), 7],
    [i64.const(-(2n ** 63n)), -(2n ** 63n)],
    [i64.mul(i64.extend_i32_u(-1), 2n), 2n ** 33n - 2n],
    [i64.trunc_sat_f64_s(-1e30), -(2n ** 63n)],
    [f32.const(0.1), Math.fround(0.1)],
    [f32.nearest(2.5), 2],
    [f32.min(-0, 0), -0],
    [f32.demote_f64(0.1), Math.fround(0.1)],
    [f32.convert_i32_u(-1), 2 ** 32],
    [f64.const(Number.NaN), Number.NaN],
    [f64.const(Number.NEGATIVE_INFINITY), Number.NEGATIVE_INFINITY],
    [f64.promote_f32(0.1), Math.fround(0.1)],
    [f64.copysign(3, -0), -3],
    [select(f32.const(1), 2, 0), 2],
  ])('%#', (expr, expected) => {
    expect(scalarOf(expr)).toBe(expected);
  });
});

describe('vectors', () => {
  test.each<[Expr<'v128'>, number[]]>([
    [f32x4.add(one234, f32x4.splat(0.5)), [1.5, 2.5, 3.5, 4.5]],
    [f32x4.pmin(one234, five678), [1, 2, 3, 4]],
    [f32x4.pmax(one234, five678), [5, 6, 7, 8]],
    [f32x4.sqrt(f32x4.replace_lane(one234, 9, 2)), [1, Math.fround(Math.sqrt(2)), 3, 2]],
    [f32x4.nearest(v128.const('f32x4', [0.5, 1.5, -0.5, 2.5])), [0, 2, -0, 2]],
    [f32x4.convert_i32x4_s(i32x4.trunc_sat_f32x4_s(f32x4.splat(-1.9))), [-1, -1, -1, -1]],
    [f32x4.convert_i32x4_u(i32x4.splat(-1)), [2 ** 32, 2 ** 32, 2 ** 32, 2 ** 32]],
    [v128.bitselect(one234, five678, v128.const('i32x4', [-1, 0, 0xffff_ffff, 0])), [1, 6, 3, 8]],
    [v128.andnot(one234, f32x4.lt(one234, f32x4.splat(3))), [0, 0, 3, 4]],
    [f32x4.demote_f64x2_zero(f64x2.sqrt(v128.const('f64x2', [4, 9]))), [2, 3, 0, 0]],
    [shuffle32(one234, five678, [0, 4, 1, 5]), [1, 5, 2, 6]],
    [
      i8x16.swizzle(
        one234,
        v128.const(
          'i8x16',
          Array.from({ length: 16 }, (_, i) => i % 4),
        ),
      ),
      [1, 1, 1, 1],
    ],
    [madd(one234, five678, f32x4.splat(1), false), [6, 13, 22, 33]],
    [v128.load32_zero(0), [0, 0, 0, 0]],
  ])('%#', (expr, expected) => {
    expect(lanesOf(expr)).toEqual(expected);
  });

  test('comparisons give masks', () => {
    expect(lanesOf(f32x4.ge(one234, f32x4.splat(3)), Int32Array)).toEqual([0, 0, -1, -1]);
    expect(scalarOf(v128.any_true(f32x4.gt(one234, five678)))).toBe(0);
    expect(scalarOf(i32x4.all_true(f32x4.lt(one234, five678)))).toBe(1);
  });

  test('memory: splats, lanes, narrow accesses, copy and fill', () => {
    const { exports, floats, memory } = run((module) => [
      module.func('go', { p: 'i32' }, [], (f, { p }) => {
        f.v128.store(p, v128.load32_splat(p, 4), 16);
        f.v128.store(p, v128.load64_lane(p, f32x4.splat(9), 1, 8), 32);
        f.v128.store64_lane(p, f.let('v', v128.load(p)), 1, 48);
        f.memory.copy(64, p, 8);
        f.memory.fill(72, 1, 4);
        f.i32.store8(p, i32.add(i32.load8_u(p, 72), 254), 80);
        f.i32.store(p, i32.load8_s(p, 80), 84);
      }),
    ]);
    floats.set([1, 2, 3, 4]);
    exports.go?.(0);
    expect([...floats.slice(4, 8)]).toEqual([2, 2, 2, 2]);
    expect([...floats.slice(8, 12)]).toEqual([9, 9, 3, 4]);
    expect([...floats.slice(12, 14)]).toEqual([3, 4]);
    expect([...floats.slice(16, 18)]).toEqual([1, 2]);
    expect([...new Int32Array(memory.buffer, 72, 4)]).toEqual([0x01010101, 0, 255, -1]);
  });
});

describe('constants fold', () => {
  const local = i32.load(0);
  test.each([
    [i32.add(3, 4), i32.const(7)],
    [i32.mul(65536, 65537), i32.const(65536)],
    [i32.add(2 ** 31 - 1, 1), i32.const(-(2 ** 31))],
    [i32.sub(i32.mul(3, 4), 2), i32.const(10)],
    [i32.add(local, 0), local],
    [i32.add(0, local), local],
    [i32.mul(local, 1), local],
  ])('%#', (expr, expected) => {
    expect(expr).toEqual(expected);
  });

  test('nothing else does', () => {
    expect(i32.sub(0, local).name).toBe('i32.sub');
    expect(f32.add(f32.load(0), 0).name).toBe('f32.add');
  });
});

describe('mistakes', () => {
  test.each([
    // @ts-expect-error
    ['f32x4.add: operand 2: expected v128, got f32', () => f32x4.add(one234, f32.const(1))],
    // @ts-expect-error
    ['f32x4.add: operand 1: expected v128, got number', () => f32x4.add(1, one234)],
    // @ts-expect-error
    ['i64.add: operand 2: expected i64, got undefined', () => i64.add(1n)],
    // @ts-expect-error
    ['i64.add: operand 1: expected i64, got number', () => i64.add(1, 1n)],
    // @ts-expect-error
    ['f32.load: operand 1: expected i32, got f32', () => f32.load(f32.const(0))],
    // @ts-expect-error
    ['select: operand 2: expected v128, got f32', () => select(one234, f32.const(1), 1)],
    [
      'i32.const: value 0.5 is not an integer from -2147483648 to 4294967295',
      () => i32.add(i32.load(0), 0.5),
    ],
    ['f32x4.extract_lane: lane 4 is not an integer from 0 to 3', () => f32x4.extract_lane(one234, 4)],
    ['v128.load64_lane: lane 2 is not an integer from 0 to 1', () => v128.load64_lane(0, one234, 2)],
    ['v128.load: offset -16 is not an integer from 0 to 4294967295', () => v128.load(0, -16)],
    ['v128.load32_splat: align 8 is not a power of two from 1 to 4', () => v128.load32_splat(0, 0, 8)],
    ['i8x16.shuffle: expected 16 lanes, got 2', () => i8x16.shuffle(one234, one234, [0, 1])],
    [
      'v128.const: lane 256 is not an integer from -128 to 255',
      () => v128.const('i8x16', Array(16).fill(256)),
    ],
  ])('%s', (message, mistake) => {
    expect(mistake).toThrow(message);
  });
});
