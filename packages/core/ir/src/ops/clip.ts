import { printShape, product } from '../dim.ts';
import type { Value } from '../graph.ts';
import { defineOp, need } from '../op.ts';
import { wholeOf } from './indexing.ts';
import { checkKind } from './pointwise.ts';
import { checkSameDType } from './shared.ts';

export function checkScalar(operand: string, value: Value): void {
  const size = product(value.type.shape);
  need(typeof size !== 'number' || size === 1, 'PP2002', () => [
    `${operand} has the shape ${printShape(value.type.shape)}, one element is needed`,
    `Give ${operand} as a scalar`,
  ]);
}

/** min(max(x, low), high), so the upper bound wins; a bound that is not given does not bind. NaN stays. */
export const clip = defineOp()({
  name: 'clip',
  inputs: ['x', 'min?', 'max?'],

  infer({ x, min, max }) {
    checkKind('x', x, 'number');
    checkSameDType([x, min, max]);
    if (min) checkScalar('min', min);
    if (max) checkScalar('max', max);
    return x.type;
  },

  define({ x, min, max }) {
    const low = min ? min.data[0]! : Number.NEGATIVE_INFINITY;
    const high = max ? max.data[0]! : Number.POSITIVE_INFINITY;
    return x.data.map((element) => Math.min(Math.max(element, low), high));
  },

  reads: (region, { min, max }) => ({
    x: region,
    min: min && wholeOf(min.shape),
    max: max && wholeOf(max.shape),
  }),
});
