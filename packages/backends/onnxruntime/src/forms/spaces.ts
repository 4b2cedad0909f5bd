import { ops, spaceToDepth } from '@polyphase/ir';
import { type Form, form, Parts } from './form.ts';

/** spaceToDepth -> each block's rows and columns in front of the channels. */
export const spaceAsTranspose: Form = form('space-as-transpose', spaceToDepth, (node) => {
  const x = node.inputs[0]!;
  const { blocksize: b } = node.attributes;
  const [batch, channels, height, width] = x.type.shape as [number, number, number, number];
  const parts = new Parts(node);
  const blocks = parts.make(ops.reshape, { x }, { shape: [batch, channels, height / b, b, width / b, b] });
  const moved = parts.make(ops.transpose, { x: blocks }, { perm: [0, 3, 5, 1, 2, 4] });
  parts.make(ops.reshape, { x: moved }, { shape: node.outputs[0]!.type.shape });
  return { nodes: parts.nodes };
});
