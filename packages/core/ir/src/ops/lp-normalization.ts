import { defineOp, need } from '../op.ts';
import { offsetsOver, otherAxes, reducedReads } from './axes.ts';
import { checkAxis, checkFloat } from './shared.ts';

export interface LpNormalizationAttributes {
  readonly axis: number;
  readonly p: 1 | 2;
}

/** x divided by its L1 or L2 norm along the axis; 0 where the norm is 0. */
export const lpNormalization = defineOp<LpNormalizationAttributes>()({
  name: 'lpNormalization',
  inputs: ['x'],
  defaults: { p: 2 },

  infer({ x }, { axis, p }) {
    checkFloat('x', x);
    checkAxis(axis, x.type.shape.length);
    need(p === 1 || p === 2, 'PP2003', () => [`p is ${p}`, 'Use the norm 1 or 2']);
    return x.type;
  },

  define({ x }, { axis, p }) {
    const data = new Float64Array(x.data.length);
    const within = offsetsOver(x.shape, [axis]);
    for (const base of offsetsOver(x.shape, otherAxes(x.shape.length, [axis]))) {
      let sum = 0;
      for (const at of within) sum += Math.abs(x.data[base + at]!) ** p;
      const norm = sum ** (1 / p);
      for (const at of within) data[base + at] = norm === 0 ? 0 : x.data[base + at]! / norm;
    }
    return data;
  },

  terms: ({ x }, { axis }) => x.shape[axis]! + 3,
  reads: (region, { x }, { axis }) => ({ x: reducedReads(region, x.shape, [axis], true) }),
});
