import type { Node } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Dispatch, ShaderContext } from '../text/shader.ts';
import { convolution } from './convolution.ts';
import type { Family } from './family.ts';
import { matrixProduct } from './matrix-product.ts';
import { resampling } from './resample/family.ts';

/** In the order of preference. */
const families: readonly Family[] = [convolution, matrixProduct, resampling];

const familyOf = (node: Node): Family | undefined => families.find((family) => family.accepts(node));

/** Whether a node stays whole; else it becomes loop kernels like any other. */
export const isContraction = (node: Node): boolean => familyOf(node) !== undefined;

/** The dispatches of a contraction, in order. */
export const emitContraction = (step: ContractionStep, context: ShaderContext): readonly Dispatch[] =>
  familyOf(step.node)!.emit(step, context);
