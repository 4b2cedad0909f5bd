import type { DType } from '../dtype.ts';
import type { Value } from '../graph.ts';
import { defineOp, need } from '../op.ts';
import { sizeOf, stridesOf } from '../tensor.ts';
import { clipInterval, indexWithin, offsetOf } from './indexing.ts';
import { checkIndices, checkOffAxis, checkShape, tupleLength, tupleOffset } from './indices.ts';
import { checkKind } from './pointwise.ts';
import { productOf, type ScalarFunction, sumOf } from './scalar.ts';
import { checkAxis, checkRank, checkSameDType, grid } from './shared.ts';

/** How an update joins what is there; 'none' replaces it, the last of several stays. */
export type ScatterReduction = 'none' | 'add' | 'mul' | 'max' | 'min';

const reductions: Readonly<Record<ScatterReduction, ScalarFunction>> = {
  none: (_, update) => update,
  add: sumOf,
  mul: productOf,
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
};

function checkReduction(x: Value, updates: Value, reduction: ScatterReduction): DType {
  need(reduction in reductions, 'PP2003', () => [
    `the reduction is ${reduction}`,
    `Use one of ${Object.keys(reductions).join(', ')}`,
  ]);
  if (reduction !== 'none') checkKind('x', x, 'number');
  return checkSameDType([x, updates]);
}

export interface ScatterElementsAttributes {
  readonly axis: number;
  readonly reduction: ScatterReduction;
}

/** x with one update for each index, at the index's own position on the axes other than `axis`. */
export const scatterElements = defineOp<ScatterElementsAttributes>()({
  name: 'scatterElements',
  inputs: ['x', 'indices', 'updates'],
  defaults: { axis: 0, reduction: 'none' },

  infer({ x, indices, updates }, { axis, reduction }) {
    const dtype = checkReduction(x, updates, reduction);
    const { shape } = x.type;
    checkAxis(axis, shape.length);
    checkIndices(indices);
    checkRank('indices', indices, shape.length);
    checkOffAxis(indices.type.shape, shape, axis);
    checkShape('updates', updates.type.shape, indices.type.shape);
    return { dtype, shape };
  },

  define({ x, indices, updates }, { axis, reduction }) {
    const data = x.data.slice();
    const strides = stridesOf(x.shape);
    let next = 0;
    for (const index of grid(indices.shape)) {
      const chosen = indexWithin(indices.data[next]!, x.shape[axis]!, axis);
      const at = offsetOf(index.with(axis, chosen), strides);
      data[at] = reductions[reduction](data[at]!, updates.data[next++]!, x.dtype);
    }
    return data;
  },

  terms: ({ indices }, { axis, reduction }) => (reduction === 'none' ? 1 : indices.shape[axis]! + 1),

  reads(region, { indices }, { axis }) {
    const near = region.map((interval, a) => clipInterval(interval, indices.shape[a]!));
    const along = near.with(axis, [0, indices.shape[axis]!]);
    return { x: region, indices: along, updates: along };
  },
});

export interface ScatterNDAttributes {
  readonly reduction: ScatterReduction;
}

/** x with updates of the elements or slices that the tuples along the last axis of indices name. */
export const scatterND = defineOp<ScatterNDAttributes>()({
  name: 'scatterND',
  inputs: ['x', 'indices', 'updates'],
  defaults: { reduction: 'none' },

  infer({ x, indices, updates }, { reduction }) {
    const dtype = checkReduction(x, updates, reduction);
    const { shape } = x.type;
    const count = tupleLength(indices, shape);
    checkShape('updates', updates.type.shape, [...indices.type.shape.slice(0, -1), ...shape.slice(count)]);
    return { dtype, shape };
  },

  define({ x, indices, updates }, { reduction }) {
    const data = x.data.slice();
    const count = indices.shape.at(-1)!;
    const slice = sizeOf(x.shape.slice(count));
    for (let i = 0; i < updates.data.length; i++) {
      const tuple = Math.floor(i / slice) * count;
      const first = tupleOffset(indices.data.subarray(tuple, tuple + count), x.shape, 0) * slice;
      const at = first + (i % slice);
      data[at] = reductions[reduction](data[at]!, updates.data[i]!, x.dtype);
    }
    return data;
  },

  terms: ({ indices }, { reduction }) => (reduction === 'none' ? 1 : sizeOf(indices.shape.slice(0, -1)) + 1),
});
