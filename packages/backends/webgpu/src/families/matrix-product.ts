import { matMul } from '@polyphase/ir';
import { type Family, isFloat } from './family.ts';
import { emitRegisterProduct } from './register-product.ts';
import { stackOf } from './stack.ts';
import { canStage, emitStagedProduct } from './staged-product.ts';

/** Products of matrices in stacks that are broadcast, each operand known or computed. */
export const matrixProduct: Family = {
  accepts: (node) => node.op === matMul.name && isFloat(node) && stackOf(node).inner > 0,
  emit(step, context) {
    const stack = stackOf(step.node);
    const emit = canStage(stack, context) ? emitStagedProduct : emitRegisterProduct;
    return [emit(step, stack, context)];
  },
};
