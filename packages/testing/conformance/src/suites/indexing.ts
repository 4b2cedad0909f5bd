import { gather, gatherElements, gatherND, oneHot, scatterElements, scatterND } from '@polyphase/ir';
import { casesOf, type Suite } from '../cases.ts';
import { elements, int64, typed } from '../data.ts';
import { allWidths } from './shared.ts';

const int32 = (values: readonly number[], shape?: readonly number[]) =>
  typed('int32', elements(values, shape));

/** Known when the model is compiled, as most indices are; the rows have both. */
const known = { weights: ['indices'] };

const gathered = [
  ...casesOf(
    gather,
    {
      'rows: an embedding': { x: [5, 4], indices: int64([4, 0, 2, 2]) },
      columns: { x: [3, 6], indices: int64([5, 1]), axis: 1 },
      'an axis between, indices of rank 2': {
        x: [2, 5, 3],
        indices: int64([4, 0, 1, 3, 3, 2], [2, 3]),
        axis: 1,
      },
      'a scalar index drops the axis': { x: [3, 4], indices: int64([2], []), axis: 0 },
      'from the end': { x: [5, 3], indices: int64([-1, -5, -2]) },
      'int32 indices': { x: [5, 3], indices: int32([3, -1]) },
      'no indices': { x: [5, 3], indices: int64([]) },
      'indices beyond what float16 can count': { x: [3000, 2], indices: int64([2049, 2051, 2999, 2047]) },
      'known only at run time': { x: [5, 4], indices: int64([4, 0, -2, 2]), weights: [] },
      int64: { x: [5, 2], indices: int64([1, 4]), dtype: 'int64' },
      float16: { x: [5, 2], indices: int64([1, 4]), dtype: 'float16' },
      bool: { x: [5, 2], indices: int64([1, 4]), dtype: 'bool' },
      ...allWidths('', (width) => ({ x: [4, width], indices: int64([2, 0, 3]) })),
    },
    known,
  ),
  ...casesOf(
    gatherElements,
    {
      rows: { x: [3, 4], indices: int64([2, 0, 1, 2, 0, 0, 1, 1], [2, 4]) },
      columns: { x: [3, 4], indices: int64([3, 0, 1, -1, 2, 2], [3, 2]), axis: 1 },
      'fewer than the other axis has': { x: [4, 5], indices: int64([3, 1, 0, 2], [2, 2]) },
      'known only at run time': { x: [3, 4], indices: int64([2, 0, -3, 2], [1, 4]), weights: [] },
      'rank 3': { x: [2, 3, 2], indices: int64([2, 0, 1, 1, 0, 2, 2, 1], [2, 2, 2]), axis: 1 },
      int32: { x: [3, 2], indices: int32([1, 2, 0, 0], [2, 2]), dtype: 'int32' },
    },
    known,
  ),
  ...casesOf(
    gatherND,
    {
      elements: { x: [3, 4], indices: int64([0, 1, 2, 3, -1, -4], [3, 2]) },
      rows: { x: [3, 4], indices: int64([2, 0], [2, 1]) },
      'slices of rank 2': { x: [2, 3, 4], indices: int64([1, 0], [2, 1]) },
      'within each batch': { x: [2, 3, 4], indices: int64([1, 2], [2, 1]), batchDims: 1 },
      'elements within each batch': { x: [2, 3, 4], indices: int64([1, 2, 0, 3], [2, 1, 2]), batchDims: 1 },
      'two batch axes': { x: [2, 2, 3], indices: int64([0, 2, 1, -1], [2, 2, 1]), batchDims: 2 },
      'known only at run time': { x: [3, 4], indices: int64([0, 1, 2, 3], [2, 2]), weights: [] },
      int64: { x: [3, 4], indices: int64([0, 1, 2, 3], [2, 2]), dtype: 'int64' },
    },
    known,
  ),
];

