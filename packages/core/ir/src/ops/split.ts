import type { Dim } from '../dim.ts';
import { defineOp, need, reject } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { partOffsets } from './concat.ts';
import { checkIntegers, fill, offsetOf } from './indexing.ts';
import { checkAxis, checkLength } from './shared.ts';

export interface SplitAttributes {
  readonly axis: number;
  /** The length of each output along the axis; their sum is the input's. */
  readonly lengths: readonly number[];
}

/** Parts one after another along an axis, one output each. */
export const split = defineOp<SplitAttributes>()({
  name: 'split',
  inputs: ['x'],

  infer({ x }, { axis, lengths }) {
    const { dtype, shape } = x.type;
    checkAxis(axis, shape.length);
    need(lengths?.length > 0, 'PP2003', () => ['there are no lengths', 'Give one length for each output']);
    checkIntegers('lengths', lengths, 0);
    checkLength(`the sum of the lengths [${lengths.join(', ')}]`, partOffsets(lengths).at(-1)!, shape[axis]!);
    return lengths.map((length) => ({ dtype, shape: shape.with(axis, length) }));
  },

  define({ x }, { axis, lengths }, outputs) {
    const strides = stridesOf(x.shape);
    const offsets = partOffsets(lengths);
    return outputs.map(({ shape }, part) => {
      const first = offsets[part]! * strides[axis]!;
      return fill(shape, (index) => x.data[first + offsetOf(index, strides)]!);
    });
  },

  reads: (region) => ({ x: region }),
});

/**
 * The lengths of `parts` equal parts. When they do not come out even, the last one is smaller (ONNX Split-18 with
 * `num_outputs`), unless `even` asks for equal ones (before).
 *
 * @throws PP2005 when the length is still open; PP2003 when it cannot be divided so.
 */
export function splitLengths(length: Dim, parts: number, even = false): number[] {
  if (typeof length !== 'number') {
    reject(
      'PP2005',
      `the axis that is split in ${parts} has the open length ${length}`,
      'Give the sizes of the inputs',
    );
  }
  need(Number.isSafeInteger(parts) && parts >= 1, 'PP2003', () => [
    `the number of parts is ${parts}`,
    'Use 1 or more',
  ]);
  const part = Math.ceil(length / parts);
  const last = length - part * (parts - 1);
  need(last >= 0 && (!even || last === part), 'PP2003', () => [
    `an axis of length ${length} cannot be split in ${parts} ${even ? 'equal ' : ''}parts`,
    'Give the lengths of the parts',
  ]);
  return Array.from({ length: parts }, (_, i) => (i === parts - 1 ? last : part));
}
