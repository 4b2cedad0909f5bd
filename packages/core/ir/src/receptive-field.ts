import { type Graph, type Node, staticType, type Value } from './graph.ts';
import type { Interval } from './op.ts';
import { opOf } from './ops/index.ts';

export type Region = readonly Interval[];

/**
 * What a region of a value reads of each input of the graph: an interval along each axis, no smaller than it need be.
 * An input that is not read is missing.
 *
 * @throws PP2005 when a size is still open.
 */
export function receptiveField(graph: Graph, value: Value, region: Region): ReadonlyMap<Value, Region> {
  const read = new Map<Value, Region>([[value, region]]);
  for (const node of [...graph.nodes].reverse()) {
    for (const output of node.outputs) {
      const wanted = read.get(output);
      if (wanted) readOperands(node, output, wanted, read);
    }
  }
  return new Map(
    graph.inputs.flatMap((input) => (read.has(input) ? [[input, read.get(input)!] as const] : [])),
  );
}

/** `reads` is about the first output of a node; of the others nothing is known, so they read everything. */
function readOperands(node: Node, output: Value, region: Region, read: Map<Value, Region>): void {
  const regions = output === node.outputs[0] ? opOf(node).reads(region, node.inputs, node.attributes) : [];
  for (const [i, operand] of node.inputs.entries()) {
    if (!operand || operand.constant) continue;
    const known = read.get(operand);
    const wanted = regions[i] ?? wholeOf(operand);
    read.set(operand, known ? hull(known, wanted) : wanted);
  }
}

const wholeOf = ({ type }: Value): Region => staticType(type).shape.map((length): Interval => [0, length]);

const hull = (a: Region, b: Region): Region =>
  a.map(([begin, end], axis): Interval => [Math.min(begin, b[axis]![0]), Math.max(end, b[axis]![1])]);

/** One element in the middle of a value, as the region to ask for. */
export const middleOf = ({ type }: Value): Region =>
  staticType(type).shape.map((length): Interval => [Math.floor(length / 2), Math.floor(length / 2) + 1]);
