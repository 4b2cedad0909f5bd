import { type AxisTable, axisTable, type Node, type UpsampleAttributes, upsample } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Axes } from '../contractions/epilogue.ts';
import { defineFamily } from '../families/family.ts';
import { finishInRegisters } from '../families/finish.ts';
import { outputShapeOf, range } from '../families/geometry.ts';
import { isRising } from './axis.ts';
import { emitPlanes } from './planes.ts';

const mostTaps = 4;
const leastColumns = 4;

/**
 * Interpolation of the last two axes of float32: plane after plane, the input rows along the innermost axis into a few
 * rows that stay in a cache, then these into output rows.
 */
export const resampling = defineFamily(upsample, {
  name: 'resampling',
  accepts(node) {
    const { attributes, inputs, outputs } = node;
    const rank = outputShapeOf(node).length;
    const isPlane = attributes.axes.length === 2 && attributes.axes.every(({ axis }) => axis >= rank - 2);
    const columns = outputShapeOf(node).at(-1)!;
    const isFloat = inputs[0]!.type.dtype === 'float32' && outputs[0]!.type.dtype === 'float32';
    if (!isPlane || !isFloat || columns < leastColumns) return false;
    const [rows, row] = tablesOf(node);
    const isShort = [rows, row].every(({ taps, outside }) => taps >= 1 && taps <= mostTaps && !outside);
    return isShort && row.taps > 1 && isRising(rows);
  },
  prepare: (step, node) => finishInRegisters(step, axesOf(node)),
  emit: (build, step, node) => emitPlanes(build, step, tablesOf(node), axesOf(node)),
});

/** The tables of the last two axes. */
function tablesOf({ attributes }: Node<UpsampleAttributes>): readonly [rows: AxisTable, row: AxisTable] {
  const [a, b] = attributes.axes.toSorted((one, other) => one.axis - other.axis);
  return [axisTable(a!), axisTable(b!)];
}

function axesOf(node: ContractionStep['node']): Axes {
  const axes = range(outputShapeOf(node).length);
  return { batch: axes.slice(0, -2), row: axes.slice(-2, -1), lane: axes.slice(-1) };
}
