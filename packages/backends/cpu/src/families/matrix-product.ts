import {
  broadcastShape,
  broadcastStrides,
  dtypes,
  matrixProduct as factorsOf,
  grid,
  matMul,
  type Node,
} from '@polyphase/ir';
import type { Data, Place } from '../compile/build.ts';
import { leastColumns } from '../contractions/blocking.ts';
import { type Axes, planEpilogue } from '../contractions/epilogue.ts';
import { placeColumns } from '../contractions/half-columns.ts';
import { emitProducts, type Locate, type Products, productBlocking } from '../contractions/product.ts';
import type { Weights } from '../contractions/weights.ts';
import { i32 } from '../wasm/index.ts';
import { defineFamily } from './family.ts';
import { finishInRegisters } from './finish.ts';
import { isSummed, outputShapeOf, range, shapeOf } from './geometry.ts';

/** Products of float32 matrices with at least four columns, in stacks that are broadcast. */
export const matrixProduct = defineFamily(matMul, {
  name: 'matrix product',
  accepts: (node) => isSummed(node) && stackOf(node).columns >= leastColumns,
  prepare: (step, node) => finishInRegisters(step, axesOf(node)),
  emit(build, step, node) {
    const stack = stackOf(node);
    const { rows, inner, columns } = stack;
    const blocking = productBlocking(build, { rows, columns });
    const known = node.inputs[1]!.constant
      ? placeColumns(build, node, blocking, (elements) => weightsIn(elements, stack))
      : undefined;
    const { dtype } = step.output;
    const products: Products = {
      images: stack.a.length,
      rows,
      inner,
      columns,
      a: 4 * inner,
      b: known?.layout ?? 4 * columns,
      y: { dtype, row: columns * dtypes[dtype].bytes },
      bias: undefined,
      epilogue: planEpilogue(step, axesOf(node)),
    };
    const [a, b] = step.inputs.map((buffer): Place => ({ kind: 'buffer', buffer: buffer! }));
    const offsets = build.add(offsetTable(stack, 4 * rows * inner, known?.bytes ?? 4 * inner * columns));
    const half = known?.layout === 'halved' ? ' of float16' : '';
    const kernel = `matrix product ${blocking.rows}x${blocking.starts.length}${half}`;
    const operands = { a: a!, b: known?.place ?? b!, y: { kind: 'buffer', buffer: step.output } } as const;
    emitProducts(build, { kernel, nodes: step.nodes }, products, operands, imagesByTable(products, offsets));
  },
});

interface Stack {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Which matrix of each operand an image is the product of. */
  readonly a: readonly number[];
  readonly b: readonly number[];
}

function stackOf(node: Node): Stack {
  const { batchA, batchB, rows, inner, columns } = factorsOf(shapeOf(node, 0), shapeOf(node, 1));
  const batch = broadcastShape(batchA, batchB) as number[];
  return { rows, inner, columns, a: matricesIn(batchA, batch), b: matricesIn(batchB, batch) };
}

/** Which matrix of a stack each position of the broadcast stack is. */
function matricesIn(stack: readonly number[], batch: readonly number[]): readonly number[] {
  const strides = broadcastStrides(stack, batch);
  return Array.from(grid(batch), (index) => index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0));
}

/** The axes of the output as tiles have them; a vector as an operand has no row or column there. */
function axesOf(node: Node): Axes {
  const axes = range(outputShapeOf(node).length);
  const lane = axes.slice(-1);
  const row = shapeOf(node, 0).length > 1 ? axes.slice(-2, -1) : [];
  return { batch: axes.slice(0, axes.length - lane.length - row.length), row, lane };
}

const weightsIn = <T>(elements: T, { inner, columns, b }: Stack): Weights<T> => ({
  elements,
  groups: Math.max(...b) + 1,
  groupStep: inner * columns,
  rows: Int32Array.from(range(columns)),
  inner: { count: inner, step: columns, taps: [0] },
});

/** Pairs of bytes: how far into a and into b an image's matrices lie. */
const offsetTable = ({ a, b }: Stack, aBytes: number, bBytes: number): Data => ({
  bytes: 8 * a.length,
  fill(memory, address) {
    const table = new Int32Array(memory, address, 2 * a.length);
    for (const [image, matrix] of a.entries()) table.set([matrix * aBytes, b[image]! * bBytes], 2 * image);
  },
});

const imagesByTable = ({ rows, y, epilogue }: Products, offsets: Place): Locate => ({
  key: 'by table',
  tables: { offsets },
  offsets(f, image, { offsets: table }) {
    const pair = f.let('pair', i32.add(table!, i32.mul(image, 8)));
    return {
      a: i32.load(pair),
      b: i32.load(pair, 4),
      y: i32.mul(image, rows * y.row),
      bias: i32.const(0),
      walks: epilogue?.walks.map(({ steps }) => i32.mul(image, steps.batch)) ?? [],
    };
  },
});
