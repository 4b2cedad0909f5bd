import {
  type Binding,
  check,
  type Dim,
  type DType,
  dtypes,
  type Graph,
  type InputSpec,
  type Model,
  type Node,
  PolyphaseError,
  printShape,
  type Value,
} from '@polyphase/ir';
import { type Flow, inputFlow, type Named } from './flow.ts';

export interface InputDescription {
  readonly dtype: DType;
  /** Lengths, or names of lengths that are open until a run: `['batch', 3, 'height', 'width']`. */
  readonly shape: readonly Dim[];
}

/**
 * Describes an input of a model built from layers. Open lengths of one name are one length.
 *
 * @throws PP2003 when a length is neither a natural number nor a name, or the type is unknown.
 */
export function input(shape: readonly Dim[], dtype: DType = 'float32'): InputDescription {
  for (const [axis, length] of shape.entries()) {
    const known = typeof length === 'string' ? length !== '' : Number.isSafeInteger(length) && length >= 0;
    check(known, 'PP2003', () => ({
      at: 'input',
      problem: `the length of axis ${axis} of ${printShape(shape)} is ${JSON.stringify(length)}`,
      fix: "Give a length of 0 or more, or a name such as 'height' for one that is open until a run",
    }));
  }
  check(Object.hasOwn(dtypes, dtype), 'PP2003', () => ({
    at: 'input',
    problem: `the type ${dtype} does not exist`,
    fix: `Use one of ${Object.keys(dtypes).join(', ')}`,
  }));
  return { dtype, shape };
}

/**
 * A model from layers, without a file. `build` is called when the model is made, lengths still open, and again for each
 * new set of input sizes; it may look at `x.shape`, and gives outputs of the same names every time.
 *
 * @throws the errors of the layers; PP2006 when there is no output, or one depends on an input of another model.
 */
export function model<I extends string, O extends string>(
  inputs: Readonly<Record<I, InputDescription>>,
  build: (inputs: Readonly<Record<I, Flow>>) => Readonly<Record<O, Flow>>,
  { name = 'model' }: Named = {},
): Model<I, O> {
  const specs = (Object.keys(inputs) as I[]).map((key): InputSpec<I> => ({ name: key, type: inputs[key] }));
  const graph = (bindings?: ReadonlyMap<string, Binding>): Graph => {
    const flows = specs.map(({ name: key, type }) =>
      inputFlow(key, type.dtype, bindings?.get(key)?.shape ?? type.shape),
    );
    const outputs = build(
      Object.fromEntries(flows.map((flow) => [flow.value.name, flow])) as Record<I, Flow>,
    );
    return graphOf(name, flows, Object.entries<Flow>(outputs));
  };
  return { name, inputs: specs, outputs: outputNames<O>(specs, graph), graph };
}

/** Stands for an open length where a layer needs a number: divisible by every stride that encoders have. */
const trialLength = 1024;

/** Of the open graph; where a layer can only be made for known lengths ('same' padding with a stride), of a trial. */
function outputNames<O extends string>(specs: readonly InputSpec[], graph: Model['graph']): readonly O[] {
  const namesOf = (made: Graph): O[] => made.outputs.map((output) => output.name as O);
  try {
    return namesOf(graph());
  } catch (error) {
    if (!(error instanceof PolyphaseError && error.code === 'PP2005')) throw error;
    const shapeOf = ({ type }: InputSpec) =>
      type.shape.map((dim) => (typeof dim === 'number' ? dim : trialLength));
    try {
      return namesOf(graph(new Map(specs.map((spec) => [spec.name, { shape: shapeOf(spec) }]))));
    } catch {
      throw error;
    }
  }
}

function graphOf(
  name: string,
  inputs: readonly Flow[],
  outputs: readonly (readonly [string, Flow])[],
): Graph {
  check(outputs.length > 0, 'PP2006', () => ({
    at: name,
    problem: 'the model has no outputs',
    fix: 'Return at least one layer from the build function, as in ({ x }) => ({ y: layers.relu(x) })',
  }));
  const nodes = new Set<Node>();
  const known = new Set<Value>(inputs.map(({ value }) => value));
  for (const [, flow] of outputs) collect(flow, nodes, known);
  return {
    name,
    inputs: inputs.map(({ value }) => value),
    outputs: outputs.map(([key, { value }]) => ({ name: key, value })),
    nodes: withDistinctNames([...nodes]),
  };
}

/** Depth first without recursion: operands before the layer that reads them, the first operand first. */
function collect(output: Flow, nodes: Set<Node>, known: Set<Value>): void {
  const stack = [output];
  for (let flow = stack.at(-1); flow; flow = stack.at(-1)) {
    const pending = known.has(flow.value)
      ? []
      : (flow.from?.operands.filter(({ value }) => !known.has(value)) ?? []);
    if (pending.length > 0) {
      stack.push(...pending.reverse());
      continue;
    }
    stack.pop();
    if (!flow.from && !flow.value.constant && !known.has(flow.value)) throw foreignInput(flow);
    if (flow.from) nodes.add(flow.from.node);
    for (const value of flow.from?.node.outputs ?? [flow.value]) known.add(value);
  }
}

/** Layers named alike get a number, since reports and errors tell them apart by name. */
function withDistinctNames(nodes: readonly Node[]): readonly Node[] {
  const given = new Set(nodes.map(({ name }) => name));
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return nodes.map((node) => {
    if (!taken.has(node.name)) {
      taken.add(node.name);
      return node;
    }
    let count = counts.get(node.name) ?? 1;
    while (given.has(`${node.name}_${count}`)) count++;
    counts.set(node.name, count + 1);
    return { ...node, name: `${node.name}_${count}` };
  });
}

const foreignInput = ({ value }: Flow): PolyphaseError =>
  new PolyphaseError('PP2006', {
    at: value.name,
    problem: 'an output depends on an input of another model',
    fix: 'Use only the flows that the build function receives',
  });
