import { mul } from '../dim.ts';
import { defineOp, type Interval } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { checkEntries, checkIntegers, fill, hull, offsetOf } from './indexing.ts';

export interface TileAttributes {
  /** How often each axis is repeated. */
  readonly repeats: readonly number[];
}

/** The whole tensor, repeated along each axis. */
export const tile = defineOp<TileAttributes>()({
  name: 'tile',
  inputs: ['x'],

  infer({ x }, { repeats }) {
    const { dtype, shape } = x.type;
    checkEntries('repeats', repeats, shape);
    checkIntegers('repeats', repeats, 0);
    return { dtype, shape: shape.map((length, axis) => mul(repeats[axis]!, length)) };
  },

  define({ x }, _attributes, [y]) {
    const strides = stridesOf(x.shape);
    return fill(
      y!.shape,
      (index) =>
        x.data[
          offsetOf(
            index.map((i, axis) => i % x.shape[axis]!),
            strides,
          )
        ]!,
    );
  },

  reads: (region, { x }) => ({
    x: region.map((interval, axis): Interval => hull(interval, (position) => position % x.shape[axis]!)),
  }),
});
