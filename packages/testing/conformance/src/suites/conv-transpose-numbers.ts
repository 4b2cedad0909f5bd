import { convTranspose } from '@polyphase/ir';
import { cases } from '../cases.ts';
import { withAt } from '../data.ts';
import { everyWidth, pairs, transposedDefaults } from './shared.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Precisions, special values and empty tensors. */
export const numbers = cases(
  convTranspose,
  {
    'reals: kernel 4, stride 2': {
      x: [1, 8, 6, 6],
      w: [8, 4, 4, 4],
      bias: [4],
      stride: [2, 2],
      crop: pairs(1, 1, 1, 1),
      reals: true,
    },
    'reals: kernel 2, stride 2': {
      x: [1, 16, 5, 5],
      w: [16, 5, 2, 2],
      bias: [5],
      stride: [2, 2],
      reals: true,
    },
    'reals: kernel 3, stride 2, crop (1, 0)': {
      x: [2, 5, 5, 6],
      w: [5, 3, 3, 3],
      stride: [2, 2],
      crop: pairs(1, 0, 1, 0),
      reals: true,
    },
    'reals: kernel 5, stride 3, dilation 2': {
      x: [1, 4, 4, 5],
      w: [4, 3, 5, 5],
      stride: [3, 3],
      dilation: [2, 2],
      reals: true,
    },
    'reals: dilation 2, stride 2: one phase has all taps': {
      x: [1, 6, 5, 5],
      w: [6, 4, 3, 3],
      stride: [2, 2],
      dilation: [2, 2],
      reals: true,
    },
    'reals: stride 1': { x: [1, 6, 7, 7], w: [6, 4, 3, 3], reals: true },
    'reals: 2 groups': { x: [1, 8, 4, 5], w: [8, 3, 4, 4], stride: [2, 2], groups: 2, reals: true },
    'reals: 1-D': { x: [1, 6, 11], w: [6, 4, 5], bias: [4], stride: [2], reals: true },
    'reals: 3-D': { x: [1, 3, 3, 3, 4], w: [3, 2, 3, 3, 3], stride: [2, 2, 2], reals: true },
    'float16: kernel 4, stride 2': {
      x: [1, 3, 3, 4],
      w: [3, 2, 4, 4],
      bias: [2],
      stride: [2, 2],
      dtype: 'float16',
    },
    'float16: no overlap, reals': {
      x: [1, 4, 3, 3],
      w: [4, 3, 2, 2],
      stride: [2, 2],
      reals: true,
      dtype: 'float16',
    },
    'float64: kernel 3, stride 2': {
      x: [1, 2, 3, 4],
      w: [2, 3, 3, 3],
      bias: [3],
      stride: [2, 2],
      reals: true,
      dtype: 'float64',
    },
    'NaN reaches what its kernel covers, nothing else': {
      x: withAt({ 5: nan }, [1, 2, 3, 3]),
      w: [2, 3, 3, 3],
      stride: [2, 2],
    },
    'infinity reaches what its kernel covers: phases have no zero taps': {
      x: withAt({ 4: infinity }, [1, 1, 3, 3]),
      w: withAt({ 4: 1 }, [1, 2, 3, 3]),
      stride: [2, 2],
    },
    'both infinities meet as NaN': {
      x: withAt({ 0: infinity, 1: -infinity }, [1, 1, 1, 4]),
      w: withAt({ 0: 1, 1: 1, 2: 1, 3: 1 }, [1, 1, 1, 4]),
      stride: [2, 2],
    },
    'denormals stay small': {
      x: withAt({ 0: 2 ** -130, 1: -(2 ** -140), 2: 2 ** -126 }, [1, 1, 1, 3]),
      w: [1, 1, 1, 2],
      stride: [1, 2],
    },
    'batch of none': { x: [0, 2, 3, 3], w: [2, 3, 3, 3], bias: [3], stride: [2, 2] },
    'no rows': { x: [1, 2, 0, 3], w: [2, 3, 3, 3], stride: [2, 2] },
  },
  transposedDefaults,
);

/** Widths of the three layouts that kernels have: several taps a phase, one tap, and one channel at a time. */
export const widths = cases(
  convTranspose,
  {
    ...everyWidth('kernel 4, stride 2', (width) => ({
      x: [1, 3, 2, width],
      w: [3, 2, 4, 4],
      bias: [2],
      stride: [2, 2],
      crop: pairs(1, 1, 1, 1),
    })),
    ...everyWidth('no overlap', (width) => ({ x: [1, 3, 2, width], w: [3, 2, 2, 2], stride: [2, 2] })),
    ...everyWidth('depthwise', (width) => ({
      x: [1, 3, 2, width],
      w: [3, 1, 3, 3],
      stride: [2, 2],
      groups: 3,
    })),
  },
  transposedDefaults,
);
