import { conv, dtypes, sizeOf } from '@polyphase/ir';
import { load } from '@polyphase/kernel';
import { leastColumns } from '../contractions/blocking.ts';
import { planEpilogue } from '../contractions/epilogue.ts';
import { emitProducts, type Locate, type Products, productBlocking } from '../contractions/product.ts';
import { packedRowsBytes, packRows } from '../contractions/weights.ts';
import { i32 } from '../wasm/index.ts';
import { defineFamily } from './family.ts';
import { finishInLoops, finishInRegisters, flat } from './finish.ts';
import {
  convShape,
  convWeights,
  hasKnownWeights,
  outputShapeOf,
  placesOf,
  positionAxes,
  weightsOf,
} from './geometry.ts';

/** Convolutions with a kernel of 1: a matrix product of the weights with all positions of an image as columns. */
export const pointwise = defineFamily(conv, {
  name: 'pointwise',
  accepts(node) {
    const { kernel, stride } = convShape(node);
    const whole = node.attributes.pads.every(([begin, end]) => begin === 0 && end === 0);
    return hasKnownWeights(node) && whole && [...kernel, ...stride].every((length) => length === 1);
  },
  prepare(step, node) {
    const [batch, channels, ...spatial] = outputShapeOf(node) as [number, number, ...number[]];
    if (sizeOf(spatial) >= leastColumns) return finishInRegisters(step, positionAxes(node));
    return finishInLoops(step, {
      size: batch * channels * leastColumns,
      at: (sums, [n, c, ...at]) =>
        load(sums, flat([n!, c!, flat(at, spatial)], [batch, channels, leastColumns])),
    });
  },
  emit(build, step, node) {
    const shape = convShape(node);
    const positions = sizeOf(shape.output);
    const columns = Math.max(positions, leastColumns);
    const { dtype } = step.output;
    const products: Products = {
      images: shape.batch * shape.groups,
      rows: shape.rows,
      inner: shape.channels,
      columns,
      a: 'packed',
      b: 4 * positions,
      y: { dtype, row: columns * dtypes[dtype].bytes },
      bias: shape.bias ? 'row' : undefined,
      epilogue: planEpilogue(step, positionAxes(node)),
    };
    const blocking = productBlocking(build, products);
    const { x, y, bias } = placesOf(step);
    const a = build.add(packRows(build, convWeights(weightsOf(node), shape), blocking));
    const kernel = `pointwise ${blocking.rows}x${blocking.starts.length}`;
    const locate = imagesByGroup(products, shape.groups, packedRowsBytes(blocking, shape.channels));
    emitProducts(build, { kernel, nodes: step.nodes }, products, { a, b: x, y, bias }, locate);
  },
});

/** Images of a grouped convolution: batch after batch, group after group. */
function imagesByGroup(products: Products, groups: number, packedBytes: number): Locate {
  const { rows, inner, b, y, epilogue } = products;
  return {
    key: `by group ${groups} ${packedBytes}`,
    tables: {},
    offsets(f, image) {
      const batch = f.let('batch', i32.div_u(image, groups));
      const group = f.let('group', i32.sub(image, i32.mul(batch, groups)));
      const walks = epilogue?.walks.map(({ steps }) =>
        i32.add(i32.mul(batch, steps.batch), i32.mul(group, rows * steps.row)),
      );
      return {
        a: i32.mul(group, packedBytes),
        b: i32.mul(image, inner * (b as number)),
        y: i32.mul(image, rows * y.row),
        bias: i32.mul(group, 4 * rows),
        walks: walks ?? [],
      };
    },
  };
}
