import { type DType, dtypes, ops } from '@polyphase/ir';
import { casesOf, type Suite, type SuiteRow } from '../cases.ts';
import { between, elements, typed } from '../data.ts';
import { allWidths } from './shared.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const { add, sub, mul, div, min, max, pow, mod, prelu, where, clip, cast } = ops;
const { equal, less, lessOrEqual, greater, greaterOrEqual, and, or, xor } = ops;
const { bitAnd, bitOr, bitXor, shiftLeft, shiftRight } = ops;

/** Every pair of special values. */
const values = [0, -0, 1, -2, infinity, -infinity, nan, 2 ** -100];
const left = elements(values, [8, 1]);
const right = elements(values, [1, 8]);

const broadcasting: readonly SuiteRow[] = [add, sub, mul, div, min, max].flatMap((op) =>
  casesOf(op, {
    'equal shapes': { a: [2, 3, 5], b: between(1, 5, [2, 3, 5]) },
    'a scalar on the right': { a: [2, 5], b: elements([3], []) },
    'a scalar on the left': { a: elements([3], []), b: between(1, 5, [2, 5]) },
    'one value a channel': { a: [2, 5, 3, 4], b: between(1, 5, [5, 1, 1]) },
    'the last axis': { a: [3, 4, 7], b: between(1, 5, [7]) },
    'both grow': { a: [3, 1, 5], b: between(1, 5, [4, 1]) },
    'one element of rank 4': { a: [1, 1, 1, 1], b: between(1, 5, [2, 3]) },
    'a weight': { a: [2, 3, 4], b: between(1, 5, [3, 1]), weights: ['b'] },
    'special values': { a: left, b: right },
    reals: { a: [3, 17], b: between(0.5, 2, [3, 17]), reals: true },
    float16: { a: [3, 5], b: between(1, 3, [5]), dtype: 'float16' },
    float64: { a: [3, 5], b: between(1, 3, [5]), dtype: 'float64' },
    int32: { a: [3, 5], b: between(1, 5, [3, 5]), dtype: 'int32' },
    int64: { a: [3, 5], b: between(1, 5, [5]), dtype: 'int64' },
    uint8: { a: between(0, 255, [3, 5]), b: between(1, 255, [3, 5]), dtype: 'uint8' },
    int8: { a: between(-128, 127, [3, 5]), b: between(1, 127, [3, 5]), dtype: 'int8' },
    empty: { a: [2, 0], b: between(1, 5, [2, 1]) },
    ...allWidths('', (width) => ({ a: [3, width], b: between(1, 5, [3, width]) })),
  }),
);

