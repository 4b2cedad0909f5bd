import { expect, test } from 'vitest';
import { AssemblyError, i32, ModuleBuilder } from './index.ts';

test('a module calls functions of the host, which come before its own', () => {
  const module = new ModuleBuilder({ minPages: 0 });
  const twice = module.import('twice', { x: 'i32' }, ['i32']);
  const four = module.func('fourTimes', { x: 'i32' }, ['i32'], (f, { x }) => {
    const [once] = f.call(twice, { x });
    const [again] = f.call(twice, { x: once });
    f.return(i32.add(again, 0));
  });
  module.export(four);
  expect(module.toWat()).toMatchInlineSnapshot(`
    "(module
      (import "env" "memory" (memory 0))
      (import "env" "twice" (func $twice (param $x i32) (result i32)))

      (func $fourTimes (export "fourTimes") (param $x i32) (result i32)
        (local $twice.result i32) (local $twice.result.2 i32)
        (call $twice (local.get $x))
        (local.set $twice.result)
        (call $twice (local.get $twice.result))
        (local.set $twice.result.2)
        (return (local.get $twice.result.2))))
    "
  `);
  const memory = new WebAssembly.Memory({ initial: 0 });
  const env = { memory, twice: (x: number) => 2 * x };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()), { env });
  expect((exports.fourTimes as (x: number) => number)(5)).toBe(20);
  expect(() => module.import('late', {}, [])).toThrow(AssemblyError);
});
