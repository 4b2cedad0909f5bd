import { malformed, nodePlace } from './names.ts';
import type { GraphProto, NodeProto } from './proto/onnx_pb.ts';

/** Which node makes each value. @throws PP1007 when a value has two makers. */
export function makersOf(graph: GraphProto, given: ReadonlySet<string>): ReadonlyMap<string, NodeProto> {
  const makers = new Map<string, NodeProto>();
  for (const node of graph.node) {
    for (const name of node.output) {
      if (name === '') continue;
      const other = makers.get(name);
      if (other || given.has(name)) {
        const also = other ? `made by ${nodePlace(other)}` : 'an input or a weight of the graph';
        malformed(nodePlace(node), `its output "${name}" is also ${also}`, 'Give every value its own name');
      }
      makers.set(name, node);
    }
  }
  return makers;
}

/**
 * The nodes that the outputs need, each after the nodes it reads; the file's order where that is one already.
 *
 * @throws PP1007 for a value that nothing makes and for a cycle.
 */
export function orderNodes(
  graph: GraphProto,
  makers: ReadonlyMap<string, NodeProto>,
  given: ReadonlySet<string>,
): readonly NodeProto[] {
  const needed = neededNodes(graph, makers, given);
  const nodes = graph.node.filter((node) => needed.has(node));
  const isOrdered = nodesInOrder(nodes, makers);
  return isOrdered ? nodes : sortNodes(nodes, makers);
}

const operandsOf = (node: NodeProto): string[] => node.input.filter((name) => name !== '');

function neededNodes(
  graph: GraphProto,
  makers: ReadonlyMap<string, NodeProto>,
  given: ReadonlySet<string>,
): ReadonlySet<NodeProto> {
  const needed = new Set<NodeProto>();
  const pending: (readonly [name: string, reader?: NodeProto])[] = graph.output.map(({ name }) => [name]);
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [name, reader] = next;
    const maker = makers.get(name);
    if (!maker && !given.has(name))
      malformed(
        reader ? nodePlace(reader) : 'outputs',
        `"${name}" is read, but no node, input or weight has this name`,
        'Export the model again',
      );
    if (!maker || needed.has(maker)) continue;
    needed.add(maker);
    for (const operand of maker.input) if (operand !== '') pending.push([operand, maker]);
  }
  return needed;
}

function nodesInOrder(nodes: readonly NodeProto[], makers: ReadonlyMap<string, NodeProto>): boolean {
  const done = new Set<NodeProto>();
  for (const node of nodes) {
    const ready = node.input.every((name) => {
      const maker = makers.get(name);
      return !maker || done.has(maker);
    });
    if (!ready) return false;
    done.add(node);
  }
  return true;
}

/** Depth first, with a stack of its own: a chain of nodes may be longer than the call stack. */
function sortNodes(
  nodes: readonly NodeProto[],
  makers: ReadonlyMap<string, NodeProto>,
): readonly NodeProto[] {
  const sorted: NodeProto[] = [];
  const state = new Map<NodeProto, 'open' | 'done'>();
  const path: { readonly node: NodeProto; readonly unread: string[] }[] = [];
  const enter = (node: NodeProto): void => {
    state.set(node, 'open');
    path.push({ node, unread: operandsOf(node).toReversed() });
  };
  for (const root of nodes) {
    if (!state.has(root)) enter(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const operand = top.unread.pop();
      const maker = operand === undefined ? undefined : makers.get(operand);
      if (operand === undefined) {
        state.set(top.node, 'done');
        sorted.push(top.node);
        path.pop();
      } else if (maker && !state.has(maker)) enter(maker);
      else if (maker && state.get(maker) === 'open')
        refuseCycle(
          path.map(({ node }) => node),
          maker,
        );
    }
  }
  return sorted;
}

function refuseCycle(path: readonly NodeProto[], first: NodeProto): never {
  const cycle = path.slice(path.indexOf(first)).toReversed();
  const shown = cycle.slice(0, 8).map(nodePlace).join(' -> ');
  return malformed(
    nodePlace(first),
    `it reads its own output through a cycle of ${cycle.length} nodes: ${shown}`,
    'Export the model again; a graph has no cycles',
  );
}
