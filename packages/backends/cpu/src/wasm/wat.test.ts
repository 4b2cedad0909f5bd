import { expect, test } from 'vitest';
import { f32x4, i32, v128 } from './expr.ts';
import { ModuleBuilder } from './module.ts';

test('saxpy', () => {
  const module = new ModuleBuilder({ minPages: 1, maxPages: 16, shared: true });
  const saxpy = module.func('saxpy', { n: 'i32', a: 'f32', x: 'i32', y: 'i32' }, [], (f, p) => {
    f.comment('y += a * x, n floats in steps of four');
    const a = f.let('a4', f32x4.splat(p.a));
    const end = f.let('end', i32.add(p.x, i32.shl(p.n, 2)));
    f.if(i32.lt_u(p.x, end), () => {
      f.doWhile(() => {
        f.v128.store(p.y, f32x4.add(v128.load(p.y), f32x4.mul(a, v128.load(p.x))));
        f.set(p.y, i32.add(p.y, 16));
        return i32.lt_u(f.set(p.x, i32.add(p.x, 16)), end);
      });
    });
  });
  module.export(saxpy);
  expect(WebAssembly.validate(module.toBytes())).toBe(true);
  expect(module.toWat()).toMatchInlineSnapshot(`
    "(module
      (import "env" "memory" (memory 1 16 shared))

      ;; y += a * x, n floats in steps of four
      (func $saxpy (export "saxpy") (param $n i32) (param $a f32) (param $x i32) (param $y i32)
        (local $a4 v128) (local $end i32)
        (local.set $a4 (f32x4.splat (local.get $a)))
        (local.set $end (i32.add (local.get $x) (i32.shl (local.get $n) (i32.const 2))))
        (if (i32.lt_u (local.get $x) (local.get $end))
          (then
            (loop $loop
              (v128.store
                (local.get $y)
                (f32x4.add (v128.load (local.get $y)) (f32x4.mul (local.get $a4) (v128.load (local.get $x)))))
              (local.set $y (i32.add (local.get $y) (i32.const 16)))
              (local.set $x (i32.add (local.get $x) (i32.const 16)))
              (br_if $loop (i32.lt_u (local.get $x) (local.get $end))))))))
    "
  `);
});

test('names are made safe and unique, comments stay comments, long instructions are broken', () => {
  const module = new ModuleBuilder({ minPages: 0 });
  const func = module.func('a"))(evil', { 'x y': 'i32', 'x(y': 'i32' }, [], (f, p) => {
    f.comment('first line\n(unreachable) ;; "\u202e"');
    const sums = Array.from({ length: 3 }, (_, i) => f.let('', i32.add(i32.mul(p['x y'], p['x(y']), i)));
    f.v128.store(
      i32.add(p['x y'], 4),
      f32x4.mul(f32x4.add(v128.load(sums[0] ?? 0, 16, 4), v128.load(0)), f32x4.splat(-0)),
      32,
    );
    f.if(p['x y'], () => f.comment('nothing to do'));
  });
  module.func('a"))(evil', {}, [], () => {});
  module.export(func, 'a b');
  module.export(func, 'a(b');
  expect(WebAssembly.validate(module.toBytes())).toBe(true);
  expect(module.toWat()).toMatchInlineSnapshot(`
    "(module
      (import "env" "memory" (memory 0))

      ;; first line
      ;; (unreachable) ;; "?"
      (func $a____evil (export "a_b") (export "a_b.2") (param $x_y i32) (param $x_y.2 i32)
        (local $_ i32) (local $_.2 i32) (local $_.3 i32)
        (local.set $_ (i32.mul (local.get $x_y) (local.get $x_y.2)))
        (local.set $_.2 (i32.add (i32.mul (local.get $x_y) (local.get $x_y.2)) (i32.const 1)))
        (local.set $_.3 (i32.add (i32.mul (local.get $x_y) (local.get $x_y.2)) (i32.const 2)))
        (v128.store offset=32
          (i32.add (local.get $x_y) (i32.const 4))
          (f32x4.mul
            (f32x4.add (v128.load offset=16 align=4 (local.get $_)) (v128.load (i32.const 0)))
            (f32x4.splat (f32.const -0))))
        (if (local.get $x_y)
          (then
            ;; nothing to do
          )))

      (func $a____evil.2))
    "
  `);
});
