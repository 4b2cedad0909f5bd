import {
  type Binding,
  fromNumbers,
  type Graph,
  isFloat,
  type Model,
  type Node,
  type Tensor,
  toNumbers,
  type Value,
} from '@polyphase/ir';

/** Half the distance between 1 and the next number, of each type. */
const roundoffs: Readonly<Record<string, number>> = {
  float16: 2 ** -11,
  bfloat16: 2 ** -8,
  float32: 2 ** -24,
};

export const roundoffOf = (dtype: string): number => roundoffs[dtype] ?? 2 ** -53;

/** Every floating-point element moved to a neighbouring number or left where it is, at random. */
export function perturbedTensor(tensor: Tensor, next: () => number): Tensor {
  if (!isFloat(tensor.dtype)) return tensor;
  const step = 2 * roundoffOf(tensor.dtype);
  const moved = toNumbers(tensor).map((value) => value * (1 + step * (Math.floor(3 * next()) - 1)));
  return fromNumbers(tensor.dtype, tensor.shape, moved);
}

/** The model with all its constants perturbed. */
export const perturbedModel = (model: Model, next: () => number): Model => ({
  ...model,
  graph: (bindings?: ReadonlyMap<string, Binding>) => perturbedGraph(model.graph(bindings), next),
});

function perturbedGraph(graph: Graph, next: () => number): Graph {
  const now = new Map<Value, Value>();
  const perturbed = (value: Value): Value => {
    if (!value.constant) return value;
    const known = now.get(value) ?? { ...value, constant: perturbedTensor(value.constant, next) };
    now.set(value, known);
    return known;
  };
  const nodes = graph.nodes.map(
    (node): Node => ({ ...node, inputs: node.inputs.map((value) => value && perturbed(value)) }),
  );
  return { ...graph, nodes };
}
