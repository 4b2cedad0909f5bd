import { compare, type Difference, judge } from '@polyphase/conformance';
import {
  type Dense,
  type Graph,
  type Node,
  opOf,
  type StaticType,
  staticType,
  type Tensor,
  toDense,
  toNumbers,
  type Value,
} from '@polyphase/ir';

/** A layer's output that is not what its definition makes of the operands. */
export interface Evidence {
  readonly node: Node;
  /** Which output. */
  readonly position: number;
  readonly operands: readonly (Dense | undefined)[];
  readonly type: StaticType;
  readonly expected: Float64Array;
  readonly actual: Float64Array;
  /** How far each element may be off. */
  readonly bound: Float64Array;
  readonly first: Difference;
  /** The greatest error of a finite element. */
  readonly maxError: number;
}

export type ReadValue = (value: Value) => Tensor;

/** What the definition of a layer gives for operands, and how far a faithful computation may be off. */
export interface Judged {
  readonly outputs: readonly Tensor[];
  readonly bounds: readonly Float64Array[];
}

/** Judges one layer by itself, on the operands as they are: errors of earlier layers do not add up. */
export function judgeLayer(node: Node, read: ReadValue): Judged {
  const renamed = new Map<Value, Value>();
  const tensors: Record<string, Tensor> = {};
  for (const value of node.inputs) {
    if (!value || value.constant || renamed.has(value)) continue;
    const name = `x${renamed.size}`;
    renamed.set(value, { name, type: staticType(value.type) });
    tensors[name] = read(value);
  }
  const outputs = node.outputs.map((value, i) => ({ name: `y${i}`, value }));
  const graph: Graph = {
    name: node.name,
    inputs: [...renamed.values()],
    outputs,
    nodes: [{ ...node, inputs: node.inputs.map((value) => value && (renamed.get(value) ?? value)) }],
  };
  const verdict = judge(graph, tensors);
  return {
    outputs: outputs.map(({ name }) => verdict.outputs[name]!),
    bounds: outputs.map(({ name }) => verdict.bounds[name]!),
  };
}

/** The first output of a layer that is out of bounds. */
export function evidenceOf(
  node: Node,
  read: ReadValue,
  actual: readonly (Tensor | undefined)[],
  { outputs, bounds }: Judged,
): Evidence | undefined {
  for (const [position, found] of actual.entries()) {
    if (!found) continue;
    const [wanted, bound] = [outputs[position]!, bounds[position]!];
    const { first, maxError } = compare(wanted, found, bound);
    if (!first) continue;
    const operands = node.inputs.map((value) => value && toDense(value.constant ?? read(value)));
    const type = staticType(node.outputs[position]!.type);
    return {
      node,
      position,
      operands,
      type,
      expected: toNumbers(wanted),
      actual: toNumbers(found),
      bound,
      first,
      maxError,
    };
  }
  return undefined;
}

/** The layer's definition for other attributes or operands; undefined where they do not fit the output. */
export function defined(
  { node, position, operands, type }: Evidence,
  attributes: object = {},
  others: Evidence['operands'] = operands,
): Float64Array | undefined {
  const types = node.outputs.map((value) => staticType(value.type));
  try {
    const data = opOf(node).define(others, { ...node.attributes, ...attributes }, types)[position]!;
    return data.length === type.shape.reduce((all, length) => all * length, 1) ? data : undefined;
  } catch {
    // An attribute that this layer cannot have explains nothing.
    return undefined;
  }
}
