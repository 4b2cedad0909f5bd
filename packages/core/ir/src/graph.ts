import { type Dim, isStatic, printShape } from './dim.ts';
import type { DType } from './dtype.ts';
import { PolyphaseError } from './errors.ts';
import type { Tensor } from './tensor.ts';

export interface TensorType {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

/** A type whose every size is a number. */
export interface StaticType extends TensorType {
  readonly shape: readonly number[];
}

/**
 * What flows between nodes: an input of the graph, a constant, or an output of one node. Values are told apart by
 * identity; the name is for people.
 */
export interface Value {
  readonly name: string;
  readonly type: TensorType;
  /** Set for weights and other data that is known before the first run. */
  readonly constant?: Tensor;
}

/** How a model file spells a layer. What computes looks at the layer; this is for those who judge the file. */
export interface Origin {
  /** The format's own name of the operator, and the version of its operator set. */
  readonly op: string;
  readonly version: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The names of the operands that are given. */
  readonly operands: readonly string[];
  /** The elements of those that decide shapes, where they are known: `sizes`, `scales`. */
  readonly elements: Readonly<Record<string, readonly number[]>>;
}

/** One layer. Nodes never change: a rewrite makes new ones. */
export interface Node<A extends object = object> {
  readonly name: string;
  /** The name of its operation in `ops`. */
  readonly op: string;
  /** In the order of the operation's inputs; an optional operand that is not given is undefined. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: A;
  /** Set by frontends; rewrites leave it out of what they make. */
  readonly origin?: Origin;
}

export interface GraphOutput {
  readonly name: string;
  readonly value: Value;
}

/** Layers in topological order. Constants are reached through the nodes that read them. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly GraphOutput[];
  readonly nodes: readonly Node[];
}

/** An input of a model, whose lengths may be open (`batch`, `height`). */
export interface InputSpec<N extends string = string> {
  readonly name: N;
  readonly type: TensorType;
  /** The graph's shapes depend on this input's elements, not only on its shape: it is compiled anew for new elements. */
  readonly decidesShapes?: boolean;
}

/** What is known of an input when a graph is made: its sizes and, where shapes depend on them, its elements. */
export interface Binding {
  readonly shape: readonly Dim[];
  readonly value?: Tensor;
}

/** What a frontend returns: a network whose sizes are still open, from which the graph of any sizes can be made. */
export interface Model<I extends string = string, O extends string = string> {
  readonly name: string;
  readonly inputs: readonly InputSpec<I>[];
  readonly outputs: readonly O[];
  /** The graph for these sizes; an input without a binding keeps its open lengths, and so do the layers after it. */
  graph(bindings?: ReadonlyMap<string, Binding>): Graph;
}

/** The type with its lengths as numbers. @throws PP2005 when one is still open. */
export function staticType({ dtype, shape }: TensorType): StaticType {
  if (isStatic(shape)) return { dtype, shape };
  throw new PolyphaseError('PP2005', {
    at: 'layer',
    problem: `a size is still open in ${printShape(shape)}`,
    fix: 'Give the sizes of the inputs',
  });
}

export const place = (node: { readonly name: string; readonly op: string }): string =>
  `${node.name} (${node.op})`;

/** Which node makes a value. */
export function producers(graph: Graph): Map<Value, Node> {
  const map = new Map<Value, Node>();
  for (const node of graph.nodes) for (const value of node.outputs) map.set(value, node);
  return map;
}
