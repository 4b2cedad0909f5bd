import {
  addDims,
  type ConvAttributes,
  type ConvTransposeAttributes,
  type Dim,
  isStatic,
  naturalLength,
  ops,
  type Pair,
  subDims,
  type Value,
} from '@polyphase/ir';
import { type Attributes, int, ints } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import { multipliedConv, stuffedConv } from './convolve64.ts';
import { addedBy, croppedBy, flatPads, perChannel, scalar } from './shared.ts';

interface Operands {
  readonly x: Value;
  readonly w: Value;
  readonly bias?: Value | undefined;
}

interface Sliding {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

const slidingAttributes = (
  w: Value,
  { stride, dilation, groups }: Sliding,
  pads: readonly Pair[],
): Attributes => ({
  kernel_shape: ints(w.type.shape.slice(2) as readonly number[]),
  strides: ints(stride),
  dilations: ints(dilation),
  pads: ints(flatPads(pads)),
  group: int(groups),
});

const isNone = (pads: readonly Pair[]): boolean => pads.every(([begin, end]) => begin === 0 && end === 0);

/** Pads of the spatial axes as pads of all. */
const allAxes = (pads: readonly Pair[]): Pair[] => [[0, 0], [0, 0], ...pads];

/** The output where no product reaches it: the bias, or 0. */
function biasOnly({ x, bias }: Operands, context: Exporting): Value {
  const { shape } = context.types[0]!;
  const element = bias ? perChannel(context, bias, shape.length) : scalar(context, x.type.dtype, 0);
  return context.make(ops.expand, { x: element }, { shape });
}

const isEmpty = (lengths: readonly Dim[]): boolean =>
  lengths.some((length) => typeof length === 'number' && length <= 0);

/** onnxruntime convolves in float32 only. Without its sizes float64 stays the operator that says what it is. */
const isWide = ({ x }: Operands): boolean => x.type.dtype === 'float64' && isStatic(x.type.shape);

/** Negative pads crop the input beforehand. */
function conv(operands: Operands, attributes: ConvAttributes, context: Exporting): Value {
  const { x, w, bias } = operands;
  const { pads } = attributes;
  if (isWide(operands)) return multipliedConv(operands, attributes, context);
  const crop = croppedBy(pads);
  if (isNone(crop)) return context.node('Conv', [x, w, bias], slidingAttributes(w, attributes, pads));
  const kept = x.type.shape.slice(2).map((n, axis) => addDims(n, crop[axis]![0] + crop[axis]![1]));
  if (isEmpty(kept)) return biasOnly(operands, context);
  const cropped = context.make(ops.pad, { x }, { pads: allAxes(crop) });
  return context.make(ops.conv, { ...operands, x: cropped }, { ...attributes, pads: addedBy(pads) });
}

/** How ONNX says a crop, and what it cannot say. */
interface TransposedPadding {
  readonly pads: readonly Pair[];
  readonly outputPadding: readonly number[];
  /** Zeros that are still to be added around the output. */
  readonly missing: readonly Pair[];
  /** The spatial lengths without them. */
  readonly lengths: readonly Dim[];
}

/** Pads crop, and output_padding lengthens the end by less than the stride. */
function transposedPadding(
  { x, w }: Operands,
  { stride, dilation, crop }: ConvTransposeAttributes,
): TransposedPadding {
  const pads = addedBy(crop);
  const outputPadding = crop.map(([, end], axis) => (end < 0 && -end < stride[axis]! ? -end : 0));
  const missing = crop.map(
    ([begin, end], axis): Pair => [Math.max(-begin, 0), Math.max(-end, 0) - outputPadding[axis]!],
  );
  const lengths = x.type.shape.slice(2).map((n, axis) => {
    const natural = naturalLength(n, w.type.shape[axis + 2] as number, stride[axis]!, dilation[axis]!);
    return subDims(natural, pads[axis]![0] + pads[axis]![1] - outputPadding[axis]!);
  });
  return { pads, outputPadding, missing, lengths };
}

/** What a crop adds beyond ONNX's output_padding is padded on before the bias. */
function convTranspose(operands: Operands, attributes: ConvTransposeAttributes, context: Exporting): Value {
  const { x, w, bias } = operands;
  const { pads, outputPadding, missing, lengths } = transposedPadding(operands, attributes);
  if (isEmpty(x.type.shape) || isEmpty(lengths)) return biasOnly(operands, context);
  if (isWide(operands)) return stuffedConv(operands, attributes, context);
  const { dtype, shape } = context.types[0]!;
  const own = { ...slidingAttributes(w, attributes, pads), output_padding: ints(outputPadding) };
  if (isNone(missing)) return context.node('ConvTranspose', [x, w, bias], own);
  const bare = context.node('ConvTranspose', [x, w], own, {
    dtype,
    shape: [...shape.slice(0, 2), ...lengths],
  });
  const padded = context.make(ops.pad, { x: bare }, { pads: allAxes(missing) });
  if (!bias) return padded;
  return context.make(ops.add, { a: padded, b: perChannel(context, bias, shape.length) });
}

export const convolutions = {
  conv: ({ x, w, bias }, attributes, context) => conv({ x, w, bias }, attributes, context),
  convTranspose: ({ x, w, bias }, attributes, context) => convTranspose({ x, w, bias }, attributes, context),
} satisfies Partial<Exporters>;
