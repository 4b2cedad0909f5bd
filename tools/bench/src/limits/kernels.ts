/** Sums that a multiplication keeps in registers: rows of splats times columns of vectors of four. */
interface Tile {
  readonly rows: number;
  readonly vectors: number;
}

/** What fits the 15 vector registers that V8 gives out; the product of a separate multiplication needs one of them. */
const tileOf = (relaxed: boolean): Tile => (relaxed ? { rows: 3, vectors: 3 } : { rows: 2, vectors: 4 });

/** Products in each sum: both panels stay in the first-level cache. */
const depth = 256;
const [leftPanel, rightPanel, results] = [0, 4096, 32768];

/** Where `write` and `copy` may begin. */
export const firstFree = 65536;

/** Floating-point operations of one of the `times` of `multiply`. */
export function flopsPerTile(relaxed: boolean): number {
  const { rows, vectors } = tileOf(relaxed);
  return 2 * depth * rows * vectors * 4;
}

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** The inner loop of a matrix product. */
function multiplyTile(relaxed: boolean): string {
  const { rows, vectors } = tileOf(relaxed);
  const sums = (line: (name: string, row: number, vector: number, i: number) => string): string =>
    lines(rows * vectors, (i) => line(`$sum${i}`, Math.floor(i / vectors), i % vectors, i));
  const multiplyAdd = (sum: string, a: string, b: string): string =>
    relaxed ? `(f32x4.relaxed_madd ${a} ${b} ${sum})` : `(f32x4.add ${sum} (f32x4.mul ${a} ${b}))`;
  return `
(func $tile (local $left i32) (local $right i32)
  ${sums((name) => `(local ${name} v128)`)}
  ${lines(vectors, (i) => `(local $vector${i} v128)`)}
  ${lines(rows, (i) => `(local $row${i} v128)`)}
  (local.set $left (i32.const ${leftPanel}))
  (local.set $right (i32.const ${rightPanel}))
  (loop $next
    ${lines(vectors, (i) => `(local.set $vector${i} (v128.load offset=${i * 16} (local.get $right)))`)}
    ${lines(rows, (i) => `(local.set $row${i} (v128.load32_splat offset=${i * 4} (local.get $left)))`)}
    ${sums((name, row, vector) => `(local.set ${name} ${multiplyAdd(`(local.get ${name})`, `(local.get $row${row})`, `(local.get $vector${vector})`)})`)}
    (local.set $left (i32.add (local.get $left) (i32.const ${rows * 4})))
    (local.set $right (i32.add (local.get $right) (i32.const ${vectors * 16})))
    (br_if $next (i32.lt_u (local.get $left) (i32.const ${leftPanel + depth * rows * 4}))))
  ${sums((name, _row, _vector, i) => `(v128.store offset=${i * 16} (i32.const ${results}) (local.get ${name}))`)})`;
}

/** A function that stores vectors one after another, 64 bytes a step; \`$bytes\` is a multiple of 64. */
const stream = (name: string, value: (offset: number) => string): string => `
(func (export "${name}") (param $to i32) (param $from i32) (param $bytes i32) (local $end i32)
  (local.set $end (i32.add (local.get $to) (local.get $bytes)))
  (loop $next
    ${lines(4, (i) => `(v128.store offset=${16 * i} (local.get $to) ${value(16 * i)})`)}
    (local.set $from (i32.add (local.get $from) (i32.const 64)))
    (local.set $to (i32.add (local.get $to) (i32.const 64)))
    (br_if $next (i32.lt_u (local.get $to) (local.get $end)))))`;

/** What reaches this machine's limits, as WebAssembly text: \`multiply(times)\`, \`write\` and \`copy(to, from, bytes)\`. */
export const limitKernels = (relaxed: boolean): string => `
(module
  (import "env" "memory" (memory 1))
  ${multiplyTile(relaxed)}
  (func (export "multiply") (param $times i32)
    (loop $next
      (call $tile)
      (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
  ${stream('write', () => '(f32x4.splat (f32.const 1))')}
  ${stream('copy', (offset) => `(v128.load offset=${offset} (local.get $from))`)})`;
