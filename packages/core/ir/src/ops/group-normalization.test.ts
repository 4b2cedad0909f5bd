import { describe, expect, it } from 'vitest';
import { groupNormalization, instanceNormalization } from './group-normalization.ts';
import { elementsOf, expectReadsSuffice, itInfers, itRejects, pattern, sevenDigits } from './ops.testing.ts';

const epsilon = 2 ** -10;
const operandsOf = (x: readonly number[]) => [pattern(x), pattern([x[1]!], 1), pattern([x[1]!], 2)];

/** x, scale and bias are `pattern`s with the seeds 0 to 2; y by numpy 2.4.6 in float64. */
describe('instanceNormalization', () => {
  it('of [1, 2, 2, 3]', () => {
    const operands = operandsOf([1, 2, 2, 3]);
    expect(sevenDigits(elementsOf(instanceNormalization, operands, { epsilon }))).toEqual([
      3.785983, -0.3929915, 1.994994, -2.18398, 0.2040049, 2.59199, 3.809545, -2.243384, -8.296312, 2.296312,
      -3.756616, -9.809545,
    ]);
    expectReadsSuffice(instanceNormalization, operands, { epsilon });
  });
});

describe('groupNormalization', () => {
  it.each([
    {
      x: [1, 4, 3],
      groups: 2,
      y: [
        3.785983, -0.3929915, 1.994994, 4.959951, -1.010012, -6.979976, 5.361909, 4.151323, 2.940738,
        -3.177787, 0.4539696, 4.085727,
      ],
    },
    {
      x: [2, 2, 2],
      groups: 1,
      y: [3.62604, -0.05041609, -5.62604, 3.565101, 0.6000312, 3.799781, 3.999453, -3.999922],
    },
  ])('of $x in $groups groups', ({ x, groups, y }) => {
    expect(sevenDigits(elementsOf(groupNormalization, operandsOf(x), { epsilon, groups }))).toEqual(y);
    expectReadsSuffice(groupNormalization, operandsOf(x), { epsilon, groups });
  });
});

describe('instanceNormalization and groupNormalization shapes', () => {
  itInfers(instanceNormalization, [
    [['float32[n, 3, h, w]', 'float32[3]', 'float32[3]'], {}, ['float32[n, 3, h, w]']],
  ]);
  itInfers(groupNormalization, [
    [['float16[n, c, h]', 'float16[c]', 'float16[c]'], { groups: 2 }, ['float16[n, c, h]']],
  ]);
});

describe('instanceNormalization and groupNormalization refuse', () => {
  const affine = ['float32[3]', 'float32[3]'];
  itRejects(instanceNormalization, [
    [
      ['float32[1, 3]', ...affine],
      {},
      'PP2002] net/layer (instanceNormalization): x has rank 2 [1, 3], rank 3 or more is needed. Reshape x to batch, channels and spatial axes.',
    ],
    [
      ['uint8[1, 3, 2]', ...affine],
      {},
      'PP2001] net/layer (instanceNormalization): x is uint8. Cast x to a floating-point type.',
    ],
  ]);
  const at = 'net/layer (groupNormalization)';
  itRejects(groupNormalization, [
    [
      ['float32[1, 3, 2]', 'float32[3]'],
      { groups: 3 },
      `PP2001] ${at}: the operand bias of groupNormalization is missing. Give x, scale, bias.`,
    ],
    [
      ['float32[1, 3, 2]', 'float32[3]', 'float32[1]'],
      { groups: 3 },
      `PP2002] ${at}: the length of bias is 1, 3 is needed. Make the two lengths equal.`,
    ],
    [
      ['float32[1, 3, 2]', ...affine],
      { groups: 2 },
      `PP2003] ${at}: groups is 2 for 3 channels. Use a divisor of the channels.`,
    ],
    [
      ['float32[1, 3, 2]', ...affine],
      { groups: 3, epsilon: Number.NaN },
      `PP2003] ${at}: epsilon is NaN. Use a small number of at least 0.`,
    ],
  ]);
});
