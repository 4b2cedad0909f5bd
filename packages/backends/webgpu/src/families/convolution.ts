import type { Node } from '@polyphase/ir';
import { partsOf, variantFor } from './choice.ts';
import { emitCorrelation } from './correlation.ts';
import { type Family, isFloat } from './family.ts';
import { type Correlation, correlationOf, mergePlainAxes } from './geometry.ts';
import { keyOf } from './key.ts';

/** A node's correlation, in as few axes as it takes. */
export function mergedCorrelationOf(node: Node): Correlation | undefined {
  const correlation = correlationOf(node);
  return correlation && { ...correlation, axes: mergePlainAxes(correlation.axes) };
}

/** Convolutions and transposed ones of any shape whose weights are known. */
export const convolution: Family = {
  accepts: (node) =>
    (node.op === 'conv' || node.op === 'convTranspose') &&
    isFloat(node) &&
    node.inputs[1]!.constant !== undefined,
  emit(step, context) {
    const correlation = mergedCorrelationOf(step.node)!;
    const { target, chosen } = context;
    return partsOf(correlation, target).map((part) =>
      emitCorrelation(step, part, variantFor(part, target, chosen?.get(keyOf(part))), context),
    );
  },
};
