import { type ConvAttributes, conv } from '@polyphase/ir';
import { cases, type RowDefaults, type Suite } from '../cases.ts';
import { withAt } from '../data.ts';
import { everyWidth, none, pairs, perAxis } from './shared.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const defaults: RowDefaults<'x' | 'w' | 'bias?', ConvAttributes> = ({ x }) => ({
  stride: perAxis(x, 1),
  dilation: perAxis(x, 1),
  pads: perAxis(x, none),
  weights: ['w', 'bias'],
});

const geometry = cases(
  conv,
  {
    'kernel 1 is a matrix product': { x: [1, 5, 3, 4], w: [7, 5, 1, 1], bias: [7] },
    'kernel 3': { x: [1, 2, 5, 6], w: [3, 2, 3, 3] },
    'kernel 3, padding keeps the size': {
      x: [1, 3, 5, 5],
      w: [5, 3, 3, 3],
      bias: [5],
      pads: pairs(1, 1, 1, 1),
    },
    'kernel 3, stride 2, pads (0, 1): same at the end': {
      x: [1, 2, 6, 6],
      w: [3, 2, 3, 3],
      stride: [2, 2],
      pads: pairs(0, 1, 0, 1),
    },
    'kernel 3, stride 2, pads (1, 0): same at the begin': {
      x: [1, 2, 6, 6],
      w: [3, 2, 3, 3],
      stride: [2, 2],
      pads: pairs(1, 0, 1, 0),
    },
    'odd size, stride 2': { x: [1, 2, 7, 5], w: [2, 2, 3, 3], stride: [2, 2], pads: pairs(1, 1, 1, 1) },
    'a stride that leaves the last elements out': { x: [1, 2, 8, 8], w: [2, 2, 2, 2], stride: [3, 3] },
    'stride larger than the kernel': { x: [1, 2, 7, 9], w: [2, 2, 1, 2], stride: [3, 4] },
    'kernel = stride: patches': { x: [1, 3, 4, 6], w: [5, 3, 2, 2], stride: [2, 2] },
    'strides and kernels differ by axis': { x: [1, 2, 7, 8], w: [2, 2, 2, 5], stride: [1, 3] },
    'pads that differ at every side': { x: [1, 2, 4, 5], w: [3, 2, 3, 4], pads: pairs(0, 2, 3, 1) },
    'pads larger than the kernel': { x: [1, 1, 2, 2], w: [2, 1, 2, 2], bias: [2], pads: pairs(3, 4, 4, 3) },
    'negative pads crop': { x: [1, 2, 6, 7], w: [2, 2, 3, 3], pads: pairs(-1, -2, 1, -3) },
    'dilation 2': { x: [1, 2, 7, 7], w: [2, 2, 3, 3], dilation: [2, 2] },
    'dilation 3 with stride 2': {
      x: [1, 2, 9, 8],
      w: [3, 2, 3, 2],
      stride: [2, 2],
      dilation: [3, 3],
      pads: pairs(1, 1, 2, 0),
    },
    'dilation reaches over the whole input': { x: [1, 2, 5, 5], w: [2, 2, 2, 2], dilation: [4, 4] },
    'all taps but one in the padding': { x: [1, 2, 1, 1], w: [2, 2, 3, 3], pads: pairs(1, 1, 1, 1) },
    '2 groups': { x: [1, 4, 5, 5], w: [6, 2, 3, 3], bias: [6], groups: 2 },
    '3 groups, stride 2': { x: [1, 6, 5, 5], w: [3, 2, 3, 3], stride: [2, 2], groups: 3 },
    depthwise: { x: [1, 5, 5, 6], w: [5, 1, 3, 3], bias: [5], pads: pairs(1, 1, 1, 1), groups: 5 },
    'depthwise, stride 2': {
      x: [1, 4, 7, 7],
      w: [4, 1, 5, 5],
      stride: [2, 2],
      pads: pairs(2, 2, 2, 2),
      groups: 4,
    },
    'depthwise, two outputs a channel': { x: [1, 3, 5, 5], w: [6, 1, 3, 3], groups: 3 },
    '7 channels to 5': { x: [1, 7, 4, 5], w: [5, 7, 3, 3], bias: [5] },
    '17 channels to 33: a rest after every vector': { x: [1, 17, 4, 3], w: [33, 17, 2, 2] },
    '64 channels to 1': { x: [1, 64, 3, 3], w: [1, 64, 3, 3], bias: [1], pads: pairs(1, 1, 1, 1) },
    '1 channel to 32': { x: [1, 1, 6, 6], w: [32, 1, 3, 3], bias: [32] },
    'batch of 3': { x: [3, 2, 4, 5], w: [3, 2, 3, 3], bias: [3], pads: pairs(1, 1, 1, 1) },
    'one row': { x: [1, 2, 1, 9], w: [3, 2, 1, 3], pads: pairs(0, 0, 1, 1) },
    'one column': { x: [1, 2, 9, 1], w: [3, 2, 3, 1], stride: [2, 1] },
    'a kernel as large as the input': { x: [1, 3, 4, 5], w: [7, 3, 4, 5], bias: [7] },
    'kernel 7, stride 2, as in ResNet': {
      x: [1, 3, 10, 10],
      w: [8, 3, 7, 7],
      stride: [2, 2],
      pads: pairs(3, 3, 3, 3),
    },
    'kernel 1 by 5': { x: [1, 3, 4, 8], w: [2, 3, 1, 5], pads: pairs(0, 0, 2, 2) },
    '1-D': { x: [1, 3, 9], w: [5, 3, 3], bias: [5], pads: pairs(1, 1) },
    '1-D, causal, dilation 4': { x: [1, 2, 10], w: [3, 2, 3], dilation: [4], pads: pairs(8, 0) },
    '3-D': { x: [1, 2, 4, 4, 5], w: [3, 2, 3, 3, 3], bias: [3], pads: pairs(1, 1, 1, 1, 1, 1) },
    '3-D, everything at once': {
      x: [2, 4, 4, 5, 6],
      w: [6, 2, 2, 3, 2],
      bias: [6],
      stride: [1, 2, 2],
      dilation: [2, 1, 3],
      pads: pairs(1, 0, 2, 1, -1, 2),
      groups: 2,
    },
    'weights known only at run time': { x: [1, 3, 4, 4], w: [5, 3, 3, 3], bias: [5], weights: [] },
    'depthwise, weights known only at run time': { x: [1, 5, 5, 5], w: [5, 1, 3, 3], groups: 5, weights: [] },
    'kernel 1, weights known only at run time': { x: [2, 5, 3, 3], w: [7, 5, 1, 1], weights: [] },
  },
  defaults,
);

