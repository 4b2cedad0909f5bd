import { defineOp, type Interval } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { offsetOf } from './indexing.ts';
import { checkKind } from './pointwise.ts';
import { productOf, type ScalarFunction, sumOf } from './scalar.ts';
import { checkAxis, grid } from './shared.ts';

export interface CumulativeAttributes {
  readonly axis: number;
  /** Leaves the element itself out. */
  readonly exclusive: boolean;
  /** From the end to the beginning. */
  readonly reverse: boolean;
}

const cumulative = (name: string, start: number, combine: ScalarFunction) =>
  defineOp<CumulativeAttributes>()({
    name,
    inputs: ['x'],
    defaults: { exclusive: false, reverse: false },

    infer({ x }, { axis }) {
      checkKind('x', x, 'number');
      checkAxis(axis, x.type.shape.length);
      return x.type;
    },

    define({ x }, { axis, exclusive, reverse }) {
      const data = new Float64Array(x.data.length);
      const strides = stridesOf(x.shape);
      const length = x.shape[axis]!;
      for (const index of grid(x.shape.with(axis, 1))) {
        const first = offsetOf(index, strides);
        let total = start;
        for (let i = 0; i < length; i++) {
          const at = first + (reverse ? length - 1 - i : i) * strides[axis]!;
          const next = combine(total, x.data[at]!, x.dtype);
          data[at] = exclusive ? total : next;
          total = next;
        }
      }
      return data;
    },

    terms: ({ x }, { axis }) => x.shape[axis]!,

    reads(region, { x }, { axis, reverse }) {
      const [begin, end] = region[axis]!;
      const along: Interval = reverse ? [begin, x.shape[axis]!] : [0, end];
      return { x: region.with(axis, along) };
    },
  });

/** The sum of an element and all before it along an axis. */
export const cumSum = cumulative('cumSum', 0, sumOf);

/** The product of an element and all before it along an axis. */
export const cumProd = cumulative('cumProd', 1, productOf);
