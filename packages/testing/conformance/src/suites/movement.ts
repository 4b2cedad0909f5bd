import { concat, expand, pad, reshape, slice, split, tile, transpose, trilu } from '@polyphase/ir';
import { casesOf, type Suite } from '../cases.ts';
import { elements, withAt } from '../data.ts';
import { allWidths, pairs } from './shared.ts';

const { NaN: nan } = Number;

const shapes = [
  ...casesOf(reshape, {
    flattens: { x: [2, 3, 4], shape: [24] },
    'splits an axis': { x: [6, 4], shape: [2, 3, 2, 2] },
    'to the shape that it has': { x: [2, 3], shape: [2, 3] },
    'to a scalar': { x: [1, 1], shape: [] },
    'adds axes of length 1': { x: [3, 4], shape: [1, 3, 1, 4] },
    'of nothing': { x: [0, 3], shape: [3, 0, 2] },
    float16: { x: [2, 6], shape: [3, 4], dtype: 'float16' },
    bool: { x: [2, 6], shape: [3, 4], dtype: 'bool' },
    int64: { x: [2, 6], shape: [3, 4], dtype: 'int64' },
  }),
  ...casesOf(transpose, {
    'a matrix': { x: [3, 5], perm: [1, 0] },
    'channels last to channels first': { x: [2, 3, 4, 5], perm: [0, 3, 1, 2] },
    'channels first to channels last': { x: [2, 5, 3, 4], perm: [0, 2, 3, 1] },
    'the axes back to front': { x: [2, 3, 4, 5], perm: [3, 2, 1, 0] },
    'nothing changes': { x: [2, 3, 4], perm: [0, 1, 2] },
    'rank 6': { x: [2, 1, 3, 2, 1, 2], perm: [5, 0, 3, 1, 4, 2] },
    'a scalar': { x: [], perm: [] },
    'of nothing': { x: [2, 0, 3], perm: [2, 1, 0] },
    float16: { x: [3, 5], perm: [1, 0], dtype: 'float16' },
    uint8: { x: [3, 5], perm: [1, 0], dtype: 'uint8' },
    int64: { x: [3, 5], perm: [1, 0], dtype: 'int64' },
    'NaN is moved like a number': { x: withAt({ 4: nan }, [3, 3]), perm: [1, 0] },
    ...allWidths('rows', (width) => ({ x: [width, 5], perm: [1, 0] })),
    ...allWidths('columns', (width) => ({ x: [2, 3, width], perm: [0, 2, 1] })),
  }),
  ...casesOf(expand, {
    'a channel': { x: [3, 1, 1], shape: [2, 3, 4, 5] },
    'the last axis': { x: [2, 3, 1], shape: [2, 3, 7] },
    'a scalar': { x: [], shape: [2, 3] },
    'to the shape that it has': { x: [2, 3], shape: [2, 3] },
    'to nothing': { x: [2, 1], shape: [2, 0] },
    int64: { x: [3, 1], shape: [3, 4], dtype: 'int64' },
    bool: { x: [3, 1], shape: [3, 4], dtype: 'bool' },
  }),
];

const parts = [
  ...casesOf(concat, {
    'the channels, as in U-Net': {
      xs: [
        [1, 3, 4, 5],
        [1, 2, 4, 5],
      ],
      axis: 1,
    },
    'the last axis': {
      xs: [
        [2, 3],
        [2, 1],
        [2, 4],
      ],
      axis: 1,
    },
    'the first axis': {
      xs: [
        [1, 5],
        [3, 5],
      ],
      axis: 0,
    },
    'one operand': { xs: [[2, 3]], axis: 1 },
    'a part of nothing': {
      xs: [
        [2, 3],
        [2, 0],
        [2, 2],
      ],
      axis: 1,
    },
    'eight operands': { xs: Array.from({ length: 8 }, (_, i) => [2, i + 1, 3]), axis: 1 },
    'a part that is known': {
      xs: [
        [2, 3],
        [2, 2],
      ],
      axis: 1,
      weights: ['xs1'],
    },
    int64: { xs: [[2], [3]], axis: 0, dtype: 'int64' },
    bool: {
      xs: [
        [2, 3],
        [2, 4],
      ],
      axis: 1,
      dtype: 'bool',
    },
    float16: {
      xs: [
        [2, 3],
        [2, 4],
      ],
      axis: 1,
      dtype: 'float16',
    },
    ...allWidths('', (width) => ({
      xs: [
        [2, width],
        [2, 3],
      ],
      axis: 1,
    })),
  }),
  ...casesOf(split, {
    'the channels': { x: [2, 5, 3], axis: 1, lengths: [2, 3] },
    'the last axis': { x: [2, 7], axis: 1, lengths: [1, 4, 2] },
    'the first axis': { x: [4, 3], axis: 0, lengths: [1, 1, 2] },
    'one part': { x: [2, 3], axis: 1, lengths: [3] },
    'a part of nothing': { x: [2, 3], axis: 1, lengths: [0, 3] },
    int64: { x: [6], axis: 0, lengths: [2, 4], dtype: 'int64' },
  }),
  ...casesOf(tile, {
    'two axes': { x: [2, 3], repeats: [2, 3] },
    'the last axis of 4': { x: [1, 2, 2, 3], repeats: [1, 1, 1, 4] },
    'once: nothing changes': { x: [2, 3], repeats: [1, 1] },
    none: { x: [2, 3], repeats: [0, 2] },
    int64: { x: [2, 3], repeats: [3, 1], dtype: 'int64' },
    uint8: { x: [2, 3], repeats: [1, 5], dtype: 'uint8' },
  }),
];

