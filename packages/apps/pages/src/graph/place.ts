import { Graph, layout } from '@dagrejs/dagre';
import type { Block } from './blocks.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box of the drawing: its middle and size. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly Box[];
  readonly inputs: ReadonlyMap<string, Box>;
  readonly edges: readonly (readonly Point[])[];
}

export const blockWidth = 330;
export const rowHeight = 22;
export const blockPadding = 6;
const inputSize = { width: 160, height: 30 };
const margin = 12;

/** Places boxes in layers from top to bottom. */
export function placed(blocks: readonly Block[]): Drawing {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 30, marginx: margin, marginy: margin });
  for (const [i, { layers }] of blocks.entries())
    graph.setNode(`${i}`, { width: blockWidth, height: layers.length * rowHeight + 2 * blockPadding });
  for (const [i, { reads }] of blocks.entries())
    for (const from of reads) {
      if (typeof from === 'string') graph.setNode(`input ${from}`, { ...inputSize });
      graph.setEdge(typeof from === 'string' ? `input ${from}` : `${from}`, `${i}`, {});
    }
  layout(graph);
  const box = (name: string): Box => {
    const { x, y, width, height } = graph.node(name) as Required<Box>;
    return { x, y, width, height };
  };
  const names: readonly string[] = graph.nodes();
  const inputs = names.filter((name) => name.startsWith('input '));
  const edges: readonly { readonly v: string; readonly w: string }[] = graph.edges();
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width: Number.isFinite(width) ? width : 0,
    height: Number.isFinite(height) ? height : 0,
    blocks: blocks.map((_, i) => box(`${i}`)),
    inputs: new Map(inputs.map((name) => [name.slice('input '.length), box(name)])),
    edges: edges.map((edge) => (graph.edge(edge) as { points: readonly Point[] }).points),
  };
}
