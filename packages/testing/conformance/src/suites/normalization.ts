import {
  batchNormalization,
  groupNormalization,
  instanceNormalization,
  layerNormalization,
  lpNormalization,
  lrn,
  rmsNormalization,
} from '@polyphase/ir';
import { casesOf, type Suite } from '../cases.ts';
import { between, elements, withAt } from '../data.ts';
import { allWidths } from './shared.ts';

const { NaN: nan } = Number;
const statistics = ['scale', 'bias', 'mean', 'variance'];

const perChannel = [
  ...casesOf(
    batchNormalization,
    {
      '2-D': { x: [2, 5, 3, 4], scale: [5], bias: [5], mean: [5], variance: between(0.5, 2, [5]) },
      '1-D': { x: [1, 3, 7], scale: [3], bias: [3], mean: [3], variance: between(0.5, 2, [3]) },
      '3-D': { x: [1, 3, 2, 3, 2], scale: [3], bias: [3], mean: [3], variance: between(0.5, 2, [3]) },
      'no spatial axes': { x: [4, 7], scale: [7], bias: [7], mean: [7], variance: between(0.5, 2, [7]) },
      'a variance of 0: epsilon alone': {
        x: [1, 2, 3, 3],
        scale: [2],
        bias: [2],
        mean: [2],
        variance: elements([0, 0]),
      },
      'another epsilon': {
        x: [1, 2, 3, 3],
        scale: [2],
        bias: [2],
        mean: [2],
        variance: between(0.5, 2, [2]),
        epsilon: 30,
      },
      'statistics known only at run time': {
        x: [1, 3, 2, 2],
        scale: [3],
        bias: [3],
        mean: [3],
        variance: between(0.5, 2, [3]),
        weights: [],
      },
      reals: {
        x: [2, 7, 5, 5],
        scale: [7],
        bias: [7],
        mean: [7],
        variance: between(0.1, 1, [7]),
        reals: true,
      },
      float16: {
        x: [1, 3, 3, 3],
        scale: [3],
        bias: [3],
        mean: [3],
        variance: between(0.5, 2, [3]),
        dtype: 'float16',
      },
      float64: {
        x: [1, 3, 3, 3],
        scale: [3],
        bias: [3],
        mean: [3],
        variance: between(0.5, 2, [3]),
        dtype: 'float64',
      },
      'batch of none': { x: [0, 3, 3, 3], scale: [3], bias: [3], mean: [3], variance: between(0.5, 2, [3]) },
      ...allWidths('', (width) => ({
        x: [1, 2, 1, width],
        scale: [2],
        bias: [2],
        mean: [2],
        variance: between(0.5, 2, [2]),
      })),
    },
    { weights: statistics },
  ),
  ...casesOf(
    instanceNormalization,
    {
      '2-D': { x: [2, 3, 4, 5], scale: [3], bias: [3] },
      '1-D': { x: [1, 2, 9], scale: [2], bias: [2] },
      '3-D': { x: [1, 2, 2, 3, 4], scale: [2], bias: [2] },
      'one element: nothing but the bias': { x: [1, 3, 1, 1], scale: [3], bias: [3] },
      'equal elements: nothing but the bias': { x: between(3, 3, [1, 2, 4, 4]), scale: [2], bias: [2] },
      'a large epsilon': { x: [1, 2, 3, 3], scale: [2], bias: [2], epsilon: 10 },
      reals: { x: [2, 5, 6, 6], scale: [5], bias: [5], reals: true },
      'reals far from 0': { x: between(1000, 1001, [1, 2, 8, 8]), scale: [2], bias: [2] },
      float16: { x: [1, 2, 3, 3], scale: [2], bias: [2], dtype: 'float16' },
      ...allWidths('', (width) => ({ x: [1, 2, 2, width], scale: [2], bias: [2] })),
    },
    { weights: statistics },
  ),
  ...casesOf(
    groupNormalization,
    {
      '2 groups': { x: [2, 6, 3, 4], scale: [6], bias: [6], groups: 2 },
      'one group: over everything': { x: [2, 3, 4, 4], scale: [3], bias: [3], groups: 1 },
      'a group a channel': { x: [2, 3, 4, 4], scale: [3], bias: [3], groups: 3 },
      '1-D': { x: [1, 4, 7], scale: [4], bias: [4], groups: 2 },
      'no spatial axes': { x: [3, 8], scale: [8], bias: [8], groups: 2 },
      reals: { x: [1, 32, 3, 3], scale: [32], bias: [32], groups: 8, reals: true },
      float16: { x: [1, 4, 3, 3], scale: [4], bias: [4], groups: 2, dtype: 'float16' },
    },
    { weights: statistics },
  ),
];

