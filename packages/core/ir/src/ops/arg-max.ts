import { defineOp, need } from '../op.ts';
import { sizeOf } from '../tensor.ts';
import { reducedReads, reducedShape } from './axes.ts';
import { checkKind } from './pointwise.ts';
import { checkAxis } from './shared.ts';
import { bestIndex, exceeds, slicesOf } from './slices.ts';

export interface ArgMaxAttributes {
  readonly axis: number;
  readonly keepDims: boolean;
  /** Of equal elements, the last one instead of the first. */
  readonly selectLastIndex: boolean;
}

const argBest = (name: string, better: (a: number, b: number) => boolean) =>
  defineOp<ArgMaxAttributes>()({
    name,
    inputs: ['x'],
    defaults: { keepDims: true, selectLastIndex: false },

    infer({ x }, { axis, keepDims }) {
      checkKind('x', x, 'number');
      const { shape } = x.type;
      checkAxis(axis, shape.length);
      need(shape[axis] !== 0, 'PP2002', () => [
        `axis ${axis} of x has length 0, so no element is there to be found`,
        'Give x at least one element on this axis',
      ]);
      return { dtype: 'int64', shape: reducedShape(shape, [axis], keepDims) };
    },

    define({ x }, { axis, selectLastIndex }, [y]) {
      const data = new Float64Array(sizeOf(y!.shape));
      let next = 0;
      for (const elements of slicesOf(x, [axis])) data[next++] = bestIndex(elements, better, selectLastIndex);
      return data;
    },

    reads: (region, { x }, { axis, keepDims }) => ({ x: reducedReads(region, x.shape, [axis], keepDims) }),
  });

/** The index of the greatest element along the axis; NaN counts as the greatest. */
export const argMax = argBest('argMax', exceeds);
/** The index of the least element along the axis; NaN counts as the least. */
export const argMin = argBest('argMin', (a, b) => a < b || (Number.isNaN(a) && !Number.isNaN(b)));
