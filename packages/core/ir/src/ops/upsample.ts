import { type DType, isFloat, rangeOf } from '../dtype.ts';
import { defineOp, type Interval, need } from '../op.ts';
import { checkAxisResampling } from '../resample/check.ts';
import type { AxisResampling } from '../resample/spec.ts';
import { type AxisTable, axisTable } from '../resample/table.ts';
import { sizeOf } from '../tensor.ts';
import { checkLength } from './shared.ts';

export interface UpsampleAttributes {
  readonly axes: readonly AxisResampling[];
  /** The value of elements whose coordinate `tf_crop_and_resize` puts outside the input. Default 0. */
  readonly extrapolation: number;
}

/**
 * Resampling of any axes of x, to more elements or fewer: along each axis an output element is a weighted sum
 * of neighbouring input elements (`axisTable`).
 */
export const upsample = defineOp<UpsampleAttributes>()({
  name: 'upsample',
  inputs: ['x'],
  defaults: { extrapolation: 0 },

  infer({ x }, { axes }) {
    const shape = [...x.type.shape];
    need(axes.length > 0, 'PP2003', () => [
      'no axis is resampled',
      'Name at least one axis, or leave the layer out',
    ]);
    need(new Set(axes.map(({ axis }) => axis)).size === axes.length, 'PP2003', () => [
      `the axes are [${axes.map(({ axis }) => axis).join(', ')}]`,
      'Resample every axis once',
    ]);
    need(x.type.dtype !== 'bool' || axes.every(isNearest), 'PP2001', () => [
      'x is bool and is interpolated',
      'Use nearest, or cast x',
    ]);
    for (const spec of axes) {
      const { axis, from, to } = spec;
      need(Number.isInteger(axis) && axis >= 0 && axis < shape.length, 'PP2003', () => [
        `axis ${axis} does not exist in x of rank ${shape.length}`,
        `Use axes from 0 to ${shape.length - 1}`,
      ]);
      checkLength(`the length of axis ${axis} of x`, shape[axis]!, from);
      checkAxisResampling(spec);
      shape[axis] = to;
    }
    return { dtype: x.type.dtype, shape };
  },

  /** One axis after the other; the last step puts the extrapolation value where any axis is outside. */
  define({ x }, { axes, extrapolation }, [y]) {
    let data = x.data;
    const shape = [...x.shape];
    const tables = axes.map(axisTable);
    for (const [i, { axis }] of axes.entries()) {
      data = resampleAxis(data, shape, axis, tables[i]!);
      shape[axis] = y!.shape[axis]!;
    }
    for (const [i, { axis }] of axes.entries()) extrapolate(data, shape, axis, tables[i]!, extrapolation);
    return isFloat(x.dtype) || axes.every(isNearest) ? data : data.map(truncateTo(x.dtype));
  },

  terms: (_, { axes }) => axes.reduce((all, spec) => all * axisTable(spec).taps, 1),

  reads(region, { x }, { axes }) {
    const intervals = region.map((interval, axis): Interval => {
      const spec = axes.find((each) => each.axis === axis);
      return spec ? readInterval(axisTable(spec), interval) : interval;
    });
    return { x: intervals.map(([from, to], axis): Interval => [from, Math.min(to, x.shape[axis]!)]) };
  },
});

const isNearest = ({ filter }: AxisResampling): boolean => filter.kind === 'nearest';

/**
 * Interpolated integers are truncated and saturate, as ONNX has it; a sum within rounding of an integer is
 * that integer.
 */
function truncateTo(dtype: DType): (value: number) => number {
  const [least, greatest] = rangeOf(dtype);
  return (value) => Math.min(Math.max(Math.trunc(value * (1 + 2 ** -40)), least), greatest);
}

/** y[.., o, ..] = sum over t of weights[o, t] * x[.., first[o] + t, ..]. */
function resampleAxis(
  x: Float64Array,
  shape: readonly number[],
  axis: number,
  table: AxisTable,
): Float64Array {
  const { taps, first, weights, read } = table;
  const [outer, from, inner] = [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
  const to = first.length;
  const y = new Float64Array(outer * to * inner);
  for (let a = 0; a < outer; a++)
    for (let o = 0; o < to; o++)
      for (let b = 0; b < inner; b++) {
        const begin = read ? read.first[o]! - first[o]! : 0;
        const end = read ? read.last[o]! - first[o]! + 1 : taps;
        let sum = 0;
        for (let t = begin; t < end; t++)
          sum += weights[o * taps + t]! * x[(a * from + first[o]! + t) * inner + b]!;
        y[(a * to + o) * inner + b] = sum;
      }
  return y;
}

function extrapolate(
  y: Float64Array,
  shape: readonly number[],
  axis: number,
  { outside }: AxisTable,
  value: number,
): void {
  if (!outside) return;
  const inner = sizeOf(shape.slice(axis + 1));
  for (let i = 0; i < y.length; i++) if (outside[Math.floor(i / inner) % outside.length]) y[i] = value;
}

/** Coordinates need not rise with the index: a roi may run backwards. */
function readInterval({ taps, first }: AxisTable, [from, to]: Interval): Interval {
  if (from >= to) return [0, 0];
  let [least, most] = [first[from]!, first[from]!];
  for (let o = from + 1; o < to; o++) {
    least = Math.min(least, first[o]!);
    most = Math.max(most, first[o]!);
  }
  return [least, most + taps];
}