const perLayer = [
  ...casesOf(
    layerNormalization,
    {
      'the last axis': { x: [2, 3, 7], scale: [7], bias: [7], axis: 2 },
      'the last two axes': { x: [2, 3, 5], scale: [3, 5], bias: [3, 5], axis: 1 },
      'all axes': { x: [2, 3, 4], scale: [2, 3, 4], bias: [2, 3, 4], axis: 0 },
      'without a bias': { x: [3, 8], scale: [8], axis: 1 },
      'a scale that is broadcast': { x: [2, 3, 4], scale: [1], bias: [4], axis: 1 },
      'one element': { x: [3, 1], scale: [1], bias: [1], axis: 1 },
      'a large epsilon': { x: [3, 6], scale: [6], bias: [6], axis: 1, epsilon: 10 },
      reals: { x: [4, 96], scale: [96], bias: [96], axis: 1, reals: true },
      float16: { x: [2, 16], scale: [16], bias: [16], axis: 1, dtype: 'float16' },
      'NaN stays in its layer': { x: withAt({ 3: nan }, [3, 5]), scale: [5], bias: [5], axis: 1 },
      ...allWidths('', (width) => ({ x: [3, width], scale: [width], bias: [width], axis: 1 })),
    },
    { weights: statistics },
  ),
  ...casesOf(
    rmsNormalization,
    {
      'the last axis': { x: [2, 3, 7], scale: [7], axis: 2 },
      'the last two axes': { x: [2, 3, 5], scale: [3, 5], axis: 1 },
      reals: { x: [4, 96], scale: [96], axis: 1, reals: true },
      'a scale that is broadcast': { x: [2, 3, 4], scale: [1], axis: 1 },
      ...allWidths('', (width) => ({ x: [3, width], scale: [width], axis: 1 })),
    },
    { weights: statistics },
  ),
  ...casesOf(lpNormalization, {
    'L2, the last axis': { x: [2, 3, 5], axis: 2 },
    'L1, the last axis': { x: [2, 3, 5], axis: 2, p: 1 },
    'L2, the channels': { x: [2, 3, 4, 5], axis: 1 },
    'L1, the batch': { x: [3, 4], axis: 0, p: 1 },
    'a norm of 0 gives 0': { x: elements([0, 0, 3, -4], [2, 2]), axis: 1 },
    reals: { x: [3, 40], axis: 1, reals: true },
  }),
  ...casesOf(lrn, {
    'size 3': { x: [1, 5, 3, 3], size: 3, alpha: 0.5, beta: 0.5, bias: 1 },
    'size 5, as in AlexNet': { x: [2, 7, 2, 3], size: 5 },
    'an even size reaches one further back': { x: [1, 6, 2, 2], size: 4, alpha: 0.5, bias: 2 },
    'a size beyond the channels': { x: [1, 3, 2, 2], size: 9, alpha: 1 },
    'size 1': { x: [1, 3, 2, 2], size: 1, alpha: 2 },
    'reals, 1-D': { x: [1, 8, 9], size: 5, alpha: 0.1, reals: true },
  }),
];

export const normalizationSuite: Suite = { name: 'normalization', rows: [...perChannel, ...perLayer] };
