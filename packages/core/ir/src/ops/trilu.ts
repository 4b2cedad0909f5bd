import { printShape } from '../dim.ts';
import { defineOp, need } from '../op.ts';
import { checkIntegers } from './indexing.ts';

export interface TriluAttributes {
  /** Keeps what is on and above the diagonal, else what is on and below it. */
  readonly upper: boolean;
  /** Which diagonal: that many above the main one. */
  readonly k: number;
}

/** The upper or lower triangle of each matrix of the last two axes, 0 elsewhere. */
export const trilu = defineOp<TriluAttributes>()({
  name: 'trilu',
  inputs: ['x'],
  defaults: { upper: true, k: 0 },

  infer({ x }, { k }) {
    need(x.type.shape.length >= 2, 'PP2002', () => [
      `x has the shape ${printShape(x.type.shape)}, matrices are needed`,
      'Reshape x to rank 2 or more',
    ]);
    checkIntegers('k', [k]);
    return x.type;
  },

  define({ x }, { upper, k }) {
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    return x.data.map((element, i) => {
      const diagonal = (i % columns) - (Math.floor(i / columns) % rows);
      return (upper ? diagonal >= k : diagonal <= k) ? element : 0;
    });
  },

  reads: (region) => ({ x: region }),
});
