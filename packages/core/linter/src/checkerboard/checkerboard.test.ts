import {
  convTranspose,
  type Dense,
  evaluate,
  isOp,
  type Node,
  sizeOf,
  toDense,
  type Value,
} from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { transposed } from '../nodes.testing.ts';
import { checkerboardOf } from './checkerboard.ts';
import { equalised } from './equalise.ts';
import { phasesOf } from './phases.ts';

const image = [1, 2, 9, 9];

/** Numbers without a pattern. */
const noisy = (i: number): number => Math.sin(12.9898 * (i + 1)) * 0.7 + 0.1;

describe('the overlap map counts the taps of each phase', () => {
  test.each([
    ['kernel 3, stride 2', { w: [2, 1, 3, 3], stride: [2, 2] }, [4, 2, 2, 1]],
    ['kernel 4, stride 2', { w: [2, 1, 4, 4], stride: [2, 2] }, [4, 4, 4, 4]],
    ['other along each axis', { w: [2, 1, 2, 5], stride: [1, 3] }, [4, 4, 2]],
    ['kernel shorter than the stride', { w: [2, 1, 1, 2], stride: [1, 3] }, [1, 1, 0]],
    ['dilation with a common factor', { w: [2, 1, 1, 4], stride: [1, 2], dilation: [1, 2] }, [4, 0]],
    ['dilation without one', { w: [2, 1, 1, 3], stride: [1, 2], dilation: [1, 3] }, [2, 1]],
  ])('%s', (_, spec, taps) => {
    expect(phasesOf(transposed({ x: image, ...spec }))!.taps).toEqual(taps);
  });
});

/** What the definition answers to ones, away from the borders: an element for each phase. */
function answerToOnes(node: Node): readonly number[][] {
  if (!isOp(node, convTranspose)) throw new Error('not a transposed convolution');
  const { stride, crop } = node.attributes;
  const { dtype, shape } = node.inputs[0]!.type as { dtype: 'float32'; shape: readonly number[] };
  const ones: Dense = { dtype, shape, data: new Float64Array(sizeOf(shape)).fill(1) };
  const dense = (value: Value | undefined) => value?.constant && toDense(value.constant);
  const [y] = evaluate(node, [ones, dense(node.inputs[1]), dense(node.inputs[2])]);
  const [, channels, height, width] = y!.shape as [number, number, number, number];
  const middle = (length: number, a: number): number => {
    const half = Math.floor(length / 2);
    return half - ((half + crop[a]![0]) % stride[a]!);
  };
  return Array.from({ length: channels }, (_, c) =>
    Array.from({ length: stride[0]! * stride[1]! }, (_, phase) => {
      const row = middle(height, 0) + Math.floor(phase / stride[1]!);
      const column = middle(width, 1) + (phase % stride[1]!);
      return y!.data[(c * height + row) * width + column]!;
    }),
  );
}

describe('gains are what the layer answers to ones', () => {
  test.each([
    ['kernel 3, stride 2', { w: [2, 3, 3, 3], stride: [2, 2] }],
    [
      'a crop moves nothing',
      {
        w: [2, 3, 4, 3],
        stride: [2, 2],
        pads: [
          [1, 0],
          [1, 2],
        ] as const,
      },
    ],
    ['groups', { w: [2, 3, 3, 3], stride: [2, 2], groups: 2 }],
    ['dilation', { w: [2, 3, 3, 2], stride: [2, 3], dilation: [3, 2] }],
  ])('%s', (_, spec) => {
    const node = transposed({ x: image, ...spec, weights: noisy });
    const board = checkerboardOf(node)!;
    const answers = answerToOnes(node);
    for (const [c, { gains }] of board.channels.entries())
      for (const [phase, gain] of gains.entries()) expect(gain).toBeCloseTo(answers[c]![phase]!, 12);
  });
});

test('the artefact is the part of the answer that is not flat', () => {
  // One channel, gains 4, 2, 2, 1 of a kernel of ones: mean 2.25, squares 25, of which 25 - 4 * 2.25^2 are uneven.
  const board = checkerboardOf(transposed({ x: [1, 1, 4, 4], w: [1, 1, 3, 3], stride: [2, 2] }))!;
  expect(board.channels[0]!.gains).toEqual([4, 2, 2, 1]);
  expect(board.channels[0]!.energies).toEqual([4, 2, 2, 1]);
  expect(board.artefact).toBeCloseTo(Math.sqrt((25 - 4 * 2.25 ** 2) / 25), 12);
  expect(board.roughness).toBe(4);
});

test('bilinear weights have none', () => {
  const tent = [0.25, 0.75, 0.75, 0.25];
  const node = transposed({
    x: [1, 1, 4, 4],
    w: [1, 1, 4, 4],
    stride: [2, 2],
    weights: (i) => tent[i >> 2]! * tent[i & 3]!,
  });
  expect(checkerboardOf(node)!.artefact).toBe(0);
});

test('weights of zeros have none, and stride 1 has no phases', () => {
  const zero = transposed({ x: image, w: [2, 1, 3, 3], stride: [2, 2], weights: () => 0 });
  expect(checkerboardOf(zero)).toMatchObject({ artefact: 0 });
  expect(checkerboardOf(transposed({ x: image, w: [2, 1, 3, 3] }))).toBeUndefined();
});

describe('equalised weights', () => {
  const learned = transposed({ x: image, w: [2, 3, 3, 3], stride: [2, 2], weights: noisy });

  test('have no pattern, up to rounding, and the same gain on the whole', () => {
    const { weights, change } = equalised(learned)!;
    const even = transposed({
      x: image,
      w: [2, 3, 3, 3],
      stride: [2, 2],
      weights: (i) => weights.data[i] as number,
    });
    const [before, after] = [checkerboardOf(learned)!, checkerboardOf(even)!];
    expect(before.artefact).toBeGreaterThan(0.1);
    expect(after.artefact).toBeLessThan(1e-6);
    expect(change).toBeGreaterThan(0);
    const total = (gains: readonly number[]): number => gains.reduce((sum, gain) => sum + gain, 0);
    for (const [c, { gains }] of after.channels.entries())
      expect(total(gains)).toBeCloseTo(total(before.channels[c]!.gains), 5);
  });

  test('are the nearest of all: a further step in any direction that keeps the gains is orthogonal', () => {
    const { weights } = equalised(learned)!;
    const { ofTap } = phasesOf(learned)!;
    const old = learned.inputs[1]!.constant!;
    // Within a phase of a pair of channels the change is the same for every tap.
    const plane = ofTap.length;
    for (let pair = 0; pair < 6; pair++) {
      const steps = new Map<number, number>();
      for (const [tap, phase] of ofTap.entries()) {
        const at = pair * plane + tap;
        const step = (weights.data[at] as number) - (old.data[at] as number);
        expect(step).toBeCloseTo(steps.get(phase) ?? step, 6);
        steps.set(phase, step);
      }
    }
  });

  test('cannot be had where a phase has no taps', () => {
    expect(equalised(transposed({ x: image, w: [2, 1, 1, 2], stride: [2, 2] }))).toBeUndefined();
  });
});
