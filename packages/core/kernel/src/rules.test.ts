import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  add,
  binary,
  compare,
  constant,
  convert,
  div,
  int,
  load,
  lt,
  max,
  min,
  mod,
  mul,
  narrow,
  reduce,
  select,
  sub,
  unary,
  variable,
} from './build.ts';
import type { Buffer, Expr, LoopVar } from './expr.ts';
import { affine } from './linear.ts';
import { printExpr } from './print.ts';
import { rangeOf } from './range.ts';
import { binaryOf } from './scalar.ts';
import { freeLoops, substitute, unrolled } from './walk.ts';

const loops: readonly LoopVar[] = [
  ['i', 6],
  ['j', 4],
  ['k', 35],
].map(([name, extent]) => ({ name: String(name), extent: Number(extent) }));
const [i, j, k] = loops.map(variable) as [Expr, Expr, Expr];
const x: Buffer = { name: 'x', dtype: 'float32', size: 100 };
const n: Buffer = { name: 'n', dtype: 'int32', size: 100 };
const b: Buffer = { name: 'b', dtype: 'uint8', size: 100 };
const any = load(n, i);
const c = int;

describe('indexes are simplified', () => {
  it.each([
    ['x * 1', mul(any, c(1)), 'n[i]'],
    ['x + 0', add(any, c(0)), 'n[i]'],
    ['x - x', sub(any, any), '0'],
    ['equal terms', add(mul(i, c(3)), sub(mul(i, c(2)), i)), 'i * 4'],
    ['steps in order', add(c(5), add(j, mul(i, c(4)))), 'i * 4 + j + 5'],
    ['(x * c) / c', div(mul(k, c(7)), c(7)), 'k'],
    ['(x * c + r) / c', div(add(mul(i, c(4)), j), c(4)), 'i'],
    ['(x * c + r) / c, r too large', div(add(mul(i, c(3)), j), c(3)), 'i + j / 3'],
    ['(x * c + r) mod c', mod(add(mul(i, c(4)), j), c(4)), 'j'],
    ['(x * c + r + c) mod c', mod(add(mul(k, c(4)), add(i, c(4))), c(4)), 'i % 4'],
    ['x / c below c', div(j, c(4)), '0'],
    ['x mod c below c', mod(j, c(5)), 'j'],
    ['(x / a) / b', div(div(k, c(5)), c(3)), 'k / 15'],
    ['(x mod ab) mod b', mod(mod(k, c(12)), c(4)), 'k % 4'],
    [
      'a common factor in a quotient',
      div(add(mul(k, c(4)), add(mul(j, c(2)), c(1))), c(6)),
      '(k * 2 + j) / 3',
    ],
    ['a common factor in a remainder', mod(add(mul(k, c(4)), c(3)), c(12)), 'k % 3 * 4 + 3'],
    ['(x / c) * c + x mod c', add(mul(div(k, c(5)), c(5)), mod(k, c(5))), 'k'],
    [
      'split twice and joined',
      add(add(mul(div(k, c(15)), c(15)), mul(mod(div(k, c(5)), c(3)), c(5))), mod(k, c(5))),
      'k',
    ],
    ['a negative dividend stays', div(sub(mul(i, c(4)), c(1)), c(4)), '(i * 4 - 1) / 4'],
    ['a dividend of unknown sign stays', mod(add(mul(any, c(4)), j), c(4)), '(n[i] * 4 + j) % 4'],
    ['a clamp that does nothing', min(max(sub(add(i, c(2)), c(1)), c(0)), c(9)), 'i + 1'],
    ['a clamp that does something', min(max(sub(i, c(1)), c(0)), c(5)), 'max(i - 1, 0)'],
    ['a decided comparison', select(lt(i, c(6)), j, k), 'j'],
    ['an open comparison', select(lt(i, c(5)), j, k), 'select(i < 5, j, k)'],
    ['folded constants', mod(c(-7), c(3)), '-1'],
    ['division by zero', div(c(7), c(0)), '0'],
    ['wrapping', mul(c(65536), c(65536)), '0'],
  ])('%s', (_, e, text) => expect(printExpr(e)).toBe(text));
});

