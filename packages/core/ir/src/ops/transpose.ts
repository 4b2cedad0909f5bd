import { printShape } from '../dim.ts';
import { defineOp, type Interval, need } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { fill, offsetOf } from './indexing.ts';

export interface TransposeAttributes {
  /** Which axis of the input each axis of the output is. */
  readonly perm: readonly number[];
}

/** The axes in another order. */
export const transpose = defineOp<TransposeAttributes>()({
  name: 'transpose',
  inputs: ['x'],

  infer({ x }, { perm }) {
    const { dtype, shape } = x.type;
    need(perm.length === shape.length && shape.every((_, axis) => perm.includes(axis)), 'PP2003', () => [
      `perm [${perm.join(', ')}] does not order the ${shape.length} axes of ${printShape(shape)}`,
      `Name each axis from 0 to ${shape.length - 1} once`,
    ]);
    return { dtype, shape: perm.map((axis) => shape[axis]!) };
  },

  define({ x }, { perm }, [y]) {
    const strides = stridesOf(x.shape);
    const steps = perm.map((axis) => strides[axis]!);
    return fill(y!.shape, (index) => x.data[offsetOf(index, steps)]!);
  },

  reads(region, _operands, { perm }) {
    const x = new Array<Interval>(perm.length);
    for (const [axis, from] of perm.entries()) x[from] = region[axis]!;
    return { x };
  },
});
