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
  return {
    name,
    apply: (node, around) => (isOp(node, op) ? apply(node, around) : undefined),
  };
}

/** A rule about the nodes of several operations. */
export const ruleOf = (
  name: string,
  ops: readonly { readonly name: string }[],
  apply: Rule['apply'],
): Rule => {
  const names = new Set(ops.map((op) => op.name));
  return {
    name,
    apply: (node, around) => (names.has(node.op) ? apply(node, around) : undefined),
  };
};

/** A node that takes another's place: it keeps the name and the names of the outputs. */
export const inPlaceOf = <K extends string, A extends object>(
  node: Node,
  op: Op<K, A>,
  operands: NoInfer<Operands<K, Value>>,
  attributes: NoInfer<Partial<A>>,
): Node<A> =>
  make(op, operands, attributes, {
    name: node.name,
    outputs: node.outputs.map(({ name }) => name),
  });

/** The layers that go when `node` is replaced: itself, and those of `inner` that nothing else reads. */
export const replacedWith = (node: Node, inner: readonly Node[], around: Surroundings): readonly Node[] => [
  ...inner.filter(({ outputs }) => outputs.reduce((all, value) => all + around.uses(value), 0) === 1),
  node,
];

/** The layers that go when `after` takes the place of `node`: itself, and all that nothing reads any more then. */
export function goneWith(node: Node, after: readonly Node[], around: Surroundings): readonly Node[] {
  const kept = new Set(after.flatMap(({ inputs }) => inputs));
  const gone = new Set([node]);
  const lost = new Map<Value, number>();
  const unread = (value: Value): boolean => !kept.has(value) && (lost.get(value) ?? 0) === around.uses(value);
  const drop = ({ inputs }: Node): void => {
    for (const value of inputs) {
      if (!value) continue;
      lost.set(value, (lost.get(value) ?? 0) + 1);
      const maker = around.producer(value);
      if (!maker || gone.has(maker) || !maker.outputs.every(unread)) continue;
      gone.add(maker);
      drop(maker);
    }
  };
  drop(node);
  return [...gone];
}

export interface Fired {
  readonly rule: string;
  readonly before: Node;
  readonly after: readonly Node[];
  /** What stands for the outputs of `before`. */
  readonly values: readonly Value[];
  /** `before`, and the layers that nothing reads any more without it. */
  readonly gone: readonly Node[];
}

/** Hears of a replacement while the graph around it is still known. */
export type Note = (event: Fired, around: Surroundings) => void;

/** Whether these layers may take the place of one; a rule that would put others there does not fire. */
export type Allows = (before: Node, after: readonly Node[]) => boolean;

export const allowAll: Allows = () => true;

/** Applies the rules to every node in order, once; the caller repeats until none fires. */
export function rewriteOnce(
  graph: Graph,
  rules: readonly Rule[],
  note: Note,
  allows: Allows = allowAll,
): Graph {
  const around = new LiveNodes(graph);
  const successors = new Map<Value, Value>();
  const current = (value: Value): Value => successors.get(value) ?? value;
  for (const before of graph.nodes) {
    const node = rewired(before, current);
    const hit = firstHit(rules, node, around, allows);
    if (!hit) {
      around.put(node);
      continue;
    }
    const after = 'sameAs' in hit.replacement ? [] : hit.replacement;
    const values = 'sameAs' in hit.replacement ? hit.replacement.sameAs : hit.replacement.at(-1)!.outputs;
    for (const [i, value] of before.outputs.entries()) successors.set(value, values[i]!);
    const gone = around.replace(node, after, values);
    note({ rule: hit.rule.name, before: node, after, values, gone }, around);
  }
  const outputs = graph.outputs.map(({ name, value }) => ({
    name,
    value: current(value),
  }));
  return { ...graph, nodes: around.nodes(), outputs };
}

/** The nodes so far, with how often each value is read. What nothing reads any more after a replacement is dropped. */
class LiveNodes implements Surroundings {
  readonly #uses: Map<Value, number>;
  readonly #makers = new Map<Value, Node>();
  readonly #nodes = new Set<Node>();

  constructor(graph: Graph) {
    this.#uses = countUses(graph);
  }

  producer(value: Value): Node | undefined {
    return this.#makers.get(value);
  }

  uses(value: Value): number {
    return this.#uses.get(value) ?? 0;
  }

  nodes(): readonly Node[] {
    return [...this.#nodes];
  }

  put(node: Node): void {
    this.#nodes.add(node);
    for (const value of node.outputs) this.#makers.set(value, node);
  }

  /**
   * The new readers are counted before the old ones go: both may read the same values. Returns the layers that went.
   */
  replace(node: Node, after: readonly Node[], values: readonly Value[]): readonly Node[] {
    for (const made of after) for (const value of made.inputs) this.#add(value, 1);
    for (const [i, value] of node.outputs.entries()) this.#add(values[i], this.uses(value));
    after.forEach((made) => {
      this.put(made);
    });
    return [node, ...node.inputs.flatMap((value) => this.#release(value))];
  }

  #add(value: Value | undefined, count: number): void {
    if (value) this.#uses.set(value, this.uses(value) + count);
  }

  /** One reader less. Returns the layers that went with it. */
  #release(value: Value | undefined): readonly Node[] {
    this.#add(value, -1);
    const maker = value && this.#makers.get(value);
    if (!maker || maker.outputs.some((output) => this.uses(output) > 0)) return [];
    if (!this.#nodes.delete(maker)) return [];
    return [maker, ...maker.inputs.flatMap((operand) => this.#release(operand))];
  }
}

function firstHit(rules: readonly Rule[], node: Node, around: Surroundings, allows: Allows) {
  for (const candidate of rules) {
    const replacement = candidate.apply(node, around);
    if (replacement && ('sameAs' in replacement || allows(node, replacement)))
      return { rule: candidate, replacement };
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
