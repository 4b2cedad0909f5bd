import {
  columnMajor,
  isFloat,
  isStatic,
  type MaxPoolAttributes,
  need,
  ops,
  sizeOf,
  type Value,
} from '@polyphase/ir';
import type { Exporting } from '../exporting.ts';
import { castTo, constantOf, scalar, staticShape } from './shared.ts';
import { axisIndices, windowsOf } from './windows.ts';

/** For each window of a plane, the offset of the element under each tap; -1 outside. */
function tapOffsets(
  lengths: readonly number[],
  counts: readonly number[],
  attributes: MaxPoolAttributes,
): number[] {
  const windows = lengths.reduce<number[][]>(
    (outer, n, axis) => {
      const kernel = attributes.kernel[axis]!;
      const indices = axisIndices(n, counts[axis]!, attributes, axis);
      const rows = Array.from({ length: counts[axis]! }, (_, o) =>
        indices.slice(o * kernel, (o + 1) * kernel),
      );
      const join = (o: number, i: number): number => (o < 0 || i === n ? -1 : o * n + i);
      return outer.flatMap((taps) => rows.map((row) => taps.flatMap((o) => row.map((i) => join(o, i)))));
    },
    [[0]],
  );
  const order = (at: number): number =>
    at < 0 || attributes.storageOrder === 0 ? at : columnMajor(at, lengths);
  return windows.flat().map(order);
}

/** `taps` [N, C, counts], the chosen tap of each window, as flat indices into x. */
function flatIndices(x: Value, taps: Value, attributes: MaxPoolAttributes, context: Exporting): Value {
  const [batch, channels, ...lengths] = staticShape(x, 'max pooling is written as indices') as [
    number,
    number,
    ...number[],
  ];
  const { shape } = taps.type;
  need(isStatic(shape), 'PP2005', () => ['its output is open', 'Give the sizes of the inputs']);
  const counts = shape.slice(2);
  const count = sizeOf(attributes.kernel);
  const range = (lengths: readonly number[], step: number): Value =>
    constantOf(
      context,
      'int64',
      lengths,
      Float64Array.from({ length: sizeOf(lengths) }, (_, i) => i * step),
    );
  const offsets = tapOffsets(lengths, counts, attributes);
  const table = constantOf(context, 'int64', [offsets.length], Float64Array.from(offsets));
  const rows = context.make(ops.add, { a: taps, b: range(counts, count) });
  const within = context.make(ops.gather, { x: table, indices: rows }, { axis: 0 });
  const planes = range([batch, channels, ...lengths.map(() => 1)], sizeOf(lengths));
  const flat = context.make(ops.add, { a: within, b: planes });
  const none = scalar(context, 'int64', -1);
  const outside = context.make(ops.equal, { a: within, b: none });
  return context.make(ops.where, { condition: outside, a: none, b: flat });
}

/** Max pooling as the greatest of the elements gathered for each window: any type, any pads. */
export function gatheredMaxPool(
  x: Value,
  attributes: MaxPoolAttributes,
  context: Exporting,
): readonly [Value, Value] {
  const { dtype } = x.type;
  const counts = context.types[0]!.shape.slice(2) as readonly number[];
  const wide = isFloat(dtype) ? x : castTo(context, x, 'float64');
  const windows = windowsOf(wide, attributes, counts, Number.NEGATIVE_INFINITY, context);
  const axis = windows.type.shape.length - 1;
  const y = context.make(ops.reduceMax, { x: windows }, { axes: [axis], keepDims: false });
  const taps = context.make(ops.argMax, { x: windows }, { axis, keepDims: false });
  return [castTo(context, y, dtype), flatIndices(x, taps, attributes, context)];
}