const arithmetic = [
  ...casesOf(div, {
    'int32 truncates towards 0': { a: [4, 5], b: elements([3, -3, 2, -2, 4]), dtype: 'int32' },
    'int32 by 0 is 0': { a: [3], b: elements([0, 0, 1]), dtype: 'int32' },
    'the least int32 by -1': { a: elements([-(2 ** 31)]), b: elements([-1]), dtype: 'int32' },
  }),
  ...casesOf(mul, {
    'int32 wraps': { a: between(1e5, 1e6, [9]), b: between(1e5, 1e6, [9]), dtype: 'int32' },
  }),
  ...casesOf(pow, {
    reals: { a: between(0.1, 5, [3, 9]), b: between(-3, 3, [3, 9]) },
    'a square': { a: [3, 5], b: elements([2], []) },
    'a square root': { a: between(0, 9, [3, 5]), b: elements([0.5], []) },
    'numbers below 0 to whole powers': { a: elements([-2, -1, -3, -0.5]), b: elements([3, 4, -2, 5]) },
    'a number below 0 to a fraction is NaN': { a: elements([-2, -8]), b: elements([0.5, 1 / 3]) },
    'special values': { a: left, b: right },
    'int32 to int32': { a: elements([2, -3, 7, 0]), b: elements([10, 3, 0, 0]), dtype: 'int32' },
    'float32 to int64': { a: between(-3, 3, [4]), b: typed('int64', elements([2, 3, 0, 1])) },
    float16: { a: between(0.5, 2, [9]), b: between(-2, 2, [9]), dtype: 'float16' },
  }),
  ...casesOf(mod, {
    'the sign of the divisor': { a: [4, 6], b: elements([3, -3, 2, -2, 4, 5]), dtype: 'int32' },
    'fmod: the sign of the dividend': {
      a: [4, 6],
      b: elements([3, -3, 2, -2, 4, 5]),
      dtype: 'int32',
      fmod: true,
    },
    'fmod of floats': { a: between(-9, 9, [3, 4]), b: elements([2.5, -2.5, 0.75, 3]), fmod: true },
    'floats, the sign of the divisor': { a: elements([7, -7, 7, -7]), b: elements([3, 3, -3, -3]) },
    int64: { a: [4, 4], b: elements([3, -3, 2, 5]), dtype: 'int64' },
    uint8: { a: between(0, 255, [9]), b: between(1, 9, [9]), dtype: 'uint8' },
    'int32 by 0 is 0': { a: [3], b: elements([0, 0, 2]), dtype: 'int32' },
    'fmod of special values': { a: left, b: elements([1, -2, infinity], [1, 3]), fmod: true },
  }),
  ...casesOf(prelu, {
    'a slope a channel': { a: [2, 5, 3, 3], b: [5, 1, 1] },
    'one slope': { a: [2, 5], b: elements([0.25]) },
    int32: { a: [2, 5], b: [5], dtype: 'int32' },
  }),
];

const comparisons: readonly SuiteRow[] = [equal, less, lessOrEqual, greater, greaterOrEqual].flatMap((op) =>
  casesOf(op, {
    'special values': { a: left, b: right },
    broadcast: { a: [3, 1, 5], b: [4, 1] },
    int32: { a: [3, 5], b: [5], dtype: 'int32' },
    int64: { a: [3, 5], b: [3, 5], dtype: 'int64' },
    'uint32 above 2^31': {
      a: elements([2 ** 31, 1, 2 ** 32 - 1]),
      b: elements([1, 2 ** 31, 0]),
      dtype: 'uint32',
    },
    uint8: { a: [3, 5], b: [3, 5], dtype: 'uint8' },
    float16: { a: [3, 5], b: [3, 5], dtype: 'float16' },
    ...allWidths('', (width) => ({ a: [2, width], b: [2, width] })),
  }),
);

const bits: readonly SuiteRow[] = [
  ...[and, or, xor].flatMap((op) =>
    casesOf(op, {
      '': { a: [3, 9], b: [3, 9], dtype: 'bool' },
      broadcast: { a: [3, 1], b: [4], dtype: 'bool' },
    }),
  ),
  ...casesOf(equal, { bool: { a: [3, 5], b: [3, 5], dtype: 'bool' } }),
  ...[bitAnd, bitOr, bitXor].flatMap((op) =>
    casesOf(op, {
      int32: { a: [3, 9], b: [9], dtype: 'int32' },
      uint8: { a: between(0, 255, [9]), b: between(0, 255, [9]), dtype: 'uint8' },
      int64: { a: [3, 5], b: [3, 5], dtype: 'int64' },
    }),
  ),
  ...[shiftLeft, shiftRight].flatMap((op) =>
    casesOf(op, {
      uint32: {
        a: between(0, 2 ** 32 - 1, [9]),
        b: elements([0, 1, 2, 4, 8, 16, 30, 31, 5]),
        dtype: 'uint32',
      },
      uint8: { a: between(0, 255, [9]), b: between(0, 7, [9]), dtype: 'uint8' },
      'by all bits is 0': { a: between(1, 255, [3]), b: elements([8, 9, 200]), dtype: 'uint8' },
      'int32, the sign stays': { a: [9], b: between(0, 9, [9]), dtype: 'int32' },
    }),
  ),
];