const numbers = cases(
  conv,
  {
    'reals: kernel 3': { x: [1, 8, 6, 6], w: [5, 8, 3, 3], bias: [5], pads: pairs(1, 1, 1, 1), reals: true },
    'reals: kernel 5, stride 2': { x: [2, 4, 9, 9], w: [3, 4, 5, 5], stride: [2, 2], reals: true },
    'reals: depthwise': { x: [1, 7, 8, 8], w: [7, 1, 3, 3], groups: 7, reals: true },
    'reals: kernel 1': { x: [1, 32, 4, 5], w: [17, 32, 1, 1], bias: [17], reals: true },
    'reals: dilation 2': { x: [1, 5, 8, 8], w: [4, 5, 3, 3], dilation: [2, 2], reals: true },
    'float16: kernel 3': { x: [1, 3, 5, 5], w: [4, 3, 3, 3], bias: [4], dtype: 'float16' },
    'float16: kernel 1, reals': { x: [1, 6, 4, 4], w: [5, 6, 1, 1], reals: true, dtype: 'float16' },
    'float64: kernel 3': { x: [1, 3, 5, 5], w: [4, 3, 3, 3], bias: [4], reals: true, dtype: 'float64' },
    'NaN reaches what its kernel covers, nothing else': {
      x: withAt({ 12: nan }, [1, 2, 4, 5]),
      w: [3, 2, 2, 2],
    },
    'infinity in the input': { x: withAt({ 7: -infinity }, [1, 1, 4, 4]), w: withAt({ 4: 1 }, [2, 1, 3, 3]) },
    'batch of none': { x: [0, 2, 5, 5], w: [3, 2, 3, 3], bias: [3] },
    ...everyWidth('kernel 3', (width) => ({
      x: [1, 3, 3, width],
      w: [2, 3, 3, 3],
      bias: [2],
      pads: pairs(1, 1, 1, 1),
    })),
    ...everyWidth('kernel 3, stride 2', (width) => ({
      x: [1, 3, 3, width],
      w: [2, 3, 3, 3],
      stride: [2, 2],
      pads: pairs(1, 1, 1, 1),
    })),
    ...everyWidth('kernel 1', (width) => ({ x: [1, 5, 2, width], w: [3, 5, 1, 1] })),
    ...everyWidth('depthwise', (width) => ({
      x: [1, 3, 3, width],
      w: [3, 1, 3, 3],
      pads: pairs(1, 1, 1, 1),
      groups: 3,
    })),
  },
  defaults,
);

export const convSuite: Suite = { name: 'conv', rows: [...geometry, ...numbers] };
