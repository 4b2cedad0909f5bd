import { describe, it } from 'vitest';
import { expectLayer } from '../rows.testing.ts';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const square = {
  kernel: [3, 3],
  stride: [2, 2],
  dilation: [1, 1],
  pads: [
    [1, 1],
    [1, 1],
  ],
};
const windows = [
  ['padded', [1, 2, 9, 9], square],
  [
    'without padding',
    [2, 1, 7, 5],
    {
      kernel: [2, 3],
      stride: [1, 2],
      dilation: [1, 1],
      pads: [
        [0, 0],
        [0, 0],
      ],
    },
  ],
  ['dilated', [1, 1, 9], { kernel: [3], stride: [1], dilation: [3], pads: [[2, 3]] }],
  [
    'with ceil',
    [1, 1, 6, 6],
    {
      ...square,
      pads: [
        [0, 0],
        [0, 0],
      ],
      ceil: true,
    },
  ],
  ['with ceil and padding', [1, 1, 7, 8], { ...square, stride: [3, 3], ceil: true }],
  [
    'in three axes',
    [1, 2, 4, 5, 3],
    {
      kernel: [2, 2, 2],
      stride: [2, 1, 1],
      dilation: [1, 1, 2],
      pads: [
        [0, 1],
        [1, 0],
        [0, 0],
      ],
    },
  ],
  ['over one element', [1, 1, 1, 1], { ...square, stride: [1, 1] }],
  ['of a large map', [1, 1, 40, 36], { ...square, stride: [1, 1] }],
] as const;

describe('pooling', () => {
  it.each(windows)('%s: %o, %o', (_, shape, attributes) => {
    for (const storageOrder of [0, 1])
      expectLayer('maxPool', { inputs: [shape], attributes: { ...attributes, storageOrder } });
    for (const countIncludePad of [false, true])
      expectLayer('averagePool', { inputs: [shape], attributes: { ...attributes, countIncludePad } });
    for (const p of [1, 2, 3]) expectLayer('lpPool', { inputs: [shape], attributes: { ...attributes, p } });
  });

  it.each(['uint8', 'int8', 'float16', 'float64'] as const)('maxPool of %s', (dtype) =>
    expectLayer('maxPool', { inputs: [[1, 2, 5, 5]], dtype, attributes: square }),
  );

  it('maxPool of NaN, infinity and equal elements', () =>
    expectLayer('maxPool', {
      inputs: [{ shape: [1, 1, 12], data: [-inf, -inf, nan, 1, 1, nan, 2, 2, 2, inf, inf, nan] }],
      attributes: { kernel: [3], stride: [3], dilation: [1], pads: [[0, 0]] },
    }));

  it('a window between whose taps the input lies is empty', () => {
    const attributes = { kernel: [2], stride: [1], dilation: [4], pads: [[2, 3]] };
    expectLayer('maxPool', { inputs: [[1, 1, 2]], attributes });
    expectLayer('averagePool', { inputs: [[1, 1, 2]], attributes });
  });
});

describe('convolutions as loops', () => {
  const plain = {
    stride: [1, 1],
    dilation: [1, 1],
    pads: [
      [0, 0],
      [0, 0],
    ],
  };
  it.each([
    [
      '3x3 padded',
      [[1, 2, 6, 5], [3, 2, 3, 3], [3]],
      {
        ...plain,
        pads: [
          [1, 1],
          [1, 1],
        ],
      },
    ],
    [
      'strided and dilated',
      [[2, 2, 9, 9], [2, 2, 3, 2], undefined],
      { ...plain, stride: [2, 3], dilation: [2, 1] },
    ],
    ['grouped', [[1, 4, 5, 5], [6, 2, 2, 2], [6]], { ...plain, groups: 2 }],
    [
      'depthwise',
      [[1, 3, 4, 4], [3, 1, 3, 3], undefined],
      {
        ...plain,
        pads: [
          [2, 0],
          [-1, 3],
        ],
        groups: 3,
      },
    ],
    ['of one axis', [[1, 2, 8], [2, 2, 3], [2]], { stride: [1], dilation: [1], pads: [[1, 1]] }],
    ['no input channels', [[1, 0, 4, 4], [2, 0, 3, 3], [2]], plain],
  ] as const)('conv %s', (_, inputs, attributes) => {
    expectLayer('conv', { inputs, attributes });
    expectLayer('conv', { inputs, attributes, dtype: 'float64' });
  });

  const natural = {
    groups: 1,
    stride: [1, 1],
    dilation: [1, 1],
    crop: [
      [0, 0],
      [0, 0],
    ],
  };
  it.each([
    [
      'k4 s2',
      [[1, 2, 3, 3], [2, 3, 4, 4], [3]],
      {
        ...natural,
        stride: [2, 2],
        crop: [
          [1, 1],
          [1, 1],
        ],
      },
    ],
    [
      'k3 s2 with a crop on one side',
      [[1, 2, 3, 4], [2, 1, 3, 3], undefined],
      {
        ...natural,
        stride: [2, 2],
        crop: [
          [0, 1],
          [1, 0],
        ],
      },
    ],
    ['stride beyond the kernel', [[1, 1, 3, 2], [1, 1, 2, 2], undefined], { ...natural, stride: [3, 5] }],
    [
      'a negative crop',
      [[1, 1, 3, 3], [1, 1, 3, 3], [1]],
      {
        ...natural,
        stride: [2, 2],
        crop: [
          [-2, -1],
          [-3, 0],
        ],
      },
    ],
    [
      'dilated',
      [[1, 2, 4, 3], [2, 2, 3, 2], undefined],
      {
        ...natural,
        stride: [2, 3],
        dilation: [3, 2],
        crop: [
          [1, 2],
          [0, 0],
        ],
      },
    ],
    ['grouped', [[2, 4, 3, 3], [4, 2, 2, 2], [4]], { ...natural, stride: [2, 2], groups: 2 }],
    [
      'of one axis',
      [[1, 3, 5], [3, 2, 5], undefined],
      { groups: 1, stride: [3], dilation: [1], crop: [[2, 1]] },
    ],
  ] as const)('convTranspose %s', (_, inputs, attributes) => {
    expectLayer('convTranspose', { inputs, attributes });
    expectLayer('convTranspose', { inputs, attributes, dtype: 'float64' });
  });

  it.each([
    [
      [3, 4],
      [4, 5],
    ],
    [[4], [4]],
    [[2, 3, 4], [4]],
    [[4], [2, 4, 3]],
    [
      [2, 1, 3, 4],
      [5, 4, 2],
    ],
    [
      [1, 4],
      [4, 1],
    ],
    [
      [2, 0],
      [0, 3],
    ],
    [
      [0, 2],
      [2, 3],
    ],
  ])('matMul of %o and %o', (a, b) => {
    expectLayer('matMul', { inputs: [a, b] });
    expectLayer('matMul', { inputs: [a, b], dtype: 'int64' });
    expectLayer('matMul', { inputs: [a, b], dtype: 'uint8' });
  });
});
