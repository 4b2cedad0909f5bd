import {
  type Dim,
  type DType,
  fromNumbers,
  isStatic,
  need,
  normalAxis,
  type Op,
  type Operands,
  ops,
  printShape,
  sizeOf,
  type Tensor,
  type Value,
} from '@polyphase/ir';
import type { Context, Versions } from '../row.ts';

/** A tensor of rank 0. */
export const scalar = (dtype: DType, value: number): Tensor => fromNumbers(dtype, [], Float64Array.of(value));

/** More elements than any constant has that a graph computes from shapes. */
const mostElements = 2 ** 26;

/** A constant made at build time; its size is checked before memory is taken. */
export function filled(kind: DType, shape: readonly number[], at: (i: number) => number): Tensor {
  const size = sizeOf(shape);
  need(shape.every((n) => Number.isSafeInteger(n) && n >= 0) && size <= mostElements, 'PP1009', () => [
    `a constant of the shape ${printShape(shape)} is made here`,
    'Check the model and the sizes of the inputs',
  ]);
  return fromNumbers(
    kind,
    shape,
    Float64Array.from({ length: size }, (_, i) => at(i)),
  );
}

/** The lengths of a value as numbers. @throws PP2005 when one is still open. */
export function lengthsOf({ name, type }: Value): readonly number[] {
  const { shape } = type;
  need(isStatic(shape), 'PP2005', () => [
    `the shape of "${name}" is still open: ${printShape(shape)}`,
    'Give the sizes of the inputs',
  ]);
  return shape;
}

export const rankOf = (value: Value): number => value.type.shape.length;

/** Axes counted from the front, each named once. */
export function normalAxes(axes: readonly number[], rank: number): number[] {
  const normal = axes.map((axis) => normalAxis(axis, rank));
  need(new Set(normal).size === normal.length, 'PP2003', () => [
    `the axes [${axes.join(', ')}] name one twice`,
    'Name each axis once',
  ]);
  return normal;
}

export const reshapeTo = (context: Context, x: Value, shape: readonly Dim[], part?: string): Value =>
  context.make(ops.reshape, { x }, { shape }, part);

/** One row from `since` on, whatever the version. */
export const from = (since: number, row: Versions[number]): Versions => ({ [since]: row });

/** Adds layers in the midst of a composition, named by their operation and place: `attention/matMul3`. */
export function stepsOf(context: Context) {
  let count = 0;
  const make = <K extends string, A extends object>(
    op: Op<K, A>,
    operands: NoInfer<Operands<K, Value>>,
    attributes: NoInfer<Partial<A>> = {},
  ): Value => context.make(op, operands, attributes, `${op.name}${count++}`);
  return {
    make,
    constant: (tensor: Tensor): Value => context.constant(tensor, `constant${count++}`),
    cast: (x: Value, to: DType): Value => (x.type.dtype === to ? x : make(ops.cast, { x }, { to })),
    reshape: (x: Value, shape: readonly Dim[]): Value => make(ops.reshape, { x }, { shape }),
  };
}

export type Steps = ReturnType<typeof stepsOf>;
