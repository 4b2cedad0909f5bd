import type { Dim } from '../dim.ts';
import { need } from '../op.ts';
import { tapsAtMost } from './kernel.ts';
import {
  type AxisResampling,
  coordinateMaps,
  nearestRoundings,
  resampleProfiles,
  staticAxis,
} from './spec.ts';

/** Above this, float32 has not every integer and the float32 recipes mean nothing. */
export const longestAxis = 2 ** 24;

/** The most weights that a table may have: 256 MiB. */
const largestTable = 2 ** 25;

/** @throws PP2002, PP2003, PP2004 for what no table can be made of, or only an absurd one. */
export function checkAxisResampling(spec: AxisResampling): void {
  const at = `axis ${spec.axis}`;
  checkLengths(spec);
  checkName(`${at}: the coordinate map`, spec.map, coordinateMaps);
  checkName(`${at}: the profile`, spec.profile, resampleProfiles);
  if (spec.filter.kind === 'nearest')
    checkName(`${at}: the rounding`, spec.filter.rounding, nearestRoundings);
  checkNumbers(spec);
  need((spec.map === 'tf_crop_and_resize') === (spec.roi !== undefined), 'PP2003', () => [
    `${at}: the map is ${spec.map} and roi is ${spec.roi?.join(' to ') ?? 'missing'}`,
    'Give roi with tf_crop_and_resize and only there',
  ]);
  if (typeof spec.from === 'number' && typeof spec.to === 'number') checkTable(spec);
}

/**
 * A scale below 1 / longestAxis leaves nothing of any axis, and a roi or coefficient beyond longestAxis no
 * digits of a weight.
 */
function checkNumbers({ axis, scale, roi = [0, 1], filter }: AxisResampling): void {
  const numbers = [...roi, filter.kind === 'cubic' ? filter.coefficient : 0];
  need(
    numbers.every((number) => Math.abs(number) <= longestAxis),
    'PP2003',
    () => [
      `axis ${axis}: roi and cubic coefficient are ${numbers.join(', ')}`,
      `Give numbers from -${longestAxis} to ${longestAxis}`,
    ],
  );
  need(
    scale === undefined || (scale >= 1 / longestAxis && scale < Number.POSITIVE_INFINITY),
    'PP2003',
    () => [`axis ${axis}: the scale is ${scale}`, `Give a finite scale of at least 1 / ${longestAxis}`],
  );
  need(scale === undefined || (filter.kind !== 'area' && filter.kind !== 'adaptive'), 'PP2003', () => [
    `axis ${axis}: ${filter.kind} resampling has a scale of ${scale}`,
    'Give the lengths only',
  ]);
}

function checkTable(spec: AxisResampling): void {
  const { axis, from, to, scale } = spec;
  const taps = tapsAtMost(staticAxis(spec));
  need(taps * Number(to) <= largestTable, 'PP2003', () => [
    `axis ${axis} is resampled from ${from} to ${to}${scale === undefined ? '' : ` at scale ${scale}`}, ${taps} taps an element`,
    'Use a scale that fits the lengths, or shorter ones',
  ]);
}

function checkLengths({ axis, from, to }: AxisResampling): void {
  need([from, to].every(isLength), 'PP2003', () => [
    `axis ${axis} is resampled from ${from} to ${to}`,
    `Use integer lengths from 0 to ${longestAxis}`,
  ]);
  need(from !== 0 || typeof to !== 'number' || to === 0, 'PP2002', () => [
    `axis ${axis} is resampled from 0 elements to ${to}`,
    'An empty axis can only stay empty',
  ]);
  need(to !== 0 || typeof from !== 'number' || from === 0, 'PP2004', () => [
    `axis ${axis} is resampled from ${from} elements to none`,
    'Use a larger scale or size',
  ]);
}

const isLength = (dim: Dim): boolean =>
  typeof dim !== 'number' || (Number.isInteger(dim) && dim >= 0 && dim <= longestAxis);

/** Narrows a name read from a model to one of those known. @throws PP2003. */
export function checkName<N extends string>(
  what: string,
  name: string,
  names: readonly N[],
): asserts name is N {
  need((names as readonly string[]).includes(name), 'PP2003', () => [
    `${what} is ${JSON.stringify(name)}`,
    `Use one of ${names.join(', ')}`,
  ]);
}
