import {
  type DepthToSpaceAttributes,
  type Dim,
  type DType,
  floorDiv,
  isStatic,
  ops,
  type Value,
} from '@polyphase/ir';
import { codeOf } from '../../data-type.ts';
import { int, ints, text } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import { integers, reshapeTo } from './shared.ts';

/** Reshape's operand: of open lengths 0 keeps that of the operand's axis and -1 takes what is left. */
function targetOf(x: Value, shape: readonly Dim[], context: Exporting): Value {
  const isKept = (length: Dim, axis: number): boolean => length === x.type.shape[axis];
  const open = shape.filter((length, axis) => typeof length === 'string' && !isKept(length, axis));
  if (isStatic(shape) || shape.includes(0) || open.length > 1) return context.lengths(shape);
  return integers(
    context,
    shape.map((length, axis) => (typeof length === 'number' ? length : isKept(length, axis) ? 0 : -1)),
  );
}

/** Types of which onnxruntime moves whole blocks. */
const blockTypes: readonly DType[] = ['float32', 'float64', 'float16', 'int8', 'uint8'];

/** The axes of depth taken apart, moved behind the spatial ones and joined with them. */
function spreadDepth(x: Value, { blocksize: b, mode }: DepthToSpaceAttributes, context: Exporting): Value {
  const [n, c, h, w] = x.type.shape as [Dim, Dim, Dim, Dim];
  const channels = floorDiv(c, b * b);
  const apart = mode === 'DCR' ? [n, b, b, channels, h, w] : [n, channels, b, b, h, w];
  const perm = mode === 'DCR' ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3];
  const moved = context.make(ops.transpose, { x: reshapeTo(context, x, apart) }, { perm });
  return reshapeTo(context, moved, context.types[0]!.shape);
}

function gatherDepth(x: Value, b: number, context: Exporting): Value {
  const [n, c, h, w] = x.type.shape as [Dim, Dim, Dim, Dim];
  const blocks = reshapeTo(context, x, [n, c, floorDiv(h, b), b, floorDiv(w, b), b]);
  const moved = context.make(ops.transpose, { x: blocks }, { perm: [0, 3, 5, 1, 2, 4] });
  return reshapeTo(context, moved, context.types[0]!.shape);
}

export const layouts = {
  reshape: ({ x }, { shape }, context) =>
    context.node('Reshape', [x, targetOf(x, shape, context)], { allowzero: int(shape.includes(0)) }),
  transpose: ({ x }, { perm }, context) => context.node('Transpose', [x], { perm: ints(perm) }),
  expand({ x }, { shape }, context) {
    const missing = shape.length - x.type.shape.length;
    const target = shape.map((length, axis) =>
      typeof length === 'string' && x.type.shape[axis - missing] === length ? 1 : length,
    );
    return context.node('Expand', [x, context.lengths(target)]);
  },
  concat: ({ xs }, { axis }, context) => context.node('Concat', xs, { axis: int(axis) }),
  split: ({ x }, { axis, lengths }, context) =>
    context.nodes('Split', [x, integers(context, lengths)], { axis: int(axis) }),
  tile: ({ x }, { repeats }, context) => context.node('Tile', [x, integers(context, repeats)]),
  cast: ({ x }, { to }, context) => context.node('Cast', [x], { to: int(codeOf(to)) }),
  depthToSpace({ x }, attributes, context) {
    if (!blockTypes.includes(x.type.dtype)) return spreadDepth(x, attributes, context);
    const { blocksize, mode } = attributes;
    return context.node('DepthToSpace', [x], { blocksize: int(blocksize), mode: text(mode) });
  },
  spaceToDepth({ x }, { blocksize }, context) {
    if (!blockTypes.includes(x.type.dtype)) return gatherDepth(x, blocksize, context);
    return context.node('SpaceToDepth', [x], { blocksize: int(blocksize) });
  },
} satisfies Partial<Exporters>;
