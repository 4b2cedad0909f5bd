import { conv, ops, type Tensor, type Value } from '@polyphase/ir';
import { constantOf } from './constants.ts';
import { type Form, form, Parts } from './form.ts';

/** conv in groups -> a convolution for each group, side by side. */
export const groupByGroup: Form = form('group-by-group', conv, (node) => {
  const [x, w, bias] = node.inputs;
  const { groups } = node.attributes;
  if (groups === 1 || !w!.constant || (bias && !bias.constant)) return undefined;
  const parts = new Parts(node);
  const shape = x!.type.shape as readonly number[];
  const each = Array.from({ length: groups }, (_, group): Value => {
    const channels = shape[1]! / groups;
    const part = parts.make(
      ops.slice,
      { x: x! },
      {
        start: shape.map((_, axis) => (axis === 1 ? group * channels : 0)),
        step: shape.map(() => 1),
        length: shape.with(1, channels),
      },
    );
    const own = (value: Value | undefined): Value | undefined =>
      value && rowsOf(value.constant!, group, groups);
    return parts.make(conv, { x: part, w: own(w)!, bias: own(bias) }, { ...node.attributes, groups: 1 });
  });
  parts.make(ops.concat, { xs: each }, { axis: 1 });
  return { nodes: parts.nodes };
});

/** The rows of one group out of all. */
function rowsOf({ dtype, shape, data }: Tensor, group: number, groups: number): Value {
  const length = data.length / groups;
  const own = (data as Float32Array).subarray(group * length, (group + 1) * length);
  return constantOf({ dtype, shape: shape.with(0, shape[0]! / groups), data: own } as Tensor, 'group');
}
