import { sizeOf } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { newBuild, packed } from '../packed.testing.ts';
import { none, type Origin, type SourceAxis, tileAxis } from './axis.ts';
import { type Plan, planTiles, type Tiling } from './plan.ts';
import { entryBytes } from './products.ts';
import { type Kernels, transformedWeights } from './weights.ts';

interface Case {
  readonly kind: SourceAxis['kind'];
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly outputs: number;
  readonly origin?: Origin;
  readonly groups?: number;
  readonly rows: number;
  readonly channels: number;
}

const cases: Readonly<Record<string, Case>> = {
  'F(4, 3)': { kind: 'conv', kernel: [3, 3], stride: 1, outputs: 4, rows: 8, channels: 6 },
  'odd rows and channels': { kind: 'conv', kernel: [3, 3], stride: 1, outputs: 2, rows: 5, channels: 7 },
  'one channel, groups': {
    kind: 'conv',
    kernel: [3, 3],
    stride: 1,
    outputs: 3,
    rows: 3,
    channels: 1,
    groups: 3,
  },
  'channels in parts': { kind: 'conv', kernel: [2, 3], stride: 1, outputs: 2, rows: 2, channels: 771 },
  'phases apart': {
    kind: 'transposed',
    kernel: [4, 4],
    stride: 2,
    outputs: 2,
    rows: 3,
    channels: 5,
    groups: 2,
  },
  'phases together': {
    kind: 'transposed',
    kernel: [4, 4],
    stride: 2,
    outputs: 4,
    origin: 'shared',
    rows: 6,
    channels: 4,
  },
  'phases of unequal taps': {
    kind: 'transposed',
    kernel: [3, 5],
    stride: 2,
    outputs: 3,
    rows: 4,
    channels: 3,
  },
  'phases in turn': { kind: 'transposed', kernel: [4, 4], stride: 3, outputs: 2, rows: 4, channels: 3 },
  'many phases': { kind: 'transposed', kernel: [16, 16], stride: 8, outputs: 4, rows: 3, channels: 3 },
};

function planOf({ kind, kernel, stride, outputs, origin = 'own', groups = 1, rows, channels }: Case): Plan {
  const axis = (a: 0 | 1) => {
    const source: SourceAxis = { kind, input: 20, output: 20 * stride, kernel: kernel[a], stride, crop: 1 };
    return tileAxis(source, outputs, origin);
  };
  const tiling: Tiling = { batch: 1, groups, channels, rows, axes: [axis(0), axis(1)] };
  return planTiles(tiling, { dtype: 'float32', bias: false, epilogue: undefined });
}

/** [group][row][channel] of a convolution, [group][channel][row] of a transposed one. */
function kernelsOf({ kind, kernel, groups = 1, rows, channels }: Case): Kernels {
  const size = sizeOf(kernel);
  return {
    elements: Float32Array.from({ length: groups * rows * channels * size }, (_, i) => Math.sin(i * i)),
    width: kernel[1],
    size,
    group: rows * channels * size,
    row: kind === 'conv' ? channels * size : size,
    channel: kind === 'conv' ? size : rows * size,
  };
}

/** G g Gt at an entry's point, in float64, for one of its phases. */
function weightAt(plan: Plan, entry: number, phase: number, kernels: Kernels, from: number): number {
  const [y, x] = plan.tiling.axes;
  const { point, phase: first } = plan.entries[entry]!;
  const index = first[0] * x.phases.length + first[1] + phase;
  const tapsY = y.phases[Math.floor(index / x.phases.length)]!.elements;
  const tapsX = x.phases[index % x.phases.length]!.elements;
  let sum = 0;
  for (const [j, column] of tapsX.entries()) {
    let half = 0;
    for (const [i, row] of tapsY.entries())
      if (row !== none && column !== none)
        half += y.algorithm.kernel[point[0]]![i]! * kernels.elements[from + row * kernels.width + column]!;
    sum += half * x.algorithm.kernel[point[1]]![j]!;
  }
  return Math.fround(sum);
}

/** Where a weight lies: [group][block][entry][part][pair of rows][channel][2]. */
function placeOf(plan: Plan, group: number, row: number, entry: number, phase: number, channel: number) {
  const perPart = plan.tiling.channels / plan.parts;
  const part = Math.floor(channel / perPart);
  const block = Math.floor(row / plan.blockRows);
  const local = phase * plan.blockRows + row - block * plan.blockRows;
  const base = ((group * plan.rowBlocks + block) * plan.entries.length + entry) * (entryBytes(plan) / 4);
  const inPart = (local >> 1) * 2 * perPart + (channel - part * perPart) * 2 + (local & 1);
  return base + (part * entryBytes(plan)) / 4 / plan.parts + inPart;
}

test.each(Object.entries(cases))('%s: float64, rounded once', (_, each) => {
  const plan = planOf(each);
  const kernels = kernelsOf(each);
  const { groups, rows, channels } = plan.tiling;
  const build = newBuild();
  for (const actual of packed(build, transformedWeights(build, plan, kernels))) {
    const wrong: unknown[] = [];
    for (let group = 0; group < groups; group++)
      for (let row = 0; row < rows; row++)
        for (let channel = 0; channel < channels; channel++)
          for (let entry = 0; entry < plan.entries.length; entry++)
            for (let phase = 0; phase < plan.entryPhases; phase++) {
              const from = group * kernels.group + row * kernels.row + channel * kernels.channel;
              const expected = weightAt(plan, entry, phase, kernels, from);
              const got = actual[placeOf(plan, group, row, entry, phase, channel)];
              if (got !== expected) wrong.push({ group, row, channel, entry, phase, got, expected });
            }
    expect(wrong).toEqual([]);
  }
});
