import { describe, expect, test } from 'vitest';
import { f32, f32x4, i32, i64 } from './expr.ts';
import type { FunctionBuilder } from './function.ts';
import { ModuleBuilder } from './module.ts';
import type { Label, Local } from './nodes.ts';
import { run } from './run.testing.ts';

describe('loops', () => {
  const cases = [
    [0, 10, 1],
    [0, 10, 3],
    [5, 5, 1],
    [6, 5, 1],
    [10, 0, -4],
    [-3, 2, 2],
  ] as const;

  test.each(cases)('for from %d to %d by %d: known at build time, and not', (from, to, step) => {
    const expected: number[] = [];
    for (let i: number = from; step > 0 ? i < to : i > to; i += step) expected.push(i);
    const record = (f: FunctionBuilder, at: Local<'i32'>) => (i: Local<'i32'>) => {
      f.i32.store(at, i);
      f.set(at, i32.add(at, 4));
    };
    const { exports, memory } = run((module) => [
      module.func('known', { at: 'i32' }, ['i32'], (f, { at }) => {
        f.for('i', from, to, step, record(f, at));
        f.return(at);
      }),
      module.func('asked', { at: 'i32', from: 'i32', to: 'i32' }, ['i32'], (f, { at, from, to }) => {
        f.for('i', from, to, step, record(f, at));
        f.return(at);
      }),
    ]);
    const written = (end: unknown) => [...new Int32Array(memory.buffer, 64, (Number(end) - 64) / 4)];
    expect(written(exports.known?.(64))).toEqual(expected);
    expect(written(exports.asked?.(64, from, to))).toEqual(expected);
  });

  test('the bound of for is computed once', () => {
    const { exports } = run((module) => [
      module.func('count', { n: 'i32' }, ['i32'], (f, { n }) => {
        f.for('i', 0, n, 1, () => f.set(n, i32.add(n, 1)));
        f.return(n);
      }),
    ]);
    expect(exports.count?.(7)).toBe(14);
  });

  test('doWhile runs at least once; br leaves a block from inside a loop and an if', () => {
    const { exports } = run((module) => [
      module.func('firstFactor', { n: 'i32' }, ['i32'], (f, { n }) => {
        const d = f.let('d', i32.const(2));
        f.block('found', (found) => {
          f.doWhile(() => {
            f.if(
              i32.rem_u(n, d),
              () => f.set(d, i32.add(d, 1)),
              () => f.br(found),
            );
            return i32.le_u(i32.mul(d, d), n);
          });
          f.set(d, n);
        });
        f.return(d);
      }),
    ]);
    expect([2, 9, 35, 97].map((n) => exports.firstFactor?.(n))).toEqual([2, 3, 5, 97]);
  });
});

describe('functions', () => {
  test('call forward, recursively, with arguments by name and several results', () => {
    const { exports } = run((module) => {
      const even = module.func('even', { n: 'i32' }, ['i32']);
      const odd = module.func('odd', { n: 'i32' }, ['i32'], (f, { n }) => {
        f.if(i32.eqz(n), () => f.return(0));
        const [answer] = f.call(even, { n: i32.sub(n, 1) });
        f.return(answer);
      });
      module.define(even, (f, { n }) => {
        f.if(i32.eqz(n), () => f.return(1));
        const [answer] = f.call(odd, { n: i32.sub(n, 1) });
        f.return(answer);
      });
      const divide = module.func('divide', { a: 'i32', b: 'i32' }, ['i32', 'i64'], (f, { a, b }) =>
        f.return(i32.div_u(a, b), i64.extend_i32_u(i32.rem_u(a, b))),
      );
      const rest = module.func('rest', { a: 'i32' }, ['i64'], (f, { a }) => {
        const [quotient, remainder] = f.call(divide, { b: 10, a });
        f.return(i64.add(i64.mul(i64.extend_i32_u(quotient), 100n), remainder));
      });
      return [even, odd, rest];
    });
    expect([exports.even?.(10), exports.odd?.(10), exports.odd?.(7)]).toEqual([1, 0, 1]);
    expect(exports.rest?.(47)).toBe(407n);
  });

  test('a let keeps the value of its moment, an expression sees the locals of its use', () => {
    const { exports } = run((module) => [
      module.func('moments', { x: 'i32' }, ['i32'], (f, { x }) => {
        const later = i32.mul(x, 10);
        const now = f.let('now', later);
        f.set(x, 5);
        f.return(i32.add(now, later));
      }),
    ]);
    expect(exports.moments?.(1)).toBe(60);
  });

  test('names in stack traces', () => {
    const { exports } = run((module) => [
      module.func('tile 2×4', { p: 'i32' }, [], (f, { p }) => {
        f.if(p, () => f.unreachable());
      }),
    ]);
    const trap = () => exports.tile_2_4?.(1);
    expect(trap).toThrow(WebAssembly.RuntimeError);
    expect(stackOf(trap)).toContain('tile_2_4');
  });
});

