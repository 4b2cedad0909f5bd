import {
  need,
  normalAxis,
  ops,
  product,
  resolveExpand,
  resolveReshape,
  resolveSlice,
  splitLengths,
  squeezeShape,
  unsqueezeShape,
  type Value,
} from '@polyphase/ir';
import { flag, int, ints, required } from '../attributes.ts';
import { type Context, row, type Table } from '../row.ts';
import { from, rankOf, reshapeTo } from './shared.ts';

const allowzero = flag(false);

const reshapeRow = (more: { readonly allowzero?: typeof allowzero }) =>
  row({
    inputs: ['x', 'shape'],
    attributes: more,
    elements: ['shape'],
    build: ({ x, shape }, { allowzero: allowZero = false }, context) =>
      reshapeTo(context, x, resolveReshape(x.type.shape, context.elements(shape), allowZero)),
  });

function flatten(context: Context, x: Value, axis: number): Value {
  const { shape } = x.type;
  const at = axis === shape.length ? axis : normalAxis(axis, shape.length);
  return reshapeTo(context, x, [product(shape.slice(0, at)), product(shape.slice(at))]);
}

const squeeze = (context: Context, x: Value, axes: readonly number[] | undefined): Value =>
  reshapeTo(context, x, squeezeShape(x.type.shape, axes));

const unsqueeze = (context: Context, x: Value, axes: readonly number[]): Value =>
  reshapeTo(context, x, unsqueezeShape(x.type.shape, axes));

interface SliceOperands {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes?: readonly number[] | undefined;
  readonly steps?: readonly number[] | undefined;
}

const slice = (
  context: Context,
  x: Value,
  { starts, ends, axes, steps }: SliceOperands,
  part?: string,
): Value => context.make(ops.slice, { x }, resolveSlice(x.type.shape, starts, ends, axes, steps), part);

function split(
  context: Context,
  x: Value,
  axis: number,
  lengths: readonly number[] | undefined,
  even: boolean,
) {
  const at = normalAxis(axis, rankOf(x));
  const parts = lengths ?? splitLengths(x.type.shape[at]!, context.outputCount, even);
  need(parts.length === context.outputCount, 'PP2003', () => [
    `it has ${context.outputCount} outputs and ${parts.length} lengths [${parts.join(', ')}]`,
    'Give one length for each output',
  ]);
  return context.makeAll(ops.split, { x }, { axis: at, lengths: parts });
}

export const layout: Table = {
  Concat: from(
    4,
    row({
      inputs: ['...xs'],
      attributes: { axis: required(int()) },
      build: ({ xs }, { axis }, context) =>
        context.make(ops.concat, { xs }, { axis: normalAxis(axis, xs[0] ? rankOf(xs[0]) : 0) }),
    }),
  ),
  Expand: from(
    8,
    row({
      inputs: ['x', 'shape'],
      elements: ['shape'],
      build: ({ x, shape }, _, context) =>
        context.make(ops.expand, { x }, { shape: resolveExpand(x.type.shape, context.elements(shape)) }),
    }),
  ),
  Flatten: from(
    1,
    row({
      inputs: ['x'],
      attributes: { axis: int(1) },
      build: ({ x }, { axis }, context) => flatten(context, x, axis),
    }),
  ),
  Reshape: { 5: reshapeRow({}), 14: reshapeRow({ allowzero }) },
  Slice: {
    1: row({
      inputs: ['x'],
      attributes: { axes: ints(), ends: required(ints()), starts: required(ints()) },
      build: ({ x }, range, context) => slice(context, x, range),
    }),
    10: row({
      inputs: ['x', 'starts', 'ends', 'axes?', 'steps?'],
      elements: ['starts', 'ends', 'axes', 'steps'],
      build: ({ x, starts, ends, axes, steps }, _, context) =>
        slice(context, x, {
          starts: context.elements(starts),
          ends: context.elements(ends),
          axes: context.optionalElements(axes),
          steps: context.optionalElements(steps),
        }),
    }),
  },
  Split: {
    2: row({
      inputs: ['x'],
      attributes: { axis: int(0), split: ints() },
      build: ({ x }, { axis, split: lengths }, context) => split(context, x, axis, lengths, true),
    }),
    13: row({
      inputs: ['x', 'split?'],
      attributes: { axis: int(0) },
      elements: ['split'],
      build: ({ x, split: lengths }, { axis }, context) =>
        split(context, x, axis, context.optionalElements(lengths), true),
    }),
    18: row({
      inputs: ['x', 'split?'],
      attributes: { axis: int(0), num_outputs: int() },
      elements: ['split'],
      build({ x, split: lengths }, { axis, num_outputs: count }, context) {
        need(count === undefined || (count === context.outputCount && !lengths), 'PP2003', () => [
          `num_outputs is ${count}, there are ${context.outputCount} outputs and ${lengths ? '' : 'no '}lengths`,
          'Give either lengths, or num_outputs equal to the number of outputs',
        ]);
        return split(context, x, axis, context.optionalElements(lengths), false);
      },
    }),
  },
  Squeeze: {
    1: row({
      inputs: ['x'],
      attributes: { axes: ints() },
      build: ({ x }, { axes }, context) => squeeze(context, x, axes),
    }),
    13: row({
      inputs: ['x', 'axes?'],
      elements: ['axes'],
      build: ({ x, axes }, _, context) => squeeze(context, x, context.optionalElements(axes)),
    }),
  },
  Tile: from(
    6,
    row({
      inputs: ['x', 'repeats'],
      elements: ['repeats'],
      build: ({ x, repeats }, _, context) =>
        context.make(ops.tile, { x }, { repeats: context.elements(repeats) }),
    }),
  ),
  Transpose: from(
    1,
    row({
      inputs: ['x'],
      attributes: { perm: ints() },
      build: ({ x }, { perm }, context) =>
        context.make(
          ops.transpose,
          { x },
          { perm: perm ?? x.type.shape.map((_, axis) => rankOf(x) - 1 - axis) },
        ),
    }),
  ),
  Trilu: from(
    14,
    row({
      inputs: ['x', 'k?'],
      attributes: { upper: flag(true) },
      elements: ['k'],
      build: ({ x, k }, { upper }, context) =>
        context.make(ops.trilu, { x }, { upper, k: context.optionalElements(k)?.[0] ?? 0 }),
    }),
  ),
  Unsqueeze: {
    1: row({
      inputs: ['x'],
      attributes: { axes: required(ints()) },
      build: ({ x }, { axes }, context) => unsqueeze(context, x, axes),
    }),
    13: row({
      inputs: ['x', 'axes'],
      elements: ['axes'],
      build: ({ x, axes }, _, context) => unsqueeze(context, x, context.elements(axes)),
    }),
  },
};
