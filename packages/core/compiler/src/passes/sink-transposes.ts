import { type Graph, isOp, type Node, outputOf, transpose } from '@polyphase/ir';
import { type Pass, rulesPass } from '../pass.ts';
import type { Fired, Note, Rule, Surroundings } from '../rewrite.ts';

/**
 * The first of several lists of rules that leaves the fewest elements to transpose; none where all of them leave more than
 * there were. A transpose that sinks may be copied for each of its readers, and grows or shrinks with what it sinks below,
 * so only the graph in the end tells whether it paid.
 */
export const leastTransposed = (name: string, candidates: readonly (readonly Rule[])[]): Pass => ({
  name,
  run(graph, note, allows) {
    if (!graph.nodes.some((node) => isOp(node, transpose))) return graph;
    let best: { graph: Graph; events: readonly (readonly [Fired, Surroundings])[] } = { graph, events: [] };
    for (const rules of candidates) {
      const events: [Fired, Surroundings][] = [];
      const later: Note = (event, around) => void events.push([event, around]);
      const next = rulesPass(name, rules).run(graph, later, allows);
      if (transposedIn(next) < transposedIn(best.graph)) best = { graph: next, events };
    }
    for (const [event, around] of best.events) note(event, around);
    return best.graph;
  },
});

const transposedIn = ({ nodes }: Graph): number => nodes.reduce((all, node) => all + transposedBy(node), 0);

/** An open length counts as 1: all transposes of a model have the same ones. */
function transposedBy(node: Node): number {
  if (!isOp(node, transpose)) return 0;
  return outputOf(node).type.shape.reduce<number>(
    (all, length) => (typeof length === 'number' ? all * length : all),
    1,
  );
}
