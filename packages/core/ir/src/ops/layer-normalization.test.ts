import { describe, expect, it } from 'vitest';
import { layerNormalization, rmsNormalization } from './layer-normalization.ts';
import {
  apply,
  elementsOf,
  expectReadsSuffice,
  itInfers,
  itRejects,
  pattern,
  sevenDigits,
} from './ops.testing.ts';

const epsilon = 2 ** -10;

/** x, scale and bias are `pattern`s with the seeds 0 to 2; results by onnx 1.23.1's reference in float64. */
const rows = [
  {
    title: 'the last axis',
    x: [2, 4],
    scale: [4],
    bias: [4],
    axis: 1,
    y: [3.62604, -0.3739598, 3.474792, -3.93906, 0.6000312, -9.999453, 5.399891, 0.5999531],
    mean: [0, 0.5],
    invStdDev: [0.262604, 0.3999688],
  },
  {
    title: 'two axes, no bias',
    x: [2, 2, 3],
    scale: [2, 3],
    axis: 1,
    y: [
      2.785983, 3.482479, -0.4974969, -4.775971, 1.59199, 0, -2.723818, 0.7566161, -1.059262, -3.177787,
      -0.6052929, 0,
    ],
    mean: [-0.3333333, -0.5],
    invStdDev: [0.2984982, 0.3026464],
  },
  {
    title: 'scale and bias broadcast',
    x: [1, 2, 3],
    scale: [3],
    bias: [2, 1],
    axis: 1,
    y: [3.785983, 4.482479, 0.5025031, -6.18398, -1.010012, -3.795995],
    mean: [-0.3333333],
    invStdDev: [0.2984982],
  },
];

describe('layerNormalization', () => {
  it.each(rows)('$title', ({ x, scale, bias, axis, y, mean, invStdDev }) => {
    const operands = [pattern(x), pattern(scale, 1), bias && pattern(bias, 2)];
    const outputs = apply(layerNormalization, operands, { axis, epsilon });
    expect(outputs.map(({ data }) => sevenDigits(data))).toEqual([y, mean, invStdDev]);
    expectReadsSuffice(layerNormalization, operands, { axis, epsilon });
  });
});

describe('rmsNormalization', () => {
  it.each([
    {
      x: [2, 4],
      scale: [4],
      axis: 1,
      y: [2.62604, 2.62604, -0.525208, -3.93906, -0.7844056, -5.883042, 1.568811, 0],
    },
    { x: [2, 3], scale: [3], axis: 0, y: [2.970315, 2.970315, -0.5940629, -2.970315, 1.485157, -0.8910944] },
  ])('of $x from axis $axis on', ({ x, scale, axis, y }) => {
    const operands = [pattern(x), pattern(scale, 1)];
    expect(sevenDigits(elementsOf(rmsNormalization, operands, { axis, epsilon }))).toEqual(y);
    expectReadsSuffice(rmsNormalization, operands, { axis, epsilon });
  });
});

describe('layerNormalization and rmsNormalization shapes', () => {
  itInfers(layerNormalization, [
    [
      ['float32[n, t, 8]', 'float32[8]'],
      { axis: 2 },
      ['float32[n, t, 8]', 'float32[n, t, 1]', 'float32[n, t, 1]'],
    ],
    [
      ['float32[n, 4, 8]', 'float32[4, 8]', 'float32[1, 8]'],
      { axis: 1 },
      ['float32[n, 4, 8]', 'float32[n, 1, 1]', 'float32[n, 1, 1]'],
    ],
  ]);
  itInfers(rmsNormalization, [[['float16[n, d]', 'float16[d]'], { axis: 1 }, ['float16[n, d]']]]);
});

describe('layerNormalization and rmsNormalization refuse', () => {
  const at = 'net/layer (layerNormalization)';
  itRejects(layerNormalization, [
    [
      ['float32[2, 8]'],
      { axis: 1 },
      `PP2001] ${at}: the operand scale of layerNormalization is missing. Give x, scale, bias.`,
    ],
    [
      ['float32[2, 8]', 'float16[8]'],
      { axis: 1 },
      `PP2001] ${at}: the operands are float32, float16. Cast them to one type.`,
    ],
    [
      ['float32[2, 8]', 'float32[4]'],
      { axis: 1 },
      `PP2002] ${at}: scale of shape [4] does not fit the normalised axes [8] of x. Give scale the shape of these axes.`,
    ],
    [
      ['float32[2, 8]', 'float32[8]', 'float32[2, 8]'],
      { axis: 1 },
      `PP2002] ${at}: bias of shape [2, 8] does not fit the normalised axes [8] of x. Give bias the shape of these axes.`,
    ],
    [
      ['float32[2, 8]', 'float32[8]'],
      { axis: -1 },
      `PP2003] ${at}: axis -1 does not exist in a tensor of rank 2. Use an axis from 0 to 1.`,
    ],
  ]);
  itRejects(rmsNormalization, [
    [
      ['int64[2, 8]', 'int64[8]'],
      { axis: 1 },
      'PP2001] net/layer (rmsNormalization): x is int64. Cast x to a floating-point type.',
    ],
    [
      ['float32[2, 8]', 'float32[8]'],
      { axis: 1, epsilon: -1 },
      'PP2003] net/layer (rmsNormalization): epsilon is -1. Use a small number of at least 0.',
    ],
  ]);
});
