import { type ConvTransposeAttributes, ops } from '@polyphase/ir';
import { asRows, asVolume, planesAt } from '../correlation.ts';
import { sumOf } from '../functions.ts';
import { channelsLast } from '../order.ts';
import { type PhasedAxis, phasedAxis } from '../phases.ts';
import type { Call, Site } from '../plan.ts';
import type { TfTensor } from '../tf.ts';
import { translation } from '../translation.ts';
import { Operands, type Plane, planPlane, runPlane, type Weights } from '../transposed-plane.ts';
import { lastTwo } from '../two.ts';
import { fromRows } from './conv.ts';

/** The 2-D transposed convolutions of the depth taps of one phase of the depth axis. */
interface DepthPhase {
  readonly depths: readonly number[];
  readonly plane: Plane;
}

function planDepth(
  site: Site,
  operands: Operands,
  weights: Omit<Weights, 'tap'>,
  axes: readonly PhasedAxis[],
  lengths: readonly number[],
): readonly (readonly DepthPhase[])[] {
  const [depth, rows, columns] = axes as [PhasedAxis, PhasedAxis, PhasedAxis];
  return depth.phases.map(({ taps, first, dilation }) =>
    taps.map((tap, i) => ({
      depths: Array.from({ length: depth.count }, (_, q) => depth.from + q + first + i * dilation),
      plane: planPlane(site, operands, { ...weights, tap }, [rows, columns], lastTwo(lengths, 1)),
    })),
  );
}

/** Depth phases one after another, then interleaved like rows: [N, Q, phases, ...] is [N, Q * phases, ...]. */
function runDepth(
  site: Site,
  x: TfTensor,
  tensors: readonly TfTensor[],
  depth: PhasedAxis,
  phases: readonly (readonly DepthPhase[])[],
): TfTensor {
  const { tf } = site;
  const [batch, channels, length, height, width] = site.type().shape as [
    number,
    number,
    number,
    number,
    number,
  ];
  const size = height * width * channels;
  const volumes = phases.map((taps) => {
    const maps = taps.map(({ depths, plane }) => runPlane(tf, planesAt(tf, x, depths), tensors, plane));
    const sum = maps.length === 0 ? tf.zeros([batch * depth.count, size]) : sumOf(tf, maps);
    return tf.reshape(sum, [batch * depth.count, 1, size]);
  });
  const joined = volumes.length === 1 ? volumes[0]! : tf.concat(volumes, 1);
  const all = tf.reshape(joined, [batch, depth.count * depth.stride, size]);
  const kept = tf.slice(all, [0, depth.skip, 0], [batch, length, size]);
  return asVolume(tf, tf.reshape(kept, [batch * length, height, width, channels]), length);
}

function convTransposeCall(site: Site, { groups, stride, dilation, crop }: ConvTransposeAttributes): Call {
  const { tf } = site;
  const x = site.arranged(site.operand(0), channelsLast(site.operand(0).shape.length));
  const [w, bias] = [site.natural(1), site.optional(2)];
  const [, , ...lengths] = x.shape;
  const [, , ...out] = site.type().shape;
  const axes = lengths.map((_, a) =>
    phasedAxis(w.shape[a + 2]!, stride[a]!, dilation[a]!, crop[a]!, out[a]!),
  );
  const operands = new Operands();
  const unit = phasedAxis(1, 1, 1, [0, 0], 1);
  const plan3 = axes.length === 3 ? planDepth(site, operands, { w, groups }, axes, lengths) : undefined;
  const plan2 = plan3
    ? undefined
    : planPlane(site, operands, { w, groups, tap: 0 }, lastTwo(axes, unit), lastTwo(lengths, 1));
  const parts = (plan3?.flat() ?? [{ plane: plan2! }]).map(({ plane }) => plane.parts.flat().length);
  return {
    kernel: kernelName(groups, stride, parts),
    operands: [x, ...operands.all, ...(bias ? [bias] : [])],
    orders: [x.order],
    run: (map, ...tensors) => {
      const shift = bias && tensors.at(-1);
      if (plan2) {
        const rows = lengths.length === 1 ? asRows(tf, map!) : map!;
        return fromRows(site, runPlane(tf, rows, tensors, plan2, shift));
      }
      const volume = runDepth(site, map!, tensors, axes[0]!, plan3!);
      return shift ? tf.add(volume, tf.reshape(shift, [1, 1, 1, 1, -1])) : volume;
    },
  };
}

/** `conv2d, 4 phases interleaved`: how many correlations it takes, and what follows them. */
function kernelName(groups: number, stride: readonly number[], parts: readonly number[]): string {
  const calls = parts.reduce((sum, count) => sum + count, 0) * groups;
  const phases = stride.reduce((all, s) => all * s, 1);
  return `conv2d${calls > 1 ? ` ×${calls}` : ''}${phases > 1 ? `, ${phases} phases interleaved` : ''}`;
}

export const convTransposeTranslations = { convTranspose: translation(ops.convTranspose, convTransposeCall) };
