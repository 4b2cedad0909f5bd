import { isOp, make, type Node, type Op, type Operands, type Value } from '@polyphase/ir';

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
  /** The names of the operations whose nodes it is about; default: of all. It is not asked about others. */
  readonly ops?: ReadonlySet<string> | undefined;
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
    ops: new Set([op.name]),
    apply: (node, around) => (isOp(node, op) ? apply(node, around) : undefined),
  };
}

/** A rule about the nodes of several operations. */
export const ruleOf = (
  name: string,
  ops: readonly { readonly name: string }[],
  apply: Rule['apply'],
): Rule => ({ name, ops: new Set(ops.map((op) => op.name)), apply });

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
