import { evaluate, fromDense, isStatic, type Node, sizeOf, toDense, type Value } from '@polyphase/ir';
import { rulesPass } from '../pass.ts';
import type { Rule } from '../rewrite.ts';

/** Above this many elements a folded value would cost more memory than the layers that make it. */
const largestFold = 1 << 22;

/** A node whose operands are all known -> its values. */
const foldNode: Rule = {
  name: 'constants/fold',
  apply(node) {
    if (!node.inputs.every((value) => value === undefined || value.constant)) return undefined;
    if (!node.outputs.every(({ type }) => isStatic(type.shape) && sizeOf(type.shape) <= largestFold))
      return undefined;
    return { sameAs: valuesOf(node) };
  },
};

function valuesOf(node: Node): readonly Value[] {
  const results = evaluate(
    node,
    node.inputs.map((value) => value && toDense(value.constant!)),
  );
  return node.outputs.map(({ name, type }, i) => ({ name, type, constant: fromDense(results[i]!) }));
}

export const foldConstants = rulesPass('fold-constants', [foldNode]);
