import {
  type DType,
  dtypes,
  fromNumbers,
  type Graph,
  makeNode,
  type Op,
  type OpName,
  ops,
  sizeOf,
  type Tensor,
  type TensorType,
  type Value,
} from '@polyphase/ir';

export interface OperandRow {
  readonly type: string;
  /** Default: eighths between -2 and 2, integers between -5 and 5, whatever of that the type holds. */
  readonly elements?: readonly number[];
  readonly constant?: boolean;
}

/** One layer: its operation, operands (types like `float32[1, 3, 4]`, a constant with `=` in front) and attributes. */
export type LayerRow<N extends OpName = OpName> = readonly [
  op: N,
  operands: readonly (string | OperandRow | undefined)[],
  attributes?: object | undefined,
];

function typeOf(text: string): TensorType & { readonly shape: readonly number[] } {
  const [, dtype, lengths] = /^(\w+)\[(.*)\]$/.exec(text)!;
  const shape = lengths === '' ? [] : lengths!.split(',').map(Number);
  return { dtype: dtype as DType, shape };
}

const lowest: Readonly<Record<string, number>> = { float: -16, int: -5, uint: 0, bool: 0 };
const count: Readonly<Record<string, number>> = { float: 33, int: 11, uint: 6, bool: 2 };

/** Elements that look random and are the same in every run. */
export function elementsOf(dtype: DType, size: number, seed: number): Float64Array {
  const { kind } = dtypes[dtype];
  let state = 12345 + 7919 * seed;
  return Float64Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const whole = lowest[kind]! + ((state >>> 8) % count[kind]!);
    return kind === 'float' ? whole / 8 : whole;
  });
}

function tensorOf(operand: OperandRow, seed: number): Tensor {
  const { dtype, shape } = typeOf(operand.type);
  const elements = operand.elements
    ? Float64Array.from(operand.elements)
    : elementsOf(dtype, sizeOf(shape), seed);
  return fromNumbers(dtype, shape, elements);
}

export interface LayerCase {
  readonly name: string;
  readonly graph: Graph;
  /** In the order of the graph's inputs. */
  readonly inputs: readonly Tensor[];
}

/** A graph of one layer, with inputs for it. */
export function caseOf([op, operands, attributes = {}]: LayerRow): LayerCase {
  const inputs: { value: Value; tensor: Tensor }[] = [];
  const values = operands.map((operand, i): Value | undefined => {
    if (operand === undefined) return undefined;
    const row: OperandRow =
      typeof operand === 'string'
        ? { type: operand.replace(/^=/, ''), constant: operand.startsWith('=') }
        : operand;
    const tensor = tensorOf(row, i);
    const value: Value = { name: `x${i}`, type: { dtype: tensor.dtype, shape: tensor.shape } };
    if (row.constant) return { ...value, constant: tensor };
    inputs.push({ value, tensor });
    return value;
  });
  const node = makeNode(ops[op] as unknown as Op, values, attributes, { name: 'net/layer' });
  return {
    name: nameOf([op, operands, attributes]),
    graph: {
      name: op,
      inputs: inputs.map(({ value }) => value),
      outputs: node.outputs.map((value, i) => ({ name: `y${i}`, value })),
      nodes: [node],
    },
    inputs: inputs.map(({ tensor }) => tensor),
  };
}

export function nameOf([op, operands, attributes = {}]: LayerRow): string {
  const types = operands.map((operand) => (typeof operand === 'object' ? operand.type : (operand ?? '_')));
  return `${op}(${types.join(' ')}) ${JSON.stringify(attributes)}`;
}
