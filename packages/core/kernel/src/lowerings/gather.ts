import { isFloat } from '@polyphase/ir';
import { add, constant, convert, eq, int, lt, select, unary } from '../build.ts';
import { type Expr, type ReduceName, scalarOf } from '../expr.ts';
import type { Builder, Lowerings, Operand } from '../lowering.ts';
import { unflatten } from '../views.ts';
import { like } from './elementwise.ts';
import { clamp } from './window.ts';

/** An index from data: counted from the end when negative, and kept within the axis so that memory is safe. */
function dataIndex(b: Builder, indices: Operand, index: readonly Expr[], length: number): Expr {
  const raw = convert('i32', b.read(indices, index));
  return clamp(select(lt(raw, int(0)), add(raw, int(length)), raw), length);
}

/** The index that a tuple along the last axis of `indices` names, for the axes of `lengths`. */
const tupleIndex = (
  b: Builder,
  indices: Operand,
  outer: readonly Expr[],
  lengths: readonly number[],
): Expr[] => lengths.map((length, i) => dataIndex(b, indices, [...outer, int(i)], length));

const combines: Readonly<Record<'none' | 'add' | 'mul' | 'max' | 'min', ReduceName | undefined>> = {
  none: undefined,
  add: 'sum',
  mul: 'prod',
  max: 'max',
  min: 'min',
};

export const gathers = {
  gather({ x, indices }, { axis }, b) {
    const end = axis + indices.shape.length;
    return (index) => {
      const at = dataIndex(b, indices, index.slice(axis, end), x.shape[axis]!);
      return b.read(x, [...index.slice(0, axis), at, ...index.slice(end)]);
    };
  },

  gatherElements:
    ({ x, indices }, { axis }, b) =>
    (index) =>
      b.read(x, index.with(axis, dataIndex(b, indices, index, x.shape[axis]!))),

  gatherND({ x, indices }, { batchDims }, b) {
    const outer = indices.shape.length - 1;
    const named = x.shape.slice(batchDims, batchDims + indices.shape.at(-1)!);
    return (index) => {
      const tuple = tupleIndex(b, indices, index.slice(0, outer), named);
      return b.read(x, [...index.slice(0, batchDims), ...tuple, ...index.slice(outer)]);
    };
  },

  scatterElements: ({ x, indices, updates }, { axis, reduction }, b) => ({
    initial: (index) => b.read(x, index),
    updates: indices.shape,
    place: (update) => update.with(axis, dataIndex(b, indices, update, x.shape[axis]!)),
    value: (update) => b.read(updates, update),
    combine: combines[reduction],
  }),

  scatterND({ x, indices, updates }, { reduction }, b) {
    const outer = indices.shape.length - 1;
    const named = x.shape.slice(0, indices.shape.at(-1)!);
    return {
      initial: (index) => b.read(x, index),
      updates: updates.shape,
      place: (update) => [...tupleIndex(b, indices, update.slice(0, outer), named), ...update.slice(outer)],
      value: (update) => b.read(updates, update),
      combine: combines[reduction],
    };
  },

  maxUnpool: ({ x, indices }, _, b, [y]) => ({
    initial: () => constant(scalarOf[x.dtype], 0),
    updates: x.shape,
    place: (update) => {
      const size = y.shape.reduce((all, length) => all * length, 1);
      return unflatten(clamp(convert('i32', b.read(indices, update)), size), y.shape);
    },
    value: (update) => b.read(x, update),
  }),

  oneHot({ indices, values }, { axis, depth }, b) {
    return (index) => {
      const raw = b.read(indices, index.toSpliced(axis, 1));
      const chosen = isFloat(indices.dtype) ? unary('trunc', raw) : raw;
      const isUnsigned = chosen.type === 'u32' || chosen.type === 'u64';
      const wrapped = isUnsigned
        ? chosen
        : select(lt(chosen, like(chosen, 0)), add(chosen, like(chosen, depth)), chosen);
      const isOn = eq(convert(chosen.type, index[axis]!), wrapped);
      return select(isOn, b.read(values, [int(1)]), b.read(values, [int(0)]));
    };
  },
} satisfies Partial<Lowerings>;
