import { errorFunction } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { modes } from '../graphs.testing.ts';
import { type Func, v128 } from '../wasm/index.ts';
import { run } from '../wasm/run.testing.ts';
import { erf, exp, log, tanh, type Writer } from './functions.ts';
import { fusedLanes, scalarLanes, vectorLanes } from './lanes.ts';

const functions: Record<string, readonly [Writer, (x: number) => number]> = {
  exp: [exp, Math.exp],
  log: [log, Math.log],
  tanh: [tanh, Math.tanh],
  erf: [erf, errorFunction],
};

const specials = [
  0,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1,
  -1,
  88.7,
  88.8,
  -103,
  -104,
  1e-40,
];

/** float32 of every exponent and sign, four mantissas each, and the special ones. */
function arguments32(): Float32Array {
  const bits = new Uint32Array(512 * 4);
  for (let i = 0; i < bits.length; i++) bits[i] = (i << 21) | ((i * 0x9e3779b1) >>> 11);
  return Float32Array.from([...new Float32Array(bits.buffer), ...specials]);
}

/** The distance of neighbouring float32 numbers around x. */
const spacing = (x: number): number => 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -126) - 23);

function expectWithinTwo(name: string, f: (x: number) => number, xs: Float32Array, ys: Float32Array): void {
  for (const [i, x] of xs.entries()) {
    const [wanted, found] = [f(x), ys[i]!];
    if (Number.isNaN(wanted) || Math.abs(wanted) > 3.4028234e38)
      expect(found, `${name}(${x})`).toBe(Math.fround(wanted));
    else expect(Math.abs(found - wanted) / spacing(wanted || 1e-45), `${name}(${x})`).toBeLessThanOrEqual(2);
  }
}

test.each(Object.entries(functions))(
  '%s within 2 units in the last place, alone and in lanes',
  (name, [write, f]) => {
    const xs = arguments32();
    for (const lanes of modes.map((relaxed) => (relaxed ? fusedLanes : vectorLanes))) {
      const { exports, floats } = run((module): Func[] => [
        module.func('one', { x: 'f32' }, ['f32'], (g, { x }) => g.return(write(g, scalarLanes, x))),
        module.func('four', { end: 'i32' }, [], (g, { end }) => {
          g.for('at', 0, end, 16, (at) => g.v128.store(at, write(g, lanes, g.let('x', v128.load(at)))));
        }),
      ]);
      floats.set(xs);
      exports.four!(4 * xs.length);
      expectWithinTwo(name, f, xs, floats.slice(0, xs.length));
      expectWithinTwo(
        name,
        f,
        xs,
        xs.map((x) => Number(exports.one!(x))),
      );
    }
  },
);
