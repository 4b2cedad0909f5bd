import type { DType, OpName } from '@polyphase/ir';
import { describe, it } from 'vitest';
import { expectLayer } from '../rows.testing.ts';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const floats: readonly OpName[] = [
  'reduceSum',
  'reduceMean',
  'reduceMax',
  'reduceMin',
  'reduceProd',
  'reduceL1',
  'reduceL2',
  'reduceLogSum',
  'reduceLogSumExp',
  'reduceSumSquare',
];

describe('reductions', () => {
  it.each(floats)('%s over axes in any order, kept or not', (op) => {
    expectLayer(op, { inputs: [[3, 5]], attributes: { axes: [1], keepDims: true } });
    expectLayer(op, { inputs: [[2, 3, 4]], attributes: { axes: [2, 0], keepDims: false } });
    expectLayer(op, { inputs: [[2, 1, 4]], attributes: { axes: [0, 1, 2], keepDims: false } });
    expectLayer(op, { inputs: [[2, 3]], attributes: { axes: [], keepDims: true } });
    expectLayer(op, { inputs: [[2, 0]], attributes: { axes: [1], keepDims: false } });
    expectLayer(op, { inputs: [[0, 2]], attributes: { axes: [1], keepDims: false } });
    expectLayer(op, { inputs: [[3, 4]], dtype: 'float64', attributes: { axes: [0], keepDims: true } });
    expectLayer(op, { inputs: [[3, 4]], dtype: 'float16', attributes: { axes: [0], keepDims: true } });
  });

  it.each(
    [
      'reduceSum',
      'reduceMean',
      'reduceMax',
      'reduceMin',
      'reduceProd',
      'reduceL1',
      'reduceL2',
      'reduceSumSquare',
    ].flatMap((op) =>
      (['int8', 'uint8', 'int32', 'uint32', 'int64'] as const).map((dtype) => [op as OpName, dtype] as const),
    ),
  )('%s of %s', (op, dtype: DType) => {
    expectLayer(op, { inputs: [[3, 5]], dtype, attributes: { axes: [1], keepDims: true } });
    expectLayer(op, { inputs: [[3, 0]], dtype, attributes: { axes: [0], keepDims: true } });
  });

  it.each(['reduceMax', 'reduceMin'] as const)('%s of bool, NaN and nothing', (op) => {
    expectLayer(op, { inputs: [[3, 5]], dtype: 'bool', attributes: { axes: [1], keepDims: true } });
    expectLayer(op, {
      inputs: [{ shape: [2, 3], data: [1, nan, 2, inf, -inf, 0] }],
      attributes: { axes: [1], keepDims: false },
    });
    for (const dtype of ['float32', 'int8', 'uint8', 'int32'] as const)
      expectLayer(op, { inputs: [[2, 0]], dtype, attributes: { axes: [1], keepDims: false } });
  });

  it('reduceLogSumExp of large and infinite elements', () =>
    expectLayer('reduceLogSumExp', {
      inputs: [{ shape: [5, 2], data: [1000, 1001, -inf, -inf, inf, 0, -inf, 3, nan, 1] }],
      attributes: { axes: [1], keepDims: false },
    }));
});

describe('places of extremes', () => {
  const rows = [3, 1, 3, 0, nan, 2, nan, 5, -inf, -inf, -inf, -inf];
  it.each(['argMax', 'argMin'] as const)('%s, first and last of equal ones', (op) => {
    for (const selectLastIndex of [false, true]) {
      expectLayer(op, {
        inputs: [{ shape: [3, 4], data: rows }],
        attributes: { axis: 1, keepDims: true, selectLastIndex },
      });
      expectLayer(op, {
        inputs: [{ shape: [4, 3], data: rows }],
        attributes: { axis: 0, keepDims: false, selectLastIndex },
      });
      expectLayer(op, {
        inputs: [[2, 3, 4]],
        dtype: 'uint8',
        attributes: { axis: 1, keepDims: false, selectLastIndex },
      });
      expectLayer(op, {
        inputs: [[2, 1]],
        dtype: 'int64',
        attributes: { axis: 1, keepDims: false, selectLastIndex },
      });
    }
  });
});

describe('softmax', () => {
  it.each(['softmax', 'logSoftmax', 'hardmax'] as const)('%s', (op) => {
    expectLayer(op, { inputs: [[3, 5]], attributes: { axis: 1 } });
    expectLayer(op, { inputs: [[2, 3, 4]], attributes: { axis: 1 } });
    expectLayer(op, { inputs: [[2, 3]], dtype: 'float16', attributes: { axis: 0 } });
    expectLayer(op, { inputs: [[2, 1]], dtype: 'float64', attributes: { axis: 1 } });
    expectLayer(op, { inputs: [[2, 0]], attributes: { axis: 1 } });
    expectLayer(op, {
      inputs: [{ shape: [2, 3], data: [1000, 1001, 999, -1000, -1e9, -inf] }],
      attributes: { axis: 1 },
    });
  });
});

describe('normalisations', () => {
  const stretch = { shape: [2, 4, 3, 3], data: Array.from({ length: 72 }, (_, i) => 1000 + Math.sin(i)) };
  const [c, b] = [[4], [4]];
  it.each([
    ['batchNormalization', [[2, 4, 3, 3], c, b, c, { shape: [4], data: [0.1, 1, 2, 3] }], { epsilon: 1e-3 }],
    ['batchNormalization', [[3, 4], c, b, c, { shape: [4], data: [0.1, 1, 2, 3] }], {}],
    ['instanceNormalization', [[2, 4, 5], c, b], {}],
    ['instanceNormalization', [stretch, c, b], {}],
    ['groupNormalization', [stretch, c, b], { groups: 2 }],
    ['groupNormalization', [[1, 4, 7], c, b], { groups: 4, epsilon: 0.1 }],
    ['groupNormalization', [[2, 4], c, b], { groups: 1 }],
    [
      'layerNormalization',
      [
        [2, 3, 4],
        [3, 4],
        [3, 4],
      ],
      { axis: 1 },
    ],
    ['layerNormalization', [[2, 3, 4], [4], undefined], { axis: 2 }],
    ['layerNormalization', [[2, 3], [1], [3]], { axis: 0 }],
    ['rmsNormalization', [[2, 3, 4], [4]], { axis: 2 }],
    [
      'rmsNormalization',
      [
        [2, 3, 4],
        [3, 1],
      ],
      { axis: 1, epsilon: 0 },
    ],
    ['lrn', [[2, 5, 3]], { size: 3 }],
    ['lrn', [[1, 4, 2, 2]], { size: 4, alpha: 0.5, beta: 0.5, bias: 2 }],
    ['lrn', [[1, 2, 3]], { size: 9, alpha: 0.5, beta: 1.3 }],
    ['lpNormalization', [[3, 4]], { axis: 1, p: 2 }],
    ['lpNormalization', [[3, 4]], { axis: 0, p: 1 }],
    ['lpNormalization', [{ shape: [2, 2], data: [0, 0, 3, 4] }], { axis: 1, p: 2 }],
  ] as const)('%s of %o, %o', (op, inputs, attributes) => {
    expectLayer(op, { inputs, attributes, roundings: 2000 });
    expectLayer(op, { inputs, attributes, dtype: 'float64', roundings: 2000 });
  });

  it('float16 sums are kept in float32', () =>
    expectLayer('layerNormalization', {
      inputs: [[2, 300], [300], [300]],
      attributes: { axis: 1 },
      dtype: 'float16',
      roundings: 2,
    }));
});
