import {
  type AveragePoolAttributes,
  averageDivisors,
  type Dim,
  type DType,
  isStatic,
  type LpPoolAttributes,
  ops,
  product,
  type TensorType,
  type Value,
  type Window,
} from '@polyphase/ir';
import { type Attributes, int, ints } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import { gatheredMaxPool } from './max-pool.ts';
import { hasEmptyWindow, onnxWindow } from './pool-window.ts';
import { castTo, computingType, constantOf, flatPads, reshapeTo, scalar } from './shared.ts';
import { windowsOf } from './windows.ts';

const windowAttributes = ({ kernel, stride, dilation, pads, ceil }: Window): Attributes => ({
  kernel_shape: ints(kernel),
  strides: ints(stride),
  dilations: ints(dilation),
  pads: ints(flatPads(pads)),
  ceil_mode: int(ceil),
});

const isDilated = ({ dilation }: Window): boolean => dilation.some((step) => step !== 1);

/** Lengths of the output, which are numbers where the input's are. */
const countsOf = (context: Exporting): readonly number[] => {
  const { shape } = context.types[0]!;
  return isStatic(shape) ? shape.slice(2) : [];
};

/** onnxruntime sums in float32 only. Without its sizes float64 stays the operator that says what it is. */
const isWide = ({ type }: Value): boolean => type.dtype === 'float64' && isStatic(type.shape);

/** The sum under each window, of the taps over the input. */
const windowSums = (x: Value, window: Window, context: Exporting): Value => {
  const windows = windowsOf(x, window, countsOf(context), 0, context);
  return context.make(
    ops.reduceSum,
    { x: windows },
    { axes: [windows.type.shape.length - 1], keepDims: false },
  );
};

function gatheredAverage(x: Value, attributes: AveragePoolAttributes, context: Exporting): Value {
  const sums = windowSums(x, attributes, context);
  const counts = countsOf(context);
  const lengths = x.type.shape.slice(2) as readonly number[];
  const divisors = Float64Array.from(averageDivisors(lengths, counts, attributes));
  return context.make(ops.div, { a: sums, b: constantOf(context, x.type.dtype, counts, divisors) });
}

/** (sum |x|^p)^(1/p). */
function gatheredNorm(x: Value, attributes: LpPoolAttributes, context: Exporting): Value {
  const number = (value: number): Value => scalar(context, x.type.dtype, value);
  const powers = context.make(ops.pow, { a: context.make(ops.abs, { x }), b: number(attributes.p) });
  return context.make(ops.pow, { a: windowSums(powers, attributes, context), b: number(1 / attributes.p) });
}

const comparedTypes: readonly DType[] = ['float32', 'float64', 'float16', 'int8', 'uint8'];

/** The elements put into zeros by their flat indices; where two meet the last one stays. */
function scattered(x: Value, indices: Value, shape: readonly Dim[], context: Exporting): Value {
  const size = product(shape);
  const flat = (value: Value): Value => reshapeTo(context, value, [product(value.type.shape)]);
  const zeros = context.make(ops.expand, { x: scalar(context, x.type.dtype, 0) }, { shape: [size] });
  const y = context.make(
    ops.scatterElements,
    { x: zeros, indices: flat(indices), updates: flat(x) },
    { axis: 0 },
  );
  return reshapeTo(context, y, shape);
}

const unpooledTypes: readonly DType[] = ['float32', 'float16'];

export const pools = {
  maxPool({ x }, attributes, context) {
    const window = onnxWindow(x, attributes, context);
    if (!window || hasEmptyWindow(x, attributes, context)) return gatheredMaxPool(x, attributes, context);
    const { dtype } = x.type;
    const [type, indexType] = context.types as readonly [TensorType, TensorType];
    const own = computingType(dtype, comparedTypes);
    const [y, indices] = context.nodes(
      'MaxPool',
      [castTo(context, x, own)],
      { ...windowAttributes(window), storage_order: int(attributes.storageOrder) },
      [{ ...type, dtype: own }, indexType],
    );
    return [castTo(context, y!, dtype), indices!];
  },
  averagePool({ x }, attributes, context) {
    const { countIncludePad, pads } = attributes;
    const window = isWide(x) ? undefined : onnxWindow(x, attributes, context);
    const isWritable = window && (context.opset >= 19 || !isDilated(window));
    // Longer pads that are counted would change the divisors.
    if (!isWritable || (countIncludePad && window.pads !== pads))
      return gatheredAverage(x, attributes, context);
    const { dilations, ...others } = windowAttributes(window);
    return context.node('AveragePool', [x], {
      ...others,
      ...(context.opset >= 19 && { dilations: dilations! }),
      count_include_pad: int(countIncludePad),
    });
  },
  lpPool({ x }, attributes, context) {
    const { p } = attributes;
    const window = isWide(x) || !Number.isInteger(p) ? undefined : onnxWindow(x, attributes, context);
    const isPlain = window && !isDilated(window) && !window.ceil;
    if (!window || (context.opset < 18 && !isPlain)) return gatheredNorm(x, attributes, context);
    const { dilations, ceil_mode, ...others } = windowAttributes(window);
    const later = context.opset >= 18 && { dilations: dilations!, ceil_mode: ceil_mode! };
    return context.node('LpPool', [x], { ...others, ...later, p: int(p) });
  },
  maxUnpool({ x, indices }, { shape }, context) {
    const lengths = x.type.shape;
    const isLarger =
      isStatic(shape) && isStatic(lengths) && shape.every((length, axis) => length >= lengths[axis]!);
    if (!isLarger || !unpooledTypes.includes(x.type.dtype)) return scattered(x, indices, shape, context);
    // The one reading of MaxUnpool without output_shape: (n - 1) * 1 + kernel.
    const kernel = shape.slice(2).map((length, axis) => length - lengths[axis + 2]! + 1);
    return context.node('MaxUnpool', [x, indices], {
      kernel_shape: ints(kernel),
      strides: ints(kernel.map(() => 1)),
    });
  },
} satisfies Partial<Exporters>;
