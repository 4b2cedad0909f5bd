import { conv, type DType, dtypes, sizeOf } from '@polyphase/ir';
import { leastColumns } from '../contractions/blocking.ts';
import { type Axes, planEpilogue } from '../contractions/epilogue.ts';
import { placeColumns } from '../contractions/half-columns.ts';
import { emitProducts, type Locate, type Products, productBlocking } from '../contractions/product.ts';
import { i32 } from '../wasm/index.ts';
import { defineFamily } from './family.ts';
import { finishInRegisters } from './finish.ts';
import { convShape, convWeights, hasKnownWeights, placesOf } from './geometry.ts';

const axes: Axes = { batch: [], row: [0], lane: [1] };

/**
 * Convolutions with one output position, whose kernel covers the input: fully connected layers. The lanes run along the
 * output channels.
 */
export const dense = defineFamily(conv, {
  name: 'dense',
  accepts(node) {
    const { rows, input, output, kernel } = convShape(node);
    const whole = node.attributes.pads.every(([begin, end]) => begin === 0 && end === 0);
    const covers = kernel.every((length, axis) => length === input[axis]);
    return hasKnownWeights(node) && whole && covers && sizeOf(output) === 1 && rows >= leastColumns;
  },
  prepare: (step) => finishInRegisters(step, axes),
  emit(build, step, node) {
    const shape = convShape(node);
    const inner = shape.channels * sizeOf(shape.kernel);
    const { dtype } = step.output;
    const blocking = productBlocking(build, { rows: shape.batch, columns: shape.rows });
    const b = placeColumns(build, node, blocking, (elements) => convWeights(elements, shape));
    const products: Products = {
      images: shape.groups,
      rows: shape.batch,
      inner,
      columns: shape.rows,
      a: 4 * inner * shape.groups,
      b: b.layout,
      y: { dtype, row: shape.rows * shape.groups * dtypes[dtype].bytes },
      bias: shape.bias ? 'lane' : undefined,
      epilogue: planEpilogue(step, axes),
    };
    const { x, y, bias } = placesOf(step);
    const kernel = `dense ${blocking.rows}x${blocking.starts.length}${b.layout === 'halved' ? ' of float16' : ''}`;
    const locate = groupsOf(products, b.bytes, dtype);
    emitProducts(build, { kernel, nodes: step.nodes }, products, { a: x, b: b.place, y, bias }, locate);
  },
});

/** The groups side by side, in the rows of the input and of the output alike. */
const groupsOf = ({ inner, columns, epilogue }: Products, packedBytes: number, dtype: DType): Locate => ({
  key: `groups ${packedBytes}`,
  tables: {},
  offsets: (_, group) => ({
    a: i32.mul(group, 4 * inner),
    b: i32.mul(group, packedBytes),
    y: i32.mul(group, columns * dtypes[dtype].bytes),
    bias: i32.mul(group, 4 * columns),
    walks: epilogue?.walks.map(({ steps }) => i32.mul(group, columns * steps.lane)) ?? [],
  }),
});