const scattered = [
  ...casesOf(
    scatterElements,
    {
      rows: { x: [3, 4], indices: int64([2, 0, 1, 2], [1, 4]), updates: [1, 4] },
      columns: { x: [3, 4], indices: int64([3, 0, 1], [3, 1]), updates: [3, 1], axis: 1 },
      'from the end': { x: [2, 5], indices: int64([-1, -5, 2, -3], [2, 2]), updates: [2, 2], axis: 1 },
      'the last of two that meet stays': {
        x: [1, 4],
        indices: int64([1, 1, 1], [1, 3]),
        updates: [1, 3],
        axis: 1,
      },
      add: { x: [1, 4], indices: int64([1, 1, 3], [1, 3]), updates: [1, 3], axis: 1, reduction: 'add' },
      mul: { x: [1, 4], indices: int64([1, 1, 3], [1, 3]), updates: [1, 3], axis: 1, reduction: 'mul' },
      max: { x: [1, 4], indices: int64([1, 1, 3], [1, 3]), updates: [1, 3], axis: 1, reduction: 'max' },
      min: { x: [1, 4], indices: int64([1, 1, 3], [1, 3]), updates: [1, 3], axis: 1, reduction: 'min' },
      'no updates': { x: [2, 3], indices: int64([], [0, 3]), updates: [0, 3] },
      'known only at run time': {
        x: [3, 4],
        indices: int64([2, 0, 1, 2], [1, 4]),
        updates: [1, 4],
        weights: [],
      },
      int32: { x: [3, 2], indices: int64([2, 0], [1, 2]), updates: [1, 2], reduction: 'add', dtype: 'int32' },
      float16: { x: [3, 2], indices: int64([2, 0], [1, 2]), updates: [1, 2], dtype: 'float16' },
    },
    known,
  ),
  ...casesOf(
    scatterND,
    {
      elements: { x: [3, 4], indices: int64([0, 1, 2, 3], [2, 2]), updates: [2] },
      rows: { x: [4, 3], indices: int64([2, 0], [2, 1]), updates: [2, 3] },
      'slices of rank 2': { x: [3, 2, 2], indices: int64([1, -1], [2, 1]), updates: [2, 2, 2] },
      'add, rows that meet': {
        x: [3, 2],
        indices: int64([1, 1, 2], [3, 1]),
        updates: [3, 2],
        reduction: 'add',
      },
      mul: { x: [3, 2], indices: int64([1, 1], [2, 1]), updates: [2, 2], reduction: 'mul' },
      max: { x: [3, 2], indices: int64([1, 1], [2, 1]), updates: [2, 2], reduction: 'max' },
      'known only at run time': {
        x: [3, 4],
        indices: int64([0, 1, 2, 3], [2, 2]),
        updates: [2],
        weights: [],
      },
      int64: { x: [5], indices: int64([4, 0], [2, 1]), updates: [2], dtype: 'int64' },
    },
    known,
  ),
];

const oneHots = casesOf(oneHot, {
  'the last axis': { indices: int64([0, 2, 1]), values: elements([0, 1]), axis: 1, depth: 3 },
  'the first axis': { indices: int64([0, 2, 1, 3], [2, 2]), values: elements([0, 1]), axis: 0, depth: 4 },
  'an axis between': { indices: int64([0, 2, 1, 1], [2, 2]), values: elements([-1, 5]), axis: 1, depth: 3 },
  'from the end': { indices: int64([-1, -3, 0]), values: elements([0, 1]), axis: 1, depth: 3 },
  'outside: off': { indices: int64([3, -4, 7]), values: elements([0, 1]), axis: 1, depth: 3 },
  'fractions are cut off': { indices: elements([1.9, -0.5, 2]), values: elements([0, 1]), axis: 1, depth: 3 },
  'int64 values': { indices: int64([1, 0]), values: int64([7, 9]), axis: 1, depth: 2 },
});

export const indexingSuite: Suite = { name: 'indexing', rows: [...gathered, ...scattered, ...oneHots] };
