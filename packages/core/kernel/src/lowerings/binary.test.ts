import type { DType, OpName } from '@polyphase/ir';
import { describe, it } from 'vitest';
import { expectLayer } from '../rows.testing.ts';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const pairs = (dtype: DType, a: readonly number[], b: readonly number[], other = dtype) => ({
  inputs: [
    { shape: [a.length, 1], dtype, data: a },
    { shape: [b.length], dtype: other, data: b },
  ],
});
const reals = [0, -0, 1, -1, 0.5, 2.5, -2.5, 7, inf, -inf, nan];

describe('functions of two elements', () => {
  it.each([
    'add',
    'sub',
    'mul',
    'div',
    'min',
    'max',
    'prelu',
    'equal',
    'less',
    'lessOrEqual',
    'greater',
    'greaterOrEqual',
    'pow',
  ] as const)('%s of floats', (op) => {
    expectLayer(op, pairs('float32', reals, reals));
    expectLayer(op, pairs('float64', reals, reals));
  });

  it.each([
    ['add', 'uint8', [200, 3, 0], [100, 255, 1]],
    ['sub', 'uint8', [3, 0, 255], [5, 1, 255]],
    ['mul', 'int8', [100, -7, 3], [2, -128, 5]],
    ['add', 'int32', [2147483647, -3], [1, 5]],
    ['mul', 'int32', [65537, -3], [65537, 5]],
    ['mul', 'uint32', [65537, 3], [65537, 5]],
    ['div', 'int32', [7, -7, 0, 5], [2, -2, 0, 3]],
    ['div', 'uint16', [7, 65535], [2, 0]],
    ['div', 'int64', [7, -7], [2, 0, -3]],
    ['min', 'int16', [7, -7], [3]],
    ['max', 'uint64', [7, 1], [3]],
    ['prelu', 'int32', [7, -7], [3, -3]],
    ['mod', 'int32', [7, -7, 0, 6], [3, -3, 0, 1]],
    ['mod', 'uint8', [200, 7], [9, 0]],
    ['mod', 'int64', [7, -7], [3, -3]],
    ['bitAnd', 'uint8', [12, 255], [10, 3]],
    ['bitOr', 'int32', [12, -1], [10, 3]],
    ['bitXor', 'int64', [12, -1], [10, 3]],
    ['shiftLeft', 'uint8', [1, 200], [0, 1, 7, 8]],
    ['shiftRight', 'uint8', [1, 200], [0, 1, 7, 8]],
    ['shiftLeft', 'int32', [1, -5], [0, 1, 31, 32, 40]],
    ['shiftRight', 'int32', [64, -64], [0, 3, 31, 32]],
    ['shiftLeft', 'uint64', [1, 5], [0, 3, 40]],
    ['shiftRight', 'uint64', [1099511627776], [0, 3, 40]],
    ['pow', 'int32', [2, -2, 3, 0, 1, -1], [0, 1, 5, 19, -1, -2]],
    ['pow', 'int64', [3, 10], [0, 9, 15]],
    ['pow', 'int64', [-1, 0, 1], [0, 9, 64, 70, 71]],
    ['pow', 'uint8', [2, 3], [0, 1, 7, 8]],
    ['equal', 'int64', [1, -1], [1, 2]],
    ['less', 'uint32', [1, 4294967295], [2]],
    ['equal', 'bool', [0, 1], [0, 1]],
    ['and', 'bool', [0, 1], [0, 1]],
    ['or', 'bool', [0, 1], [0, 1]],
    ['xor', 'bool', [0, 1], [0, 1]],
  ] as const)('%s of %s', (op: OpName, dtype, a, b) => expectLayer(op, pairs(dtype, a, b)));

  it.each([
    ['int32', [7, -7, 5], [3, -3, 2]],
    ['float32', [7.5, -7.5, inf, 3], [2, -2, 0.75]],
    ['float16', [7.5, -7.5], [2, -2]],
    ['uint8', [200, 7], [9, 0]],
  ] as const)('mod with the sign of the dividend, %s', (dtype, a, b) =>
    expectLayer('mod', { ...pairs(dtype, a, b), attributes: { fmod: true } }),
  );

  it.each([
    ['float32', 'int64', [2.5, -2], [0, 1, 2, 3, -1]],
    ['int32', 'float32', [2, 9], [0.5, 2, -1]],
    ['float32', 'float64', [4], [0.5]],
    ['int64', 'int32', [2, -3], [5, 0]],
  ] as const)('pow of %s by %s', (dtype, other, a, b) => expectLayer('pow', pairs(dtype, a, b, other)));

  it.each([
    [[2, 3, 4], [4]],
    [
      [2, 3, 4],
      [3, 1],
    ],
    [[1], [2, 3]],
    [[], [2, 2]],
    [
      [3, 1, 5],
      [4, 1],
    ],
    [
      [0, 3],
      [1, 3],
    ],
    [
      [5, 1],
      [1, 7],
    ],
    [[], []],
  ])('broadcasts %o and %o', (a, b) => expectLayer('sub', { inputs: [a, b] }));
});

describe('where and clip', () => {
  it.each([
    [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    [[3], [2, 1], []],
    [[2, 1], [1, 5], [5]],
  ])('where of %o, %o and %o', (condition, a, b) =>
    expectLayer('where', { inputs: [{ shape: condition, dtype: 'bool' }, a, b] }),
  );
  const scalar = (value: number, dtype: DType = 'float32') => ({ shape: [], dtype, data: [value] });
  it.each([
    ['both bounds', [{ shape: [5], data: [-2, 0, 2, nan, inf] }, scalar(-1), scalar(1)]],
    ['no bound', [[4]]],
    ['the upper bound only', [[4], undefined, scalar(0.5)]],
    ['bounds that cross', [[4], scalar(3), scalar(1)]],
    ['integers', [{ shape: [6], dtype: 'int64' }, scalar(-2, 'int64'), scalar(3, 'int64')]],
  ] as const)('clip with %s', (_, inputs) => expectLayer('clip', { inputs }));
});
