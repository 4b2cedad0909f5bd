import { tensor, torchInterpolate } from '@polyphase/ir';
import {
  add,
  type Buffer,
  type Expr,
  int,
  type LoopKernel,
  type LoopVar,
  load,
  loopVar,
  max,
  mul,
  reduce,
  variable,
} from '@polyphase/kernel';
import { expect, test } from 'vitest';
import { Build } from '../compile/build.ts';
import { compileGraph, constant, expectAsDefined, Region, samples } from '../graphs.testing.ts';
import { planLoops, writeLoops } from './kernel.ts';

const buffer = (name: string, size: number): Buffer => ({ name, dtype: 'float32', size });
const at = (i: LoopVar, step: number, j: LoopVar): Expr => add(mul(variable(i), int(step)), variable(j));

function watOf(kernel: LoopKernel): string {
  const build = new Build([], { accuracy: 'default', relaxed: false });
  writeLoops(build.module, build.library, planLoops(kernel));
  expect(WebAssembly.validate(build.module.toBytes())).toBe(true);
  return build.module.toWat();
}

test('what does not move in a loop is computed outside of it, and lanes left over come one by one', () => {
  const [i, j] = [loopVar('i', 3), loopVar('j', 6)];
  const [x, y, bias] = [buffer('x', 18), buffer('y', 18), buffer('bias', 3)];
  const value = add(load(x, at(i, 6, j)), load(bias, variable(i)));
  const kernel: LoopKernel = { name: 'add bias', loops: [i, j], target: y, index: at(i, 6, j), value };
  expect(watOf(kernel)).toMatchInlineSnapshot(`
    "(module
      (import "env" "memory" (memory 0))

      ;; add bias
      (func $loops.add_bias (param $begin i32) (param $end i32) (param $b0 i32) (param $b1 i32)
          (param $b2 i32)
        (local $i i32) (local $mul i32) (local $add i32) (local $add.2 i32) (local $load f32)
        (local $loads v128) (local $j.middle i32) (local $j i32) (local $j.end i32) (local $mul.2 i32)
        (local $j.2 i32) (local $j.2.end i32) (local $mul.3 i32)
        (local.set $i (i32.const 0))
        (loop $i
          (local.set $mul (i32.mul (local.get $i) (i32.const 24)))
          (local.set $add (i32.add (local.get $b0) (local.get $mul)))
          (local.set $add.2 (i32.add (local.get $b1) (local.get $mul)))
          (local.set $load (f32.load (i32.add (local.get $b2) (i32.mul (local.get $i) (i32.const 4)))))
          (local.set $loads (f32x4.splat (local.get $load)))
          (local.set $j.middle
            (i32.add (local.get $begin) (i32.and (i32.sub (local.get $end) (local.get $begin)) (i32.const -4))))
          (local.set $j.end (local.get $j.middle))
          (local.set $j (local.get $begin))
          (if (i32.lt_s (local.get $j) (local.get $j.end))
            (then
              (loop $j
                (local.set $mul.2 (i32.mul (local.get $j) (i32.const 4)))
                (v128.store
                  (i32.add (local.get $add) (local.get $mul.2))
                  (f32x4.add (v128.load (i32.add (local.get $add.2) (local.get $mul.2))) (local.get $loads)))
                (local.set $j (i32.add (local.get $j) (i32.const 4)))
                (br_if $j (i32.lt_s (local.get $j) (local.get $j.end))))))
          (local.set $j.2.end (local.get $end))
          (local.set $j.2 (local.get $j.middle))
          (if (i32.lt_s (local.get $j.2) (local.get $j.2.end))
            (then
              (loop $j.2
                (local.set $mul.3 (i32.mul (local.get $j.2) (i32.const 4)))
                (f32.store
                  (i32.add (local.get $add) (local.get $mul.3))
                  (f32.add (f32.load (i32.add (local.get $add.2) (local.get $mul.3))) (local.get $load)))
                (local.set $j.2 (i32.add (local.get $j.2) (i32.const 1)))
                (br_if $j.2 (i32.lt_s (local.get $j.2) (local.get $j.2.end))))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $i (i32.lt_s (local.get $i) (i32.const 3))))))
    "
  `);
});

