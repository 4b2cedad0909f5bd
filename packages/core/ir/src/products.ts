import { type Node, staticType, type Value } from './graph.ts';
import { isOp } from './op.ts';
import { conv } from './ops/conv.ts';
import { convTranspose } from './ops/conv-transpose.ts';
import { matMul } from './ops/mat-mul.ts';
import { sizeOf } from './tensor.ts';

const shapeOf = (value: Value | undefined): readonly number[] => staticType(value!.type).shape;

/**
 * Multiply-adds of a contraction, as they are usually counted: products with padding are counted, and so are those of a
 * transposed convolution that its crop leaves out. Other layers have none.
 *
 * @throws PP2005 when a size is still open.
 */
export function products(node: Node): number {
  const [x, w] = node.inputs;
  const y = node.outputs[0];
  // Each output channel of a group with each of its input channels, at every output position and tap.
  if (isOp(node, conv)) return sizeOf(shapeOf(y)) * sizeOf(shapeOf(w).slice(1));
  // Each input element goes through the kernel of every output channel of its group.
  if (isOp(node, convTranspose)) return sizeOf(shapeOf(x)) * sizeOf(shapeOf(w).slice(1));
  if (isOp(node, matMul)) return sizeOf(shapeOf(y)) * shapeOf(x).at(-1)!;
  return 0;
}
