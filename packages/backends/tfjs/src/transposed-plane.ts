import { permuted } from './collapse.ts';
import { type Both, type Correlation, correlate } from './correlation.ts';
import { interleaved } from './interleave.ts';
import { type Phase, type PhasedAxis, phasePads, phaseRuns } from './phases.ts';
import type { Operand, Site } from './plan.ts';
import type { Tf, TfTensor } from './tf.ts';
import { lastTwo } from './two.ts';

/** One correlation of a transposed convolution: phases that read the same inputs, side by side in the output channels. */
interface Part {
  readonly correlation: Correlation;
  /** Which of the call's filters it takes; none: it is zeros. */
  readonly filters: readonly number[];
  /** How many phases of rows and of columns it makes. */
  readonly phases: Both<number>;
}

/** The 2-D transposed convolution of one depth tap: its parts, runs of row phases by runs of column phases. */
export interface Plane {
  readonly axes: Both<PhasedAxis>;
  readonly channels: number;
  readonly parts: readonly (readonly Part[])[];
}

type Taps = Both<readonly number[]>;

/** Collects the operands of a call and says where each stands among them. */
export class Operands {
  readonly all: Operand[] = [];

  add(operand: Operand): number {
    return this.all.push(operand) - 1;
  }
}

export interface Weights {
  readonly w: Operand;
  readonly groups: number;
  /** The depth tap; 0 in two dimensions. */
  readonly tap: number;
}

/** [taps, taps, Cin, Cout / groups] of these taps, where w is [Cin, Cout / groups, kernel]. */
function chosenTaps(tf: Tf, w: TfTensor, kernel: Both<number>, tap: number, [rows, columns]: Taps): TfTensor {
  const [inputs, outputs] = w.shape as [number, number];
  const [kh, kw] = kernel;
  const cells = rows.flatMap((r) => columns.map((c) => (tap * kh + r) * kw + c));
  const chosen = tf.gather(tf.reshape(w, [inputs, outputs, -1]), tf.tensor1d(cells, 'int32'), 2);
  return tf.reshape(permuted(tf, chosen, [2, 0, 1]), [rows.length, columns.length, inputs, outputs]);
}

/** The filters of the phases with these taps, one for each group; several phases stand side by side in the outputs. */
function filtersOf(
  site: Site,
  { w, groups, tap }: Weights,
  phases: readonly Taps[],
  depthwise: boolean,
): Operand[] {
  const { tf } = site;
  const [inputs, outputs] = w.shape as [number, number];
  const kernel = lastTwo(w.shape.slice(2), 1);
  const [rows, columns] = phases[0]!;
  const parts = depthwise ? 1 : groups;
  const inPerPart = inputs / parts;
  const shape = [rows.length, columns.length, inPerPart, outputs * phases.length];
  return Array.from({ length: parts }, (_, group) =>
    site.derive('filters', [w], { dtype: 'float32', shape }, (t) => {
      const own = tf.slice(t, [group * inPerPart], [inPerPart]);
      const each = phases.map((taps) => chosenTaps(tf, own, kernel, tap, taps));
      return each.length === 1 ? each[0]! : tf.concat(each, 3);
    }),
  );
}

export function planPlane(
  site: Site,
  operands: Operands,
  weights: Weights,
  axes: Both<PhasedAxis>,
  lengths: Both<number>,
): Plane {
  const [inputs, outputs] = weights.w.shape as [number, number];
  const depthwise = weights.groups > 1 && inputs === weights.groups;
  const [rows, columns] = axes;
  const correlationOf = (row: Phase, column: Phase): Correlation => ({
    stride: [1, 1],
    dilation: [row.dilation, column.dilation],
    pads: [phasePads(rows, row, lengths[0]), phasePads(columns, column, lengths[1])],
    depthwise,
  });
  const partOf = (rowRun: readonly Phase[], columnRun: readonly Phase[]): Part => {
    const [row, column] = [rowRun[0]!, columnRun[0]!];
    const isEmpty = row.taps.length === 0 || column.taps.length === 0;
    const taps = rowRun.flatMap((r) => columnRun.map((c): Taps => [r.taps, c.taps]));
    const filters = isEmpty ? [] : filtersOf(site, weights, taps, depthwise);
    return {
      correlation: correlationOf(row, column),
      filters: filters.map((filter) => operands.add(filter)),
      phases: [rowRun.length, columnRun.length],
    };
  };
  // The output channels of groups stand apart, so their phases cannot share a correlation.
  const [rowRuns, columnRuns] = axes.map((axis) => phaseRuns(axis, weights.groups === 1));
  const parts = rowRuns!.map((rowRun) => columnRuns!.map((columnRun) => partOf(rowRun, columnRun)));
  return { axes, channels: outputs * weights.groups, parts };
}

export function runPlane(
  tf: Tf,
  x: TfTensor,
  tensors: readonly TfTensor[],
  plane: Plane,
  bias?: TfTensor,
): TfTensor {
  const { axes, channels, parts } = plane;
  const [rows, columns] = axes;
  const mapOf = ({ correlation, filters, phases }: Part): TfTensor => {
    const times = phases[0] * phases[1];
    const shift = bias && times > 1 ? tf.tile(bias, [times]) : bias;
    if (filters.length > 0)
      return correlate(
        tf,
        x,
        filters.map((i) => tensors[i]!),
        shift,
        correlation,
      );
    const zeros = tf.zeros([x.shape[0]!, rows.count, columns.count, times * channels]);
    return shift ? tf.add(zeros, shift) : zeros;
  };
  const phases = sideBySide(
    tf,
    parts.map((row) => row.map((part) => ({ map: mapOf(part), phases: part.phases }))),
  );
  return croppedTo(tf, interleaved(tf, phases, [rows.stride, columns.stride]), axes);
}

interface PhaseMap {
  /** [N, H, W, row phases * column phases * C] */
  readonly map: TfTensor;
  readonly phases: Both<number>;
}

/** All phases in the channels of one map, rows by columns. */
function sideBySide(tf: Tf, maps: readonly (readonly PhaseMap[])[]): TfTensor {
  const [first] = maps[0]!;
  if (maps.length === 1 && maps[0]!.length === 1) return first!.map;
  const [batch, height, width] = first!.map.shape as [number, number, number];
  const rows = maps.map((row) => {
    const blocks = row.map(({ map, phases }) => tf.reshape(map, [batch * height * width, phases[0], -1]));
    return blocks.length === 1 ? blocks[0]! : tf.concat(blocks, 2);
  });
  const all = rows.length === 1 ? rows[0]! : tf.concat(rows, 1);
  return tf.reshape(all, [batch, height, width, -1]);
}

function croppedTo(tf: Tf, map: TfTensor, [rows, columns]: Both<PhasedAxis>): TfTensor {
  const [batch, height, width, channels] = map.shape as [number, number, number, number];
  if (height === rows.length && width === columns.length) return map;
  return tf.slice(map, [0, rows.skip, columns.skip, 0], [batch, rows.length, columns.length, channels]);
}