const choices = [
  ...casesOf(where, {
    'equal shapes': { condition: typed('bool', [3, 5]), a: [3, 5], b: [3, 5] },
    'all three broadcast': { condition: typed('bool', [3, 1, 1]), a: [4, 1], b: [5] },
    'a scalar': { condition: typed('bool', [7]), a: [7], b: elements([9], []) },
    'NaN that is not chosen': {
      condition: typed('bool', elements([1, 0, 1])),
      a: elements([1, nan, 3]),
      b: elements([nan, 2, infinity]),
    },
    int64: { condition: typed('bool', [3, 5]), a: [3, 5], b: [5], dtype: 'int64' },
    float16: { condition: typed('bool', [3, 5]), a: [3, 5], b: [3, 5], dtype: 'float16' },
    bool: { condition: [7], a: [7], b: [7], dtype: 'bool' },
    ...allWidths('', (width) => ({ condition: typed('bool', [2, width]), a: [2, width], b: [2, width] })),
  }),
  ...casesOf(
    clip,
    {
      'both ends': { x: [3, 9], min: elements([-2], []), max: elements([3], []) },
      ReLU6: { x: between(-9, 9, [3, 9]), min: elements([0], []), max: elements([6], []) },
      'the lower end': { x: [3, 9], min: elements([-2], []) },
      'the upper end': { x: [3, 9], max: elements([2], []) },
      'no end': { x: [3, 9] },
      'the upper end wins': { x: [3, 9], min: elements([4], []), max: elements([-1], []) },
      'ends known only at run time': {
        x: [3, 9],
        min: elements([-2], []),
        max: elements([3], []),
        weights: [],
      },
      'special values': { x: elements(values), min: elements([-1], []), max: elements([1], []) },
      int32: { x: [3, 9], min: elements([-2], []), max: elements([3], []), dtype: 'int32' },
      uint8: { x: between(0, 255, [9]), min: elements([20], []), max: elements([200], []), dtype: 'uint8' },
      float16: { x: [3, 9], min: elements([-2], []), max: elements([3], []), dtype: 'float16' },
    },
    { weights: ['min', 'max'] },
  ),
];

const types = Object.keys(dtypes) as DType[];

const casts = [
  ...casesOf(
    cast,
    Object.fromEntries(
      types.map((from) => [`${from} to every type`, types.map((to) => ({ x: typed(from, [2, 9]), to }))]),
    ),
  ),
  ...casesOf(cast, {
    'fractions are cut off': { x: elements([-1.9, -0.5, 0.5, 1.9, 2.5]), to: 'int32' },
    'float32 beyond int32': { x: elements([3e9, -3e9, infinity, -infinity, nan]), to: 'int32' },
    'float32 beyond uint8': { x: elements([300, -5, 255.9, nan]), to: 'uint8' },
    'float32 beyond int64': { x: elements([1e30, -1e30, nan]), to: 'int64' },
    'int32 to int8 wraps': { x: elements([127, 128, 255, 256, -129]), to: 'int8', dtype: 'int32' },
    'int32 to float32 rounds': {
      x: elements([16777217, -16777219, 2147483647]),
      to: 'float32',
      dtype: 'int32',
    },
    'float32 to float16 rounds to even': {
      x: elements([1 + 2 ** -11, 1 + 3 * 2 ** -11, 2049, 2051, 65519, 65520, 1e-8, 3e-8]),
      to: 'float16',
    },
    'float32 to bool': { x: elements(values), to: 'bool' },
    'uint32 above 2^31 to float32': {
      x: elements([2 ** 31, 2 ** 32 - 1, 3e9]),
      to: 'float32',
      dtype: 'uint32',
    },
    'uint64 to float64': { x: elements([2 ** 40, 7, 2 ** 53]), to: 'float64', dtype: 'uint64' },
  }),
];

export const binarySuite: Suite = {
  name: 'binary',
  rows: [...broadcasting, ...arithmetic, ...comparisons, ...bits, ...choices, ...casts],
};
