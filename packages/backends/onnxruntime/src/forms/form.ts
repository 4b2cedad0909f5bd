import { type Graph, make, type Node, type Op, type Operands, outputOf, type Value } from '@polyphase/ir';

/** What stands in a layer's place: layers in order, the last of which gives its outputs. */
export interface Reformed {
  /** The names of the forms. */
  readonly forms?: readonly string[];
  readonly nodes: readonly [...Node[], Node];
  /**
   * Values that must hold neither NaN nor infinity for this to mean the same: where one does, the original form is run.
   */
  readonly finite?: readonly Value[];
}

/** Another way to say a layer. A form never changes anything and never throws. */
export interface Form {
  readonly name: string;
  of(node: Node): Reformed | undefined;
}

/** A form of the layers of one operation. */
export const form = <A extends object>(
  name: string,
  op: Op<string, A>,
  of: (node: Node<A>) => Reformed | undefined,
): Form => ({
  name,
  of: (node) => (node.op === op.name ? of(node as Node<A>) : undefined),
});

/** Only where `when` holds. */
export const where = (when: (node: Node) => boolean, { name, of }: Form): Form => ({
  name,
  of: (node) => (when(node) ? of(node) : undefined),
});

/** Makes the layers of a form in order; each is named after the layer that it is a part of. */
export class Parts {
  readonly #layer: Node;
  readonly #nodes: Node[] = [];

  constructor(layer: Node) {
    this.#layer = layer;
  }

  make<K extends string, A extends object>(
    op: Op<K, A>,
    operands: NoInfer<Operands<K, Value>>,
    attributes: NoInfer<Partial<A>> = {},
  ): Value {
    const node = make(op, operands, attributes, { name: this.#layer.name });
    this.#nodes.push(node);
    return outputOf(node);
  }

  /** The form, the layer made last being the one that gives the outputs. */
  get nodes(): readonly [...Node[], Node] {
    return this.#nodes as [...Node[], Node];
  }
}

/** A layer in the first form that fits it, and the parts of that in the others; undefined when it stays as it is. */
export function reform(node: Node, forms: readonly Form[]): Reformed | undefined {
  for (const each of forms) {
    const found = each.of(node);
    if (!found) continue;
    const others = forms.filter((other) => other !== each);
    const parts = found.nodes.map((part): Reformed => reform(part, others) ?? { nodes: [part] as const });
    return { ...joined(found, parts), forms: [each.name, ...parts.flatMap(({ forms = [] }) => forms)] };
  }
  return undefined;
}

/** Parts in forms of their own: who read what a part gave reads what stands for it. */
function joined({ nodes, finite = [] }: Reformed, parts: readonly Reformed[]): Reformed {
  const now = new Map<Value, Value>();
  const all: Node[] = [];
  const watched = [...finite];
  for (const [i, part] of parts.entries()) {
    all.push(...part.nodes.map((node) => rewired(node, now)));
    for (const [k, value] of nodes[i]!.outputs.entries()) now.set(value, all.at(-1)!.outputs[k]!);
    watched.push(...(part.finite ?? []));
  }
  return { nodes: all as [...Node[], Node], finite: watched.map((value) => now.get(value) ?? value) };
}

const rewired = (node: Node, now: ReadonlyMap<Value, Value>): Node =>
  node.inputs.some((value) => value && now.has(value))
    ? { ...node, inputs: node.inputs.map((value) => value && (now.get(value) ?? value)) }
    : node;

/** A graph with its layers in these forms. */
export interface ReformedGraph {
  readonly graph: Graph;
  readonly finite: readonly Value[];
  /** The forms that were taken, by how many layers. */
  readonly forms: ReadonlyMap<string, number>;
  /** Which layer of the original each layer is a part of. */
  readonly origin: ReadonlyMap<Node, Node>;
}

/** `of` gives the form of a layer; undefined keeps it. `renamed`: what stands for the graph's inputs. */
export function reformGraph(
  graph: Graph,
  of: (node: Node) => Reformed | undefined,
  renamed: ReadonlyMap<Value, Value> = new Map(),
): ReformedGraph {
  const now = new Map<Value, Value>(renamed);
  const origin = new Map<Node, Node>();
  const finite: Value[] = [];
  const forms = new Map<string, number>();
  for (const node of graph.nodes) {
    const reformed = of(node);
    for (const name of reformed?.forms ?? []) forms.set(name, (forms.get(name) ?? 0) + 1);
    let last = node;
    for (const part of reformed?.nodes ?? [node]) {
      last = rewired(part, now);
      origin.set(last, node);
    }
    for (const [i, value] of node.outputs.entries()) now.set(value, last.outputs[i]!);
    finite.push(...(reformed?.finite ?? []).map((value) => now.get(value) ?? value));
  }
  const outputs = graph.outputs.map(({ name, value }) => ({ name, value: now.get(value) ?? value }));
  return { graph: { ...graph, nodes: [...origin.keys()], outputs }, finite, forms, origin };
}
