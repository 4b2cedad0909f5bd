import { test } from 'vitest';
import { phasesOf } from './arrangement.ts';
import { type Candidate, candidatesFor } from './choice.ts';
import { mergedCorrelationOf } from './convolution.ts';
import { layer, type Row } from './convolutions.testing.ts';
import { emitCorrelation } from './correlation.ts';
import { inUniformParts, isUniform, range } from './geometry.ts';
import { contractionOf, expectDefined, testGpu } from './run.testing.ts';

const transposed: Readonly<Record<string, Row>> = {
  'stride 2, kernel 4': {
    x: [1, 5, 6, 8],
    rows: 8,
    kernel: [4, 4],
    stride: [2, 2],
    cut: [
      [1, 1],
      [1, 1],
    ],
  },
  'stride 2, kernel 3: phases of different lengths': {
    x: [2, 4, 5, 7],
    rows: 6,
    kernel: [3, 3],
    stride: [2, 2],
    cut: [
      [1, 0],
      [0, 1],
    ],
  },
  'kernel as long as the stride': {
    x: [1, 8, 3, 4],
    rows: 5,
    kernel: [2, 2],
    stride: [2, 2],
    tail: 'residual',
  },
  'stride longer than the kernel: holes': {
    x: [1, 2, 3, 3],
    rows: 3,
    kernel: [2, 1],
    stride: [3, 2],
    tail: 'relu',
  },
  'many phases': {
    x: [1, 3, 2, 3],
    rows: 3,
    kernel: [16, 16],
    stride: [8, 8],
    cut: [
      [4, 4],
      [4, 4],
    ],
  },
  'dilation and stride have a factor in common': {
    x: [1, 2, 4, 5],
    rows: 2,
    kernel: [3, 2],
    stride: [2, 4],
    dilation: [2, 2],
    cut: [
      [1, 2],
      [-1, 0],
    ],
  },
  groups: {
    x: [2, 6, 4, 4],
    rows: 2,
    kernel: [4, 3],
    stride: [2, 1],
    groups: 3,
    cut: [
      [1, 1],
      [1, 1],
    ],
  },
  'one channel a group': {
    x: [1, 8, 4, 8],
    rows: 1,
    kernel: [4, 4],
    stride: [2, 2],
    groups: 8,
    cut: [
      [1, 1],
      [1, 1],
    ],
  },
  'one axis': { x: [1, 4, 9], rows: 3, kernel: [5], stride: [3], cut: [[2, 1]], tail: 'column' },
  'three axes': {
    x: [1, 2, 3, 2, 4],
    rows: 4,
    kernel: [2, 3, 2],
    stride: [2, 1, 2],
    cut: [
      [0, 1],
      [1, 1],
      [1, 0],
    ],
  },
  'stride 2, staged by a GPU': {
    x: [1, 6, 10, 16],
    rows: 3,
    kernel: [4, 4],
    stride: [2, 2],
    cut: [
      [1, 1],
      [1, 1],
    ],
  },
  'three axes, staged by a GPU': {
    x: [2, 2, 3, 9, 17],
    rows: 2,
    kernel: [3, 2, 3],
    stride: [1, 2, 1],
    dilation: [1, 1, 2],
    groups: 2,
  },
  'stride 1': {
    x: [1, 4, 5, 8],
    rows: 8,
    kernel: [3, 3],
    cut: [
      [1, 1],
      [1, 1],
    ],
  },
};

const plain: Readonly<Record<string, Row>> = {
  'kernel 3': {
    x: [1, 4, 6, 8],
    rows: 12,
    kernel: [3, 3],
    cut: [
      [1, 1],
      [1, 1],
    ],
    tail: 'relu',
  },
  'kernel 1': { x: [2, 8, 5, 4], rows: 7, kernel: [1, 1], tail: 'column' },
  'kernel 3, staged by a GPU': {
    x: [1, 5, 11, 18],
    rows: 6,
    kernel: [3, 3],
    cut: [
      [1, 1],
      [1, 1],
    ],
    tail: 'relu',
  },
  'stride 2, staged by a GPU': {
    x: [2, 3, 19, 40],
    rows: 4,
    kernel: [3, 5],
    stride: [1, 2],
    cut: [
      [1, 0],
      [2, 3],
    ],
  },
  'kernel 1, stride 2': { x: [1, 4, 6, 8], rows: 4, kernel: [1, 1], stride: [2, 2] },
  'kernel larger than the input': {
    x: [1, 2, 3, 3],
    rows: 2,
    kernel: [5, 4],
    cut: [
      [2, 2],
      [3, 1],
    ],
  },
  'pads cut the input': {
    x: [1, 3, 7, 7],
    rows: 4,
    kernel: [2, 2],
    cut: [
      [-1, 0],
      [0, -2],
    ],
  },
  'stride, dilation, asymmetric pads': {
    x: [2, 3, 9, 11],
    rows: 5,
    kernel: [3, 2],
    stride: [2, 3],
    dilation: [1, 2],
    cut: [
      [0, 2],
      [1, 0],
    ],
  },
  depthwise: {
    x: [1, 6, 5, 8],
    rows: 1,
    kernel: [3, 3],
    groups: 6,
    cut: [
      [1, 1],
      [1, 1],
    ],
    tail: 'residual',
  },
  'two axes looped over': {
    x: [1, 2, 5, 12, 16],
    rows: 16,
    kernel: [3, 7, 7],
    cut: [
      [1, 1],
      [3, 3],
      [3, 3],
    ],
  },
  'one axis': { x: [1, 3, 12], rows: 2, kernel: [4], cut: [[2, 1]] },
};

/** The cheapest variant, some others, and the cheapest that stages its input where one does. */
const some = (all: readonly Candidate[]): readonly Candidate[] => {
  const staged = all.find(({ variant }) => variant.staged);
  const others = all.filter((_, i) => i === 0 || i % Math.ceil(all.length / 2) === 0);
  return staged ? [...others, staged] : others;
};

async function expectVariants(op: 'conv' | 'convTranspose', row: Row): Promise<void> {
  const { target } = await testGpu();
  const graph = layer(op, row);
  const { planned, step, context } = contractionOf(graph, target);
  const correlation = mergedCorrelationOf(step.node)!;
  const whole = phasesOf(correlation).length <= 16 || isUniform(correlation) ? [[correlation]] : [];
  const runs = [true, false].flatMap((software) =>
    [...whole, inUniformParts(correlation)].flatMap((parts) => {
      const own = { ...context, target: { ...target, software } };
      const lists = parts.map((part) => some(candidatesFor(part, own.target)));
      return range(Math.max(...lists.map((list) => list.length))).map((i) =>
        parts.map((part, p) => emitCorrelation(step, part, lists[p]![i % lists[p]!.length]!.variant, own)),
      );
    }),
  );
  await Promise.all(runs.map((dispatches) => expectDefined(graph, planned, dispatches)));
}

test.each(Object.entries(transposed))('convTranspose as defined in every variant: %s', (_, row) =>
  expectVariants('convTranspose', row),
);

test.each(Object.entries(plain))('conv as defined in every variant: %s', (_, row) =>
  expectVariants('conv', row),
);
