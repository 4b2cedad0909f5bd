import type { Dim } from '../dim.ts';
import { rangeOf } from '../dtype.ts';
import type { StaticType, Value } from '../graph.ts';
import { defineOp, type Interval, need } from '../op.ts';
import { type Dense, sizeOf } from '../tensor.ts';
import { kernelSpan } from './conv-transpose.ts';
import { checkKind } from './pointwise.ts';
import { checkFloat, checkRank } from './shared.ts';
import { exceeds } from './slices.ts';
import { type Window, windowAxis, windowCells, windowCounts, windowReads } from './window.ts';

export interface MaxPoolAttributes extends Window {
  /** How `indices` count inside a plane: 0 row-major, 1 column-major, the first spatial axis fastest. */
  readonly storageOrder: 0 | 1;
}

export interface AveragePoolAttributes extends Window {
  /** Divide by the cells of the window inside the input and its declared padding, not only by those inside the input. */
  readonly countIncludePad: boolean;
}

export interface LpPoolAttributes extends Window {
  readonly p: number;
}

function pooledShape(x: Value, window: Window): Dim[] {
  checkRank('x', x, 3, 5);
  const [batch, channels, ...lengths] = x.type.shape as [Dim, Dim, ...Dim[]];
  const counts = windowCounts(lengths, window);
  for (const [axis, pair] of window.pads.entries()) {
    const span = kernelSpan(window.kernel[axis]!, window.dilation[axis]!);
    need(Math.max(...pair) < span, 'PP2003', () => [
      `a padding of (${pair.join(', ')}) leaves windows of spatial axis ${axis}, which span ${span}, without an input`,
      `Use paddings of at most ${span - 1}`,
    ]);
  }
  return [batch, channels, ...counts];
}

function pooledReads(
  [batch, channels, ...out]: readonly Interval[],
  x: StaticType,
  window: Window,
): Interval[] {
  const axes = out.map((region, a) =>
    windowReads(region, x.shape[a + 2]!, windowAxis(window, a), window.pads[a]!),
  );
  return [batch!, channels!, ...axes];
}

/** One call for each output element: the flat offsets of the elements of x under its window. */
function slide(
  x: Dense,
  y: StaticType,
  window: Window,
  visit: (out: number, plane: number, cells: readonly number[]) => void,
): void {
  const [batch, channels, ...lengths] = x.shape as [number, number, ...number[]];
  const windows = windowCells(lengths, y.shape.slice(2), window);
  for (let plane = 0, out = 0; plane < batch * channels; plane++)
    for (const cells of windows) visit(out++, plane * sizeOf(lengths), cells);
}

const taps = (window: Window): number => sizeOf(window.kernel);

/** The offset of a row-major position in a plane, counted column-major. */
export function columnMajor(offset: number, lengths: readonly number[]): number {
  let [rest, flat] = [offset, 0];
  for (let axis = lengths.length - 1; axis >= 0; axis--) {
    flat += (rest % lengths[axis]!) * sizeOf(lengths.slice(0, axis));
    rest = Math.floor(rest / lengths[axis]!);
  }
  return flat;
}

/**
 * The greatest element under each window and its place in the whole tensor, the first of equal ones; NaN counts as the
 * greatest. A window between whose taps the whole input lies gives the least value of the type, at -1.
 */
export const maxPool = defineOp<MaxPoolAttributes>()({
  name: 'maxPool',
  inputs: ['x'],
  defaults: { ceil: false, storageOrder: 0 },

  infer({ x }, attributes) {
    checkKind('x', x, 'number');
    const { storageOrder } = attributes;
    need(storageOrder === 0 || storageOrder === 1, 'PP2003', () => [
      `storageOrder is ${storageOrder}`,
      'Use 0 for row-major or 1 for column-major indices',
    ]);
    const shape = pooledShape(x, attributes);
    return [
      { dtype: x.type.dtype, shape },
      { dtype: 'int64', shape },
    ];
  },

  define({ x }, attributes, [y]) {
    const lengths = x.shape.slice(2);
    const values = new Float64Array(sizeOf(y!.shape)).fill(rangeOf(x.dtype)[0]);
    const indices = new Float64Array(values.length).fill(-1);
    slide(x, y!, attributes, (out, plane, cells) => {
      let best = cells[0];
      if (best === undefined) return;
      for (const cell of cells) if (exceeds(x.data[plane + cell]!, x.data[plane + best]!)) best = cell;
      values[out] = x.data[plane + best]!;
      indices[out] = plane + (attributes.storageOrder === 0 ? best : columnMajor(best, lengths));
    });
    return [values, indices];
  },

  reads: (region, { x }, attributes) => ({ x: pooledReads(region, x, attributes) }),
});

/** The mean of the elements under each window. */
export const averagePool = defineOp<AveragePoolAttributes>()({
  name: 'averagePool',
  inputs: ['x'],
  defaults: { ceil: false, countIncludePad: false },

  infer({ x }, attributes) {
    checkFloat('x', x);
    return { dtype: x.type.dtype, shape: pooledShape(x, attributes) };
  },

  define({ x }, attributes, [y]) {
    const counts = y!.shape.slice(2);
    const divisors = averageDivisors(x.shape.slice(2), counts, attributes);
    const data = new Float64Array(sizeOf(y!.shape));
    slide(x, y!, attributes, (out, plane, cells) => {
      let sum = 0;
      for (const cell of cells) sum += x.data[plane + cell]!;
      data[out] = sum / divisors[out % divisors.length]!;
    });
    return data;
  },

  terms: (_, attributes) => taps(attributes) + 1,
  reads: (region, { x }, attributes) => ({ x: pooledReads(region, x, attributes) }),
});

/** By what averagePool divides the sum of each window of one plane, in row-major order. */
export function averageDivisors(
  lengths: readonly number[],
  counts: readonly number[],
  attributes: AveragePoolAttributes,
): number[] {
  if (!attributes.countIncludePad)
    return windowCells(lengths, counts, attributes).map((cells) => cells.length);
  const padded = lengths.map((n, axis) => n + attributes.pads[axis]![0] + attributes.pads[axis]![1]);
  const pads = lengths.map(() => [0, 0] as const);
  return windowCells(padded, counts, { ...attributes, pads }).map((cells) => cells.length);
}

/** (sum |x|^p)^(1/p) over the elements under each window. */
export const lpPool = defineOp<LpPoolAttributes>()({
  name: 'lpPool',
  inputs: ['x'],
  defaults: { ceil: false, p: 2 },

  infer({ x }, attributes) {
    checkFloat('x', x);
    need(Number.isFinite(attributes.p) && attributes.p >= 1, 'PP2003', () => [
      `p is ${attributes.p}`,
      'Use a norm of 1 or more',
    ]);
    return { dtype: x.type.dtype, shape: pooledShape(x, attributes) };
  },

  define({ x }, attributes, [y]) {
    const data = new Float64Array(sizeOf(y!.shape));
    slide(x, y!, attributes, (out, plane, cells) => {
      let sum = 0;
      for (const cell of cells) sum += Math.abs(x.data[plane + cell]!) ** attributes.p;
      data[out] = sum ** (1 / attributes.p);
    });
    return data;
  },

  terms: (_, attributes) => taps(attributes) + 2,
  reads: (region, { x }, attributes) => ({ x: pooledReads(region, x, attributes) }),
});
