import { type Graph, type Node, producers, type Value } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { bytesOf, costOf, timeOf } from './cost.ts';
import type { Placement, WhyNot } from './place.ts';

/** Layers of one backend that hang together, and what they exchange with the layers around them. */
interface Island {
  readonly backend: Backend;
  readonly nodes: readonly Node[];
  /** Values from and to layers of another backend. */
  readonly enters: readonly Crossing[];
  readonly leaves: readonly Crossing[];
}

interface Crossing {
  readonly value: Value;
  readonly other: Backend;
}

/**
 * Leaves small islands to the backend around them: layers that read from and are read by layers of one later backend, which
 * takes them too, where carrying their tensors to and fro takes longer than they would take there. The reason is noted
 * with the placement.
 */
export function drainIslands(
  graph: Graph,
  placements: readonly Placement[],
  backends: readonly Backend[],
  whyNot: WhyNot,
): readonly Placement[] {
  let current = placements;
  for (;;) {
    const moved = islandsIn(graph, current).flatMap((island) => moveOf(island, backends, whyNot));
    const [first] = moved.sort((a, b) => a.nodes.length - b.nodes.length);
    if (!first) return current;
    current = current.map((placement) =>
      first.nodes.includes(placement.node) ? movedTo(placement, first) : placement,
    );
  }
}

interface Move {
  readonly nodes: readonly Node[];
  readonly to: Backend;
  readonly why: string;
}

const movedTo = ({ node, backend, refused }: Placement, { to, why }: Move): Placement => ({
  node,
  backend: to,
  refused: [...refused, { backend: backend.name, why }],
});

function moveOf(island: Island, backends: readonly Backend[], whyNot: WhyNot): readonly Move[] {
  const { backend, nodes, enters, leaves } = island;
  const around = new Set(enters.map(({ other }) => other));
  const later = backends.slice(backends.indexOf(backend) + 1).filter((other) => around.has(other));
  const to = later.find(
    (other) =>
      leaves.some((l) => l.other === other) && nodes.every((node) => whyNot(other, node) === undefined),
  );
  const cost = to && costOf(nodes);
  if (!to || !cost) return [];
  const crossing = [...enters, ...leaves].filter(({ other }) => other === to);
  const carried = crossing.reduce((all, { value }) => all + carryTime(value, backend, to), 0);
  const there = timeOf(cost);
  if (carried <= there) return [];
  const why = `carrying tensors from ${to.name} and back for these ${nodes.length} layers takes about ${inWords(carried)}, the layers there ${inWords(there)}`;
  return [{ nodes, to, why }];
}

/** Microseconds from one backend's device to the other's, through the host. */
function carryTime({ type }: Value, ...ends: readonly [Backend, Backend]): number {
  const bytes = bytesOf(type);
  return ends.reduce(
    (all, { transfer }) =>
      transfer ? all + transfer.microseconds + bytes / transfer.bytesPerMicrosecond : all,
    0,
  );
}

const inWords = (microseconds: number): string =>
  microseconds < 1000 ? `${Math.ceil(microseconds)} us` : `${(microseconds / 1000).toFixed(1)} ms`;

function islandsIn(graph: Graph, placements: readonly Placement[]): readonly Island[] {
  const backendOf = new Map(placements.map(({ node, backend }) => [node, backend]));
  const makers = producers(graph);
  const islandOf = new Map<Node, MutableIsland>();
  for (const node of graph.nodes) {
    islandOf.set(node, { backend: backendOf.get(node)!, nodes: [node], enters: [], leaves: [] });
    for (const value of node.inputs) {
      const maker = value && makers.get(value);
      if (maker && backendOf.get(maker) === backendOf.get(node)) join(maker, node, islandOf);
    }
  }
  for (const node of graph.nodes) {
    for (const value of node.inputs) {
      const maker = value && makers.get(value);
      if (!maker || backendOf.get(maker) === backendOf.get(node)) continue;
      note(islandOf.get(node)!.enters, { value, other: backendOf.get(maker)! });
      note(islandOf.get(maker)!.leaves, { value, other: backendOf.get(node)! });
    }
  }
  return [...new Set(islandOf.values())];
}

interface MutableIsland extends Island {
  readonly nodes: Node[];
  readonly enters: Crossing[];
  readonly leaves: Crossing[];
}

function join(a: Node, b: Node, islandOf: Map<Node, MutableIsland>): void {
  const [into, from] = [islandOf.get(a)!, islandOf.get(b)!];
  if (into === from) return;
  into.nodes.push(...from.nodes);
  for (const node of from.nodes) islandOf.set(node, into);
}

/** A value is carried once to each backend, however many layers read it there. */
function note(crossings: Crossing[], { value, other }: Crossing): void {
  if (!crossings.some((known) => known.value === value && known.other === other))
    crossings.push({ value, other });
}