test('a sum of neighbours has four partial sums', () => {
  const [i, r] = [loopVar('i', 3), loopVar('r', 8)];
  const [x, y] = [buffer('x', 24), buffer('y', 3)];
  const value = reduce('sum', [r], load(x, at(i, 8, r)));
  expect(watOf({ name: 'sum', loops: [i], target: y, index: variable(i), value })).toMatchInlineSnapshot(`
    "(module
      (import "env" "memory" (memory 0))

      ;; sum
      (func $loops.sum (param $begin i32) (param $end i32) (param $b0 i32) (param $b1 i32)
        (local $i i32) (local $i.end i32) (local $sum f32) (local $sums v128) (local $add i32)
        (local $r i32) (local $r.2 i32)
        (local.set $i.end (local.get $end))
        (local.set $i (local.get $begin))
        (if (i32.lt_s (local.get $i) (local.get $i.end))
          (then
            (loop $i
              (local.set $sum (f32.const 0))
              (local.set $sums (f32x4.splat (f32.const 0)))
              (local.set $add (i32.add (local.get $b1) (i32.mul (local.get $i) (i32.const 32))))
              (local.set $r (i32.const 0))
              (loop $r
                (local.set $sums
                  (f32x4.add
                    (local.get $sums)
                    (v128.load (i32.add (local.get $add) (i32.mul (local.get $r) (i32.const 4))))))
                (local.set $r (i32.add (local.get $r) (i32.const 4)))
                (br_if $r (i32.lt_s (local.get $r) (i32.const 8))))
              (local.set $r.2 (i32.const 8))
              (local.set $sum (f32.add (local.get $sum) (f32x4.extract_lane 0 (local.get $sums))))
              (local.set $sum (f32.add (local.get $sum) (f32x4.extract_lane 1 (local.get $sums))))
              (local.set $sum (f32.add (local.get $sum) (f32x4.extract_lane 2 (local.get $sums))))
              (local.set $sum (f32.add (local.get $sum) (f32x4.extract_lane 3 (local.get $sums))))
              (f32.store (i32.add (local.get $b0) (i32.mul (local.get $i) (i32.const 4))) (local.get $sum))
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (br_if $i (i32.lt_s (local.get $i) (local.get $i.end))))))))
    "
  `);
});

test('kernels that differ in names only share their code', () => {
  const keyOf = (name: string, size: number): string => {
    const i = loopVar(name, size);
    const [x, y] = [buffer(`${name}x`, size), buffer(`${name}y`, size)];
    const value = max(load(x, variable(i)), load(x, int(0)));
    return planLoops({ name, loops: [i], target: y, index: variable(i), value }).key;
  };
  expect(keyOf('a', 8)).toBe(keyOf('b', 8));
  expect(keyOf('a', 8)).not.toBe(keyOf('a', 9));
});

test('a scatter runs in order, whatever is stored twice', async () => {
  const region = new Region();
  const [x, updates] = [region.input([2, 3]), region.input([4, 3])];
  const rows = constant(tensor([1, 0, 1, 1], [4, 1], 'int64'));
  const program = await compileGraph(
    region.graph(region.op('scatterND', [x, rows, updates], { reduction: 'none' })),
  );
  const [y] = await program.run([
    tensor([0, 0, 0, 0, 0, 0], [2, 3]),
    tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [4, 3]),
  ]);
  expect([...(y!.data as Float32Array)]).toEqual([4, 5, 6, 10, 11, 12]);
});

test.each([
  ['float32', 2, 9],
  ['float32', 4, 5],
  ['float16', 2, 7],
  ['int8', 2, 6],
  ['float32', 3, 5],
] as const)('%s repeated %s times along the lanes is read once', async (dtype, factor, width) => {
  const region = new Region();
  const shape = [1, 2, 3, width];
  const x = region.input(shape, dtype);
  const size = [3 * factor, width * factor];
  const large = region.op('upsample', [x], torchInterpolate({ inputShape: shape, mode: 'nearest', size }));
  const other = region.input([1, 2, ...size], dtype);
  const graph = region.graph(region.op('add', [large, other]));
  await expectAsDefined(graph, [samples(shape, dtype), samples([1, 2, ...size], dtype, 2)]);
});
