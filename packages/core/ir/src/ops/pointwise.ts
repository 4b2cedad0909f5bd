import { type DType, dtypes, isFloat, isInteger } from '../dtype.ts';
import type { Value } from '../graph.ts';
import { defineOp, need, type Op } from '../op.ts';
import { broadcastReads, broadcastShape, broadcastTo } from './broadcast.ts';
import { checkSameDType } from './shared.ts';

/** Which element types an operand may have. */
export type Kind = 'any' | 'number' | 'float' | 'integer' | 'bool';

const kinds: Readonly<Record<Kind, { has(dtype: DType): boolean; readonly words: string }>> = {
  any: { has: (dtype) => dtype in dtypes, words: 'an element type' },
  number: { has: (dtype) => dtype !== 'bool', words: 'a type of numbers' },
  float: { has: isFloat, words: 'a floating-point type' },
  integer: { has: isInteger, words: 'an integer type' },
  bool: { has: (dtype) => dtype === 'bool', words: 'bool' },
};

export function checkKind(operand: string, value: Value, kind: Kind): void {
  const { dtype } = value.type;
  need(kinds[kind].has(dtype), 'PP2001', () => [
    `${operand} is ${dtype}`,
    `Cast ${operand} to ${kinds[kind].words}`,
  ]);
}

type UnaryFunction<A> = (x: number, attributes: A) => number;

interface UnaryOptions<A> {
  /** The element type of the output; default: the operand's. */
  readonly result?: DType;
  /** Refuses attributes that are out of range. */
  readonly check?: (attributes: A) => void;
}

/** A function of one element with attributes. */
export const unaryWith = <A extends object>(
  name: string,
  kind: Kind,
  defaults: A,
  f: UnaryFunction<A>,
  { result, check }: UnaryOptions<A> = {},
): Op<'x', Readonly<A>> =>
  defineOp<Readonly<A>>()({
    name,
    inputs: ['x'],
    defaults,
    infer({ x }, attributes) {
      checkKind('x', x, kind);
      check?.(attributes);
      return result ? { dtype: result, shape: x.type.shape } : x.type;
    },
    define: ({ x }, attributes) => x.data.map((element) => f(element, attributes)),
    reads: (region) => ({ x: region }),
  });

/** A function of one element. */
export const unary = (name: string, kind: Kind, f: (x: number) => number, result?: DType): Op<'x', object> =>
  unaryWith(name, kind, {}, f, result ? { result } : {});

type BinaryFunction<A> = (a: number, b: number, dtype: DType, attributes: A) => number;

interface BinaryOptions<A> {
  readonly defaults?: Partial<A>;
  /** The element type of the output; default: that of `a`. */
  readonly result?: DType;
  /** `b` may have another element type than `a`. */
  readonly mixed?: boolean;
}

/** A function of two elements, the operands broadcast to one shape. */
export const binary = <A extends object = object>(
  name: string,
  kind: Kind,
  f: BinaryFunction<A>,
  { defaults = {}, result, mixed }: BinaryOptions<A> = {},
): Op<'a' | 'b', A> =>
  defineOp<A>()({
    name,
    inputs: ['a', 'b'],
    defaults,
    infer({ a, b }) {
      checkKind('a', a, kind);
      checkKind('b', b, kind);
      if (!mixed) checkSameDType([a, b]);
      return { dtype: result ?? a.type.dtype, shape: broadcastShape(a.type.shape, b.type.shape) };
    },
    define({ a, b }, attributes, [y]) {
      const right = broadcastTo(b, y!.shape);
      return broadcastTo(a, y!.shape).map((left, i) => f(left, right[i]!, a.dtype, attributes));
    },
    reads: (region, { a, b }) => ({ a: broadcastReads(region, a.shape), b: broadcastReads(region, b.shape) }),
  });

/** A comparison: numbers in, bool out. */
export const comparison = (
  name: string,
  kind: Kind,
  f: (a: number, b: number) => boolean,
): Op<'a' | 'b', object> => binary(name, kind, (a, b) => Number(f(a, b)), { result: 'bool' });
