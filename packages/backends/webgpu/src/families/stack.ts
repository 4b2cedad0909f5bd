import { broadcastShape, broadcastStrides, matrixProduct, type Node, staticType } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Shader } from '../text/shader.ts';
import { writeEpilogue } from './epilogue.ts';
import { range } from './geometry.ts';
import { block, flatOf, indexOf, inParentheses, plus, times } from './text.ts';

/** A stack of products [rows, inner] x [inner, columns]. */
export interface Stack {
  readonly batch: readonly number[];
  readonly count: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Of each operand, how many matrices lie between neighbours along each axis of the stack. */
  readonly strides: { readonly a: readonly number[]; readonly b: readonly number[] };
  /** Whether the output has an axis of rows, and one of columns. */
  readonly hasRows: boolean;
  readonly hasColumns: boolean;
}

export function stackOf({ inputs }: Node): Stack {
  const [a, b] = inputs.map((value) => staticType(value!.type).shape) as [number[], number[]];
  const { batchA, batchB, rows, inner, columns } = matrixProduct(a, b);
  const batch = broadcastShape(batchA, batchB) as number[];
  return {
    batch,
    count: batch.reduce((all, length) => all * length, 1),
    rows,
    inner,
    columns,
    strides: { a: broadcastStrides(batchA, batch), b: broadcastStrides(batchB, batch) },
    hasRows: a.length > 1,
    hasColumns: b.length > 1,
  };
}

/** Which matrix of an operand matrix `matrix` of the output is made of. */
export function matrixOf(stack: Stack, strides: readonly number[]): string {
  const used = strides.flatMap((stride, axis) => (stride === 0 ? [] : [{ stride, axis }]));
  const { batch } = stack;
  const isWhole = strides.every(
    (stride, axis) =>
      stride === batch.slice(axis + 1).reduce((all, each) => all * each, 1) || batch[axis] === 1,
  );
  if (stack.count === 1 || used.length === 0) return '0';
  if (isWhole) return 'matrix';
  const index = indexOf('matrix', batch);
  return `(${used.map(({ stride, axis }) => times(inParentheses(index[axis]!), stride)).join(' + ')})`;
}

const parameters = ['matrix', 'row', 'column'] as const;

/** Adds the function that finishes a sum and stores it, unless it lies outside of the output. */
export function addStoreFunction(
  shader: Shader,
  step: ContractionStep,
  stack: Stack,
  covered: { readonly rows: number; readonly columns: number },
): void {
  const { rows, columns, hasRows, hasColumns } = stack;
  for (const name of [...parameters, 'sum', 'store']) shader.names.of(name);
  const index = [
    ...indexOf('matrix', stack.batch).map(inParentheses),
    ...(hasRows ? ['row'] : []),
    ...(hasColumns ? ['column'] : []),
  ];
  const outside = [
    ...(covered.rows > rows ? [`row >= ${rows}`] : []),
    ...(covered.columns > columns ? [`column >= ${columns}`] : []),
  ];
  const epilogue = writeEpilogue(shader, step, 'sum', index);
  const result = shader.bind(step.output, { name: 'result' });
  const body = [
    ...(outside.length > 0 ? [`if (${outside.join(' || ')}) { return; }`] : []),
    ...epilogue.lines,
    result.store(flatOf(parameters, [stack.count, rows, columns]), epilogue.value),
  ];
  const head = `fn store(${parameters.map((name) => `${name}: i32`).join(', ')}, sum: f32)`;
  shader.code(block(head, body).join('\n'));
}

/** Calls of `store` for the sums of an invocation: `height` rows of `width` columns from `row` and `column` on. */
export const writeTileStores = (
  height: number,
  width: number,
  sum: (row: number, column: number) => string,
): string[] =>
  range(height).flatMap((i) =>
    range(width).map((j) => `store(matrix, ${plus('row', i)}, ${plus('column', j)}, ${sum(i, j)});`),
  );
