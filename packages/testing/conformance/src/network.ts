import {
  type DType,
  type Graph,
  type Model,
  makeNode,
  type Node,
  type Op,
  type Operands,
  type Tensor,
  type Value,
} from '@polyphase/ir';
import { type OperandSpec, tensorOf } from './data.ts';

export interface DataOptions {
  /** Of operands that name no type themselves. Default float32. */
  readonly dtype?: DType;
  /** Reals of [-1, 1), for rows where rounding matters. Default: whole numbers, whose sums are exact. */
  readonly reals?: boolean;
}

/** A model whose sizes are numbers, with its inputs. */
export interface Sample {
  readonly model: Model;
  readonly graph: Graph;
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** Puts a small graph together: the operands' elements are drawn as they are declared. */
export class Network {
  readonly #data: Required<DataOptions>;
  readonly #inputs: Value[] = [];
  readonly #tensors: Record<string, Tensor> = {};
  readonly #nodes: Node[] = [];
  #operands = 0;

  constructor({ dtype = 'float32', reals = false }: DataOptions = {}) {
    this.#data = { dtype, reals };
  }

  /** Known only when the model runs. */
  input(spec: OperandSpec, name = `x${this.#operands}`): Value {
    const { value, tensor } = this.#draw(spec, name);
    this.#inputs.push(value);
    this.#tensors[name] = tensor;
    return value;
  }

  /** Known when it is compiled. */
  weight(spec: OperandSpec, name = `w${this.#operands}`): Value {
    const { value, tensor } = this.#draw(spec, name);
    return { ...value, constant: tensor };
  }

  /** The first output of a layer. */
  layer<K extends string, A extends object>(
    op: Op<K, A>,
    operands: NoInfer<Operands<K, Value>>,
    attributes: NoInfer<Partial<A>> = {},
  ): Value {
    return this.layers(op, operands, attributes)[0]!;
  }

  /** All outputs of a layer. */
  layers<K extends string, A extends object>(
    op: Op<K, A>,
    operands: NoInfer<Operands<K, Value>>,
    attributes: NoInfer<Partial<A>> = {},
  ): readonly Value[] {
    return this.add(op, operandsOf(op, operands), attributes).outputs;
  }

  /** A layer whose operands are in the operation's order. */
  add<A extends object>(
    op: Op<string, A>,
    operands: readonly (Value | undefined)[],
    attributes: Partial<A>,
  ): Node<A> {
    const count = this.#nodes.filter((node) => node.op === op.name).length;
    const node = makeNode(op, operands, attributes, {
      name: count === 0 ? op.name : `${op.name} ${count + 1}`,
    });
    this.#nodes.push(node);
    return node;
  }

  /** The network that gives these values, named y, y1, y2... */
  sample(name: string, values: readonly Value[]): Sample {
    const outputs = values.map((value, i) => ({ name: i === 0 ? 'y' : `y${i}`, value }));
    const graph: Graph = { name, inputs: this.#inputs, outputs, nodes: this.#nodes };
    const model: Model = {
      name,
      inputs: this.#inputs.map((value) => ({ name: value.name, type: value.type })),
      outputs: outputs.map((output) => output.name),
      graph: () => graph,
    };
    return { model, graph, inputs: this.#tensors };
  }

  #draw(spec: OperandSpec, name: string): { readonly value: Value; readonly tensor: Tensor } {
    const tensor = tensorOf(spec, { ...this.#data, seed: this.#operands++ });
    return { value: { name, type: { dtype: tensor.dtype, shape: tensor.shape } }, tensor };
  }
}

const bare = (spec: string): string => spec.replace(/^\.\.\.|\?$/g, '');

/** The names of an operation's operands. */
export const operandNames = (op: { readonly inputs: readonly string[] }): readonly string[] =>
  op.inputs.map(bare);

/** Operands by name in the operation's order, a list of operands spread out. */
export function operandsOf<T>(
  op: { readonly inputs: readonly string[] },
  record: Readonly<Record<string, unknown>>,
): (T | undefined)[] {
  return op.inputs.flatMap((spec) => {
    const operand = record[bare(spec)];
    return spec.startsWith('...') ? [...(operand as readonly T[])] : [operand as T | undefined];
  });
}
