import type { DType, Op, Operands, ops, StaticType, Tensor } from '@polyphase/ir';
import type { Expr, ReduceName } from './expr.ts';

/** A tensor that a lowering reads. Told apart by identity. */
export interface Operand {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Set when its elements are known. */
  readonly constant?: Tensor | undefined;
}

/** The element at an index, one i32 expression an axis, each of them within bounds. */
export type At = (index: readonly Expr[]) => Expr;

/** The elements of another tensor in the same order under another shape: no work is left. */
export interface View {
  readonly view: Operand;
}

/** A tensor filled with `initial`, into which updates are then put one after the other. */
export interface Scatter {
  readonly initial: At;
  /** The iteration space of the updates. */
  readonly updates: readonly number[];
  /** Where an update goes: within bounds whatever the data is. */
  readonly place: (update: readonly Expr[]) => readonly Expr[];
  readonly value: At;
  /** How an update joins what is there; default: it replaces it. */
  readonly combine?: ReduceName | undefined;
}

/** What an output of a layer is. `At` gives elements in the scalar of the output's dtype, rounded or not. */
export type Definition = At | View | Scatter;

/** What lowerings build with. Inside an `At`, all loads go through `read` and all folds through `reduce`. */
export interface Builder {
  read(operand: Operand, index: readonly Expr[]): Expr;
  /** An intermediate tensor: stored, or computed where it is read, whichever costs less. */
  stage(name: string, dtype: DType, shape: readonly number[], at: At): Operand;
  /** The elements of an operand in the same order under another shape. */
  reshape(operand: Operand, shape: readonly number[]): Operand;
  /** A table of one axis, computed here on the host. */
  table(name: string, dtype: DType, elements: ArrayLike<number>): Operand;
  reduce(op: ReduceName, extents: readonly number[], body: At): Expr;
  /**
   * `then` where the condition holds, which is so for this share of all elements. Loads in both branches must be
   * within bounds whatever the condition is; conditions that compare loops with constants cost nothing, since the
   * loops are split there.
   */
  choose(condition: Expr, share: number, then: () => Expr, otherwise: () => Expr): Expr;
}

type OneOrMore<T> = T | readonly T[];

/** A layer as functions from index to element, one for each output. */
export type Lowering<K extends string, A> = (
  operands: Operands<K, Operand>,
  attributes: A,
  builder: Builder,
  outputs: readonly [StaticType, ...(readonly StaticType[])],
) => OneOrMore<Definition>;

/** A lowering for every operation: one that is forgotten does not compile. */
export type Lowerings = {
  readonly [P in keyof typeof ops]: (typeof ops)[P] extends Op<infer K, infer A> ? Lowering<K, A> : never;
};
