import type { Dense, Node } from '@polyphase/ir';
import { opOf } from '@polyphase/ir';
import type { Precision } from './precision.ts';

/** A value and how far a faithful computation of it may be off. */
export interface Bounded {
  readonly value: Dense;
  readonly bound: Bound;
}

export interface Bound {
  /** One for each element. */
  readonly error: Float64Array;
  /**
   * How many roundings the sum that ends in these elements has: what is added to them later may have been there from
   * the first one on.
   */
  readonly terms: number;
}

/** A layer whose operands are bounded, and its exact results. */
export interface Layer {
  readonly node: Node;
  readonly operands: readonly (Bounded | undefined)[];
  readonly results: readonly Dense[];
  /** Of the results that are floating-point. */
  readonly precision: Precision;
}

/** How far each result of a layer may be off. What it says of integers is not used. */
export type ErrorModel = (layer: Layer) => readonly Bound[];

export const isReal = ({ dtype }: Dense): boolean =>
  dtype === 'float32' || dtype === 'float16' || dtype === 'float64';

export const hasError = ({ bound }: Bounded): boolean => bound.error.some((error) => error > 0);

/** The greatest number of roundings behind the operands. */
export const termsBehind = (operands: Layer['operands']): number =>
  Math.max(0, ...operands.map((operand) => operand?.bound.terms ?? 0));

/** The definition over other elements of the floating-point operands; indices and conditions stay. */
export function defineWith(
  { node, operands, results }: Layer,
  elementsOf: (operand: Bounded, index: number) => Float64Array,
): readonly Float64Array[] {
  const inputs = operands.map((operand, i) => {
    if (!operand || !isReal(operand.value)) return operand?.value;
    return { ...operand.value, data: elementsOf(operand, i) };
  });
  return opOf(node).define(inputs, node.attributes, results);
}

/** The result without the operands' errors and roundings. */
export const noBound = ({ data }: Dense): Bound => ({ error: new Float64Array(data.length), terms: 0 });
