import { check, type Graph, type Tensor, type Value } from '@polyphase/ir';
import { type Draft, type DraftNode, standIn } from './draft.ts';

export interface NamedNode extends Omit<DraftNode, 'inputs' | 'outputs'> {
  /** Empty for an operand that is not given. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

/** A draft of which everything has its final name and nothing is superfluous. */
export interface NamedModel {
  readonly nodes: readonly NamedNode[];
  readonly inputs: readonly NamedValue[];
  readonly outputs: readonly NamedValue[];
  readonly weights: ReadonlyMap<string, Tensor>;
  /** What nodes make for each other. */
  readonly between: readonly NamedValue[];
}

/** @throws PP1011 when an output has the name of an input that it is not. */
export function nameModel(graph: Graph, draft: Draft): NamedModel {
  const outputs = ownOutputs(graph, draft);
  const { nodes, used } = neededNodes(
    draft.nodes,
    outputs.map(({ value }) => value),
  );
  const names = new ValueNames(graph.inputs, outputs, draft.names);
  const named = nameNodes(nodes, used, names);
  const outside = new Set([...graph.inputs, ...outputs.map(({ value }) => value)]);
  return {
    nodes: named,
    inputs: graph.inputs.map((value) => ({ name: value.name, value })),
    outputs,
    weights: new Map(names.all.flatMap(([{ constant }, name]) => (constant ? [[name, constant]] : []))),
    between: names.all.flatMap(([value, name]) =>
      value.constant || outside.has(value) ? [] : [{ name, value }],
    ),
  };
}

/** The outputs, each a value of its own that a node makes; what is an input, a weight or another output is copied. */
function ownOutputs({ inputs, outputs }: Graph, draft: Draft): NamedValue[] {
  const taken = new Set<Value>(inputs);
  return outputs.map(({ name, value: made }) => {
    const value = standIn(draft, made);
    const namesake = inputs.find((input) => input.name === name);
    check(namesake === undefined || namesake === value, 'PP1011', () => ({
      at: `output ${name}`,
      problem: 'an input has the same name, which ONNX does not allow',
      fix: 'Rename one of the two',
    }));
    if (namesake) return { name, value };
    if (!taken.has(value) && !value.constant) {
      taken.add(value);
      return { name, value };
    }
    const copy: Value = { name, type: value.type };
    draft.nodes.push({
      name: `${name}/copy`,
      operator: 'Identity',
      inputs: [value],
      outputs: [copy],
      attributes: {},
    });
    return { name, value: copy };
  });
}

/** The nodes that these values depend on, and every value that is read. */
export function neededNodes(nodes: readonly DraftNode[], outputs: readonly Value[]) {
  const used = new Set<Value | undefined>(outputs);
  const needed = nodes.toReversed().filter((node) => {
    const isNeeded = node.outputs.some((output) => used.has(output));
    if (isNeeded) for (const input of node.inputs) used.add(input);
    return isNeeded;
  });
  return { nodes: needed.toReversed(), used };
}

function nameNodes(
  nodes: readonly DraftNode[],
  used: ReadonlySet<Value | undefined>,
  names: ValueNames,
): NamedNode[] {
  const nodeNames = new UniqueNames([]);
  return nodes.map((node) => ({
    ...node,
    name: nodeNames.give(node.name),
    inputs: givenInputs(node).map((value) => (value ? names.of(value) : '')),
    outputs: presentOutputs(node, used).map((value) => names.of(value)),
  }));
}

/** Without those at the end that are not given: onnxruntime's LayerNormalization crashes on an empty bias. */
const givenInputs = ({ inputs }: DraftNode) =>
  inputs.slice(0, inputs.findLastIndex((value) => value !== undefined) + 1);

/** Without those at the end that nobody reads, which are optional everywhere but in Split. */
function presentOutputs({ operator, outputs }: DraftNode, used: ReadonlySet<Value | undefined>) {
  if (operator === 'Split') return outputs;
  return outputs.slice(0, outputs.findLastIndex((output) => used.has(output)) + 1);
}

/** Gives each value a name: inputs and outputs their own, all others what they would like if nobody has it. */
class ValueNames {
  readonly #names: Map<Value, string>;
  readonly #wishes: ReadonlyMap<Value, string>;
  readonly #unique: UniqueNames;

  constructor(inputs: readonly Value[], outputs: readonly NamedValue[], wishes: ReadonlyMap<Value, string>) {
    const fixed = [...inputs.map((value) => ({ name: value.name, value })), ...outputs];
    this.#names = new Map(fixed.map(({ name, value }) => [value, name]));
    this.#wishes = wishes;
    this.#unique = new UniqueNames(this.#names.values());
  }

  get all(): readonly (readonly [Value, string])[] {
    return [...this.#names];
  }

  of(value: Value): string {
    const name = this.#names.get(value) ?? this.#unique.give(this.#wishes.get(value) ?? value.name);
    this.#names.set(value, name);
    return name;
  }
}

/** Names apart: of two that are alike the second becomes `name_1`. An empty name means in ONNX that nothing is there. */
class UniqueNames {
  readonly #taken: Set<string>;
  readonly #uses = new Map<string, number>();

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  give(wish: string): string {
    const wanted = wish || 'value';
    let name = wanted;
    while (this.#taken.has(name)) {
      const uses = (this.#uses.get(wanted) ?? 0) + 1;
      this.#uses.set(wanted, uses);
      name = `${wanted}_${uses}`;
    }
    this.#taken.add(name);
    return name;
  }
}
