import {
  axisTable,
  dtypes,
  type Node,
  sizeOf,
  staticType,
  type UpsampleAttributes,
  upsample,
} from '@polyphase/ir';
import { type ContractionStep, load } from '@polyphase/kernel';
import { type Axes, planEpilogue } from '../contractions/epilogue.ts';
import { defineFamily } from '../families/family.ts';
import { finishInLoops, finishInRegisters, flat } from '../families/finish.ts';
import { outputShapeOf, range } from '../families/geometry.ts';
import { emitReplication } from './replicate.ts';
import { planReplication, type Replication } from './row-copy.ts';

/** Nearest neighbours along any axes, of elements of any type: input rows, copied to more places or fewer. */
export const replication = defineFamily(upsample, {
  name: 'replication',
  readsFloat16: true,
  accepts: (node) => planOf(node) !== undefined,
  prepare(step, node) {
    const { dtype } = step.output;
    if (!step.epilogue || dtype === 'float32') return finishInRegisters(step, axesOf(node));
    const shape = outputShapeOf(node);
    return finishInLoops(step, {
      size: sizeOf(shape),
      dtype,
      at: (copies, index) => load(copies, flat(index, shape)),
    });
  },
  emit: (build, step, node) => emitReplication(build, step, planOf(node)!, epilogueOf(step, node)),
});

const plans = new WeakMap<Node, Replication | false>();

function planOf(node: Node<UpsampleAttributes>): Replication | undefined {
  const known = plans.get(node) ?? plan(node) ?? false;
  plans.set(node, known);
  return known || undefined;
}

function plan({ attributes, inputs }: Node<UpsampleAttributes>): Replication | undefined {
  const { dtype, shape } = staticType(inputs[0]!.type);
  const tables = new Map(attributes.axes.map((spec) => [spec.axis, axisTable(spec)]));
  for (const { taps, weights, outside } of tables.values())
    if (taps !== 1 || outside?.includes(1) || weights.some((weight) => weight !== 1)) return undefined;
  return planReplication(shape, dtypes[dtype].bytes, tables);
}

function axesOf(node: Node<UpsampleAttributes>): Axes {
  const [first, end] = planOf(node)!.rowAxes;
  const axes = range(outputShapeOf(node).length);
  return { batch: axes.slice(0, first), row: axes.slice(first, end), lane: axes.slice(end) };
}

const epilogueOf = (step: ContractionStep, node: Node<UpsampleAttributes>) =>
  planEpilogue(step, axesOf(node));
