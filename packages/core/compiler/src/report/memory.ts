import { type Graph, isOp, reshape, type Value } from '@polyphase/ir';
import { bytesIn } from './layers.ts';

/** What the values between layers take when the layers run one after the other, as they stand; weights left out. */
export interface GraphMemory {
  /** When every value keeps its memory to the end. */
  readonly unshared: number;
  /** When it is given back after the last layer that reads it: the most at one time. */
  readonly peak: number;
}

/** Inputs live from the start, outputs until the end. A reshape has no memory of its own. */
export function graphMemory(graph: Graph): GraphMemory {
  const roots = new Map<Value, Value>();
  const rootOf = (value: Value): Value => roots.get(value) ?? value;
  for (const node of graph.nodes)
    if (isOp(node, reshape)) roots.set(node.outputs[0]!, rootOf(node.inputs[0]!));

  const last = new Map<Value, number>();
  for (const value of graph.inputs) last.set(value, -1);
  for (const [i, { inputs, outputs }] of graph.nodes.entries())
    for (const value of [...inputs, ...outputs]) if (value && !value.constant) last.set(rootOf(value), i);
  for (const { value } of graph.outputs) if (!value.constant) last.set(rootOf(value), graph.nodes.length);
  return {
    unshared: [...last.keys()].reduce((all, value) => all + bytesIn(value), 0),
    peak: peakOf(graph, last),
  };
}

/** The largest sum of what lives while a layer runs; `last` says which layer is the last to touch a value. */
function peakOf(graph: Graph, last: ReadonlyMap<Value, number>): number {
  const ending = Array.from({ length: graph.nodes.length + 1 }, (): Value[] => []);
  for (const [value, at] of last) ending[Math.max(at, 0)]!.push(value);
  let alive = graph.inputs.reduce((all, value) => all + bytesIn(value), 0);
  let peak = alive;
  for (const [i, { outputs }] of graph.nodes.entries()) {
    for (const value of outputs) if (last.has(value)) alive += bytesIn(value);
    peak = Math.max(peak, alive);
    for (const value of ending[i]!) alive -= bytesIn(value);
  }
  return peak;
}
