import { type Dim, floorDiv, mul, printShape, product } from '../dim.ts';
import { defineOp, need } from '../op.ts';
import { checkLength, normalAxis } from './shared.ts';

export interface ReshapeAttributes {
  readonly shape: readonly Dim[];
}

/** The same elements in row-major order under another shape. */
export const reshape = defineOp<ReshapeAttributes>()({
  name: 'reshape',
  inputs: ['x'],

  infer({ x }, { shape }) {
    checkTarget(shape, 0);
    const [from, to] = [product(x.type.shape), product(shape)];
    need(typeof from !== 'number' || typeof to !== 'number' || from === to, 'PP2002', () => [
      `${printShape(x.type.shape)} has ${from} elements, ${printShape(shape)} ${to}`,
      'Give both shapes as many elements',
    ]);
    return { dtype: x.type.dtype, shape };
  },

  define: ({ x }) => x.data.slice(),
});

function checkTarget(target: readonly Dim[], least: number): void {
  need(
    target.every((length) => typeof length === 'string' || (Number.isSafeInteger(length) && length >= least)),
    'PP2003',
    () => [`the target shape is ${printShape(target)}`, `Give lengths of at least ${least}`],
  );
}

/**
 * ONNX Reshape: -1 takes what is left, 0 keeps the input's length of that axis unless `allowZero`.
 *
 * @throws PP2003 when the target has two -1, or a 0 where the input has no axis; PP2002 when the elements do not fit.
 */
export function resolveReshape(input: readonly Dim[], target: readonly Dim[], allowZero = false): Dim[] {
  checkTarget(target, -1);
  const open = target.indexOf(-1);
  need(open === target.lastIndexOf(-1), 'PP2003', () => [
    `the target shape ${printShape(target)} has -1 more than once`,
    'Leave only one length open',
  ]);
  const shape = target.map((length, axis) =>
    length === 0 && !allowZero ? keptLength(input, target, axis) : length,
  );
  if (open === -1) return shape;
  const others = shape.filter((_, axis) => axis !== open);
  shape[open] = lengthLeft(input, others, target);
  return shape;
}

function keptLength(input: readonly Dim[], target: readonly Dim[], axis: number): Dim {
  const length = input[axis];
  need(length !== undefined, 'PP2003', () => [
    `the target shape ${printShape(target)} keeps the length of axis ${axis}, which the input ${printShape(input)} does not have`,
    'Give the length itself',
  ]);
  return length;
}

const isNumber = (length: Dim): boolean => typeof length === 'number';

/** The input's elements over those of the other axes; lengths that stand on both sides cancel, open or not. */
function lengthLeft(input: readonly Dim[], others: readonly Dim[], target: readonly Dim[]): Dim {
  const above = [...input];
  const below = others.filter((length) => {
    const same = typeof length === 'string' ? above.indexOf(length) : -1;
    if (same !== -1) above.splice(same, 1);
    return same === -1;
  });
  const open = above.filter((length) => typeof length === 'string');
  const [all, known] = [product(above.filter(isNumber)), product(below.filter(isNumber))] as [number, number];
  if (below.every(isNumber) && known > 0 && all % known === 0) return mul(all / known, product(open));
  need(open.length > 0 || !below.every(isNumber), 'PP2002', () => [
    `the input ${printShape(input)} does not fit the target shape ${printShape(target)}: ${all} elements are not a multiple of ${known}`,
    'Give lengths that divide the number of elements',
  ]);
  return floorDiv(product(above), product(below));
}

/** ONNX Squeeze: the shape without these axes of length 1; without any axes, without all of length 1. */
export function squeezeShape(shape: readonly Dim[], axes?: readonly number[]): Dim[] {
  if (!axes) return shape.filter((length) => length !== 1);
  const dropped = new Set(axes.map((axis) => normalAxis(axis, shape.length)));
  for (const axis of dropped) checkLength(`the length of the squeezed axis ${axis}`, shape[axis]!, 1);
  return shape.filter((_, axis) => !dropped.has(axis));
}

/** ONNX Unsqueeze: the shape with axes of length 1 put in; `axes` count in the result. */
export function unsqueezeShape(shape: readonly Dim[], axes: readonly number[]): Dim[] {
  const rank = shape.length + axes.length;
  const added = new Set(axes.map((axis) => normalAxis(axis, rank)));
  need(added.size === axes.length, 'PP2003', () => [
    `an axis stands twice in [${axes.join(', ')}]`,
    'Name each axis once',
  ]);
  const rest = shape.values();
  return Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.next().value as Dim)));
}
