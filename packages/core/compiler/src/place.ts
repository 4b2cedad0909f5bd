import { type Graph, type Node, PolyphaseError, place as placeOf } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { isStaticNode } from './cost.ts';
import { drainIslands } from './islands.ts';
import type { Allows } from './rewrite.ts';

/** Where a node runs, and why the backends before that one in the caller's order do not run it. */
export interface Placement {
  readonly node: Node;
  readonly backend: Backend;
  readonly refused: readonly Refusal[];
}

export interface Refusal {
  readonly backend: string;
  readonly why: string;
}

/** Why backends that take a node do not have it all the same: they have failed on it. */
export type Barred = ReadonlyMap<Node, ReadonlyMap<Backend, string>>;

export interface PlaceOptions {
  readonly strict?: boolean;
  readonly barred?: Barred;
  /** Whether small islands are left to the backend around them. Default true; never with `strict`. */
  readonly weighTransfers?: boolean;
}

/**
 * Each node on the first backend that takes it, small islands aside (`drainIslands`).
 *
 * @throws PP3001 when none does; PP3003 with `strict` when it is not the first of them.
 */
export function placeNodes(
  graph: Graph,
  backends: readonly Backend[],
  { strict = false, barred = new Map(), weighTransfers = true }: PlaceOptions = {},
): readonly Placement[] {
  const whyNot = (backend: Backend, node: Node) => barred.get(node)?.get(backend) ?? backend.refuses(node);
  const placements = graph.nodes.map((node) => firstChoice(node, backends, whyNot));
  if (!strict) return weighTransfers ? drainIslands(graph, placements, backends, whyNot) : placements;
  for (const placement of placements) if (placement.refused[0]) throw notFirstChoice(placement);
  return placements;
}

/**
 * A rule fires only into layers that run where the one that it replaces would run: a backend that has no kernel for the
 * better form keeps the form that it has one for.
 */
export const allowedOn =
  (backends: readonly Backend[]): Allows =>
  (before, after) => {
    if (![before, ...after].every(isStaticNode)) return true;
    const home = backends.find((backend) => backend.refuses(before) === undefined);
    return !home || after.every((node) => home.refuses(node) === undefined);
  };

/** Why a node does not run on a backend; undefined when it may. */
export type WhyNot = (backend: Backend, node: Node) => string | undefined;

function firstChoice(node: Node, backends: readonly Backend[], whyNot: WhyNot): Placement {
  const refused: Refusal[] = [];
  for (const backend of backends) {
    const why = whyNot(backend, node);
    if (why === undefined) return { node, backend, refused };
    refused.push({ backend: backend.name, why });
  }
  throw new PolyphaseError('PP3001', {
    at: placeOf(node),
    problem: refused.map(({ backend, why }) => `the ${backend} backend cannot run it: ${why}`).join('; '),
    fix: 'Add a backend that can, such as reference()',
  });
}

const notFirstChoice = ({ node, backend, refused }: Placement): PolyphaseError =>
  new PolyphaseError('PP3003', {
    at: placeOf(node),
    problem: `the ${refused[0]!.backend} backend cannot run it: ${refused[0]!.why}; it would run on ${backend.name}`,
    fix: 'Accept that by leaving out strict, or change the layer',
  });
