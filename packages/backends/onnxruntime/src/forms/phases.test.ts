import { make, ops, type Pair } from '@polyphase/ir';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constantOf } from './constants.ts';
import { expectSame, variable, whole } from './forms.testing.ts';
import { phaseByPhase, stackedPhases } from './phases.ts';

interface Transposed {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly stride: readonly number[];
  readonly dilation?: readonly number[];
  readonly crop: readonly Pair[];
  readonly groups?: number;
  readonly bias?: boolean;
  readonly nan?: boolean;
}

function transposed({ x, w, stride, dilation, crop, groups = 1, bias = true, nan }: Transposed) {
  const [value, kernel] = [variable(x), constantOf(whole(w), 'w')];
  const shift = bias ? constantOf(whole([w[1]! * groups]), 'bias') : undefined;
  const attributes = { stride, dilation: dilation ?? stride.map(() => 1), crop, groups };
  const node = make(ops.convTranspose, { x: value, w: kernel, bias: shift }, attributes, { name: 'up' });
  const tensor = whole(x);
  if (nan) (tensor.data as Float32Array)[Math.floor(tensor.data.length / 2)] = Number.NaN;
  return { node, inputs: new Map([[value, tensor]]) };
}

const rows: Readonly<Record<string, Transposed>> = {
  'kernel 4, stride 2': {
    x: [1, 2, 3, 4],
    w: [2, 3, 4, 4],
    stride: [2, 2],
    crop: [
      [1, 1],
      [1, 1],
    ],
  },
  'phases of two lengths': {
    x: [2, 2, 3, 4],
    w: [2, 3, 3, 3],
    stride: [2, 2],
    crop: [
      [0, 1],
      [1, 0],
    ],
  },
  holes: {
    x: [1, 1, 3, 2],
    w: [1, 2, 2, 2],
    stride: [3, 3],
    crop: [
      [0, 0],
      [1, 0],
    ],
  },
  'groups to one channel each': { x: [1, 4, 3], w: [4, 1, 3], stride: [2], crop: [[1, 0]], groups: 2 },
  volumes: {
    x: [1, 2, 2, 3, 2],
    w: [2, 2, 3, 2, 2],
    stride: [2, 1, 2],
    crop: [
      [1, -1],
      [0, 0],
      [0, 1],
    ],
  },
  'dilation 2, stride 2': { x: [1, 1, 5], w: [1, 1, 3], stride: [2], dilation: [2], crop: [[0, 0]] },
  'dilation 3, stride 2': { x: [1, 2, 5], w: [2, 2, 4], stride: [2], dilation: [3], crop: [[2, -3]] },
  'zeros on both sides': {
    x: [1, 1, 3, 3],
    w: [1, 1, 2, 2],
    stride: [2, 2],
    crop: [
      [-3, -2],
      [-1, -5],
    ],
  },
  'NaN reaches what it reached': {
    x: [1, 2, 4, 4],
    w: [2, 2, 3, 3],
    stride: [2, 2],
    crop: [
      [1, 0],
      [0, 0],
    ],
    nan: true,
  },
};

describe('transposed convolutions', () => {
  test.each(Object.entries(rows))('phase by phase: %s', (_, row) => {
    const { node, inputs } = transposed(row);
    expect(expectSame(node, phaseByPhase, inputs)).toMatch(/conv/);
  });

  test('phase by phase: any attributes', () => {
    const axis = fc.record({
      length: fc.integer({ min: 1, max: 5 }),
      kernel: fc.integer({ min: 1, max: 5 }),
      stride: fc.integer({ min: 1, max: 4 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      crop: fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })),
    });
    fc.assert(
      fc.property(
        fc.array(axis, { minLength: 1, maxLength: 2 }),
        fc.integer({ min: 1, max: 2 }),
        (axes, groups) => {
          const natural = axes.map(
            ({ length, kernel, stride, dilation }) => (length - 1) * stride + (kernel - 1) * dilation + 1,
          );
          fc.pre(axes.every(({ crop: [begin, end] }, a) => natural[a]! - begin - end > 0));
          const { node, inputs } = transposed({
            x: [1, 2 * groups, ...axes.map(({ length }) => length)],
            w: [2 * groups, 1, ...axes.map(({ kernel }) => kernel)],
            stride: axes.map(({ stride }) => stride),
            dilation: axes.map(({ dilation }) => dilation),
            crop: axes.map(({ crop }) => crop),
            groups,
          });
          expectSame(node, phaseByPhase, inputs);
        },
      ),
      { numRuns: 300 },
    );
  });

  const whole4 = rows['kernel 4, stride 2']!;
  test.each<[string, Transposed, string]>([
    ['kernel 4, stride 2', whole4, 'conv depthToSpace slice'],
    [
      'a crop of whole strides needs no slice',
      {
        ...whole4,
        crop: [
          [2, 2],
          [2, 2],
        ],
      },
      'conv depthToSpace',
    ],
    ['in groups', { ...whole4, x: [2, 4, 3, 3], w: [4, 3, 4, 6], groups: 2 }, 'conv depthToSpace slice'],
    ['a NaN', { ...whole4, nan: true }, 'conv depthToSpace slice'],
    ['phases of two lengths', rows['phases of two lengths']!, 'itself'],
    ['without overlap', { ...whole4, w: [2, 3, 2, 2] }, 'itself'],
    [
      'zeros at the begin',
      {
        ...whole4,
        crop: [
          [-1, 1],
          [-2, -3],
        ],
      },
      'conv depthToSpace slice',
    ],
  ])('stacked: %s', (_, row, expected) => {
    const { node, inputs } = transposed(row);
    expect(expectSame(node, stackedPhases, inputs)).toBe(expected);
  });
});
