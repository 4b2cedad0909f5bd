import {
  normalAxis,
  type PadMode,
  product,
  resolveReshape,
  type ScatterReduction,
  splitLengths,
} from '@polyphase/ir';
import { allAxes } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import { type Flag, padsOf } from './attributes.ts';

export interface ReshapeAttributes extends Named {
  /** -1 takes what is left; 0 keeps the length of x on that axis unless `allowzero`. */
  readonly shape: readonly number[];
  /** Default 0. */
  readonly allowzero?: Flag | undefined;
}

/** Reshape-14. @throws PP2002, PP2003. */
export const Reshape = (x: Operand, { shape, allowzero, name = 'Reshape' }: ReshapeAttributes): Flow =>
  building('Reshape', { name }, () =>
    layers.reshape(x, resolveReshape(x.shape, shape, allowzero === 1), { name }),
  );

export interface FlattenAttributes extends Named {
  /** Default 1. */
  readonly axis?: number | undefined;
}

/** Flatten-13: a matrix of the axes before `axis` by those from it on. @throws PP2003. */
export const Flatten = (x: Operand, { axis = 1, name = 'Flatten' }: FlattenAttributes = {}): Flow =>
  building('Flatten', { name }, () => {
    const at = axis === x.shape.length ? axis : normalAxis(axis, x.shape.length);
    return layers.reshape(x, [product(x.shape.slice(0, at)), product(x.shape.slice(at))], { name });
  });

export interface AxesAttributes extends Named {
  /** Squeeze: default all axes of length 1. */
  readonly axes?: readonly number[] | undefined;
}

/** Squeeze-13. @throws PP2002, PP2003. */
export const Squeeze = (x: Operand, { axes, name = 'Squeeze' }: AxesAttributes = {}): Flow =>
  layers.squeeze(x, axes, { name });

/** Unsqueeze-13. @throws PP2003. */
export const Unsqueeze = (
  x: Operand,
  { axes, name = 'Unsqueeze' }: AxesAttributes & { readonly axes: readonly number[] },
): Flow => layers.unsqueeze(x, axes, { name });

export interface TransposeAttributes extends Named {
  /** Default: the axes in reverse. */
  readonly perm?: readonly number[] | undefined;
}

/** Transpose-13. @throws PP2003. */
export const Transpose = (x: Operand, { perm, name = 'Transpose' }: TransposeAttributes = {}): Flow =>
  layers.transpose(x, perm ?? [...allAxes(x)].reverse(), { name });

export interface ShapeAttributes extends Named {
  readonly shape: readonly number[];
}

/** Expand-13. @throws PP2002. */
export const Expand = (x: Operand, { shape, name = 'Expand' }: ShapeAttributes): Flow =>
  layers.expand(x, shape, { name });

export interface TileAttributes extends Named {
  readonly repeats: readonly number[];
}

/** Tile-13. @throws PP2003. */
export const Tile = (x: Operand, { repeats, name = 'Tile' }: TileAttributes): Flow =>
  layers.tile(x, repeats, { name });

export interface ConcatAttributes extends Named {
  readonly axis: number;
}

/** Concat-13. @throws PP2001 to PP2003. */
export const Concat = (xs: readonly Operand[], { axis, name = 'Concat' }: ConcatAttributes): Flow =>
  layers.concat(xs, { axis, name });

export interface SplitAttributes extends Named {
  /** Default 0. */
  readonly axis?: number | undefined;
  /** The length of each part; or `num_outputs`. */
  readonly split?: readonly number[] | undefined;
  /** How many parts, the last one smaller when they do not come out even. */
  readonly num_outputs?: number | undefined;
}

/** Split-18. @throws PP2002, PP2003; PP2005 for num_outputs on an open length. */
export const Split = (x: Operand, attributes: SplitAttributes): readonly Flow[] =>
  building('Split', attributes, (name) => {
    const { axis = 0, split, num_outputs = 2 } = attributes;
    const length = x.shape[normalAxis(axis, x.shape.length)]!;
    return layers.split(x, { axis, lengths: split ?? splitLengths(length, num_outputs), name });
  });

export interface SliceAttributes extends Named {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Default: the first ones. */
  readonly axes?: readonly number[] | undefined;
  /** Default 1. */
  readonly steps?: readonly number[] | undefined;
}

/** Slice-13. @throws PP2003; PP2005 when a position counts from the end of an open length. */
export const Slice = (x: Operand, { starts, ends, axes, steps, name = 'Slice' }: SliceAttributes): Flow =>
  layers.slice(x, { start: starts, end: ends, axes, step: steps, name });

export interface PadAttributes extends Named {
  /** Begins, then ends, of each of `axes`. */
  readonly pads: readonly number[];
  /** Default 0. */
  readonly constant_value?: number | undefined;
  /** Default: all. */
  readonly axes?: readonly number[] | undefined;
  /** Default 'constant'. */
  readonly mode?: PadMode | undefined;
}

/** Pad-23. @throws PP2001 to PP2004. */
export const Pad = (x: Operand, attributes: PadAttributes): Flow =>
  building('Pad', attributes, (name) => {
    const { axes = allAxes(x), mode, constant_value: value } = attributes;
    return layers.pad(x, { pads: padsOf(attributes.pads, axes.length), axes, mode, value, name });
  });

export interface GatherAttributes extends Named {
  /** Default 0. */
  readonly axis?: number | undefined;
}

/** Gather-13. @throws PP2001, PP2003. */
export const Gather = (
  x: Operand,
  indices: layers.Indices,
  { axis, name = 'Gather' }: GatherAttributes = {},
): Flow => layers.gather(x, indices, { axis, name });

/** GatherElements-13. @throws PP2001 to PP2003. */
export const GatherElements = (
  x: Operand,
  indices: Operand,
  { axis, name = 'GatherElements' }: GatherAttributes = {},
): Flow => layers.gatherElements(x, indices, { axis, name });

export interface GatherNDAttributes extends Named {
  /** Default 0. */
  readonly batch_dims?: number | undefined;
}

/** GatherND-13. @throws PP2001 to PP2003. */
export const GatherND = (
  x: Operand,
  indices: Operand,
  { batch_dims: batchDims, name = 'GatherND' }: GatherNDAttributes = {},
): Flow => layers.gatherND(x, indices, { batchDims, name });

export interface ScatterAttributes extends GatherAttributes {
  /** Default 'none'. */
  readonly reduction?: ScatterReduction | undefined;
}

/** ScatterElements-18. @throws PP2001 to PP2003. */
export const ScatterElements = (
  x: Operand,
  indices: Operand,
  updates: Operand,
  { axis, reduction, name = 'ScatterElements' }: ScatterAttributes = {},
): Flow => layers.scatterElements(x, indices, updates, { axis, reduction, name });

/** ScatterND-18. @throws PP2001 to PP2003. */
export const ScatterND = (
  x: Operand,
  indices: Operand,
  updates: Operand,
  { reduction, name = 'ScatterND' }: Omit<ScatterAttributes, 'axis'> = {},
): Flow => layers.scatterND(x, indices, updates, { reduction, name });

export interface TriluAttributes extends Named {
  /** Which diagonal. Default 0. */
  readonly k?: number | undefined;
  /** Default 1. */
  readonly upper?: Flag | undefined;
}

/** Trilu-14. @throws PP2002, PP2003. */
export const Trilu = (x: Operand, { k, upper = 1, name = 'Trilu' }: TriluAttributes = {}): Flow =>
  layers.trilu(x, { k, upper: upper === 1, name });
