import {
  type Binding,
  check,
  type Dim,
  type Graph,
  type InputSpec,
  inNode,
  isStatic,
  make,
  type Node,
  type Origin,
  operandName,
  place,
  printShape,
  sizeOf,
  type Tensor,
  type Value,
} from '@polyphase/ir';
import { KnownElements } from './known-elements.ts';
import type { SourceNode } from './nodes.ts';
import type { Context, Outputs } from './row.ts';
import type { Source } from './source.ts';

/** What no machine holds: a shape with more elements is a damaged or hostile model. */
const absurdSize = 2 ** 40;

/** The graph of a model for these sizes. */
export function buildGraph(source: Source, bindings: ReadonlyMap<string, Binding>): Graph {
  checkNames(source, bindings);
  const building: Building = { values: new Map(source.weights), nodes: [], known: new KnownElements() };
  const inputs = source.inputs.map((spec) => bindInput(spec, bindings.get(spec.name), building));
  for (const node of source.nodes) addNode(node, building);
  const outputs = source.outputs.map((name) => ({ name, value: building.values.get(name)! }));
  const nodes = neededNodes(
    building.nodes,
    outputs.map(({ value }) => value),
  );
  return { name: source.name, inputs, outputs, nodes };
}

interface Building {
  readonly values: Map<string, Value>;
  readonly nodes: Node[];
  readonly known: KnownElements;
}

function checkNames({ inputs }: Source, bindings: ReadonlyMap<string, Binding>): void {
  for (const name of bindings.keys())
    check(
      inputs.some((spec) => spec.name === name),
      'PP4002',
      () => ({
        at: `input ${name}`,
        problem: 'the model has no input of this name',
        fix: `Use ${inputs.map((spec) => spec.name).join(', ') || 'none: it has no inputs'}`,
      }),
    );
}

function bindInput(spec: InputSpec, binding: Binding | undefined, { values, known }: Building): Value {
  const { name, type } = spec;
  const shape = binding?.shape ?? type.shape;
  if (binding) checkBinding(spec, binding);
  const value: Value = { name, type: { dtype: type.dtype, shape } };
  known.give(value, binding?.value);
  values.set(name, value);
  return value;
}

function checkBinding({ name, type }: InputSpec, { shape, value }: Binding): void {
  const fits = (a: Dim, b: Dim): boolean => typeof a !== 'number' || typeof b !== 'number' || a === b;
  const wrong = (ok: boolean, code: 'PP4003' | 'PP4004', problem: string, fix: string): void =>
    check(ok, code, () => ({ at: `input ${name}`, problem, fix }));
  wrong(
    shape.length === type.shape.length && shape.every((length, axis) => fits(length, type.shape[axis]!)),
    'PP4004',
    `the shape ${printShape(shape)} is given, the model declares ${printShape(type.shape)}`,
    'Give it the declared rank and lengths',
  );
  if (!value) return;
  wrong(value.dtype === type.dtype, 'PP4003', `its elements are ${value.dtype}`, `Give ${type.dtype}`);
  wrong(
    value.shape.length === shape.length && value.shape.every((length, axis) => length === shape[axis]),
    'PP4004',
    `its elements have the shape ${printShape(value.shape)}, its binding ${printShape(shape)}`,
    'Give both the same shape',
  );
}

function addNode(node: SourceNode, building: Building): void {
  const operands = operandsOf(node, building.values);
  const context = contextOf(node, building);
  const outputs = inNode(node, () => node.row.build(operands, node.attributes, context));
  for (const [i, value] of listOf(outputs).entries()) {
    const name = node.outputs[i];
    if (name && value) building.values.set(name, value);
  }
  for (const [i, name] of node.outputs.entries())
    check(name === '' || building.values.has(name), 'PP1004', () => ({
      at: place(node),
      problem: `its output ${i} ("${name}") is not supported; it exists in training, or not at all`,
      fix: 'Export the model for inference',
    }));
}

