import { type Dim, printShape } from '../dim.ts';
import type { Value } from '../graph.ts';
import { defineOp, type Interval, need } from '../op.ts';
import { sizeOf } from '../tensor.ts';
import { broadcastReads, broadcastShape, broadcastStrides } from './broadcast.ts';
import { offsetOf } from './indexing.ts';
import { checkKind } from './pointwise.ts';
import { checkSameDType, grid } from './shared.ts';

/** A product of stacks of matrices: [...batch, rows, inner] x [...batch, inner, columns]. */
interface MatrixProduct<D extends Dim> {
  readonly batchA: readonly D[];
  readonly batchB: readonly D[];
  readonly rows: D;
  readonly inner: D;
  readonly innerB: D;
  readonly columns: D;
}

/** Numpy's reading of the operands: a vector is one row on the left, one column on the right. */
export function matrixProduct<D extends Dim>(a: readonly D[], b: readonly D[]): MatrixProduct<D | 1> {
  const vectorB = b.length === 1;
  return {
    batchA: a.slice(0, -2),
    batchB: b.slice(0, -2),
    rows: a.length === 1 ? 1 : a.at(-2)!,
    inner: a.at(-1)!,
    innerB: b.at(vectorB ? -1 : -2)!,
    columns: vectorB ? 1 : b.at(-1)!,
  };
}

function checkMatrix(operand: string, value: Value): void {
  checkKind(operand, value, 'number');
  need(value.type.shape.length > 0, 'PP2002', () => [
    `${operand} is a scalar`,
    'Use mul for a product with a scalar',
  ]);
}

function checkInner(a: readonly Dim[], b: readonly Dim[], inner: Dim, innerB: Dim): void {
  need(typeof inner === 'string' || typeof innerB === 'string' || inner === innerB, 'PP2002', () => [
    `the last axis of a ${printShape(a)} has length ${inner}, the rows of b ${printShape(b)} are ${innerB}`,
    'Make the two lengths equal',
  ]);
}

/** The matrix product under numpy's rules; axes before the last two are broadcast. */
export const matMul = defineOp()({
  name: 'matMul',
  inputs: ['a', 'b'],

  infer({ a, b }) {
    checkMatrix('a', a);
    checkMatrix('b', b);
    const [left, right] = [a.type.shape, b.type.shape];
    const { batchA, batchB, rows, inner, innerB, columns } = matrixProduct(left, right);
    checkInner(left, right, inner, innerB);
    const matrix = [...(left.length > 1 ? [rows] : []), ...(right.length > 1 ? [columns] : [])];
    return { dtype: checkSameDType([a, b]), shape: [...broadcastShape(batchA, batchB), ...matrix] };
  },

  define({ a, b }, _, [y]) {
    const { batchA, batchB, rows, inner, columns } = matrixProduct(a.shape, b.shape);
    const data = new Float64Array(sizeOf(y!.shape));
    const batch = broadcastShape(batchA, batchB) as number[];
    const [stepA, stepB] = [broadcastStrides(batchA, batch), broadcastStrides(batchB, batch)];
    let matrix = 0;
    for (const index of grid(batch)) {
      const target = data.subarray(matrix * rows * columns, ++matrix * rows * columns);
      const [atA, atB] = [offsetOf(index, stepA) * rows * inner, offsetOf(index, stepB) * inner * columns];
      multiply(target, a.data.subarray(atA), b.data.subarray(atB), rows, inner, columns);
    }
    return data;
  },

  terms: ({ a }) => a.shape.at(-1)!,

  reads(region, { a, b }) {
    const [left, right] = [a.shape.length, b.shape.length];
    const { batchA, batchB, inner } = matrixProduct(a.shape, b.shape);
    const matrixAxes = Math.min(left - 1, 1) + Math.min(right - 1, 1);
    const batch = region.slice(0, region.length - matrixAxes);
    const whole: Interval = [0, inner];
    return {
      a: left === 1 ? [whole] : [...broadcastReads(batch, batchA), region[batch.length]!, whole],
      b: right === 1 ? [whole] : [...broadcastReads(batch, batchB), whole, region.at(-1)!],
    };
  },
});

/** target[i, j] += sum over t of a[i, t] * b[t, j]. */
function multiply(
  target: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  for (let i = 0; i < rows; i++)
    for (let t = 0; t < inner; t++)
      for (let j = 0; j < columns; j++) target[i * columns + j]! += a[i * inner + t]! * b[t * columns + j]!;
}
