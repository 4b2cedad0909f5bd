import type { DType } from '@polyphase/ir';
import { describe, it } from 'vitest';
import { expectLayer, type OperandRow } from '../rows.testing.ts';

const ofType = (shape: readonly number[], dtype: DType): OperandRow => ({ shape, dtype });
const indices = (shape: readonly number[], data: readonly number[], dtype: DType = 'int64'): OperandRow => ({
  shape,
  dtype,
  data,
});

describe('shapes and orders', () => {
  it.each([
    ['reshape', [[2, 3, 4]], { shape: [6, 4] }],
    ['reshape', [[2, 0]], { shape: [0, 5] }],
    ['transpose', [[2, 3, 4]], { perm: [2, 0, 1] }],
    ['transpose', [ofType([3, 1, 5], 'int64')], { perm: [1, 2, 0] }],
    ['transpose', [[]], { perm: [] }],
    ['expand', [[3, 1]], { shape: [2, 3, 4] }],
    [
      'concat',
      [
        [2, 3],
        [2, 1],
        [2, 4],
      ],
      { axis: 1 },
    ],
    [
      'concat',
      [
        [2, 3],
        [0, 3],
        [1, 3],
      ],
      { axis: 0 },
    ],
    ['concat', [[2, 3]], { axis: 0 }],
    ['concat', [ofType([3], 'bool'), ofType([2], 'bool')], { axis: 0 }],
    ['split', [[2, 7]], { axis: 1, lengths: [3, 0, 4] }],
    ['slice', [[5, 6]], { start: [1, 5], step: [2, -2], length: [2, 3] }],
    ['slice', [[5]], { start: [3], step: [1], length: [0] }],
    ['tile', [[2, 3]], { repeats: [2, 3] }],
    ['tile', [[2, 3]], { repeats: [0, 3] }],
    ['trilu', [[2, 4, 5]], { upper: true, k: 1 }],
    ['trilu', [ofType([4, 3], 'int32')], { upper: false, k: -1 }],
    ['depthToSpace', [[2, 18, 2, 5]], { blocksize: 3, mode: 'DCR' }],
    ['depthToSpace', [[1, 8, 3, 4]], { blocksize: 2, mode: 'CRD' }],
    ['depthToSpace', [[1, 3, 2, 2]], { blocksize: 1, mode: 'CRD' }],
    ['spaceToDepth', [[2, 3, 4, 6]], { blocksize: 2 }],
  ] as const)('%s of %o, %o', (op, inputs, attributes) => expectLayer(op, { inputs, attributes }));
});

describe('pad', () => {
  const value = { shape: [], data: [7] } as const;
  it.each([
    [
      'constant',
      [[3, 4]],
      [
        [1, 2],
        [0, 3],
      ],
    ],
    [
      'constant',
      [[3, 4], value],
      [
        [1, -1],
        [-2, 3],
      ],
    ],
    [
      'constant',
      [[40, 41], value],
      [
        [2, 1],
        [3, 2],
      ],
    ],
    [
      'constant',
      [[0, 2], value],
      [
        [1, 1],
        [0, 0],
      ],
    ],
    [
      'reflect',
      [[4, 5]],
      [
        [2, 3],
        [1, 0],
      ],
    ],
    [
      'reflect',
      [[1, 5]],
      [
        [2, 1],
        [9, 12],
      ],
    ],
    ['reflect', [[6]], [[-2, 3]]],
    [
      'edge',
      [[3, 4]],
      [
        [2, 1],
        [5, -2],
      ],
    ],
    [
      'wrap',
      [[3, 4]],
      [
        [2, 1],
        [4, 4],
      ],
    ],
    ['wrap', [[3]], [[8, 7]]],
  ] as const)('%s of %o by %o', (mode, inputs, pads) =>
    expectLayer('pad', { inputs, attributes: { pads, mode } }),
  );
});

