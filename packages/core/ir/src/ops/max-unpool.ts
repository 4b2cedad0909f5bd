import { add, type Dim, mul, printShape, sub } from '../dim.ts';
import { defineOp, need } from '../op.ts';
import { sizeOf } from '../tensor.ts';
import { checkKind } from './pointwise.ts';
import { checkLength, checkRank, type Pair } from './shared.ts';

export interface MaxUnpoolAttributes {
  /** Of the whole output, [N, C, spatial]. */
  readonly shape: readonly Dim[];
}

/** The length that a pooling with these pads made n of; ONNX's and PyTorch's default when no output size is given. */
export const unpooledLength = (n: Dim, kernel: number, stride: number, [begin, end]: Pair = [0, 0]): Dim =>
  add(mul(stride, sub(n, 1)), kernel - begin - end);

/**
 * Puts every element of x where `indices` says, flat and row-major over the whole output; the rest is 0. Where two
 * elements meet the last one stays.
 */
export const maxUnpool = defineOp<MaxUnpoolAttributes>()({
  name: 'maxUnpool',
  inputs: ['x', 'indices'],

  infer({ x, indices }, { shape }) {
    checkKind('x', x, 'number');
    checkRank('x', x, 3, 5);
    need(indices.type.dtype === 'int64', 'PP2001', () => [
      `indices is ${indices.type.dtype}`,
      'Cast indices to int64',
    ]);
    const own = x.type.shape;
    checkRank('indices', indices, own.length);
    for (const [axis, length] of own.entries())
      checkLength(`axis ${axis} of indices`, indices.type.shape[axis]!, length);
    need(shape !== undefined && shape.length === own.length, 'PP2003', () => [
      `shape is ${shape ? printShape(shape) : 'missing'} for an x of shape ${printShape(own)}`,
      'Give the whole shape of the output: batch, channels and the spatial lengths',
    ]);
    checkLength('the batch of shape', shape[0]!, own[0]!);
    checkLength('the number of channels of shape', shape[1]!, own[1]!);
    for (const length of shape.slice(2))
      need(typeof length === 'string' || (Number.isSafeInteger(length) && length > 0), 'PP2004', () => [
        `the output has the shape ${printShape(shape)}`,
        'Use less padding or a larger kernel',
      ]);
    return { dtype: x.type.dtype, shape };
  },

  define({ x, indices }, _, [y]) {
    const data = new Float64Array(sizeOf(y!.shape));
    for (const [i, index] of indices.data.entries()) {
      need(index >= 0 && index < data.length, 'PP2003', () => [
        `the index ${index} is outside the output of ${data.length} elements`,
        'Give the indices that maxPool has made for this output shape',
      ]);
      data[index] = x.data[i]!;
    }
    return data;
  },
});
