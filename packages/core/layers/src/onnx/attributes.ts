import { type AutoPad, need, type Pair, padsFromAutoPad, type Window } from '@polyphase/ir';
import { oneOf, perAxis, spatialAxes } from '../arguments.ts';
import type { Named, Operand } from '../flow.ts';

/** How ONNX writes a truth value. */
export type Flag = 0 | 1;

/** What the operators that slide a kernel have in common; one value for each spatial axis. */
export interface WindowAttributes extends Named {
  /** Default 'NOTSET': `pads` counts. */
  readonly auto_pad?: AutoPad | undefined;
  /** Default 1. */
  readonly dilations?: readonly number[] | undefined;
  /** Begins, then ends. Default 0. */
  readonly pads?: readonly number[] | undefined;
  /** Default 1. */
  readonly strides?: readonly number[] | undefined;
}

export const checkAutoPad = (autoPad: AutoPad): AutoPad =>
  oneOf('auto_pad', autoPad, ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER']);

/** ONNX's flat list, begins before ends, as a pair for each axis. @throws PP2003. */
export function padsOf(pads: readonly number[] | undefined, axes: number): readonly Pair[] {
  if (pads === undefined) return new Array<Pair>(axes).fill([0, 0]);
  need(pads.length === 2 * axes && pads.every(Number.isSafeInteger), 'PP2003', () => [
    `pads is [${pads.join(', ')}] for ${axes} axes`,
    `Give ${axes} begins, then ${axes} ends`,
  ]);
  return Array.from({ length: axes }, (_, a): Pair => [pads[a]!, pads[axes + a]!]);
}

/** The window that these attributes describe over x. @throws PP2003; PP2005 for SAME with strides on an open length. */
export function windowOf(
  x: Operand,
  kernelShape: readonly number[],
  attributes: WindowAttributes,
): Omit<Window, 'ceil'> {
  const { auto_pad = 'NOTSET', dilations = 1, strides = 1, pads } = attributes;
  checkAutoPad(auto_pad);
  const axes = spatialAxes(x);
  const kernel = perAxis('kernel_shape', kernelShape, axes);
  const stride = perAxis('strides', strides, axes);
  const dilation = perAxis('dilations', dilations, axes);
  const given = padsOf(pads, axes);
  const padded = kernel.map((k, a) => {
    const axis = { kernel: k, stride: stride[a]!, dilation: dilation[a]! };
    return padsFromAutoPad(auto_pad, axis, x.shape[a + 2]!, given[a]);
  });
  return { kernel, stride, dilation, pads: padded };
}

const isOperand = (value: object): value is Operand => 'dtype' in value && 'shape' in value;

/** What follows the required operands: an operand that may be left out or undefined, then the attributes. */
export type OptionalThenAttributes<A> = [attributes?: A] | [operand: Operand | undefined, attributes?: A];

/** The two apart. */
export function optionalOperand<A extends object>(
  rest: OptionalThenAttributes<A>,
): readonly [operand: Operand | undefined, attributes: A] {
  const [first, second] = rest;
  if (first === undefined || isOperand(first)) return [first, (second ?? {}) as A];
  return [undefined, first];
}
