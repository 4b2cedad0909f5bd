import { int64s, ops, slice } from '@polyphase/ir';
import { constantOf } from './constants.ts';
import { type Form, form, Parts } from './form.ts';

/** slice -> the elements of each axis by their indices. */
export const sliceAsGather: Form = form('slice-as-gather', slice, (node) => {
  const { start, step, length } = node.attributes;
  const parts = new Parts(node);
  let y = node.inputs[0]!;
  for (const [axis, count] of length.entries()) {
    const indices = Array.from({ length: count as number }, (_, i) => start[axis]! + i * step[axis]!);
    if (count === y.type.shape[axis] && indices.every((at, i) => at === i)) continue;
    y = parts.make(ops.gather, { x: y, indices: constantOf(int64s(indices), 'indices') }, { axis });
  }
  return parts.nodes.length > 0 ? { nodes: parts.nodes } : undefined;
});
