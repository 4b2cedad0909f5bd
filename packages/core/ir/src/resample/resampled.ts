import { type Dim, floorDiv, mul } from '../dim.ts';
import { checkAxisResampling } from './check.ts';
import type { AxisResampling } from './spec.ts';

/**
 * What a framework's call comes to: the axes that change (with none it copies its input), and the whole
 * output shape.
 */
export interface ResampledAxes {
  readonly axes: readonly AxisResampling[];
  readonly shape: readonly Dim[];
}

/** The axes of a call, checked, in their place in the shape. @throws PP2002, PP2003, PP2004. */
export function resampledAxes(inputShape: readonly Dim[], specs: readonly AxisResampling[]): ResampledAxes {
  const shape = [...inputShape];
  for (const spec of specs) {
    checkAxisResampling(spec);
    shape[spec.axis] = spec.to;
  }
  return { axes: specs.filter((spec) => !isCopy(spec)), shape };
}

/**
 * Whether every output element is the input element of the same index: any interpolating filter at scale 1.
 */
function isCopy({ from, to, scale = 1, roi: [start, end] = [0, 1], filter }: AxisResampling): boolean {
  const interpolates = filter.kind !== 'mitchell' && filter.kind !== 'gaussian';
  return interpolates && from === to && scale === 1 && start === 0 && end === 1;
}

/** floor(length * scale) of a length that is still open. */
export function openLength(length: string, scale: number): Dim {
  if (Number.isInteger(scale)) return mul(length, scale);
  return Number.isInteger(1 / scale) ? floorDiv(length, 1 / scale) : `floor(${scale}*${length})`;
}
