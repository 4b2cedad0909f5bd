import { type Dim, need, ops, unpooledLength, type Value } from '@polyphase/ir';
import { flag, int, ints, required } from '../attributes.ts';
import { row, type Table } from '../row.ts';
import { padPairs, perAxis, slidingOver, spatialAxes, windowAttributes } from './window.ts';

const poolAttributes = { ...windowAttributes, kernel_shape: required(ints()) };
const count_include_pad = flag(false);
const p = int(2);
const storage_order = int(0);
/** Attributes that came with later versions. */
const later = { ceil_mode: flag(false), dilations: ints() };
type Later = Partial<typeof later>;
const { ceil_mode, dilations } = later;

const averagePool = (more: Later & { readonly count_include_pad?: typeof count_include_pad }) =>
  row({
    inputs: ['x'],
    attributes: { ...poolAttributes, ...more },
    build: (
      { x },
      { kernel_shape, count_include_pad: countIncludePad = false, ceil_mode: ceil = false, ...node },
      context,
    ) =>
      context.make(ops.averagePool, { x }, { ...slidingOver(x, kernel_shape, node), ceil, countIncludePad }),
  });

const lpPool = (more: Later) =>
  row({
    inputs: ['x'],
    attributes: { ...poolAttributes, p, ...more },
    build: ({ x }, { kernel_shape, p, ceil_mode: ceil = false, ...node }, context) =>
      context.make(ops.lpPool, { x }, { ...slidingOver(x, kernel_shape, node), ceil, p }),
  });

const maxPool = (more: Later & { readonly storage_order?: typeof storage_order }) =>
  row({
    inputs: ['x'],
    attributes: { ...poolAttributes, ...more },
    build({ x }, { kernel_shape, ceil_mode: ceil = false, storage_order: order = 0, ...node }, context) {
      need(order === 0 || order === 1, 'PP2003', () => [`storage_order is ${order}`, 'Use 0 or 1']);
      return context.makeAll(
        ops.maxPool,
        { x },
        { ...slidingOver(x, kernel_shape, node), ceil, storageOrder: order },
      );
    },
  });

/**
 * The indices are used as they are, flat over the whole output, whatever its shape: as onnxruntime. (The data of ONNX's
 * test_maxunpool_export_with_output_shape count them in the shape that kernel, strides and pads would give.)
 */
const maxUnpool = row({
  inputs: ['x', 'indices', 'outputShape?'],
  attributes: { kernel_shape: required(ints()), pads: ints(), strides: ints() },
  elements: ['outputShape'],
  build({ x, indices, outputShape }, { kernel_shape: kernel, pads, strides }, context) {
    const shape = context.optionalElements(outputShape) ?? unpooledShape(x, kernel, pads, strides);
    return context.make(ops.maxUnpool, { x, indices }, { shape });
  },
});

function unpooledShape(
  x: Value,
  kernel: readonly number[],
  pads: readonly number[] | undefined,
  strides: readonly number[] | undefined,
): readonly Dim[] {
  const lengths = spatialAxes(x);
  const [stride, pairs] = [perAxis('strides', strides, lengths.length, 1), padPairs(pads, lengths.length)];
  const taps = perAxis('kernel_shape', kernel, lengths.length, 1);
  return [
    ...x.type.shape.slice(0, 2),
    ...lengths.map((n, axis) => unpooledLength(n, taps[axis]!, stride[axis]!, pairs[axis])),
  ];
}

export const pool: Table = {
  AveragePool: {
    1: averagePool({}),
    7: averagePool({ count_include_pad }),
    10: averagePool({ count_include_pad, ceil_mode }),
    19: averagePool({ count_include_pad, ceil_mode, dilations }),
  },
  LpPool: { 2: lpPool({}), 18: lpPool({ ceil_mode, dilations }) },
  MaxPool: {
    1: maxPool({}),
    8: maxPool({ storage_order }),
    10: maxPool({ ceil_mode, dilations, storage_order }),
  },
  MaxUnpool: { 9: maxUnpool },
};
