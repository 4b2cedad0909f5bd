import { type Dense, evaluate, type Node } from '@polyphase/ir';
import type { Bug } from './mutant.testing.ts';

/** What an operation gives instead, knowing what it should. */
export type OperationBug<A extends object> = (
  node: Node<A>,
  inputs: readonly Dense[],
  y: readonly Dense[],
) => readonly Dense[] | undefined;

/** A bug of one operation. */
export const bugOf =
  <A extends object>(op: { readonly name: string }, bug: OperationBug<A>): Bug =>
  (node, inputs) =>
    node.op === op.name ? bug(node as Node<A>, inputs, evaluate(node, inputs)) : undefined;

/** The tensor with a function of each element. */
export const mapped =
  (f: (x: number) => number) =>
  (x: Dense): Dense => ({ ...x, data: x.data.map(f) });

/** The length of the last axis. */
export const last = (x: Dense): number => x.shape.at(-1)!;

/** The nearest number whose significand has this many bits: 8 are bfloat16's, 11 are TF32's. */
export function withBits(x: number, bits: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) + 1 - bits);
  return Math.round(x / unit) * unit;
}
