import { averagePool, lpPool, maxPool, maxUnpool } from '@polyphase/ir';
import { casesOf, type Suite } from '../cases.ts';
import { between, elements, int64, type OperandSpec, withAt } from '../data.ts';
import { allWidths, none, pairs, perAxis } from './shared.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Stride and dilation 1, no padding. */
const sliding = ({ x }: { readonly x: OperandSpec }) => ({
  stride: perAxis(x, 1),
  dilation: perAxis(x, 1),
  pads: perAxis(x, none),
});

const maxima = casesOf(
  maxPool,
  {
    'halves the size': { x: [1, 3, 4, 6], kernel: [2, 2], stride: [2, 2] },
    'halves an odd size': { x: [1, 2, 5, 7], kernel: [2, 2], stride: [2, 2] },
    'ceil keeps the last element of an odd size': {
      x: [1, 2, 5, 7],
      kernel: [2, 2],
      stride: [2, 2],
      ceil: true,
    },
    'ceil drops a window that would begin in the padding': {
      x: [1, 1, 3, 3],
      kernel: [1, 1],
      stride: [2, 2],
      ceil: true,
    },
    'windows overlap': { x: [1, 2, 6, 5], kernel: [3, 3] },
    'kernel 3, stride 2, padding 1, as in ResNet': {
      x: [1, 5, 7, 8],
      kernel: [3, 3],
      stride: [2, 2],
      pads: pairs(1, 1, 1, 1),
    },
    'pads that differ at every side': { x: [1, 2, 5, 5], kernel: [3, 4], pads: pairs(0, 2, 3, 1) },
    'padding is below every number': {
      x: between(-9, -1, [1, 2, 4, 4]),
      kernel: [3, 3],
      pads: pairs(1, 1, 1, 1),
    },
    'stride larger than the kernel': { x: [1, 1, 7, 9], kernel: [2, 1], stride: [3, 4] },
    'dilation 2': { x: [1, 2, 7, 7], kernel: [3, 3], dilation: [2, 2] },
    'dilation 3, stride 2, padded': {
      x: [1, 2, 8, 7],
      kernel: [2, 3],
      stride: [2, 2],
      dilation: [3, 2],
      pads: pairs(1, 1, 2, 0),
    },
    'the first of equal ones': { x: between(3, 3, [1, 2, 5, 5]), kernel: [3, 3], pads: pairs(1, 1, 1, 1) },
    'indices count column by column': { x: [2, 2, 4, 5], kernel: [2, 2], stride: [2, 2], storageOrder: 1 },
    'indices count over batch and channels': { x: [3, 2, 4, 4], kernel: [2, 2], stride: [2, 2] },
    'indices beyond what float16 can count': { x: [1, 9, 16, 16], kernel: [2, 2], stride: [2, 2] },
    '1-D': { x: [2, 3, 9], kernel: [3], stride: [2] },
    '3-D': { x: [1, 2, 4, 5, 6], kernel: [2, 3, 2], stride: [2, 1, 2], pads: pairs(0, 0, 1, 1, 0, 0) },
    '3-D, indices column by column': {
      x: [1, 2, 4, 4, 4],
      kernel: [2, 2, 2],
      stride: [2, 2, 2],
      storageOrder: 1,
    },
    'the whole plane': { x: [1, 3, 4, 5], kernel: [4, 5] },
    'NaN is the greatest': { x: withAt({ 5: nan }, [1, 1, 4, 4]), kernel: [2, 2] },
    infinities: { x: withAt({ 5: infinity, 6: -infinity }, [1, 1, 4, 4]), kernel: [2, 2] },
    'nothing but -infinity': {
      x: elements([-infinity, -infinity, -infinity, -infinity], [1, 1, 2, 2]),
      kernel: [2, 2],
    },
    uint8: { x: [1, 2, 4, 4], kernel: [3, 3], pads: pairs(1, 1, 1, 1), dtype: 'uint8' },
    'int8: padding is below -128': {
      x: between(-128, -120, [1, 1, 3, 3]),
      kernel: [3, 3],
      pads: pairs(1, 1, 1, 1),
      dtype: 'int8',
    },
    float16: { x: [1, 2, 5, 5], kernel: [2, 2], stride: [2, 2], dtype: 'float16' },
    'batch of none': { x: [0, 2, 4, 4], kernel: [2, 2] },
    ...allWidths('twice', (width) => ({ x: [1, 2, 2, 2 * width], kernel: [2, 2], stride: [2, 2] })),
    ...allWidths('kernel 3', (width) => ({ x: [1, 1, 3, width], kernel: [3, 3], pads: pairs(1, 1, 1, 1) })),
  },
  sliding,
);

