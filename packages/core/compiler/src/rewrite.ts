import {
  consumers,
  type Graph,
  isOp,
  make,
  type Node,
  type Op,
  type Operands,
  type Value,
} from '@polyphase/ir';

/** What a rule may know of the graph around its node. */
export interface Surroundings {
  /** The node that makes a value; undefined for inputs and constants. */
  producer(value: Value): Node | undefined;
  /** How often a value is read, by nodes and as an output of the graph. */
  uses(value: Value): number;
}

/**
 * What stands in a node's place: nodes in topological order, the last one giving its outputs, or values that exist
 * already.
 */
export type Replacement = readonly [...Node[], Node] | { readonly sameAs: readonly Value[] };

/** A rewrite of one node. It never changes anything, never throws and never looks at a backend. */
export interface Rule {
  readonly name: string;
  readonly apply: (node: Node, around: Surroundings) => Replacement | undefined;
}

/** A rule about the nodes of one operation; undefined means that it does not apply. */
export function rule<A extends object>(
  name: string,
  op: Op<string, A>,
  apply: (node: Node<A>, around: Surroundings) => Replacement | undefined,
): Rule {
  return { name, apply: (node, around) => (isOp(node, op) ? apply(node, around) : undefined) };
}

/** A rule about the nodes of several operations. */
export const ruleOf = (
  name: string,
  ops: readonly { readonly name: string }[],
  apply: Rule['apply'],
): Rule => {
  const names = new Set(ops.map((op) => op.name));
  return { name, apply: (node, around) => (names.has(node.op) ? apply(node, around) : undefined) };
};

/** A node that takes another's place: it keeps the name and the names of the outputs. */
export const inPlaceOf = <K extends string, A extends object>(
  node: Node,
  op: Op<K, A>,
  operands: NoInfer<Operands<K, Value>>,
  attributes: NoInfer<Partial<A>>,
): Node<A> =>
  make(op, operands, attributes, { name: node.name, outputs: node.outputs.map(({ name }) => name) });

export interface Fired {
  readonly rule: string;
  readonly before: Node;
  readonly after: readonly Node[];
}

/** Applies the rules to every node in order, once; the caller repeats until none fires. */
export function rewriteOnce(graph: Graph, rules: readonly Rule[], fired: (event: Fired) => void): Graph {
  const uses = countUses(graph);
  const makers = new Map<Value, Node>();
  const successors = new Map<Value, Value>();
  const current = (value: Value): Value => successors.get(value) ?? value;
  const around: Surroundings = {
    producer: (value) => makers.get(value),
    uses: (value) => uses.get(value) ?? 0,
  };
  const addUses = (value: Value | undefined, count: number): void => {
    if (value) uses.set(value, around.uses(value) + count);
  };
  const nodes: Node[] = [];
  const put = (node: Node): void => {
    nodes.push(node);
    for (const value of node.outputs) makers.set(value, node);
  };

  for (const before of graph.nodes) {
    const node = rewired(before, current);
    const hit = firstHit(rules, node, around);
    if (!hit) {
      put(node);
      continue;
    }
    const after = 'sameAs' in hit.replacement ? [] : hit.replacement;
    const values = 'sameAs' in hit.replacement ? hit.replacement.sameAs : hit.replacement.at(-1)!.outputs;
    for (const value of node.inputs) addUses(value, -1);
    for (const made of after) for (const value of made.inputs) addUses(value, 1);
    for (const [i, value] of before.outputs.entries()) {
      successors.set(value, values[i]!);
      addUses(values[i], around.uses(value));
    }
    after.forEach(put);
    fired({ rule: hit.rule.name, before: node, after });
  }
  const outputs = graph.outputs.map(({ name, value }) => ({ name, value: current(value) }));
  return { ...graph, nodes, outputs };
}

function firstHit(rules: readonly Rule[], node: Node, around: Surroundings) {
  for (const candidate of rules) {
    const replacement = candidate.apply(node, around);
    if (replacement) return { rule: candidate, replacement };
  }
  return undefined;
}

function rewired(node: Node, current: (value: Value) => Value): Node {
  const inputs = node.inputs.map((value) => value && current(value));
  return inputs.every((value, i) => value === node.inputs[i]) ? node : { ...node, inputs };
}

function countUses(graph: Graph): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const [value, readers] of consumers(graph)) counts.set(value, readers.length);
  for (const { value } of graph.outputs) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
