import { defineOp } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { checkIntegers, fill, offsetOf } from './indexing.ts';
import { checkKind } from './pointwise.ts';
import { checkAxis, checkLength, checkRank } from './shared.ts';

export interface OneHotAttributes {
  /** Where the new axis stands in the output. */
  readonly axis: number;
  /** Its length. */
  readonly depth: number;
}

/**
 * values[1] where the position along the new axis is the index, values[0] elsewhere and where the index is outside
 * -depth..depth-1. Fractions of indices are cut off.
 */
export const oneHot = defineOp<OneHotAttributes>()({
  name: 'oneHot',
  inputs: ['indices', 'values'],

  infer({ indices, values }, { axis, depth }) {
    checkKind('indices', indices, 'number');
    checkRank('values', values, 1);
    checkLength('the number of values (off, on)', values.type.shape[0]!, 2);
    checkAxis(axis, indices.type.shape.length + 1);
    checkIntegers('depth', [depth], 1);
    return { dtype: values.type.dtype, shape: indices.type.shape.toSpliced(axis, 0, depth) };
  },

  define({ indices, values }, { axis, depth }, [y]) {
    const strides = stridesOf(indices.shape);
    const [off, on] = values.data as unknown as readonly [number, number];
    return fill(y!.shape, (index) => {
      const chosen = Math.trunc(indices.data[offsetOf(index.toSpliced(axis, 1), strides)]!);
      return index[axis] === (chosen < 0 ? chosen + depth : chosen) ? on : off;
    });
  },

  reads: (region, _operands, { axis }) => ({ indices: region.toSpliced(axis, 1), values: [[0, 2]] }),
});
