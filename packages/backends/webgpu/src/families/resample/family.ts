import { axisTable, isOp, type Node, staticType, upsample } from '@polyphase/ir';
import type { Buffer, ContractionStep } from '@polyphase/kernel';
import type { ShaderContext } from '../../text/shader.ts';
import type { Family } from '../family.ts';
import { emitPass, type Pass } from './pass.ts';
import { isCopy, type ResampledAxis } from './tables.ts';

/** Taps of all axes together up to which a GPU reads them for each output; more are summed axis by axis. */
const mostTapsAtOnce = 4;

const axesOf = (node: Node): readonly ResampledAxis[] =>
  isOp(node, upsample)
    ? node.attributes.axes.map((spec) => ({
        axis: spec.axis,
        from: spec.from as number,
        to: spec.to as number,
        table: axisTable(spec),
      }))
    : [];

/** Resampling of floats from tables that are made on the host, in one pass or in one for each axis. */
export const resampling: Family = {
  accepts(node) {
    if (!isOp(node, upsample) || node.inputs[0]!.type.dtype !== 'float32') return false;
    const axes = axesOf(node);
    return axes.length > 0 && axes.every(({ table }) => !table.outside?.includes(1));
  },
  emit: (step, context) => passesOf(step, context).map((pass) => emitPass(pass, step, context)),
};

/** Axes that shrink first, then those that grow; the last pass of all also copies where axes grow by copying. */
function passesOf(step: ContractionStep, { target }: ShaderContext): readonly Pass[] {
  const { node } = step;
  const groups = groupsOf(axesOf(node), target.software ? 2 : mostTapsAtOnce);
  let from = staticType(node.inputs[0]!.type).shape;
  let source = step.inputs[0]!;
  return groups.map((axes, i): Pass => {
    const to = axes.reduce((shape, { axis, to }) => shape.with(axis, to), [...from]);
    const finish = i === groups.length - 1;
    const target = finish ? step.output : between(node, i, to);
    const pass = { source, target, from, to, axes, finish };
    [from, source] = [to, target];
    return pass;
  });
}

const between = (node: Node, pass: number, shape: readonly number[]): Buffer => ({
  name: `${node.name}.pass${pass}`,
  dtype: 'float32',
  size: shape.reduce((all, length) => all * length, 1),
});

/** Which axes are resampled together, in order. */
function groupsOf(axes: readonly ResampledAxis[], mostTaps: number): readonly (readonly ResampledAxis[])[] {
  const taps = axes.reduce((all, { table }) => all * table.taps, 1);
  if (taps <= mostTaps) return [axes];
  const growth = ({ from, to }: ResampledAxis): number => to / from;
  const copied = axes.filter(isCopy);
  const summed = axes
    .filter((axis) => !isCopy(axis))
    .toSorted((a, b) => growth(a) - growth(b) || b.axis - a.axis);
  const shrinking = copied.filter((axis) => growth(axis) < 1);
  const growing = copied.filter((axis) => growth(axis) >= 1);
  const groups = summed.map((axis) => [axis]);
  groups[0]!.push(...shrinking);
  groups.at(-1)!.push(...growing);
  return groups;
}
