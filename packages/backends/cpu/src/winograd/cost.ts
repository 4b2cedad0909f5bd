/** How long a contraction takes, in nanoseconds: rough, but alike for all ways to compute it. */
import { costOfBlocking } from '../contractions/blocking.ts';
import type { ConvShape } from '../families/geometry.ts';
import { countEntries, runOf, sizesOf, type Tiling } from './plan.ts';
import { entryBytes } from './products.ts';
import { costOfImage } from './strip-size.ts';

/** Entering and leaving a micro-kernel, for each pair of rows. */
const callCost = 8;
/** A vector of the input transformation and of the output transformation, for each point. */
const inputCost = 0.9;
const outputCost = 0.7;
/** An output on its way from a plane to its place. */
const finishCost = 0.12;
/** A byte of weights, which come from memory. */
const weightCost = 0.05;

export function costOfTiling(tiling: Tiling, relaxed: boolean): number {
  const plan = sizesOf(tiling);
  const entries = countEntries(plan);
  const { axes, channels, batch, groups } = tiling;
  const [y, x] = axes;
  const points = y.algorithm.points * x.algorithm.points;
  const sets = y.firsts.length * x.firsts.length;
  const vectors = plan.strip.count * plan.strip.blocks * 4;
  const pairs = (entries * plan.entryPhases * plan.rowBlocks * plan.blockRows) / 2;
  const plain = relaxed ? 1 : 1.4;
  const products =
    pairs * (channels * plain * costOfImage(plan.strip, y.tiles, x.tiles) + callCost * (vectors / 4));
  const input = vectors * channels * sets * points * inputCost;
  const output =
    vectors * plan.rowBlocks * plan.blockRows * y.phases.length * x.phases.length * points * outputCost;
  const outputs = plan.rowBlocks * plan.blockRows * y.tiles * runOf(y) * x.tiles * runOf(x);
  const weights = groups * plan.rowBlocks * entries * entryBytes(plan) * weightCost;
  return weights + batch * groups * (products + input + output + outputs * finishCost);
}

/** The sums of the products themselves, of a convolution. */
export function costOfSums(shape: ConvShape, relaxed: boolean): number {
  const { batch, groups, channels, rows, output, kernel } = shape;
  const taps = kernel.reduce((all, length) => all * length, 1);
  return batch * groups * output[1] * channels * taps * costOfBlocking(rows, Math.max(output[2], 4), relaxed);
}