describe('gather', () => {
  it.each([
    ['gather', [[4, 5], indices([2, 2], [0, 3, -1, -4])], { axis: 0 }],
    ['gather', [[4, 5], indices([], [-2], 'int32')], { axis: 1 }],
    ['gather', [ofType([3, 2, 4], 'uint8'), indices([3], [1, 0, 1])], { axis: 1 }],
    ['gather', [[3, 4], indices([0], [])], { axis: 0 }],
    ['gatherElements', [[3, 4], indices([2, 4], [0, 1, 2, -1, -3, 0, 1, 1])], { axis: 0 }],
    ['gatherElements', [[3, 4], indices([3, 2], [0, 1, 2, -1, -4, 3])], { axis: 1 }],
    ['gatherND', [[3, 4, 5], indices([2, 2], [0, 1, -1, 3])], { batchDims: 0 }],
    ['gatherND', [[2, 4, 5], indices([2, 3, 1], [0, 1, -1, 3, 2, 0])], { batchDims: 1 }],
    ['gatherND', [[2, 3], indices([2, 1, 1], [2, 0])], { batchDims: 1 }],
  ] as const)('%s of %o, %o', (op, inputs, attributes) => expectLayer(op, { inputs, attributes }));
});

describe('scatter', () => {
  const reductions = ['none', 'add', 'mul', 'max', 'min'] as const;
  it.each(reductions)('elements, %s', (reduction) =>
    expectLayer('scatterElements', {
      inputs: [[3, 4], indices([2, 3], [0, 2, -1, 0, 1, 2]), [2, 3]],
      attributes: { axis: 0, reduction },
    }),
  );
  it.each(reductions)('slices, %s', (reduction) =>
    expectLayer('scatterND', {
      inputs: [[4, 3], indices([3, 1], [1, -1, 1]), [3, 3]],
      attributes: { reduction },
    }),
  );
  it.each([
    [[ofType([2, 2], 'bool'), indices([1, 2], [0, 1]), ofType([1], 'bool')], 'none'],
    [[ofType([5], 'uint8'), indices([2, 1], [1, 1]), { shape: [2], dtype: 'uint8', data: [250, 20] }], 'add'],
    [[[3, 2], indices([0, 1], []), [0, 2]], 'none'],
    [[[0, 2], indices([0, 1], []), [0, 2]], 'none'],
  ] as const)('slices of %o, %s', (inputs, reduction) =>
    expectLayer('scatterND', { inputs, attributes: { reduction } }),
  );

  it('maxUnpool puts elements at flat positions', () =>
    expectLayer('maxUnpool', {
      inputs: [[1, 2, 1, 2], indices([1, 2, 1, 2], [3, 5, 12, 17])],
      attributes: { shape: [1, 2, 3, 3] },
    }));
});

describe('oneHot', () => {
  const values = { shape: [2], data: [-1, 4] } as const;
  it.each([
    [indices([3], [0, -1, 5]), 4, 0],
    [indices([2, 2], [0, 2, 1, 9], 'int32'), 3, 1],
    [{ shape: [3], data: [0.5, -1.5, 2] }, 3, 1],
    [indices([3], [0, 2, 3], 'uint8'), 3, 1],
  ] as const)('of %o, depth %i on axis %i', (row, depth, axis) =>
    expectLayer('oneHot', { inputs: [row, values], attributes: { depth, axis } }),
  );
});

describe('running totals', () => {
  const flags = [false, true].flatMap((exclusive) =>
    [false, true].map((reverse) => ({ exclusive, reverse })),
  );
  it.each(flags)('with %o', (attributes) => {
    expectLayer('cumSum', { inputs: [[3, 7]], attributes: { axis: 1, ...attributes } });
    expectLayer('cumSum', {
      inputs: [{ shape: [9, 2], dtype: 'int64' }],
      attributes: { axis: 0, ...attributes },
    });
    expectLayer('cumProd', { inputs: [[1, 5, 2]], attributes: { axis: 1, ...attributes } });
    expectLayer('cumSum', { inputs: [[4, 1]], attributes: { axis: 1, ...attributes } });
    expectLayer('cumSum', { inputs: [[2, 0]], attributes: { axis: 1, ...attributes } });
  });
});