const cuts = [
  ...casesOf(slice, {
    'a part of each axis': { x: [4, 5], start: [1, 2], step: [1, 1], length: [2, 3] },
    'every second element': { x: [3, 8], start: [0, 1], step: [1, 2], length: [3, 4] },
    backwards: { x: [3, 5], start: [2, 4], step: [-1, -1], length: [3, 5] },
    'backwards in steps of 2': { x: [2, 7], start: [0, 6], step: [1, -2], length: [2, 4] },
    'one element': { x: [3, 4], start: [2, 3], step: [1, 1], length: [1, 1] },
    nothing: { x: [3, 4], start: [0, 2], step: [1, 1], length: [3, 0] },
    everything: { x: [3, 4], start: [0, 0], step: [1, 1], length: [3, 4] },
    'rank 4': { x: [2, 3, 4, 5], start: [1, 0, 3, 1], step: [1, 2, -1, 3], length: [1, 2, 3, 2] },
    int64: { x: [9], start: [7], step: [-3], length: [3], dtype: 'int64' },
    uint8: { x: [3, 5], start: [0, 1], step: [1, 2], length: [3, 2], dtype: 'uint8' },
    ...allWidths('from the second on', (width) => ({
      x: [2, width + 1],
      start: [0, 1],
      step: [1, 1],
      length: [2, width],
    })),
  }),
  ...casesOf(
    pad,
    {
      'zeros at every side': { x: [2, 3], pads: pairs(1, 2, 3, 0) },
      'a value': { x: [2, 3], value: elements([7], []), pads: pairs(1, 1, 1, 1) },
      'a value known only at run time': {
        x: [2, 3],
        value: elements([7], []),
        pads: pairs(1, 1, 1, 1),
        weights: [],
      },
      '-infinity': { x: [2, 3], value: elements([Number.NEGATIVE_INFINITY], []), pads: pairs(0, 0, 1, 1) },
      crops: { x: [4, 5], pads: pairs(-1, -1, -2, 0) },
      'crops at one side and pads at the other': { x: [4, 5], pads: pairs(-1, 2, 3, -2) },
      reflect: { x: [4, 5], pads: pairs(2, 3, 4, 1), mode: 'reflect' },
      'reflect, further than the axis is long': { x: [3, 2], pads: pairs(5, 4, 3, 5), mode: 'reflect' },
      'reflect, one element': { x: [1, 3], pads: pairs(2, 1, 0, 0), mode: 'reflect' },
      'reflect with a crop': { x: [5, 6], pads: pairs(-2, 2, 3, -1), mode: 'reflect' },
      edge: { x: [3, 4], pads: pairs(1, 2, 3, 1), mode: 'edge' },
      'edge with a crop': { x: [4, 5], pads: pairs(-1, 3, 2, -2), mode: 'edge' },
      wrap: { x: [3, 4], pads: pairs(1, 2, 3, 1), mode: 'wrap' },
      'wrap, further than the axis is long': { x: [2, 3], pads: pairs(5, 3, 7, 4), mode: 'wrap' },
      'the last two axes of 4, reflect: as before a convolution': {
        x: [1, 2, 4, 5],
        pads: pairs(0, 0, 0, 0, 1, 1, 2, 2),
        mode: 'reflect',
      },
      nothing: { x: [2, 3], pads: pairs(0, 0, 0, 0) },
      'of nothing': { x: [0, 3], pads: pairs(2, 1, 0, 0) },
      int64: { x: [2, 3], pads: pairs(0, 1, 1, 0), dtype: 'int64' },
      'uint8, edge': { x: [2, 3], pads: pairs(0, 1, 1, 2), mode: 'edge', dtype: 'uint8' },
      float16: { x: [2, 3], pads: pairs(0, 1, 1, 0), dtype: 'float16' },
      ...allWidths('', (width) => ({ x: [2, width], pads: pairs(0, 0, 1, 2) })),
      ...allWidths('reflect', (width) => ({
        x: [2, width],
        pads: pairs(1, 1, 1, 2),
        mode: 'reflect' as const,
      })),
    },
    { weights: ['value'] },
  ),
  ...casesOf(trilu, {
    upper: { x: [4, 5] },
    lower: { x: [5, 4], upper: false },
    'upper, above the diagonal': { x: [2, 4, 4], k: 1 },
    'lower, above the diagonal': { x: [4, 4], upper: false, k: 2 },
    'upper, below the diagonal': { x: [4, 4], k: -2 },
    'lower, nothing left': { x: [3, 3], upper: false, k: -5 },
    int64: { x: [3, 3], dtype: 'int64' },
    'NaN outside the triangle is 0': { x: withAt({ 6: nan }, [3, 3]) },
  }),
];

export const movementSuite: Suite = { name: 'movement', rows: [...shapes, ...parts, ...cuts] };
