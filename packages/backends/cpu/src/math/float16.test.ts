import { fromFloat16, toFloat16 } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { v128 } from '../wasm/index.ts';
import { run } from '../wasm/run.testing.ts';
import { fromFiniteHalves, fromHalf, toHalf } from './float16.ts';
import { scalarLanes, vectorLanes } from './lanes.ts';
import { widen } from './widen.ts';

const { exports, memory, floats } = run(
  (module) => [
    module.func('fromOne', { half: 'i32' }, ['f32'], (f, { half }) =>
      f.return(fromHalf(f, scalarLanes, half)),
    ),
    module.func('toOne', { x: 'f32' }, ['i32'], (f, { x }) => f.return(toHalf(f, scalarLanes, x))),
    module.func('fromFour', { at: 'i32' }, [], (f, { at }) => {
      f.v128.store(at, fromHalf(f, vectorLanes, f.let('half', v128.load16x4_u(at))));
    }),
    module.func('fromFourFinite', { at: 'i32' }, [], (f, { at }) => {
      f.v128.store(at, fromFiniteHalves(v128.load16x4_s(at)));
    }),
    module.func('toFour', { at: 'i32' }, [], (f, { at }) => {
      f.v128.store(at, toHalf(f, vectorLanes, f.let('x', v128.load(at))));
    }),
  ],
  { minPages: 1 },
);
const patterns = Array.from({ length: 65536 }, (_, bits) => bits);

test('every bit pattern is the number that it stands for', () => {
  const halves = new Uint16Array(memory.buffer);
  const isRight = (found: unknown, bits: number) => Object.is(found, fromFloat16(bits));
  expect(patterns.filter((bits) => !isRight(exports.fromOne!(bits), bits))).toEqual([]);
  const wrong = patterns.filter((bits) => {
    if (bits % 4 === 0) halves.set([bits, bits + 1, bits + 2, bits + 3]);
    if (bits % 4 === 0) exports.fromFour!(0);
    return !isRight(floats[bits % 4], bits);
  });
  expect(wrong).toEqual([]);
});

test('every finite bit pattern is the number that it stands for', () => {
  const halves = new Uint16Array(memory.buffer);
  const finite = patterns.filter((bits) => (bits & 0x7c00) !== 0x7c00);
  const wrong = finite.filter((bits) => {
    halves.fill(bits, 0, 4);
    exports.fromFourFinite!(0);
    return floats.subarray(0, 4).some((x) => !Object.is(x, fromFloat16(bits)));
  });
  expect(wrong).toEqual([]);
});

test('every bit pattern is the number that it stands for on the host too', () => {
  const wide = widen(Uint16Array.from(patterns));
  expect(patterns.filter((bits) => !Object.is(wide[bits], fromFloat16(bits)))).toEqual([]);
});

test('numbers round to the nearest pattern, ties to even', () => {
  const finite = patterns.filter((bits) => (bits & 0x7c00) !== 0x7c00).map(fromFloat16);
  const between = finite.flatMap((x) => {
    const half = Math.abs(x) < 2 ** -14 ? 2 ** -25 : 2 ** (Math.floor(Math.log2(Math.abs(x))) - 11);
    return [x, x + half, x - half, x + half * 1.01].map(Math.fround);
  });
  const extreme = [65519, 65520, 65536, 1e10, -1e10, Number.POSITIVE_INFINITY, Number.NaN, 1e-8].map(
    Math.fround,
  );
  const numbers = [...between, ...extreme];
  expect(numbers.filter((x) => exports.toOne!(x) !== toFloat16(x))).toEqual([]);
  const four = new Int32Array(memory.buffer);
  const wrong = numbers.filter((x, i) => {
    if (i % 4 === 0) floats.set(numbers.slice(i, i + 4));
    if (i % 4 === 0) exports.toFour!(0);
    return four[i % 4] !== toFloat16(x);
  });
  expect(wrong).toEqual([]);
});