const listOf = (outputs: Outputs): readonly (Value | undefined)[] =>
  Array.isArray(outputs) ? outputs : [outputs as Value];

/** The operands by the names that the row gives them. */
function operandsOf(
  { row, inputs }: SourceNode,
  values: ReadonlyMap<string, Value>,
): Record<string, unknown> {
  const operands: Record<string, unknown> = {};
  for (const [i, spec] of row.inputs.entries()) {
    operands[operandName(spec)] = spec.startsWith('...')
      ? inputs.slice(i).map((input) => values.get(input))
      : values.get(inputs[i] ?? '');
  }
  return operands;
}

function contextOf(node: SourceNode, building: Building): Context {
  const { nodes, known } = building;
  const outputNames = node.outputs.map((name, i) => name || (i === 0 ? node.name : `${node.name}:${i}`));
  let origin: Origin | undefined;
  const makeAll: Context['makeAll'] = (op, operands, attributes, part) => {
    const named =
      part === undefined ? { name: node.name, outputs: outputNames } : { name: `${node.name}/${part}` };
    origin ??= originOf(node, building);
    const made = make(op, operands, attributes, { ...named, origin });
    for (const { type } of made.outputs) checkSize(made, type.shape);
    nodes.push(made);
    known.add(made);
    return made.outputs;
  };
  const elements = (value: Value): readonly number[] => elementsOf(value, node, known);
  return {
    opset: node.opset,
    outputCount: node.outputs.length,
    names: (position) => Boolean(node.outputs[position]),
    makeAll,
    make: (op, operands, attributes, part) => makeAll(op, operands, attributes, part)[0]!,
    constant: (constant, part) =>
      constantOf(constant, part === undefined ? outputNames[0]! : `${node.name}/${part}`),
    elements,
    optionalElements: (value) => value && elements(value),
  };
}

/** Of scales, sizes and regions there are two for each axis at most; longer lists are of no use to a reader. */
const mostElements = 64;

function originOf({ op, opset, attributes, row, inputs }: SourceNode, { values, known }: Building): Origin {
  const operands = row.inputs.filter((_, i) => inputs[i]).map(operandName);
  const elements: Record<string, readonly number[]> = {};
  for (const name of row.elements) {
    const value = values.get(inputs[row.inputs.findIndex((spec) => operandName(spec) === name)] ?? '');
    const dense = value && known.of(value);
    if (dense && dense.data.length <= mostElements) elements[name] = Array.from(dense.data);
  }
  return { op, version: opset, attributes, operands, elements };
}

function constantOf(constant: Tensor, name: string): Value {
  const { dtype, shape } = constant;
  return { name, type: { dtype, shape }, constant };
}

function checkSize(node: Node, shape: readonly Dim[]): void {
  check(!isStatic(shape) || sizeOf(shape) <= absurdSize, 'PP1009', () => ({
    at: place(node),
    problem: `its output has the shape ${printShape(shape)}`,
    fix: 'Check the model and the sizes of the inputs',
  }));
}

function elementsOf(value: Value, node: SourceNode, known: KnownElements): readonly number[] {
  const dense = known.of(value);
  check(dense !== undefined, 'PP1010', () => {
    const unknown = known.unknownInputs(value).map(({ name }) => name);
    return {
      at: place(node),
      problem: `its shape depends on the elements of "${value.name}", and so of the input ${unknown.join(', ')}`,
      fix: `Give the elements of ${unknown.join(', ')} with its size: { shape, value }`,
    };
  });
  return Array.from(dense.data);
}

/** Without the layers that served only to compute shapes. */
function neededNodes(nodes: readonly Node[], outputs: readonly Value[]): readonly Node[] {
  const read = new Set<Value | undefined>(outputs);
  const needed = nodes.toReversed().filter((node) => {
    const isNeeded = node.outputs.some((value) => read.has(value));
    if (isNeeded) for (const value of node.inputs) read.add(value);
    return isNeeded;
  });
  return needed.toReversed();
}