function stackOf(call: () => void): string {
  try {
    call();
  } catch (error) {
    return (error as Error).stack ?? '';
  }
  return '';
}

describe('mistakes', () => {
  const write = (body: (f: FunctionBuilder, params: { x: Local<'f32'> }) => void) => () =>
    void new ModuleBuilder({ minPages: 1 }).func('kernel', { x: 'f32' }, [], body);
  let foreign: Local<'i32'>;
  let closed: Label;

  test.each([
    [
      'function $kernel: i32.store: operand 2: expected i32, got f32',
      // @ts-expect-error
      write((f, { x }) => f.i32.store(0, x)),
    ],
    [
      'function $kernel: local.set $x: expected f32, got v128',
      // @ts-expect-error
      write((f, { x }) => f.set(x, f32x4.splat(0))),
    ],
    [
      'function $kernel: if: condition: expected i32, got f32',
      // @ts-expect-error
      write((f, { x }) => f.if(x, () => {})),
    ],
    [
      'function $kernel: for $i: step 0 is not an integer other than 0',
      write((f) => f.for('i', 0, 1, 0, () => {})),
    ],
    [
      'function $kernel: br: the label $done is not around this place',
      write((f) => {
        f.block('done', (done) => {
          closed = done;
        });
        f.br(closed);
      }),
    ],
    ['function $kernel: return: expected 0 values, got 1', write((f) => f.return(1))],
    [
      'function $kernel: $foreign is a local of another function',
      write((f) => {
        write((other) => {
          foreign = other.local('foreign', 'i32');
        })();
        f.i32.store(0, i32.add(foreign, 1));
      }),
    ],
    [
      'function $kernel: call: $elsewhere is in another module',
      write((f) => {
        f.call(new ModuleBuilder({ minPages: 1 }).func('elsewhere', {}, []), {});
      }),
    ],
  ])('%s', (message, mistake) => {
    expect(mistake).toThrow(message);
  });

  test('in a call, the argument is named', () => {
    const module = new ModuleBuilder({ minPages: 1 });
    const callee = module.func('scale', { by: 'f32' }, []);
    // @ts-expect-error
    const call = (f: FunctionBuilder) => void f.call(callee, { by: i32.const(1) });
    expect(() => module.func('caller', {}, [], call)).toThrow(
      'function $caller: call $scale: argument by: expected f32, got i32',
    );
  });

  test('of a module', () => {
    const module = new ModuleBuilder({ minPages: 1 });
    expect(() => module.func('sum', {}, ['f32'], (f) => void f.let('s', f32.const(0)))).toThrow(
      'function $sum: it has results (f32) and must end in return or unreachable',
    );
    expect(() => module.toBytes()).toThrow('function $sum is declared but not defined');
    expect(() => new ModuleBuilder({ minPages: 2, maxPages: 1 })).toThrow(
      'memory: 2 to 1 pages is not a range within 0 to 65536',
    );
    expect(() => new ModuleBuilder({ minPages: 1, shared: true })).toThrow(
      'memory: a shared memory needs maxPages',
    );
  });
});
