import type { Data } from '../compile/build.ts';
import { range } from '../families/geometry.ts';
import { none, type TileAxis } from './axis.ts';
import type { Plan } from './plan.ts';
import { entryBytes } from './products.ts';

/** Where the weights of a kernel lie: element [group][row][channel][element]. */
export interface Kernels {
  readonly elements: Float32Array;
  readonly width: number;
  /** Elements from one to the next. */
  readonly group: number;
  readonly row: number;
  readonly channel: number;
}

/** Bytes of one group's transformed weights. */
export const groupBytes = (plan: Plan): number => plan.rowBlocks * plan.entries.length * entryBytes(plan);

/**
 * Transformed weights, [group][block of rows][entry][part of the channels][pair of rows][channel][2]: computed in
 * float64 and rounded once.
 */
export const transformedWeights = (plan: Plan, kernels: Kernels): Data => ({
  bytes: plan.tiling.groups * groupBytes(plan),
  fill(memory, address) {
    const { groups, rows, channels } = plan.tiling;
    const target = new Float32Array(memory, address, this.bytes / 4);
    const transforms = transformsOf(plan, kernels.width);
    const places = [0, 1].map((parity) => placesOf(plan, parity));
    for (let group = 0; group < groups; group++)
      for (let row = 0; row < rows; row++) {
        const block = Math.floor(row / plan.blockRows);
        const to = ((group * plan.rowBlocks + block) * plan.entries.length * entryBytes(plan)) / 4;
        const from = group * kernels.group + row * kernels.row;
        for (const transform of transforms) {
          const local = transform.phase * plan.blockRows + row - block * plan.blockRows;
          const pair = (local >> 1) * 2 * (channels / plan.parts);
          transformRow(transform, kernels, from, target, to + pair, places[local & 1]!);
        }
      }
  },
});

/** Where the weights of each channel lie within those of an entry and a pair of rows. */
function placesOf({ tiling: { channels }, parts, blockRows, entryPhases }: Plan, parity: number): Int32Array {
  const part = channels / parts;
  return Int32Array.from({ length: channels }, (_, k) => {
    const index = Math.floor(k / part);
    return index * part * blockRows * entryPhases + (k - index * part) * 2 + parity;
  });
}

/** How the weights of a phase are transformed. */
interface Transform {
  /** Which one it is of an entry's phases. */
  readonly phase: number;
  /** Where its elements lie in a kernel, row after row. */
  readonly elements: Int32Array;
  /** [point][row], and [point][column]. */
  readonly y: Float64Array;
  readonly x: Float64Array;
  readonly columns: number;
  /** By entry: where its weights begin within a block of rows, and its points along both axes. */
  readonly places: Int32Array;
  readonly pointsY: Int32Array;
  readonly pointsX: Int32Array;
}

/** The elements of a phase along an axis, and the rows of the algorithm's matrix for them. */
function sideOf(axis: TileAxis, phase: number) {
  const taps = axis.phases[phase]!.elements.flatMap((element, tap) =>
    element === none ? [] : [{ element, tap }],
  );
  const matrix = axis.algorithm.kernel.flatMap((row) => taps.map(({ tap }) => row[tap]!));
  return { elements: taps.map(({ element }) => element), matrix: Float64Array.from(matrix) };
}

function transformsOf(plan: Plan, width: number): readonly Transform[] {
  const [y, x] = plan.tiling.axes;
  const ofPhase = range(y.phases.length * x.phases.length).map((): number[] => []);
  for (const [at, { phase }] of plan.entries.entries())
    for (let i = 0; i < plan.entryPhases; i++) ofPhase[phase[0] * x.phases.length + phase[1] + i]!.push(at);
  return ofPhase.map((entries, phase): Transform => {
    const j = phase % x.phases.length;
    const [sideY, sideX] = [sideOf(y, (phase - j) / x.phases.length), sideOf(x, j)];
    const points = entries.map((at) => plan.entries[at]!.point);
    return {
      phase: phase % plan.entryPhases,
      elements: Int32Array.from(
        sideY.elements.flatMap((row) => sideX.elements.map((column) => row * width + column)),
      ),
      y: sideY.matrix,
      x: sideX.matrix,
      columns: sideX.elements.length,
      places: Int32Array.from(entries, (at) => (at * entryBytes(plan)) / 4),
      pointsY: Int32Array.from(points, ([point]) => point),
      pointsX: Int32Array.from(points, ([, point]) => point),
    };
  });
}

/** One row's weights of one phase, channel after channel. */
function transformRow(
  transform: Transform,
  kernels: Kernels,
  from: number,
  target: Float32Array,
  to: number,
  channels: Int32Array,
): void {
  const { elements, y, columns } = transform;
  const rows = elements.length / columns;
  const half = new Float64Array((y.length / rows) * columns);
  const alongHeight = rows === 2 && columns === 2 ? twoByTwo : anySize;
  const alongWidth = columns === 2 ? twoColumns : anyColumns;
  for (let k = 0; k < channels.length; k++) {
    alongHeight(transform, kernels.elements, from + k * kernels.channel, half);
    alongWidth(transform, half, target, to + channels[k]!);
  }
}

/** [point][column] of a kernel that begins at `base`. */
function anySize(
  { elements, y, columns }: Transform,
  weights: Float32Array,
  base: number,
  half: Float64Array,
): void {
  const rows = elements.length / columns;
  for (let at = 0, begin = 0; at < half.length; begin += rows)
    for (let j = 0; j < columns; j++, at++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += y[begin + i]! * weights[base + elements[i * columns + j]!]!;
      half[at] = sum;
    }
}

function twoByTwo({ elements, y }: Transform, weights: Float32Array, base: number, half: Float64Array): void {
  const [a, b] = [weights[base + elements[0]!]!, weights[base + elements[1]!]!];
  const [c, d] = [weights[base + elements[2]!]!, weights[base + elements[3]!]!];
  for (let at = 0; at < half.length; at += 2) {
    half[at] = y[at]! * a + y[at + 1]! * c;
    half[at + 1] = y[at]! * b + y[at + 1]! * d;
  }
}

/** Each entry's weight, from [point][column]. */
function anyColumns(
  { x, columns, places, pointsY, pointsX }: Transform,
  half: Float64Array,
  target: Float32Array,
  to: number,
): void {
  for (let e = 0; e < places.length; e++) {
    const [first, second] = [pointsY[e]! * columns, pointsX[e]! * columns];
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += half[first + j]! * x[second + j]!;
    target[to + places[e]!] = sum;
  }
}

function twoColumns(
  { x, places, pointsY, pointsX }: Transform,
  half: Float64Array,
  target: Float32Array,
  to: number,
): void {
  for (let e = 0; e < places.length; e++) {
    const [first, second] = [2 * pointsY[e]!, 2 * pointsX[e]!];
    target[to + places[e]!] = half[first]! * x[second]! + half[first + 1]! * x[second + 1]!;
  }
}
