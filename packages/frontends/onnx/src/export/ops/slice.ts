import {
  addDims,
  ceilDiv,
  type Dim,
  type DType,
  mulDims,
  ops,
  type PadAttributes,
  type Pair,
  padSource,
  type SliceAttributes,
  subDims,
  type Value,
} from '@polyphase/ir';
import { text } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import {
  addedBy,
  castTo,
  computingType,
  croppedBy,
  flatPads,
  integers,
  rankOf,
  reshapeTo,
  staticShape,
} from './shared.ts';

/** Beyond the end, and before the beginning, of any axis. */
const farEnd = 2 ** 31 - 1;
const farBegin = -(2 ** 31);

/** Where a slice of an axis ends in ONNX's counting. An open length stays open only where no number says the same. */
function endOf(n: Dim, start: number, step: number, length: Dim): Dim {
  if (length === 0) return start;
  if (typeof length === 'number') {
    const end = start + length * step;
    return end < 0 ? farBegin : end;
  }
  if (ceilDiv(subDims(n, start), step) === length) return farEnd;
  const end = addDims(start, mulDims(step, length));
  const fromEnd = subDims(end, n);
  return typeof fromEnd === 'number' && fromEnd < 0 ? fromEnd : end;
}

function sliceNode(x: Value, { start, step, length }: SliceAttributes, context: Exporting): Value {
  const axes = [...start.keys()].filter(
    (axis) => start[axis] !== 0 || step[axis] !== 1 || length[axis] !== x.type.shape[axis],
  );
  if (axes.length === 0) return context.node('Identity', [x]);
  const pick = (values: readonly number[]): Value =>
    integers(
      context,
      axes.map((axis) => values[axis]!),
    );
  const ends = axes.map((axis) => endOf(x.type.shape[axis]!, start[axis]!, step[axis]!, length[axis]!));
  return context.node('Slice', [x, pick(start), context.lengths(ends), integers(context, axes), pick(step)]);
}

const padTypes: readonly DType[] = [
  'bool',
  'float32',
  'float64',
  'int32',
  'int64',
  'int8',
  'uint32',
  'uint64',
  'uint8',
];

function padNode(
  x: Value,
  value: Value | undefined,
  { pads, mode }: PadAttributes,
  context: Exporting,
): Value {
  const [result] = context.types;
  const dtype = computingType(x.type.dtype, padTypes);
  const fill = value && castTo(context, rankOf(value) === 0 ? value : reshapeTo(context, value, []), dtype);
  const inputs = [castTo(context, x, dtype), integers(context, flatPads(pads)), fill];
  const y = context.node('Pad', inputs, { mode: text(mode) }, { ...result!, dtype });
  return castTo(context, y, x.type.dtype);
}

/** Whether the operator repeats this axis as numpy does: at most once around. */
function repeatsOnce(n: Dim, [begin, end]: Pair, mode: PadAttributes['mode'], opset: number): boolean {
  const most = Math.max(begin, end);
  if (most === 0) return true;
  if (mode === 'wrap' && opset < 19) return false;
  return mode === 'edge' || typeof n === 'string' || most <= (mode === 'wrap' ? n : n - 1);
}

/** Each axis gathered by the indices of the elements that the padding repeats. */
function repeated(x: Value, { pads, mode }: PadAttributes, context: Exporting): Value {
  const shape = staticShape(x, `this padding by ${mode} is written as indices`);
  return pads.reduce((value, pair, axis) => {
    const n = shape[axis]!;
    const source = padSource(n, pair, mode);
    const indices = Array.from({ length: n + pair[0] + pair[1] }, (_, i) => source(i)!);
    if (indices.length === n) return value;
    return context.make(ops.gather, { x: value, indices: integers(context, indices) }, { axis });
  }, x);
}

export const slices = {
  slice: ({ x }, attributes, context) => sliceNode(x, attributes, context),
  pad({ x, value }, { pads, mode }, context) {
    if (mode === 'constant') return padNode(x, value, { pads, mode }, context);
    if (pads.flat().some((amount) => amount < 0)) {
      const cropped = context.make(ops.pad, { x }, { pads: croppedBy(pads) });
      return context.make(ops.pad, { x: cropped }, { pads: addedBy(pads), mode });
    }
    const direct = pads.every((pair, axis) => repeatsOnce(x.type.shape[axis]!, pair, mode, context.opset));
    return direct ? padNode(x, undefined, { pads, mode }, context) : repeated(x, { pads, mode }, context);
  },
} satisfies Partial<Exporters>;
