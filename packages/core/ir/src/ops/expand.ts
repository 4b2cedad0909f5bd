import { type Dim, printShape, sameShape } from '../dim.ts';
import { defineOp, need } from '../op.ts';
import { broadcastReads, broadcastShape, broadcastTo } from './broadcast.ts';

export interface ExpandAttributes {
  /** The output's shape, which `x` is broadcast to. */
  readonly shape: readonly Dim[];
}

/** Repeats axes of length 1, and puts axes in front, as broadcasting does. */
export const expand = defineOp<ExpandAttributes>()({
  name: 'expand',
  inputs: ['x'],

  infer({ x }, { shape }) {
    need(sameShape(broadcastShape(x.type.shape, shape), shape), 'PP2002', () => [
      `${printShape(x.type.shape)} does not broadcast to ${printShape(shape)}`,
      'Keep the lengths of x other than 1',
    ]);
    return { dtype: x.type.dtype, shape };
  },

  define: ({ x }, _attributes, [y]) => broadcastTo(x, y!.shape).slice(),
  reads: (region, { x }) => ({ x: broadcastReads(region, x.shape) }),
});

/** ONNX Expand: the shape that input and target broadcast to; the target may have lengths of 1 and fewer axes. */
export const resolveExpand = (input: readonly Dim[], target: readonly Dim[]): Dim[] =>
  broadcastShape(input, target);
