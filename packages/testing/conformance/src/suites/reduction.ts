import {
  argMax,
  argMin,
  cumProd,
  cumSum,
  hardmax,
  logSoftmax,
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
  reduceSumSquare,
  softmax,
} from '@polyphase/ir';
import { casesOf, type Suite, type SuiteRow } from '../cases.ts';
import { between, elements, withAt } from '../data.ts';
import { allWidths } from './shared.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

const overAxes: readonly SuiteRow[] = [
  reduceSum,
  reduceMean,
  reduceMax,
  reduceMin,
  reduceL1,
  reduceL2,
  reduceSumSquare,
].flatMap((op) =>
  casesOf(op, {
    'the last axis': { x: [2, 3, 5], axes: [2] },
    'the first axis': { x: [3, 4, 2], axes: [0] },
    'an axis between': { x: [2, 5, 3], axes: [1], keepDims: false },
    'all axes': { x: [2, 3, 4], axes: [0, 1, 2], keepDims: false },
    'two axes apart': { x: [2, 3, 4, 5], axes: [1, 3] },
    'the spatial axes, as in global pooling': { x: [2, 5, 4, 4], axes: [2, 3] },
    'no axis: each element alone': { x: [2, 3], axes: [] },
    'reals, a long axis': { x: [3, 100], axes: [1], reals: true },
    float16: { x: [3, 7], axes: [1], dtype: 'float16' },
    'NaN stays in its row': { x: withAt({ 4: nan }, [3, 3]), axes: [1] },
    infinity: { x: withAt({ 1: infinity }, [2, 3]), axes: [1] },
    ...allWidths('', (width) => ({ x: [3, width], axes: [1] })),
  }),
);

const special = [
  ...casesOf(reduceSum, {
    'of nothing is 0': { x: [2, 0, 3], axes: [1] },
    int32: { x: [3, 5], axes: [1], dtype: 'int32' },
    int64: { x: [3, 5], axes: [0], dtype: 'int64' },
    'int8 wraps': { x: between(100, 127, [2, 4]), axes: [1], dtype: 'int8' },
    'numbers that nearly cancel': { x: elements([1e4, 1, -1e4, 2 ** -10], [1, 4]), axes: [1] },
    float64: { x: [3, 50], axes: [1], dtype: 'float64', reals: true },
    'infinities of both signs give NaN': { x: elements([infinity, 1, -infinity], [3]), axes: [0] },
    'axes in another order': { x: [2, 3, 4], axes: [2, 0] },
  }),
  ...casesOf(reduceMean, { 'a rest after every vector': { x: [33, 17], axes: [0] } }),
  ...casesOf(reduceMax, {
    'of nothing is -infinity': { x: [2, 0], axes: [1] },
    'below 0': { x: between(-9, -2, [3, 5]), axes: [1] },
    uint8: { x: [3, 5], axes: [1], dtype: 'uint8' },
    int64: { x: [3, 5], axes: [1], dtype: 'int64' },
    'bool: any': { x: [3, 4], axes: [1], dtype: 'bool' },
  }),
  ...casesOf(reduceMin, {
    'of nothing is infinity': { x: [2, 0], axes: [1] },
    'above 0': { x: between(2, 9, [3, 5]), axes: [1] },
    'bool: all': { x: [3, 4], axes: [0], dtype: 'bool' },
    int32: { x: [3, 5], axes: [1], dtype: 'int32' },
  }),
  ...casesOf(reduceProd, {
    'the last axis': { x: [3, 5], axes: [1] },
    'all axes': { x: between(0.5, 1.5, [2, 3, 4]), axes: [0, 1, 2] },
    'of nothing is 1': { x: [2, 0], axes: [1] },
    'int32 wraps': { x: between(100, 1000, [2, 6]), axes: [1], dtype: 'int32' },
  }),
  ...casesOf(reduceLogSum, {
    'the last axis': { x: between(0.1, 5, [3, 7]), axes: [1] },
    'two axes': { x: between(0.1, 5, [2, 3, 4]), axes: [0, 2], keepDims: false },
    'of nothing is -infinity': { x: [2, 0], axes: [1] },
  }),
  ...casesOf(reduceLogSumExp, {
    'the last axis': { x: [3, 7], axes: [1] },
    'two axes': { x: [2, 3, 4], axes: [0, 2] },
    'large numbers do not overflow': { x: between(200, 210, [3, 5]), axes: [1] },
    'small numbers do not vanish': { x: between(-210, -200, [3, 5]), axes: [1] },
    '-infinity adds nothing': { x: withAt({ 1: -infinity }, [2, 3]), axes: [1] },
    'nothing but -infinity': { x: elements([-infinity, -infinity], [1, 2]), axes: [1] },
  }),
];

