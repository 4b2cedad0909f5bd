/** Which loop of a kernel runs four steps at a time. */
import { dtypes } from '@polyphase/ir';
import type { LoopVar } from '@polyphase/kernel';
import { type LoadNode, type Node, operandsOf, type Place, type ReduceNode } from './nodes.ts';
import { hasLanes } from './vector-ops.ts';

const leastSteps = 4;

/** Bytes from one step of the loop to the next; undefined when the place moves in another way. */
export const stepOf = ({ strides, repeats, irregular }: Place, loop: LoopVar): number | undefined =>
  irregular.has(loop) || repeats.has(loop) ? undefined : (strides.get(loop) ?? 0);

export const isContiguous = (place: Place, loop: LoopVar): boolean =>
  stepOf(place, loop) === dtypes[place.dtype].bytes;

/** The operands whose four values a node's four values are made of: an address in even steps needs the first only. */
export const laneOperandsOf = (node: Node, loop: LoopVar): readonly Node[] =>
  node.kind === 'load' && !node.irregular.has(loop) ? [] : operandsOf(node);

/** The nodes that have four different values in four steps of the loop, and the operands that they share a value with. */
function inLanes(root: Node, loop: LoopVar): ReadonlySet<Node> {
  const nodes = new Set<Node>();
  const collect = (node: Node): void => {
    if (nodes.has(node)) return;
    nodes.add(node);
    if (node.free.has(loop)) for (const operand of laneOperandsOf(node, loop)) collect(operand);
  };
  collect(root);
  return nodes;
}

interface Fit {
  /** Loads of four elements side by side, some of them perhaps the same. */
  readonly contiguous: number;
  /** Loads that take their elements one by one. */
  readonly gathered: number;
  readonly reductions: readonly ReduceNode[];
}

/** How well an expression fits four lanes; undefined when it has a type that does not. */
function fit(root: Node, loop: LoopVar): Fit | undefined {
  const nodes = [...inLanes(root, loop)];
  if (loop.extent < leastSteps || !nodes.every(({ type }) => hasLanes(type))) return undefined;
  const moving = nodes.filter(({ free }) => free.has(loop));
  const loads = moving.filter((node): node is LoadNode => node.kind === 'load');
  const contiguous = loads.filter((load) => isContiguous(load, loop) || load.repeats.has(loop)).length;
  const reductions = moving.filter((node): node is ReduceNode => node.kind === 'reduce');
  return { contiguous, gathered: loads.length - contiguous, reductions };
}

/** The innermost loop of a reduction, when its elements lie side by side. */
export function lanesOfReduction({ loops, body }: ReduceNode): LoopVar | undefined {
  const loop = loops.at(-1)!;
  const found = fit(body, loop);
  return found && found.contiguous >= found.gathered ? loop : undefined;
}

/** The innermost loop of a kernel, unless it suits lanes less than the reductions inside it do. */
export function lanesOfKernel(loops: readonly LoopVar[], value: Node): LoopVar | undefined {
  const loop = loops.at(-1);
  const found = loop && fit(value, loop);
  if (!found) return undefined;
  const better = found.gathered > 0 && found.reductions.some((reduction) => lanesOfReduction(reduction));
  return better ? undefined : loop;
}
