import type { Graph, Node, Value } from '@polyphase/ir';
import type { Allows, Fired, Note, Replacement, Rule, Surroundings } from './rewrite.ts';

/** What rules were told about a value. */
interface Answer {
  readonly value: Value;
  readonly maker: Node | undefined;
  readonly uses: number;
}

/** The nodes that no rule applies to, as long as the graph around them gives the same answers. */
type Settled = Map<Node, readonly Answer[]>;

/**
 * Applies the rules to all nodes in order, again and again until none fires. After the first time only nodes are looked at
 * that have changed, or of whose surroundings something has changed that a rule asked for.
 */
export function rewriteAll(graph: Graph, rules: readonly Rule[], note: Note, allows: Allows): Graph {
  const byOp = new RulesByOp(rules);
  const settled: Settled = new Map();
  for (let current = graph; ; ) {
    if (!current.nodes.some(({ op }) => byOp.of(op).length > 0)) return current;
    const next = new Sweep(current, byOp, settled, allows, note).graph();
    if (!next) return current;
    current = next;
  }
}

/** Rules by the operation of the nodes that they are about, in their order. */
class RulesByOp {
  readonly #rules: readonly Rule[];
  readonly #of = new Map<string, readonly Rule[]>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  of(op: string): readonly Rule[] {
    const known = this.#of.get(op) ?? this.#rules.filter(({ ops }) => !ops || ops.has(op));
    this.#of.set(op, known);
    return known;
  }
}

interface Hit {
  readonly rule: Rule;
  readonly replacement: Replacement;
}

/** One way through the graph. */
class Sweep {
  readonly #graph: Graph;
  readonly #rules: RulesByOp;
  readonly #settled: Settled;
  readonly #allows: Allows;
  readonly #note: Note;
  readonly #around: LiveNodes;
  /** What stands for the outputs of replaced nodes. */
  readonly #successors = new Map<Value, Value>();

  constructor(graph: Graph, rules: RulesByOp, settled: Settled, allows: Allows, note: Note) {
    this.#graph = graph;
    this.#rules = rules;
    this.#settled = settled;
    this.#allows = allows;
    this.#note = note;
    this.#around = new LiveNodes(graph);
  }

  /** The graph after it; undefined when no rule has fired. */
  graph(): Graph | undefined {
    let fired = false;
    for (const before of this.#graph.nodes) {
      const node = this.#rewired(before);
      const hit = this.#hitOn(node);
      if (!hit) {
        this.#around.put(node);
        continue;
      }
      this.#note(this.#replace(before, node, hit), this.#around);
      fired = true;
    }
    if (!fired) return undefined;
    const outputs = this.#graph.outputs.map(({ name, value }) => ({ name, value: this.#current(value) }));
    return { ...this.#graph, nodes: this.#around.nodes(), outputs };
  }

  #current = (value: Value): Value => this.#successors.get(value) ?? value;

  #rewired(node: Node): Node {
    if (!node.inputs.some((value) => value && this.#successors.has(value))) return node;
    return { ...node, inputs: node.inputs.map((value) => value && this.#current(value)) };
  }

  #hitOn(node: Node): Hit | undefined {
    const rules = this.#rules.of(node.op);
    if (rules.length === 0) return undefined;
    const seen = this.#settled.get(node);
    if (seen && this.#around.stillGives(seen)) return undefined;
    this.#around.listen();
    const hit = this.#firstHit(rules, node);
    if (!hit) this.#settled.set(node, this.#around.answers());
    return hit;
  }

  #firstHit(rules: readonly Rule[], node: Node): Hit | undefined {
    for (const rule of rules) {
      const replacement = rule.apply(node, this.#around);
      if (replacement && ('sameAs' in replacement || this.#allows(node, replacement)))
        return { rule, replacement };
    }
    return undefined;
  }

  #replace(before: Node, node: Node, { rule, replacement }: Hit): Fired {
    const after = 'sameAs' in replacement ? [] : replacement;
    const values = 'sameAs' in replacement ? replacement.sameAs : replacement.at(-1)!.outputs;
    for (const [i, value] of before.outputs.entries()) this.#successors.set(value, values[i]!);
    const gone = this.#around.replace(node, after, values);
    return { rule: rule.name, before: node, after, values, gone };
  }
}

/** The nodes so far, with how often each value is read. What nothing reads any more after a replacement is dropped. */
class LiveNodes implements Surroundings {
  readonly #uses: Map<Value, number>;
  readonly #makers = new Map<Value, Node>();
  readonly #nodes = new Set<Node>();
  #asked = new Set<Value>();

  constructor(graph: Graph) {
    this.#uses = countUses(graph);
  }

  producer(value: Value): Node | undefined {
    this.#asked.add(value);
    return this.#makers.get(value);
  }

  uses(value: Value): number {
    this.#asked.add(value);
    return this.#usesOf(value);
  }

  nodes(): readonly Node[] {
    return [...this.#nodes];
  }

  /** Forgets what it was asked so far. */
  listen(): void {
    if (this.#asked.size > 0) this.#asked = new Set();
  }

  /** What it was asked since, and would answer now. */
  answers(): readonly Answer[] {
    return Array.from(this.#asked, (value) => ({
      value,
      maker: this.#makers.get(value),
      uses: this.#usesOf(value),
    }));
  }

  stillGives(answers: readonly Answer[]): boolean {
    return answers.every(
      ({ value, maker, uses }) => this.#makers.get(value) === maker && this.#usesOf(value) === uses,
    );
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
    for (const [i, value] of node.outputs.entries()) this.#add(values[i], this.#usesOf(value));
    after.forEach((made) => {
      this.put(made);
    });
    return [node, ...node.inputs.flatMap((value) => this.#release(value))];
  }

  #usesOf(value: Value): number {
    return this.#uses.get(value) ?? 0;
  }

  #add(value: Value | undefined, count: number): void {
    if (value) this.#uses.set(value, this.#usesOf(value) + count);
  }

  /** One reader less. Returns the layers that went with it. */
  #release(value: Value | undefined): readonly Node[] {
    this.#add(value, -1);
    const maker = value && this.#makers.get(value);
    if (!maker || maker.outputs.some((output) => this.#usesOf(output) > 0)) return [];
    if (!this.#nodes.delete(maker)) return [];
    return [maker, ...maker.inputs.flatMap((operand) => this.#release(operand))];
  }
}

function countUses({ nodes, outputs }: Graph): Map<Value, number> {
  const counts = new Map<Value, number>();
  const count = (value: Value): void => void counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const { inputs } of nodes) for (const value of inputs) if (value) count(value);
  for (const { value } of outputs) count(value);
  return counts;
}
