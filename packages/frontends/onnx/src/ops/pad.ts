import { need, ops, type PadMode, type Pair, type Value } from '@polyphase/ir';
import { float, ints, oneOf, required } from '../attributes.ts';
import { type Context, row, type Table } from '../row.ts';
import { from, lengthsOf, normalAxes, rankOf, scalar } from './shared.ts';

interface PadOperands {
  readonly pads: readonly number[];
  readonly axes?: readonly number[] | undefined;
  readonly mode: PadMode;
  readonly value?: Value | undefined;
}

/** `pads` lists the begins of all axes, then their ends. */
function pad(context: Context, x: Value, { pads, axes, mode, value }: PadOperands): Value {
  const rank = rankOf(x);
  const padded = axes ? normalAxes(axes, rank) : x.type.shape.map((_, axis) => axis);
  need(pads.length === 2 * padded.length, 'PP2003', () => [
    `pads has ${pads.length} values [${pads.join(', ')}] for ${padded.length} axes`,
    `Give ${2 * padded.length}: all begins, then all ends`,
  ]);
  const pairs: Pair[] = x.type.shape.map(() => [0, 0]);
  for (const [i, axis] of padded.entries()) pairs[axis] = [pads[i]!, pads[padded.length + i]!];
  return context.make(ops.pad, { x, value: mode === 'constant' ? value : undefined }, { pads: pairs, mode });
}

const padRow = (hasAxes: boolean, hasWrap: boolean) =>
  row({
    inputs: hasAxes ? ['x', 'pads', 'value?', 'axes?'] : ['x', 'pads', 'value?'],
    attributes: {
      mode: hasWrap ? oneOf('constant', 'reflect', 'edge', 'wrap') : oneOf('constant', 'reflect', 'edge'),
    },
    elements: hasAxes ? ['pads', 'axes'] : ['pads'],
    build: ({ x, pads, value, axes }, { mode }, context) =>
      pad(context, x, { pads: context.elements(pads), axes: context.optionalElements(axes), mode, value }),
  });

/** Crops or pads to `lengths`, in the middle; an odd element more is cropped or put at the end. */
function centerCropPad(
  context: Context,
  x: Value,
  lengths: readonly number[],
  axes: readonly number[],
): Value {
  need(lengths.length === axes.length, 'PP2003', () => [
    `the shape has ${lengths.length} lengths for ${axes.length} axes`,
    'Give one length for each axis',
  ]);
  const shape = lengthsOf(x);
  const pads: Pair[] = shape.map(() => [0, 0]);
  for (const [i, axis] of axes.entries()) {
    const missing = lengths[i]! - shape[axis]!;
    // Cropping starts at floor(surplus / 2), padding has floor(missing / 2) elements in front.
    const begin = missing < 0 ? -Math.floor(-missing / 2) : Math.floor(missing / 2);
    pads[axis] = [begin, missing - begin];
  }
  return context.make(ops.pad, { x }, { pads, mode: 'constant' });
}

export const padding: Table = {
  CenterCropPad: from(
    18,
    row({
      inputs: ['x', 'shape'],
      attributes: { axes: ints() },
      elements: ['shape'],
      build: ({ x, shape }, { axes }, context) =>
        centerCropPad(
          context,
          x,
          context.elements(shape),
          normalAxes(axes ?? [...lengthsOf(x).keys()], rankOf(x)),
        ),
    }),
  ),
  Pad: {
    2: row({
      inputs: ['x'],
      attributes: { mode: oneOf('constant', 'reflect', 'edge'), pads: required(ints()), value: float(0) },
      build: ({ x }, { mode, pads, value }, context) =>
        pad(context, x, { pads, mode, value: context.constant(scalar(x.type.dtype, value), 'value') }),
    }),
    11: padRow(false, false),
    18: padRow(true, false),
    19: padRow(true, true),
  },
};
