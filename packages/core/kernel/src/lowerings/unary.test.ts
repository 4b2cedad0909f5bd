import type { DType, OpName } from '@polyphase/ir';
import { describe, it } from 'vitest';
import { expectLayer, type OpRow } from '../rows.testing.ts';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
/** Zero of both signs, small, usual, large and endless numbers. */
const numbers = [
  0,
  -0,
  1e-6,
  -1e-6,
  0.3,
  -0.3,
  1,
  -1,
  1.5,
  -1.5,
  2.5,
  -2.5,
  7,
  -7,
  19,
  -19,
  60,
  -60,
  inf,
  -inf,
  nan,
];
const row = (dtype: DType, data: readonly number[], attributes = {}): OpRow => ({
  inputs: [{ shape: [data.length], dtype, data }],
  attributes,
  roundings: 8,
});
/** Relative errors show only where a result stands alone. */
const each = (data: readonly number[]) => data.map((x): readonly number[] => [x]);

const floats: readonly OpName[] = [
  'relu',
  'sigmoid',
  'tanh',
  'softplus',
  'softsign',
  'mish',
  'hardSwish',
  'exp',
  'log',
  'sqrt',
  'reciprocal',
  'erf',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'asinh',
  'acosh',
  'atanh',
  'neg',
  'abs',
  'sign',
  'floor',
  'ceil',
  'round',
  'isNaN',
  'leakyRelu',
  'elu',
  'selu',
  'celu',
  'hardSigmoid',
  'thresholdedRelu',
  'shrink',
  'gelu',
  'swish',
  'isInf',
  'identity',
];

describe('functions of one element', () => {
  it.each(
    floats.flatMap((op) => (['float32', 'float64', 'float16'] as const).map((dtype) => [op, dtype] as const)),
  )('%s of %s, number by number', (op, dtype) => {
    const isCoarse = op === 'gelu' && dtype === 'float64';
    for (const data of isCoarse ? [numbers] : each(numbers)) expectLayer(op, row(dtype, data));
  });

  it.each([
    ['gelu', { approximate: 'tanh' }],
    ['leakyRelu', { alpha: 0.3 }],
    ['elu', { alpha: 0.7 }],
    ['celu', { alpha: 2.5 }],
    ['celu', { alpha: -1 }],
    ['hardSigmoid', { alpha: 0.7, beta: 0.1 }],
    ['thresholdedRelu', { alpha: -2 }],
    ['shrink', { bias: 0.5, lambd: 1.5 }],
    ['swish', { alpha: -0.5 }],
    ['isInf', { positive: false }],
    ['isInf', { negative: false }],
  ] as const)('%s with %o', (op, attributes) => {
    for (const data of each(numbers)) expectLayer(op, row('float32', data, attributes));
  });

  it.each([
    ['neg', 'int8', [-128, -3, 0, 127]],
    ['neg', 'uint8', [0, 1, 255]],
    ['neg', 'int64', [-5, 0, 9]],
    ['abs', 'int8', [-128, -3, 0, 127]],
    ['abs', 'uint16', [0, 65535]],
    ['abs', 'int32', [-7, 7]],
    ['sign', 'int32', [-7, 0, 7]],
    ['sign', 'uint8', [0, 200]],
    ['sign', 'int64', [-9, 0, 9]],
    ['floor', 'int32', [-7, 7]],
    ['relu', 'int16', [-7, 7]],
    ['relu', 'uint8', [0, 200]],
    ['bitNot', 'uint8', [0, 15, 255]],
    ['bitNot', 'int32', [0, -1, 15]],
    ['bitNot', 'int64', [0, -1, 15]],
    ['not', 'bool', [0, 1]],
    ['identity', 'bool', [0, 1]],
    ['shrink', 'int32', [-3, -1, 0, 1, 3]],
    ['sign', 'uint64', [0, 9]],
  ] as const)('%s of %s', (op, dtype, data) => expectLayer(op, row(dtype, data)));
});

describe('cast', () => {
  const types: readonly DType[] = [
    'float32',
    'float16',
    'float64',
    'int8',
    'uint8',
    'int16',
    'uint16',
    'int32',
    'uint32',
    'int64',
    'uint64',
    'bool',
  ];
  it.each(types.flatMap((from) => types.map((to) => [from, to] as const)))('%s to %s', (from, to) => {
    const isReal = from.startsWith('float');
    const data = isReal
      ? [0, -0.5, 1.7, -1.7, 2.5, 100.1, -100.9, 300, -300, nan]
      : from === 'bool'
        ? [0, 1]
        : [0, 1, 5, 100, 127];
    expectLayer('cast', row(from, data, { to }));
  });
});
