import { type Op, sizeOf, stridesOf } from '@polyphase/ir';
import type { Row } from '../cases.ts';
import { type Filling, fillingOf, generator, type OperandSpec } from '../data.ts';
import { operandNames } from '../network.ts';
import { rowText } from '../row-text.ts';

/** A tensor written out. */
export interface Numbers extends Filling {
  readonly elements: readonly number[];
}

export const numbers = (shape: readonly number[], elements: ArrayLike<number>): Numbers => ({
  shape,
  elements: Array.from(elements),
});

/** Whole numbers from -4 to 4, other ones for another seed. */
export function wholeNumbers(shape: readonly number[], seed: number): Numbers {
  const next = generator(seed);
  return numbers(
    shape,
    Array.from({ length: sizeOf(shape) }, () => Math.floor(next() * 9) - 4),
  );
}

export const shapeOf = (spec: OperandSpec): readonly number[] => fillingOf(spec).shape;

type Index = readonly number[];

/** The tensor of another shape whose element at an index is the one that `sourceOf` names; undefined: 0. */
export function rearranged(
  { shape, elements }: Numbers,
  to: readonly number[],
  sourceOf: (index: Index) => Index | undefined,
): Numbers {
  const [strides, steps] = [stridesOf(shape), stridesOf(to)];
  const at = (i: number): number => {
    const source = sourceOf(steps.map((step, axis) => Math.floor(i / step) % to[axis]!));
    return source ? elements[source.reduce((sum, position, axis) => sum + position * strides[axis]!, 0)]! : 0;
  };
  return numbers(
    to,
    Array.from({ length: sizeOf(to) }, (_, i) => at(i)),
  );
}

/** `count` more elements of 0 at the begin of an axis. */
export const shifted = (x: Numbers, axis: number, count: number): Numbers =>
  rearranged(x, x.shape.with(axis, x.shape[axis]! + count), (index) =>
    index[axis]! < count ? undefined : index.with(axis, index[axis]! - count),
  );

/** All but the first `count` elements of an axis. */
export const without = (x: Numbers, axis: number, count: number): Numbers =>
  rearranged(x, x.shape.with(axis, x.shape[axis]! - count), (index) =>
    index.with(axis, index[axis]! + count),
  );

export const inner = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

export const sizesOf = (data: ArrayLike<number>): number[] => Array.from(data, Math.abs);

/** What the row says of its first operand. */
export const firstOf = (op: { readonly inputs: readonly string[] }, row: object): OperandSpec =>
  (row as Readonly<Record<string, OperandSpec>>)[operandNames(op)[0]!]!;

/** The row with other elements of its first operand. */
export const withFirst = <K extends string, A extends object>(
  op: Op<K, A>,
  row: Row<K, A>,
  first: OperandSpec,
): Row<K, A> => ({ ...row, [operandNames(op)[0]!]: first });

/** A row that a law is about. */
export interface Subject {
  readonly op: { readonly name: string; readonly inputs: readonly string[] };
  readonly row: object;
}

/** @throws the row that contradicts the law, ready to be pasted into a suite. */
export function contradict(problem: string, { op, row }: Subject): never {
  const text = rowText('found at random', op, row as Readonly<Record<string, unknown>>);
  throw new Error(`${problem}. A row of ${op.name}:\n  ${text}`);
}

/** @throws unless each number is near enough to its counterpart. */
export function expectClose(
  what: string,
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  allowed: (i: number) => number,
  subject: Subject,
): void {
  if (found.length !== wanted.length)
    contradict(`${what}: ${found.length} elements, not ${wanted.length}`, subject);
  for (let i = 0; i < found.length; i++) {
    // Written so that NaN fails.
    if (Math.abs(found[i]! - wanted[i]!) <= allowed(i)) continue;
    contradict(
      `${what}: element ${i} is ${found[i]}, not ${wanted[i]} within ${allowed(i).toPrecision(3)}`,
      subject,
    );
  }
}
