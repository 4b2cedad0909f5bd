import { expect, test } from 'vitest';
import { Library } from '../math/library.ts';
import { v128 } from '../wasm/index.ts';
import { run } from '../wasm/run.testing.ts';
import { divide, dividesExactly } from './vector-ops.ts';

const divisors = [1, 2, 3, 5, 7, 8, 10, 13, 24, 100, 641];

/** Quotients or remainders of 0 ... most, four at a time. */
function divided(op: 'div' | 'mod', most: number, d: number): number[] {
  const { exports, memory } = run((module) => {
    const library = new Library(module, []);
    return [
      module.func('divide', { end: 'i32' }, [], (f, { end }) => {
        f.for('at', 0, end, 16, (at) => {
          f.v128.store(at, divide({ f, library }, op, v128.load(at), most, d));
        });
      }),
    ];
  });
  const numbers = new Int32Array(memory.buffer, 0, most + 1);
  numbers.set(Array.from({ length: most + 1 }, (_, x) => x));
  exports.divide!(4 * (most + 1));
  return [...numbers];
}

test.each(divisors)('natural numbers by %s, exactly up to the greatest', (d) => {
  const most = 4095;
  expect(dividesExactly(most, d)).toBe(true);
  expect(divided('div', most, d)).toEqual(Array.from({ length: most + 1 }, (_, x) => Math.floor(x / d)));
  expect(divided('mod', most, d)).toEqual(Array.from({ length: most + 1 }, (_, x) => x % d));
});

test('numbers whose product would not fit are left to division', () => {
  expect(dividesExactly(2 ** 31 - 1, 3)).toBe(false);
  expect(dividesExactly(2 ** 31 - 1, 4)).toBe(true);
});
