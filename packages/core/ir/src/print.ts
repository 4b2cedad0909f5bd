import { printShape } from './dim.ts';
import type { Graph, Node, TensorType, Value } from './graph.ts';
import { type Tensor, toNumbers } from './tensor.ts';

/** `float32[1, 3, height, width]` */
export const printType = ({ dtype, shape }: TensorType): string => `${dtype}${printShape(shape)}`;

/**
 * A graph for people, one line a node: `%y: float32[1, 8] = relu(%x)  # decoder/act`. An operand that is not given is
 * `_`; a constant is shown before its first reader, with its first elements.
 */
export function print(graph: Graph): string {
  const nameOf = namer();
  const declare = (value: Value): string => `${nameOf(value)}: ${printType(value.type)}`;
  const shown = new Set<Value>();
  const constantLines = (values: readonly (Value | undefined)[]): string[] =>
    values.flatMap((value) => {
      if (!value?.constant || shown.has(value)) return [];
      shown.add(value);
      return [`  ${declare(value)} = constant ${printElements(value.constant)}`];
    });
  const head = `graph ${quoted(graph.name)}(${graph.inputs.map(declare).join(', ')}) {`;
  const body = graph.nodes.flatMap((node) => [
    ...constantLines(node.inputs),
    `  ${nodeLine(node, nameOf, declare)}`,
  ]);
  const outputs = graph.outputs.map(({ name, value }) => `${quoted(name)}: ${nameOf(value)}`);
  const rest = constantLines(graph.outputs.map(({ value }) => value));
  return [head, ...body, ...rest, `  return ${outputs.join(', ') || 'nothing'}`, '}'].join('\n');
}

type Name = (value: Value) => string;

function nodeLine(node: Node, nameOf: Name, declare: Name): string {
  const outputs = node.outputs.map(declare).join(', ');
  const operands = node.inputs.map((value) => (value ? nameOf(value) : '_')).join(', ');
  const attributes = Object.entries(node.attributes).map(
    ([key, value]) => `${key}: ${printAttribute(value)}`,
  );
  const braces = attributes.length > 0 ? ` {${attributes.join(', ')}}` : '';
  return `${outputs} = ${node.op}(${operands})${braces}  # ${oneLine(node.name)}`;
}

/** Names values apart: of two values with one name the second becomes `%name~2`. */
function namer(): Name {
  const names = new Map<Value, string>();
  const uses = new Map<string, number>();
  return (value) => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const count = (uses.get(value.name) ?? 0) + 1;
    uses.set(value.name, count);
    const name = `%${quoted(count === 1 ? value.name : `${value.name}~${count}`)}`;
    names.set(value, name);
    return name;
  };
}

/** A name as it is when it is a plain word, else in quotes with its line breaks and quotes escaped. */
const quoted = (name: string): string => (/^[\w./:~-]+$/.test(name) ? name : JSON.stringify(name));
const oneLine = (text: string): string => JSON.stringify(text).slice(1, -1);

const shownElements = 8;

function printElements(constant: Tensor): string {
  const { data } = constant;
  const first = toNumbers({ ...constant, data: data.slice(0, shownElements) });
  const rest = data.length - first.length;
  return `[${Array.from(first, shortNumber).join(', ')}${rest > 0 ? `, ... ${rest} more` : ''}]`;
}

/** At most six significant digits. */
const shortNumber = (value: number): string => String(Number(value.toPrecision(6)));

function printAttribute(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printAttribute).join(', ')}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} bytes)`;
  if (typeof value === 'string') return `'${oneLine(value)}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}: ${printAttribute(item)}`)
    .join(', ')}}`;
}
