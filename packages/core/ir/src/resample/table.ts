import { checkAxisResampling } from './check.ts';
import { kernelOf, type ResampleKernel, type Row, stretchOf } from './kernel.ts';
import { nearestIndex } from './nearest.ts';
import { cropCoordinate, type Position, positionOf, ratio } from './position.ts';
import { type AxisResampling, type ResampleFilter, type StaticAxis, staticAxis } from './spec.ts';
import { stepRows } from './steps.ts';

/**
 * What each output element of an axis sums: `weights[o * taps + t] * x[first[o] + t]` over `taps` neighbours.
 * Every tap lies inside the axis, borders are folded into the weights.
 */
export interface AxisTable {
  readonly taps: number;
  /** 0 <= first[o] and first[o] + taps <= from, for every o. */
  readonly first: Int32Array;
  readonly weights: Float64Array;
  /**
   * The input elements that each output reads, first and last; rows with fewer than `taps` are filled up with weights of 0,
   * which must not let NaN and infinity of other elements in. Absent when no row is filled up.
   */
  readonly read?: { readonly first: Int32Array; readonly last: Int32Array };
  /** 1 where the whole element is the extrapolation value instead. */
  readonly outside?: Uint8Array;
}

/** A spec does not change, and each of its axes is asked about by several rules and by the backend. */
const known = new WeakMap<AxisResampling, AxisTable>();

/**
 * The table of one axis, made once for a spec: leave it as it is.
 *
 * @throws PP2002, PP2003, PP2004 for an impossible or absurd resampling, before memory is taken; PP2005 when
 * a length is open.
 */
export function axisTable(resampling: AxisResampling): AxisTable {
  const table = known.get(resampling) ?? makeTable(resampling);
  known.set(resampling, table);
  return table;
}

function makeTable(resampling: AxisResampling): AxisTable {
  checkAxisResampling(resampling);
  const spec = staticAxis(resampling);
  const table = tableOf(spec);
  return spec.map === 'tf_crop_and_resize' ? { ...table, outside: cropOutside(spec) } : table;
}

type SummingFilter = Exclude<ResampleFilter, { readonly kind: 'nearest' }>;

function rowsOf(spec: StaticAxis, filter: SummingFilter): (d: number) => Row {
  switch (filter.kind) {
    case 'area':
      return areaRows(spec);
    case 'adaptive':
      return adaptiveRows(spec);
    case 'cubic':
      return usesSteps(spec) ? stepRows(spec, filter.coefficient) : kernelRows(spec, kernelOf(filter));
    default:
      return kernelRows(spec, kernelOf(filter));
  }
}

const usesSteps = ({ antialias, profile }: StaticAxis): boolean =>
  !antialias && (profile === 'tf' || profile === 'tf1' || profile === 'keras');

/**
 * A tap nearer than this to the end of the kernel is one whose coordinate was rounded; its weight is below
 * float64's reach.
 */
const slack = 1e-12;

function kernelRows(spec: StaticAxis, kernel: ResampleKernel): (d: number) => Row {
  const position = positionOf(spec);
  const stretch = stretchOf(spec);
  const support = kernel.radius * stretch;
  return (d) => {
    const { whole, fraction } = position(d);
    const begin = Math.floor(fraction - support + slack) + 1;
    const end = Math.ceil(fraction + support - slack);
    const weights = new Array<number>(end - begin);
    for (let k = begin; k < end; k++) weights[k - begin] = kernel.at(Math.abs(k - fraction) / stretch);
    return { first: whole + begin, weights };
  };
}

/** The stretch that output d covers runs from d to d + 1 steps. */
function coverOf({ from, to, map }: StaticAxis): (d: number) => readonly [begin: Position, end: Position] {
  const [over, under] = map === 'align_corners' && to > 1 ? [from - 1, to - 1] : [from, to];
  return (d) => [ratio(d * over, under), ratio((d + 1) * over, under)];
}

function areaRows(spec: StaticAxis): (d: number) => Row {
  const cover = coverOf(spec);
  return (d) => {
    const [begin, end] = cover(d);
    const length = Math.max(end.whole - begin.whole + (end.fraction > 0 ? 1 : 0), 1);
    const weights = new Array<number>(length).fill(1);
    weights[0]! -= begin.fraction;
    if (end.fraction > 0) weights[length - 1]! -= 1 - end.fraction;
    return { first: begin.whole, weights };
  };
}

function adaptiveRows(spec: StaticAxis): (d: number) => Row {
  const cover = coverOf(spec);
  return (d) => {
    const [begin, end] = cover(d);
    return {
      first: begin.whole,
      weights: new Array<number>(end.whole - begin.whole + (end.fraction > 0 ? 1 : 0)).fill(1),
    };
  };
}

/**
 * Rows are made twice, to find the width of the table and to fill it: keeping them would take far more
 * memory.
 */
function tableOf(spec: StaticAxis): AxisTable {
  const { from, to, border, filter } = spec;
  if (to === 0) return { taps: 0, first: new Int32Array(0), weights: new Float64Array(0) };
  if (filter.kind === 'nearest') return selection(to, nearestIndex(spec, filter.rounding));
  const row = rowsOf(spec, filter);
  let taps = 1;
  for (let d = 0; d < to; d++) {
    const { first, weights } = row(d);
    taps = Math.max(taps, inside(first + weights.length - 1, from) - inside(first, from) + 1);
  }
  const table = { taps, first: new Int32Array(to), weights: new Float64Array(to * taps) };
  const read = { first: new Int32Array(to), last: new Int32Array(to) };
  for (let d = 0; d < to; d++) {
    const raw = row(d);
    const first = Math.min(inside(raw.first, from), from - taps);
    table.first[d] = first;
    read.first[d] = inside(raw.first, from);
    read.last[d] = inside(raw.first + raw.weights.length - 1, from);
    fold(raw, from, border, table.weights.subarray(d * taps, (d + 1) * taps), first);
  }
  const isFull = taps === 0 || read.first.every((first, d) => read.last[d]! - first === taps - 1);
  return isFull ? table : { ...table, read };
}

/** Every output is one input. */
const selection = (to: number, index: (d: number) => number): AxisTable => ({
  taps: 1,
  first: Int32Array.from({ length: to }, (_, d) => index(d)),
  weights: new Float64Array(to).fill(1),
});

const inside = (index: number, length: number): number => Math.min(Math.max(index, 0), length - 1);

/** Adds up a row in `weights`, which start at element `first`, and scales them to a sum of 1. */
function fold(
  row: Row,
  from: number,
  border: AxisResampling['border'],
  weights: Float64Array,
  first: number,
): void {
  let sum = 0;
  for (let t = 0; t < row.weights.length; t++) {
    const index = row.first + t;
    const target = inside(index, from);
    if (border === 'renormalise' && target !== index) continue;
    weights[target - first]! += row.weights[t]!;
    sum += row.weights[t]!;
  }
  if (sum === 0) weights.fill(0)[inside(row.first, from) - first] = 1;
  else for (let t = 0; t < weights.length; t++) weights[t]! /= sum;
}

function cropOutside(spec: StaticAxis): Uint8Array {
  return Uint8Array.from({ length: spec.to }, (_, d) => {
    const x = cropCoordinate(spec, d);
    return x < 0 || x > spec.from - 1 ? 1 : 0;
  });
}
