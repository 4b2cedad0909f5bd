import { matMul } from '@polyphase/ir';
import { cases, type Suite } from '../cases.ts';
import { between, withAt } from '../data.ts';
import { everyWidth } from './shared.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const rows = cases(matMul, {
  'two matrices': { a: [3, 5], b: [5, 7] },
  'two vectors': { a: [6], b: [6] },
  'a vector and a matrix': { a: [5], b: [5, 4] },
  'a matrix and a vector': { a: [4, 5], b: [5] },
  'a vector and a stack of matrices': { a: [5], b: [2, 5, 3] },
  'a stack of matrices and a vector': { a: [2, 3, 5], b: [5] },
  'stacks of one length': { a: [3, 2, 4], b: [3, 4, 5] },
  'a stack and one matrix': { a: [3, 2, 4], b: [4, 5], weights: ['b'] },
  'one matrix and a stack': { a: [2, 4], b: [3, 4, 5] },
  'stacks broadcast against each other': { a: [2, 1, 3, 4], b: [5, 4, 2] },
  'stacks broadcast both ways': { a: [2, 1, 2, 3], b: [1, 3, 3, 2] },
  'rows by columns of one': { a: [4, 1], b: [1, 5] },
  'one row': { a: [1, 9], b: [9, 6], weights: ['b'] },
  'one column': { a: [6, 9], b: [9, 1] },
  'weights on the left': { a: [7, 5], b: [5, 6], weights: ['a'] },
  'a rest after every vector': { a: [17, 19], b: [19, 33], weights: ['b'] },
  'a long inner axis': { a: [2, 300], b: [300, 3] },
  'an inner axis of none gives zeros': { a: [2, 0], b: [0, 3] },
  'no rows': { a: [0, 3], b: [3, 2] },
  'an empty stack': { a: [0, 2, 3], b: [3, 2] },
  'reals: a long sum': { a: [4, 128], b: [128, 5], reals: true },
  'reals: stacks': { a: [3, 5, 16], b: [3, 16, 7], reals: true },
  'reals: numbers of one sign': { a: between(1, 2, [3, 64]), b: between(1, 2, [64, 5]) },
  float16: { a: [3, 5], b: [5, 4], dtype: 'float16' },
  'float16: reals': { a: [3, 16], b: [16, 4], dtype: 'float16', reals: true },
  'float64: reals': { a: [3, 16], b: [16, 4], dtype: 'float64', reals: true },
  'int32 wraps': {
    a: between(-(2 ** 20), 2 ** 20, [3, 9]),
    b: between(-(2 ** 20), 2 ** 20, [9, 2]),
    dtype: 'int32',
  },
  int64: { a: [3, 5], b: [5, 4], dtype: 'int64' },
  uint32: { a: [3, 5], b: [5, 4], dtype: 'uint32' },
  'NaN stays in its row': { a: withAt({ 4: nan }, [3, 3]), b: [3, 4] },
  'infinity in a column': { a: [3, 3], b: withAt({ 0: infinity, 4: -infinity }, [3, 4]) },
  ...everyWidth('columns', (width) => ({ a: [3, 5], b: [5, width] })),
  ...everyWidth('inner', (width) => ({ a: [3, width], b: [width, 5] })),
});

export const matMulSuite: Suite = { name: 'mat-mul', rows };
