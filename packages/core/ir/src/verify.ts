import { sameShape } from './dim.ts';
import { PolyphaseError } from './errors.ts';
import { type Graph, type Node, place, producers, type TensorType, type Value } from './graph.ts';
import { inNode } from './op.ts';
import { opOf } from './ops/index.ts';
import { printType } from './print.ts';

/**
 * Checks that a graph is well formed: nodes in topological order, every operand an input, a constant or an earlier
 * output, every value made once, every type as the shape rules give it.
 *
 * @throws PP2006 naming the first node that is wrong, or the error that its shape rule raises.
 */
export function verify(graph: Graph): void {
  const known = new Map<Value, string>();
  const makers = producers(graph);
  for (const input of graph.inputs) introduce(known, input, 'an input of the graph', inGraph(graph));
  checkNames(graph, 'inputs', graph.inputs);
  for (const node of graph.nodes) {
    checkOperands(node, known, makers);
    checkTypes(node);
    for (const output of node.outputs) introduce(known, output, place(node), place(node));
  }
  checkNames(graph, 'outputs', graph.outputs);
  for (const { name, value } of graph.outputs) {
    if (value.constant) checkConstant(value, inGraph(graph));
    else if (!known.has(value))
      fail(
        inGraph(graph),
        `the output '${name}' is ${value.name}, which no node makes`,
        'Add the node that makes it',
      );
  }
}

const inGraph = ({ name }: Graph): string => `graph ${name}`;

function fail(at: string, problem: string, fix: string): never {
  throw new PolyphaseError('PP2006', { at, problem, fix });
}

function introduce(known: Map<Value, string>, value: Value, maker: string, at: string): void {
  const earlier = known.get(value);
  if (earlier !== undefined)
    fail(at, `the value ${value.name} is already made by ${earlier}`, 'Make each value once');
  if (value.constant)
    fail(at, `the value ${value.name} is also a constant`, 'Leave either the constant or its maker');
  known.set(value, maker);
}

function checkOperands(
  node: Node,
  known: ReadonlyMap<Value, string>,
  makers: ReadonlyMap<Value, Node>,
): void {
  for (const value of node.inputs) {
    if (value === undefined || known.has(value)) continue;
    if (value.constant) {
      checkConstant(value, place(node));
      continue;
    }
    const maker = makers.get(value);
    if (maker)
      fail(
        place(node),
        `it reads ${value.name}, which ${place(maker)} makes only later`,
        'Sort the nodes by what they read',
      );
    fail(
      place(node),
      `it reads ${value.name}, which no node makes`,
      'Make it an input of the graph, or add its node',
    );
  }
}

function checkConstant({ name, type, constant }: Value, at: string): void {
  if (constant && !sameType(constant, type))
    fail(
      at,
      `the constant ${name} is ${printType(constant)}, its value says ${printType(type)}`,
      'Make both agree',
    );
}

const sameType = (a: TensorType, b: TensorType): boolean =>
  a.dtype === b.dtype && sameShape(a.shape, b.shape);

function checkTypes(node: Node): void {
  const op = opOf(node);
  const types = inNode(node, () => op.infer(node.inputs, node.attributes));
  if (types.length !== node.outputs.length)
    fail(
      place(node),
      `it has ${node.outputs.length} outputs, ${node.op} makes ${types.length}`,
      'Make the node with make()',
    );
  for (const [i, output] of node.outputs.entries())
    if (!sameType(types[i]!, output.type))
      fail(
        place(node),
        `its output ${output.name} is ${printType(output.type)}, the shape rule gives ${printType(types[i]!)}`,
        'Make the node with make()',
      );
}

function checkNames(graph: Graph, kind: string, named: readonly { readonly name: string }[]): void {
  const names = named.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    fail(
      inGraph(graph),
      `two of its ${kind} are named '${twice}'`,
      'Give every input and output a name of its own',
    );
}
