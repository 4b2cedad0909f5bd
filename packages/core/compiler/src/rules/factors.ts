/** Leaves no factor of a factor: what multiplies or divides by one number twice does it once. */
import { div, isFloat, mul, type Node, toNumbers, type Value } from '@polyphase/ir';
import { withNumbers } from '../constants.ts';
import { inPlaceOf, type Rule, ruleOf } from '../rewrite.ts';

interface Scaling {
  readonly x: Value;
  readonly constant: Value;
  readonly factor: number;
}

const scalings: readonly { readonly name: string }[] = [mul, div];

/** The node as a product with a constant of one element; undefined if it is none. */
function scalingOf({ op, inputs, outputs }: Node): Scaling | undefined {
  if (!scalings.some(({ name }) => name === op) || !isFloat(outputs[0]!.type.dtype)) return undefined;
  const [a, b] = inputs as readonly [Value, Value];
  const [x, constant] = op === mul.name && a.constant ? [b, a] : [a, b];
  if (constant.constant?.data.length !== 1) return undefined;
  const number = toNumbers(constant.constant)[0]!;
  return { x, constant, factor: op === div.name ? 1 / number : number };
}

/** A constant that is further off than this does not hold the number: it is too large for its type, or too small. */
const largestLoss = 2 ** -10;

/** x * a * b, x / a * b, x * a / b, x / a / b -> x * c: as many roundings as before, one of them of c */
const mergeFactors = ruleOf('factor/merge', scalings, (node, around) => {
  const outer = scalingOf(node);
  const producer = outer && around.producer(outer.x);
  const inner = producer && scalingOf(producer);
  if (!inner || around.uses(outer.x) !== 1) return undefined;
  const factor = inner.factor * outer.factor;
  if (factor === 0 || !Number.isFinite(factor)) return undefined;
  const rank = Math.max(inner.constant.type.shape.length, outer.constant.type.shape.length);
  const merged = withNumbers(outer.constant, new Array<number>(rank).fill(1), Float64Array.of(factor));
  const kept = toNumbers(merged.constant!)[0]!;
  if (!(Math.abs(kept - factor) <= largestLoss * Math.abs(factor))) return undefined;
  return [inPlaceOf(node, mul, { a: inner.x, b: merged }, {})];
});

export const factorRules: readonly Rule[] = [mergeFactors];
