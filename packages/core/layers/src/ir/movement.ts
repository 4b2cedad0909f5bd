import {
  type Dim,
  normalAxis,
  ops,
  type PadMode,
  resolveExpand,
  resolveReshape,
  resolveSlice,
  splitLengths,
  squeezeShape,
  unsqueezeShape,
} from '@polyphase/ir';
import { allAxes, axesOf, listOf, type Pairs, pairs, type Scalar, scalarFor } from '../arguments.ts';
import { building, type Flow, layer, layerOutputs, type Named, type Operand } from '../flow.ts';

/** The same elements in row-major order under another shape; a length of -1 takes what is left. @throws PP2002, PP2003. */
export const reshape = (x: Operand, shape: readonly Dim[], named: Named = {}): Flow =>
  layer(ops.reshape, { x }, () => ({ shape: resolveReshape(x.shape, shape, true) }), named);

/** Without these axes of length 1; without any axes, without all of length 1. @throws PP2002, PP2003. */
export const squeeze = (x: Operand, axes?: number | readonly number[], named: Named = {}): Flow =>
  building('squeeze', named, (name) => {
    const shape = squeezeShape(x.shape, axes === undefined ? undefined : listOf(axes));
    return layer(ops.reshape, { x }, { shape }, { name });
  });

/** With axes of length 1 put in; `axes` count in the result. @throws PP2003. */
export const unsqueeze = (x: Operand, axes: number | readonly number[], named: Named = {}): Flow =>
  building('unsqueeze', named, (name) =>
    layer(ops.reshape, { x }, { shape: unsqueezeShape(x.shape, listOf(axes)) }, { name }),
  );

/** The axes in another order: axis i of the result is axis perm[i] of x. @throws PP2003. */
export const transpose = (x: Operand, perm: readonly number[], named: Named = {}): Flow =>
  layer(ops.transpose, { x }, () => ({ perm: axesOf(x, perm, []) }), named);

/** Repeated to the shape that x and `shape` broadcast to. @throws PP2002. */
export const expand = (x: Operand, shape: readonly Dim[], named: Named = {}): Flow =>
  layer(ops.expand, { x }, () => ({ shape: resolveExpand(x.shape, shape) }), named);

/** The whole, `repeats` times along each axis. @throws PP2003. */
export const tile = (x: Operand, repeats: readonly number[], named: Named = {}): Flow =>
  layer(ops.tile, { x }, { repeats }, named);

export interface AxisOptions extends Named {
  readonly axis: number;
}

/** One after another along the axis. @throws PP2001 to PP2003. */
export function concat(xs: readonly Operand[], options: AxisOptions): Flow {
  const rank = xs[0]?.shape.length ?? 0;
  return layer(ops.concat, { xs }, () => ({ axis: normalAxis(options.axis, rank) }), options);
}

export interface SplitOptions extends AxisOptions {
  /** The length of each part; or `parts`. */
  readonly lengths?: readonly number[] | undefined;
  /** Into how many equal parts. Default 2. */
  readonly parts?: number | undefined;
}

/**
 * Parts along the axis.
 *
 * @throws PP2002, PP2003; PP2005 for `parts` of an axis whose length is open.
 */
export function split(x: Operand, options: SplitOptions): readonly Flow[] {
  const { axis, lengths, parts = 2 } = options;
  const attributes = () => {
    const at = normalAxis(axis, x.shape.length);
    return { axis: at, lengths: lengths ?? splitLengths(x.shape[at]!, parts, true) };
  };
  return layerOutputs(ops.split, { x }, attributes, options);
}

export interface SliceOptions extends Named {
  /** Negative ones count from the end. Default: the first ones. */
  readonly axes?: number | readonly number[] | undefined;
  /** Per axis; negative counts from the end. */
  readonly start: number | readonly number[];
  /** Per axis; negative counts from the end. Default: up to the end. */
  readonly end?: number | readonly number[] | undefined;
  /** Per axis; negative runs backwards. Default 1. */
  readonly step?: number | readonly number[] | undefined;
}

/**
 * Elements from `start` to before `end` along axes, clamped to them.
 *
 * @throws PP2003; PP2005 when a position counts from the end of an open length.
 */
export function slice(x: Operand, options: SliceOptions): Flow {
  const start = listOf(options.start);
  const step = options.step === undefined ? start.map(() => 1) : listOf(options.step);
  const toTheEnd = step.map((by) => (by < 0 ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER));
  const end = options.end === undefined ? toTheEnd : listOf(options.end);
  const axes = options.axes === undefined ? undefined : listOf(options.axes);
  return layer(ops.slice, { x }, () => resolveSlice(x.shape, start, end, axes, step), options);
}

export interface PadOptions extends Named {
  readonly pads: Pairs;
  /** Default: all. */
  readonly axes?: readonly number[] | undefined;
  /** Default 'constant'. */
  readonly mode?: PadMode | undefined;
  /** What the mode 'constant' adds. Default 0. */
  readonly value?: Scalar | undefined;
}

/** Elements before and after axes; negative pads crop. @throws PP2001 to PP2004. */
export function pad(x: Operand, options: PadOptions): Flow {
  const { pads, axes, mode = 'constant', value } = options;
  const attributes = () => {
    const padded = axesOf(x, axes, allAxes(x));
    const given = pairs('pads', pads, padded.length);
    return { mode, pads: allAxes(x).map((axis) => given[padded.indexOf(axis)] ?? ([0, 0] as const)) };
  };
  const outside = value === undefined ? undefined : scalarFor(x, value);
  return layer(ops.pad, { x, value: outside }, attributes, options);
}
