import { isOp, opOf, scatterElements, scatterND } from '@polyphase/ir';
import { type Bounded, defineWith, type ErrorModel, isReal, type Layer, termsBehind } from './bounded.ts';
import { moved, sums } from './linear.ts';
import { type Accuracy, exactly, type Precision, roundingsPerTerm } from './precision.ts';

/**
 * Functions of one element of each operand, and whatever else rises or falls with each: the greatest change at the ends
 * of the operands' errors, and the function's own.
 */
export const pointwise =
  (accuracy: Accuracy): ErrorModel =>
  (layer) => {
    const { precision, results } = layer;
    const changes = greatestChanges(layer, accuracy.argument);
    return results.map(({ data }, output) => ({
      error: data.map((y, i) => changes[output]![i]! + roundingOf(y, accuracy, precision)),
      terms: 0,
    }));
  };

/** A choice among elements, or a step function of them: nothing is rounded. */
export const chosen = pointwise(exactly);

const roundingOf = (y: number, { result }: Accuracy, { unit, tiny }: Precision): number =>
  result === 0 ? 0 : 2 * result * unit * Math.abs(y) + tiny;

/** For each result, how far it moves at most when every operand moves by its error and its rounding to both sides. */
function greatestChanges(layer: Layer, argument: number): readonly Float64Array[] {
  const { operands, precision, results } = layer;
  const changes = results.map(({ data }) => new Float64Array(data.length));
  const moves = operands.map((operand) => operand && moveOf(operand, 2 * argument * precision.unit));
  const moving = moves.flatMap((move, i) => (move?.some((by) => by > 0) ? [i] : []));
  if (moving.length === 0) return changes;
  for (let corner = 0; corner < 2 ** moving.length; corner++) {
    const outcome = defineWith(layer, ({ value }, i) => {
      const bit = moving.indexOf(i);
      const sign = bit < 0 ? 0 : (corner >> bit) & 1 ? 1 : -1;
      return value.data.map((x, at) => x + sign * moves[i]![at]!);
    });
    for (const [output, { data }] of results.entries())
      for (const [i, y] of data.entries())
        changes[output]![i] = Math.max(changes[output]![i]!, changeFrom(y, outcome[output]![i]!));
  }
  return changes;
}

function moveOf({ value, bound }: Bounded, relative: number): Float64Array {
  if (!isReal(value)) return new Float64Array(value.data.length);
  return value.data.map((x, i) => (Number.isFinite(x) ? bound.error[i]! + relative * Math.abs(x) : 0));
}

/** An argument that has moved out of what the function is defined for says nothing. */
const changeFrom = (y: number, moved: number): number =>
  y === moved || Number.isNaN(moved) ? 0 : Math.abs(moved - y);

/**
 * a + b and a - b. What is added to a sum may have been its first term, and then passed through all of the sum's
 * roundings.
 */
export const addition: ErrorModel = (layer) => {
  const [a, b] = layer.operands as readonly [Bounded, Bounded];
  const [changes] = greatestChanges(layer, 0);
  const { unit, tiny } = layer.precision;
  const { node, results } = layer;
  const sizes = (weightOfA: number, weightOfB: number): Float64Array => {
    const weighted = [a, b].map(({ value }, i) => {
      const weight = i === 0 ? weightOfA : weightOfB;
      return { ...value, data: value.data.map((x) => weight * Math.abs(x)) };
    });
    return opOf({ ...node, op: 'add' }).define(weighted, {}, results)[0]!;
  };
  const passed = sizes(b.bound.terms, a.bound.terms);
  const error = results[0]!.data.map(
    (y, i) => changes![i]! + roundingsPerTerm * unit * (Math.abs(y) + passed[i]!) + tiny,
  );
  return [{ error, terms: termsBehind(layer.operands) + 1 }];
};

/** Updates replace what is there, join it, or are chosen. */
export const scattered: ErrorModel = (layer) => {
  const { node } = layer;
  const reduction = isOp(node, scatterElements) || isOp(node, scatterND) ? node.attributes.reduction : 'none';
  if (reduction === 'none') return moved(layer);
  return (reduction === 'add' || reduction === 'mul' ? sums : chosen)(layer);
};