const positions = [argMax, argMin].flatMap((op) =>
  casesOf(op, {
    'the last axis': { x: [3, 7], axis: 1 },
    'the first axis': { x: [5, 4], axis: 0, keepDims: false },
    'the channels, as in segmentation': { x: [2, 7, 3, 4], axis: 1, keepDims: false },
    'the first of equal ones': { x: between(2, 2, [3, 5]), axis: 1 },
    'the last of equal ones': { x: between(2, 2, [3, 5]), axis: 1, selectLastIndex: true },
    'NaN counts': { x: withAt({ 2: nan, 4: nan }, [2, 5]), axis: 1 },
    infinities: { x: withAt({ 1: infinity, 2: -infinity }, [2, 4]), axis: 1 },
    int32: { x: [3, 5], axis: 1, dtype: 'int32' },
    uint8: { x: [3, 5], axis: 0, dtype: 'uint8' },
    float16: { x: [3, 5], axis: 1, dtype: 'float16' },
    ...allWidths('', (width) => ({ x: [3, width], axis: 1 })),
  }),
);

const alongAxis = [softmax, logSoftmax, hardmax].flatMap((op) =>
  casesOf(op, {
    'the last axis': { x: [3, 7], axis: 1 },
    'the channels': { x: [2, 5, 3, 4], axis: 1 },
    'the first axis': { x: [4, 3], axis: 0 },
    'one element': { x: [3, 1], axis: 1 },
    'equal elements': { x: between(2, 2, [2, 5]), axis: 1 },
    'large numbers do not overflow': { x: between(500, 510, [2, 5]), axis: 1 },
    'numbers far apart': { x: elements([-100, 0, 100, 3, 2, 1], [2, 3]), axis: 1 },
    'a mask of -infinity': { x: withAt({ 1: -infinity, 5: -infinity }, [2, 4]), axis: 1 },
    'NaN stays in its row': { x: withAt({ 1: nan }, [3, 4]), axis: 1 },
    'reals, a long axis': { x: [2, 100], axis: 1, reals: true },
    float16: { x: [3, 7], axis: 1, dtype: 'float16' },
    'batch of none': { x: [0, 5], axis: 1 },
    ...allWidths('', (width) => ({ x: [3, width], axis: 1 })),
  }),
);

const running = [
  ...casesOf(cumSum, {
    'the last axis': { x: [3, 7], axis: 1 },
    'the first axis': { x: [5, 3], axis: 0 },
    exclusive: { x: [2, 6], axis: 1, exclusive: true },
    reverse: { x: [2, 6], axis: 1, reverse: true },
    'exclusive and reverse': { x: [2, 6], axis: 0, exclusive: true, reverse: true },
    reals: { x: [2, 60], axis: 1, reals: true },
    int32: { x: [2, 6], axis: 1, dtype: 'int32' },
    int64: { x: [2, 6], axis: 1, dtype: 'int64' },
    'NaN stays in what follows': { x: withAt({ 2: nan }, [1, 5]), axis: 1 },
    'of nothing': { x: [2, 0], axis: 1 },
    ...allWidths('', (width) => ({ x: [3, width], axis: 1 })),
  }),
  ...casesOf(cumProd, {
    'the last axis': { x: between(0.5, 2, [3, 7]), axis: 1 },
    exclusive: { x: [2, 5], axis: 1, exclusive: true },
    reverse: { x: [2, 5], axis: 0, reverse: true },
    int32: { x: [2, 6], axis: 1, dtype: 'int32' },
  }),
];

export const reductionSuite: Suite = {
  name: 'reduction',
  rows: [...overAxes, ...special, ...positions, ...alongAxis, ...running],
};
