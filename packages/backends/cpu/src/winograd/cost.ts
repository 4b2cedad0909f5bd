/** How long a contraction takes, in nanoseconds: rough, but alike for all ways to compute it. */
import { costOfBlocking } from '../contractions/blocking.ts';
import type { ConvShape } from '../families/geometry.ts';
import { planTiles, runOf, type Tiling } from './plan.ts';
import { costOfImage } from './strip-size.ts';
import { groupBytes } from './weights.ts';

/** Entering and leaving a micro-kernel, for each pair of rows. */
const callCost = 8;
/** A vector of the input transformation and of the output transformation, for each point. */
const inputCost = 0.9;
const outputCost = 0.7;
/** An output on its way from a plane to its place. */
const finishCost = 0.12;
/** A byte of weights, which come from memory. */
const weightCost = 0.05;
/** An output of a transposed convolution on its way between the others. */
const interleavingCost = 0.4;

export function costOfTiling(tiling: Tiling, relaxed: boolean): number {
  const plan = planTiles(tiling, { dtype: 'float32', bias: false, epilogue: undefined });
  const { axes, channels, batch, groups } = tiling;
  const [y, x] = axes;
  const points = y.algorithm.points * x.algorithm.points;
  const sets = y.firsts.length * x.firsts.length;
  const vectors = plan.strip.count * plan.strip.blocks * 4;
  const pairs = (plan.entries.length * plan.entryPhases * plan.rowBlocks * plan.blockRows) / 2;
  const plain = relaxed ? 1 : 1.4;
  const products =
    pairs * (channels * plain * costOfImage(plan.strip, y.tiles, x.tiles) + callCost * (vectors / 4));
  const input = vectors * channels * sets * points * inputCost;
  const output =
    vectors * plan.rowBlocks * plan.blockRows * y.phases.length * x.phases.length * points * outputCost;
  const outputs = plan.rowBlocks * plan.blockRows * y.tiles * runOf(y) * x.tiles * runOf(x);
  const weights = groups * groupBytes(plan) * weightCost;
  return weights + batch * groups * (products + input + output + outputs * finishCost);
}

/** The sums of the products themselves: those of a transposed convolution are interleaved by a pass of their own. */
export function costOfSums(shape: ConvShape, relaxed: boolean, kind: 'conv' | 'transposed'): number {
  const { batch, groups, channels, rows, output, kernel, stride } = shape;
  const [height, width] =
    kind === 'conv' ? [output[1], output[2]] : [1, 2].map((a) => Math.ceil(output[a]! / stride[a]!));
  const phases = kind === 'conv' ? 1 : stride[1] * stride[2];
  const taps = kernel.reduce(
    (all, length, a) => all * (kind === 'conv' ? length : Math.ceil(length / stride[a]!)),
    1,
  );
  const products = phases * height! * channels * taps * costOfBlocking(rows, Math.max(width!, 4), relaxed);
  const interleaving = phases === 1 ? 0 : rows * output[1] * output[2] * interleavingCost;
  return batch * groups * (products + interleaving);
}
