import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, ceilDiv, type Dim, floorDiv, mul, product, sub } from './dim.ts';

describe('open lengths', () => {
  it.each([
    [add('h', 2), 'h+2'],
    [add(-3, add('h', 2)), 'h-1'],
    [sub(add('h', 'w'), 'h'), 'w'],
    [sub('h', 'h'), 0],
    [sub(5, 'h'), '-h+5'],
    [mul(2, add('h', -1)), '2*h-2'],
    [add(mul(2, sub('h', 1)), 3), '2*h+1'],
    [mul(3, mul(2, 'h')), '6*h'],
    [mul('h', 0), 0],
    [product(['n', 3, 'h', 'w']), '3*n*h*w'],
    [mul(add('h', 1), 'w'), '(h+1)*w'],
    [floorDiv('h', 2), 'floor(h/2)'],
    [floorDiv('h', 1), 'h'],
    [floorDiv('h', 'h'), 1],
    [floorDiv('h', 'w'), 'floor(h/w)'],
    [floorDiv(add(mul(4, 'h'), 6), 4), 'h+1'],
    [floorDiv(add('h', 3), 2), 'floor((h+1)/2)+1'],
    [floorDiv(add(mul(2, 'h'), 'w'), 2), 'h+floor(w/2)'],
    [floorDiv(add(floorDiv(add('h', 1), 2), 1), 2), 'floor((h+3)/4)'],
    [floorDiv(mul(floorDiv('h', 2), floorDiv('w', 2)), 2), 'floor((floor(h/2)*floor(w/2))/2)'],
    [ceilDiv('h', 2), 'floor((h+1)/2)'],
    [ceilDiv(mul(2, 'h'), 2), 'h'],
    [add('max(h, w-1)', 1), 'max(h, w-1)+1'],
    [mul(2, 'past + 1'), '2*past+2'],
  ])('%j', (dim, text) => {
    expect(dim).toBe(text);
  });

  it('are texts whose value is that of the same arithmetic on numbers', () => {
    const small = fc.integer({ min: 1, max: 5 });
    const step = fc.oneof(
      fc.tuple(fc.constantFrom('add', 'sub', 'mul', 'floorDiv', 'ceilDiv'), small),
      fc.tuple(fc.constantFrom('add', 'sub', 'mul'), fc.constantFrom('h', 'w')),
    );
    const operations: Readonly<Record<string, (a: Dim, b: Dim) => Dim>> = {
      add,
      sub,
      mul,
      floorDiv,
      ceilDiv,
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.nat(40), fc.nat(40), (steps, h, w) => {
        const sizes: Readonly<Record<string, number>> = { h, w };
        const open = steps.reduce<Dim>((dim, [name, by]) => operations[name]!(dim, by), 'h');
        const closed = steps.reduce<Dim>((dim, [name, by]) => operations[name]!(dim, sizes[by] ?? by), h);
        const value = new Function('h', 'w', 'floor', `return ${open}`) as (...args: unknown[]) => number;
        expect(value(h, w, Math.floor) + 0).toBe((closed as number) + 0);
      }),
      { numRuns: 500 },
    );
  });
});