describe('values are folded, never changed', () => {
  const float = load(x, i);
  it.each([
    ['-(-x)', unary('neg', unary('neg', float)), 'x[i]'],
    ['x + 0, since -0 + 0 is 0', add(float, constant('f32', 0)), 'x[i] + 0'],
    ['x * 1', mul(float, constant('f32', 1)), 'x[i]'],
    ['x - 0', sub(float, constant('f32', 0)), 'x[i]'],
    ['x * 0, since x may be NaN', mul(float, constant('f32', 0)), 'x[i] * 0'],
    ['constants in float32', add(constant('f32', 0.1), constant('f32', 0.2)), '0.3'],
    ['an integer that fits', narrow('uint8', load(b, i)), 'b[i]'],
    ['an integer that may not', narrow('uint8', add(load(b, i), load(b, i))), 'uint8(b[i] + b[i])'],
    ['a narrow constant', narrow('int8', constant('i32', 200)), '-56'],
    ['a conversion to the same type', convert('f32', float), 'x[i]'],
    ['saturation', convert('i32', constant('f32', 1e20)), '2147483647'],
    ['an empty fold', reduce('max', [{ name: 'r', extent: 0 }], float), '-Infinity'],
    ['a fold of one', reduce('sum', [{ name: 'r', extent: 1 }], float), 'x[i]'],
    ['x == x, since NaN is not', compare('eq', float, float), 'x[i] == x[i]'],
  ])('%s', (_, e, text) => expect(printExpr(e)).toBe(text));
});

describe('properties', () => {
  const index: fc.Arbitrary<Expr> = fc.letrec<{ e: Expr }>((tie) => ({
    e: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(i, j, k),
      fc.integer({ min: -9, max: 40 }).map(c),
      fc
        .tuple(fc.constantFrom('add', 'sub', 'min', 'max'), tie('e'), tie('e'))
        .map(([op, a, d]) => binary(op as 'add', a, d)),
      fc
        .tuple(fc.constantFrom('mul', 'div', 'mod'), tie('e'), fc.integer({ min: 1, max: 12 }))
        .map(([op, a, d]) => binary(op as 'mul', a, c(d))),
    ),
  })).e;

  /** The value as the kinds of operations say, with nothing simplified on the way. */
  function resultOf(e: Expr, at: ReadonlyMap<LoopVar, number>): number {
    if (e.kind === 'const') return e.value;
    if (e.kind === 'var') return at.get(e.loop)!;
    if (e.kind !== 'binary') throw new Error(e.kind);
    return binaryOf(e.op, 'i32', resultOf(e.a, at), resultOf(e.b, at));
  }

  const steps = fc
    .record({ i: fc.nat(5), j: fc.nat(3), k: fc.nat(34) })
    .map((at) => new Map(loops.map((loop) => [loop, at[loop.name as 'i']])));

  it('simplified quotients and remainders keep their value', () => {
    fc.assert(
      fc.property(index, fc.integer({ min: 1, max: 12 }), steps, (e, d, at) => {
        const value = resultOf(e, at);
        for (const op of ['div', 'mod', 'mul', 'min', 'max', 'add', 'sub'] as const)
          expect(resultOf(binary(op, e, c(d)), at)).toBe(binaryOf(op, 'i32', value, d));
      }),
      { numRuns: 3000 },
    );
  });

  it('values lie in their range, and substitution replaces loops', () => {
    fc.assert(
      fc.property(index, steps, (e, at) => {
        const value = resultOf(e, at);
        const { lo, hi } = rangeOf(e);
        expect(value).toBeGreaterThanOrEqual(lo);
        expect(value).toBeLessThanOrEqual(hi);
        expect(substitute(e, new Map([...at].map(([loop, step]) => [loop, c(step)])))).toMatchObject({
          kind: 'const',
          value,
        });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('analysis', () => {
  it('affine tells strides from the rest', () => {
    const form = affine(add(add(mul(i, c(12)), c(3)), add(j, mul(div(k, c(2)), c(5)))), loops.slice(0, 2));
    expect([
      form.base,
      [...form.coefs.values()],
      form.rest.map(({ coef, atom }) => [coef, printExpr(atom)]),
    ]).toEqual([3, [12, 1], [[5, 'k / 2']]]);
  });

  it('free loops leave out those of reductions', () => {
    const r: LoopVar = { name: 'r', extent: 3 };
    expect([...freeLoops(reduce('sum', [r], load(x, add(i, variable(r)))))].map(({ name }) => name)).toEqual([
      'i',
    ]);
  });

  it('short reductions can be written out', () => {
    const r: LoopVar = { name: 'r', extent: 3 };
    const e = reduce('max', [r], load(x, add(mul(i, c(3)), variable(r))));
    expect(printExpr(unrolled(e, 2))).toBe('max(r < 3: x[i * 3 + r])');
    expect(printExpr(unrolled(e, 3))).toBe('max(max(x[i * 3], x[i * 3 + 1]), x[i * 3 + 2])');
  });
});
