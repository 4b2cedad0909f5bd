import { need, ops, type Pair, sizeOf, type Value } from '@polyphase/ir';
import { ints } from '../attributes.ts';
import { type Context, row, type Table } from '../row.ts';
import { filled, from, lengthsOf, reshapeTo, stepsOf } from './shared.ts';
import { padPairs, perAxis } from './window.ts';

interface Blocks {
  readonly image: readonly number[];
  readonly block: readonly number[];
  readonly dilations: readonly number[] | undefined;
  readonly pads: readonly number[] | undefined;
  readonly strides: readonly number[] | undefined;
}

/** How many blocks lie along each axis, and the crop that cuts their natural extent to the image. */
function placeBlocks({ image, block, ...node }: Blocks) {
  const axes = block.length;
  const stride = perAxis('strides', node.strides, axes, 1);
  const dilation = perAxis('dilations', node.dilations, axes, 1);
  const pads = padPairs(node.pads, axes);
  const spans = block.map((k, a) => (k - 1) * dilation[a]! + 1);
  const padded = image.map((n, a) => n + pads[a]![0] + pads[a]![1]);
  const counts = padded.map((n, a) => Math.floor((n - spans[a]!) / stride[a]!) + 1);
  const crop = image.map((n, a): Pair => {
    const natural = (counts[a]! - 1) * stride[a]! + spans[a]!;
    return [pads[a]![0], natural - pads[a]![0] - n];
  });
  return { counts, layer: { stride, dilation, crop, groups: 1 } };
}

/**
 * Sums overlapping blocks: [N, C * block, L] -> [N, C, image]. That is a transposed convolution of each channel whose
 * kernel has one tap, a 1, in the place of each row of the block.
 */
function col2Im(context: Context, x: Value, blocks: Blocks): Value {
  const { image, block } = blocks;
  const [batch, rows, columns] = lengthsOf(x) as [number, number, number];
  const size = sizeOf(block);
  need(rows % size === 0 && image.length === block.length, 'PP2002', () => [
    `x has ${rows} rows for blocks of [${block.join(', ')}] in an image of [${image.join(', ')}]`,
    'Give x a multiple of the block as rows',
  ]);
  const { counts, layer } = placeBlocks(blocks);
  need(sizeOf(counts) === columns, 'PP2002', () => [
    `x has ${columns} blocks, [${counts.join(' x ')}] fit into the image`,
    'Check image_shape, block_shape, pads, strides and dilations',
  ]);
  const { make, constant, reshape } = stepsOf(context);
  const channels = rows / size;
  const w = constant(filled(x.type.dtype, [size, 1, ...block], (i) => (i % (size + 1) === 0 ? 1 : 0)));
  const apart = reshape(x, [batch * channels, size, ...counts]);
  return reshapeTo(context, make(ops.convTranspose, { x: apart, w }, layer), [batch, channels, ...image]);
}

export const col2Ims: Table = {
  Col2Im: from(
    18,
    row({
      inputs: ['x', 'imageShape', 'blockShape'],
      attributes: { dilations: ints(), pads: ints(), strides: ints() },
      elements: ['imageShape', 'blockShape'],
      build: ({ x, imageShape, blockShape }, node, context) =>
        col2Im(context, x, {
          ...node,
          image: context.elements(imageShape),
          block: context.elements(blockShape),
        }),
    }),
  ),
};