const averages = casesOf(
  averagePool,
  {
    'halves the size': { x: [1, 3, 4, 6], kernel: [2, 2], stride: [2, 2] },
    'padding is not counted': { x: [1, 2, 4, 5], kernel: [3, 3], pads: pairs(1, 1, 1, 1) },
    'padding is counted': { x: [1, 2, 4, 5], kernel: [3, 3], pads: pairs(1, 1, 1, 1), countIncludePad: true },
    'ceil: beyond the padding nothing is counted': {
      x: [1, 2, 5, 6],
      kernel: [3, 3],
      stride: [2, 2],
      pads: pairs(1, 0, 1, 1),
      ceil: true,
      countIncludePad: true,
    },
    'ceil, padding not counted': { x: [1, 2, 6, 5], kernel: [3, 2], stride: [2, 2], ceil: true },
    'pads that differ at every side': { x: [1, 2, 4, 4], kernel: [3, 3], pads: pairs(0, 2, 1, 0) },
    'dilation 2': { x: [1, 2, 7, 6], kernel: [3, 2], dilation: [2, 3], pads: pairs(1, 2, 0, 1) },
    'dilation 2, padding counted': {
      x: [1, 2, 7, 6],
      kernel: [3, 2],
      dilation: [2, 3],
      pads: pairs(1, 2, 0, 1),
      countIncludePad: true,
    },
    'stride larger than the kernel': { x: [1, 1, 7, 9], kernel: [2, 1], stride: [3, 4] },
    '1-D': { x: [2, 3, 9], kernel: [4], stride: [3], pads: pairs(1, 2) },
    '3-D': { x: [1, 2, 4, 4, 5], kernel: [2, 2, 3], stride: [2, 2, 1], pads: pairs(0, 0, 1, 0, 1, 1) },
    'the whole plane': { x: [2, 5, 4, 5], kernel: [4, 5] },
    reals: { x: [1, 3, 8, 8], kernel: [3, 3], stride: [2, 2], pads: pairs(1, 1, 1, 1), reals: true },
    float16: { x: [1, 2, 5, 5], kernel: [2, 2], dtype: 'float16' },
    'NaN reaches its windows': { x: withAt({ 5: nan }, [1, 1, 4, 4]), kernel: [2, 2] },
    'batch of none': { x: [0, 2, 4, 4], kernel: [2, 2] },
    ...allWidths('kernel 3', (width) => ({ x: [1, 2, 3, width], kernel: [3, 3], pads: pairs(1, 1, 1, 1) })),
  },
  sliding,
);

const norms = casesOf(
  lpPool,
  {
    'p 2': { x: [1, 2, 4, 6], kernel: [2, 2], stride: [2, 2] },
    'p 1': { x: [1, 2, 4, 6], kernel: [2, 3], p: 1 },
    'p 3, reals': { x: [1, 2, 5, 5], kernel: [3, 3], pads: pairs(1, 1, 1, 1), p: 3, reals: true },
    'dilation and ceil': { x: [1, 2, 7, 6], kernel: [2, 2], stride: [2, 2], dilation: [2, 2], ceil: true },
    '1-D': { x: [1, 3, 7], kernel: [3], stride: [2] },
    '3-D': { x: [1, 1, 3, 4, 4], kernel: [2, 2, 2] },
  },
  sliding,
);

const unpooled = casesOf(maxUnpool, {
  'doubles the size': { x: [1, 1, 2, 2], indices: int64([5, 2, 8, 15], [1, 1, 2, 2]), shape: [1, 1, 4, 4] },
  'two channels and an odd size': {
    x: [1, 2, 2, 2],
    indices: int64([0, 4, 13, 24, 31, 27, 36, 49], [1, 2, 2, 2]),
    shape: [1, 2, 5, 5],
  },
  'indices count over the whole output': {
    x: [2, 1, 1, 2],
    indices: int64([3, 1, 4, 7], [2, 1, 1, 2]),
    shape: [2, 1, 2, 2],
  },
  'an element may leave its plane': {
    x: [1, 2, 1, 1],
    indices: int64([7, 0], [1, 2, 1, 1]),
    shape: [1, 2, 2, 2],
  },
  'the last of two that meet stays': {
    x: [1, 1, 1, 3],
    indices: int64([4, 4, 4], [1, 1, 1, 3]),
    shape: [1, 1, 2, 4],
  },
  'indices beyond what float16 can count': {
    x: [1, 1, 1, 4],
    indices: int64([2049, 2051, 2999, 4095], [1, 1, 1, 4]),
    shape: [1, 1, 64, 64],
  },
  '1-D': { x: [1, 2, 3], indices: int64([1, 2, 5, 7, 9, 11], [1, 2, 3]), shape: [1, 2, 6] },
  '3-D': { x: [1, 1, 1, 2, 2], indices: int64([1, 6, 9, 15], [1, 1, 1, 2, 2]), shape: [1, 1, 2, 2, 4] },
  'the output is not twice as large': {
    x: [1, 1, 2, 2],
    indices: int64([0, 8, 20, 34], [1, 1, 2, 2]),
    shape: [1, 1, 5, 7],
  },
  float16: {
    x: [1, 1, 2, 2],
    indices: int64([5, 2, 8, 15], [1, 1, 2, 2]),
    shape: [1, 1, 4, 4],
    dtype: 'float16',
  },
  'NaN and infinity are put like numbers': {
    x: elements([nan, infinity], [1, 1, 1, 2]),
    indices: int64([3, 0], [1, 1, 1, 2]),
    shape: [1, 1, 2, 2],
  },
  'batch of none': { x: [0, 1, 2, 2], indices: int64([], [0, 1, 2, 2]), shape: [0, 1, 4, 4] },
});

export const poolingSuite: Suite = { name: 'pooling', rows: [...maxima, ...averages, ...norms, ...unpooled] };
