import { type Graph, type Node, PolyphaseError } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import type { Region } from './cut.ts';
import { type Barred, type Placement, placeNodes } from './place.ts';

/** A region whose device failed, and where its layers would run instead. */
export interface Failover {
  readonly region: string;
  readonly nodes: readonly Node[];
  readonly from: string;
  readonly to: readonly string[];
  readonly error: PolyphaseError;
}

/** Whether a region may move when its device fails. A function is told of each case and decides. */
export type FailoverPolicy = boolean | ((failover: Failover) => boolean);

interface FailoverOptions {
  readonly backends: readonly Backend[];
  readonly strict: boolean;
  readonly failover: FailoverPolicy;
}

/**
 * Bars a region's layers from the backend that failed on them.
 *
 * @throws the failure, with advice, where the region may not move or no other backend takes its layers.
 */
export function barRegion(
  { backend, graph }: Region,
  error: PolyphaseError,
  barred: Barred,
  { backends, strict, failover }: FailoverOptions,
): Barred {
  const next = new Map(barred);
  const why = `its device failed: ${error.problem}`;
  for (const node of graph.nodes) next.set(node, new Map(next.get(node)).set(backend, why));
  const to = destinations(graph, backends, next);
  if (to.length === 0 || strict) throw error;
  const { name: region, nodes } = graph;
  if (failover === false) throw withAdvice(error, to);
  if (failover !== true && !failover({ region, nodes, from: backend.name, to, error })) throw error;
  return next;
}

/** The backends that would take the layers; none when one of the layers would be left without. */
function destinations(graph: Graph, backends: readonly Backend[], barred: Barred): readonly string[] {
  let placements: readonly Placement[];
  try {
    placements = placeNodes(graph, backends, { barred });
  } catch (error) {
    if (error instanceof PolyphaseError && error.code === 'PP3001') return [];
    throw error;
  }
  return [...new Set(placements.map(({ backend }) => backend.name))];
}

const withAdvice = (error: PolyphaseError, to: readonly string[]): PolyphaseError =>
  new PolyphaseError(error.code, {
    at: error.at,
    problem: error.problem,
    fix: `${error.fix}, or compile with { failover: true } to let these layers move to ${to.join(' and ')}`,
    cause: error,
  });
