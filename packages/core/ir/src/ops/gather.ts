import { defineOp, type Interval } from '../op.ts';
import { sizeOf, stridesOf } from '../tensor.ts';
import { checkIntegers, fill, indexWithin, offsetOf } from './indexing.ts';
import { checkIndices, checkOffAxis, checkShape, tupleLength, tupleOffset } from './indices.ts';
import { checkAxis, checkRank } from './shared.ts';

export interface GatherAttributes {
  readonly axis: number;
}

/** Slices of x along an axis, one for each index: y[before, at, after] = x[before, indices[at], after]. */
export const gather = defineOp<GatherAttributes>()({
  name: 'gather',
  inputs: ['x', 'indices'],
  defaults: { axis: 0 },

  infer({ x, indices }, { axis }) {
    const { dtype, shape } = x.type;
    checkAxis(axis, shape.length);
    checkIndices(indices);
    return { dtype, shape: [...shape.slice(0, axis), ...indices.type.shape, ...shape.slice(axis + 1)] };
  },

  define({ x, indices }, { axis }, [y]) {
    const end = axis + indices.shape.length;
    const [strides, indexStrides] = [stridesOf(x.shape), stridesOf(indices.shape)];
    return fill(y!.shape, (index) => {
      const chosen = indices.data[offsetOf(index.slice(axis, end), indexStrides)]!;
      const source = [
        ...index.slice(0, axis),
        indexWithin(chosen, x.shape[axis]!, axis),
        ...index.slice(end),
      ];
      return x.data[offsetOf(source, strides)]!;
    });
  },

  reads(region, { x, indices }, { axis }) {
    const end = axis + indices.shape.length;
    const whole: Interval = [0, x.shape[axis]!];
    return { x: [...region.slice(0, axis), whole, ...region.slice(end)], indices: region.slice(axis, end) };
  },
});

/** One element of x for each index, at the index's own position on the other axes. */
export const gatherElements = defineOp<GatherAttributes>()({
  name: 'gatherElements',
  inputs: ['x', 'indices'],
  defaults: { axis: 0 },

  infer({ x, indices }, { axis }) {
    const { dtype, shape } = x.type;
    checkAxis(axis, shape.length);
    checkIndices(indices);
    checkRank('indices', indices, shape.length);
    checkOffAxis(indices.type.shape, shape, axis);
    return { dtype, shape: indices.type.shape };
  },

  define({ x, indices }, { axis }, [y]) {
    const strides = stridesOf(x.shape);
    let next = 0;
    return fill(y!.shape, (index) => {
      const chosen = indexWithin(indices.data[next++]!, x.shape[axis]!, axis);
      return x.data[offsetOf(index.with(axis, chosen), strides)]!;
    });
  },

  reads: (region, { x }, { axis }) => ({ x: region.with(axis, [0, x.shape[axis]!]), indices: region }),
});

export interface GatherNDAttributes {
  /** How many leading axes x and indices share. */
  readonly batchDims: number;
}

/** The elements or slices of x that the tuples along the last axis of indices name, within each batch. */
export const gatherND = defineOp<GatherNDAttributes>()({
  name: 'gatherND',
  inputs: ['x', 'indices'],
  defaults: { batchDims: 0 },

  infer({ x, indices }, { batchDims }) {
    const { dtype, shape } = x.type;
    checkIntegers('batchDims', [batchDims], 0);
    const count = tupleLength(indices, shape, batchDims);
    const tuples = indices.type.shape.slice(0, -1);
    checkShape('the batch of indices', tuples.slice(0, batchDims), shape.slice(0, batchDims));
    return { dtype, shape: [...tuples, ...shape.slice(batchDims + count)] };
  },

  define({ x, indices }, { batchDims }, [y]) {
    const count = indices.shape.at(-1)!;
    const slice = sizeOf(x.shape.slice(batchDims + count));
    const batches = sizeOf(x.shape.slice(0, batchDims));
    const tuples = indices.data.length / count;
    const data = new Float64Array(sizeOf(y!.shape));
    for (let i = 0; i < tuples; i++) {
      const tuple = indices.data.subarray(i * count, (i + 1) * count);
      const batch = Math.floor(i / (tuples / batches));
      const within = tupleOffset(tuple, x.shape, batchDims);
      const first = (batch * sizeOf(x.shape.slice(batchDims, batchDims + count)) + within) * slice;
      data.set(x.data.subarray(first, first + slice), i * slice);
    }
    return data;
  },
});
