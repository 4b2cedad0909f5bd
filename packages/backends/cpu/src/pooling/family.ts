import {
  type AveragePoolAttributes,
  averageDivisors,
  averagePool,
  maxPool,
  type Node,
  type Window,
} from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Build } from '../compile/build.ts';
import { type Axes, planEpilogue } from '../contractions/epilogue.ts';
import { defineFamily } from '../families/family.ts';
import { finishInRegisters } from '../families/finish.ts';
import { outputShapeOf, placesOf, range, shapeOf } from '../families/geometry.ts';
import { emitPooling } from './planes.ts';
import { type Factors, type Fold, folds, type PooledAxis } from './window.ts';

const leastColumns = 4;
/** Rows of a window that are read side by side. */
const mostRows = 16;

/** The greatest elements of windows of planes or rows of float32. */
export const maxPooling = defineFamily(maxPool, {
  name: 'pooling',
  accepts: (node) => isPlanar(node),
  prepare: (step, node) => finishInRegisters(step, axesOf(node)),
  emit: (build, step, node) => emit(build, step, node, folds.max, undefined),
});

/** The means of such windows. */
export const averagePooling = defineFamily(averagePool, {
  name: 'pooling',
  accepts: (node) => isPlanar(node),
  prepare: (step, node) => finishInRegisters(step, axesOf(node)),
  emit: (build, step, node) => emit(build, step, node, folds.sum, factorsOf(node)),
});

function isPlanar(node: Node<Window>): boolean {
  const [height, width] = windowAxes(node);
  const isFloat = node.inputs[0]!.type.dtype === 'float32' && node.outputs[0]!.type.dtype === 'float32';
  if (!isFloat || !height || !width || height.kernel > mostRows) return false;
  return width.input >= leastColumns && width.output >= leastColumns;
}

const single: PooledAxis = { input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, begin: 0 };

/** The last two axes; none where there are three. */
function windowAxes(node: Node<Window>): readonly PooledAxis[] {
  const { kernel, stride, dilation, pads } = node.attributes;
  const [inputs, outputs] = [shapeOf(node, 0).slice(2), outputShapeOf(node).slice(2)];
  const axes = inputs.map(
    (input, a): PooledAxis => ({
      ...{ input, output: outputs[a]!, kernel: kernel[a]!, stride: stride[a]! },
      ...{ dilation: dilation[a]!, begin: pads[a]![0] },
    }),
  );
  return axes.length === 1 ? [single, ...axes] : axes.length === 2 ? axes : [];
}

/** The factors of the windows are products of those of each axis. */
function factorsOf(node: Node<AveragePoolAttributes>): Factors {
  const { kernel, stride, dilation, pads } = node.attributes;
  const [inputs, outputs] = [shapeOf(node, 0).slice(2), outputShapeOf(node).slice(2)];
  const along = (axis: number): readonly number[] => {
    const own = { kernel: [kernel[axis]!], stride: [stride[axis]!], dilation: [dilation[axis]!] };
    const attributes = { ...node.attributes, ...own, pads: [pads[axis]!] };
    return averageDivisors([inputs[axis]!], [outputs[axis]!], attributes).map((divisor) => 1 / divisor);
  };
  return inputs.length === 1 ? { rows: [1], columns: along(0) } : { rows: along(0), columns: along(1) };
}

function axesOf(node: Node<Window>): Axes {
  const axes = range(outputShapeOf(node).length);
  const rows = axes.length - 2;
  return axes.length === 3
    ? { batch: axes.slice(0, 2), row: [], lane: axes.slice(2) }
    : { batch: axes.slice(0, rows), row: axes.slice(rows, -1), lane: axes.slice(-1) };
}

function emit(
  build: Build,
  step: ContractionStep,
  node: Node<Window>,
  fold: Fold,
  factors: Factors | undefined,
): void {
  const [height, width] = windowAxes(node) as [PooledAxis, PooledAxis];
  const [batch, channels] = shapeOf(node, 0) as [number, number];
  const kernel = `pooling ${height.kernel}x${width.kernel} by ${height.stride}x${width.stride}`;
  const pooling = {
    step: { kernel, nodes: step.nodes },
    planes: batch * channels,
    height,
    width,
    fold,
    factors,
  };
  const epilogue = planEpilogue(step, axesOf(node));
  const { x, y } = placesOf(step);
  emitPooling(build, pooling, { x, y, dtype: step.output.dtype, epilogue });
}
