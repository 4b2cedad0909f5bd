import { sizeOf, stridesOf, type Tensor, toNumbers } from '@polyphase/ir';
import type { Tf, TfTensor } from './tf.ts';

/** How the indices of an operation name rows of a matrix [rows, slice], to which all gathering and scattering comes down. */
export interface FlatIndices {
  readonly rows: number;
  readonly slice: number;
  /** How many rows are named. */
  readonly count: number;
  /** Lengths and steps in rows of the axes that a tuple of indices names. */
  readonly lengths: readonly number[];
  readonly steps: readonly number[];
  /** What is added for where an index stands. */
  readonly offsets: Int32Array;
}

/** Tuples along the last axis of indices, within each batch. */
export function tupleIndices(
  shape: readonly number[],
  indices: readonly number[],
  batchDims: number,
): FlatIndices {
  const tuple = indices.at(-1)!;
  const lengths = shape.slice(batchDims, batchDims + tuple);
  const count = sizeOf(indices.slice(0, -1));
  const batches = sizeOf(shape.slice(0, batchDims));
  const inBatch = sizeOf(lengths);
  return {
    rows: batches * inBatch,
    slice: sizeOf(shape.slice(batchDims + tuple)),
    count,
    lengths,
    steps: stridesOf(lengths),
    offsets: Int32Array.from({ length: count }, (_, i) => Math.floor(i / (count / batches)) * inBatch),
  };
}

/** One index along `axis` for each element, at its own position on the other axes. */
export function elementIndices(
  shape: readonly number[],
  indices: readonly number[],
  axis: number,
): FlatIndices {
  const steps = stridesOf(shape);
  const own = stridesOf(indices);
  const count = sizeOf(indices);
  const offsets = Int32Array.from({ length: count }, (_, i) =>
    own.reduce(
      (sum, step, a) => (a === axis ? sum : sum + (Math.floor(i / step) % indices[a]!) * steps[a]!),
      0,
    ),
  );
  return { rows: sizeOf(shape), slice: 1, count, lengths: [shape[axis]!], steps: [steps[axis]!], offsets };
}

/** The rows that indices on the host name. */
export function rowsOnHost(indices: Tensor, { lengths, steps, offsets, count }: FlatIndices): Int32Array {
  const numbers = toNumbers(indices);
  return Int32Array.from({ length: count }, (_, i) =>
    lengths.reduce((row, length, j) => {
      const index = numbers[i * lengths.length + j]!;
      return row + (index < 0 ? index + length : index) * steps[j]!;
    }, offsets[i]!),
  );
}

/** The rows that indices name, computed where they lie. */
export function rowsOnDevice(tf: Tf, indices: TfTensor, flat: FlatIndices, offsets: TfTensor): TfTensor {
  const { lengths, steps, count } = flat;
  const tuples = tf.reshape(indices, [count, lengths.length]);
  const isNegative = tf.cast(tf.less(tuples, tf.scalar(0, 'int32')), 'int32');
  const positive = tf.add(tuples, tf.mul(isNegative, tf.tensor1d([...lengths], 'int32')));
  const rows = tf.mul(positive, tf.tensor1d([...steps], 'int32'));
  const sum = lengths.length === 1 ? tf.reshape(rows, [count]) : tf.sum(rows, 1);
  return tf.add(sum, offsets);
}
