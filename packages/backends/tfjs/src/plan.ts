import { type DType, type Node, type StaticType, sizeOf, type Tensor, type Value } from '@polyphase/ir';
import { movesElements, permuted } from './collapse.ts';
import { naturalOrder, type Order, reordering, sameOrder, storedShape } from './order.ts';
import { storageOf } from './storage.ts';
import type { Target, TfTensor } from './tf.ts';

/** A value while the program is planned: in which slot its tensor will be, and how its axes lie there. */
export interface Operand {
  readonly slot: number;
  readonly dtype: DType;
  /** The shape of the value; the tensor's is in `order`. */
  readonly shape: readonly number[];
  readonly order: Order;
  /** Set for weights as they came. */
  readonly host?: Tensor | undefined;
}

type Compute = (...operands: TfTensor[]) => TfTensor | readonly TfTensor[];

/** What a translation makes of a node. Called inside `tidy`: what `run` returns stays, the rest goes. */
export interface Call {
  /** In words for reports: `conv2d ×4 groups`. */
  readonly kernel: string;
  readonly operands: readonly Operand[];
  /** How the axes of the outputs lie; default: naturally. */
  readonly orders?: readonly Order[];
  readonly run: Compute;
}

export interface PlannedStep {
  readonly kernel: string;
  readonly node: Node;
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly run: Compute;
}

/** Constants that are made once, when the program is compiled. */
export type Known =
  | { readonly name: string; readonly host: Tensor }
  | { readonly reads: readonly number[]; readonly run: Compute };

/** Collects the steps of a program, each reading and writing slots. */
export class Plan {
  readonly target: Target;
  readonly steps: PlannedStep[] = [];
  readonly known = new Map<number, Known>();
  readonly #operands = new Map<Value, Operand>();
  /** Copies of operands in other orders, by slot and order. */
  readonly #arranged = new Map<string, Operand>();
  /** What the tensor of each slot takes. */
  readonly #bytes: number[] = [];

  constructor(target: Target) {
    this.target = target;
  }

  bytes(slot: number): number {
    return this.#bytes[slot]!;
  }

  #slot(dtype: DType, shape: readonly number[]): number {
    return this.#bytes.push(sizeOf(shape) * (dtype === 'bool' ? 1 : 4)) - 1;
  }

  /** The operand of a value; a constant becomes known. */
  operandOf(value: Value): Operand {
    const given = this.#operands.get(value);
    if (given) return given;
    const operand = this.define(value, naturalOrder(value.type.shape.length));
    if (value.constant) this.known.set(operand.slot, { name: value.name, host: value.constant });
    return operand;
  }

  define(value: Value, order: Order): Operand {
    const { dtype, shape } = value.type as StaticType;
    const operand = { slot: this.#slot(dtype, shape), dtype, shape, order, host: value.constant };
    this.#operands.set(value, operand);
    return operand;
  }

  /** A table or another constant that the backend makes. */
  constant(host: Tensor): Operand {
    const slot = this.#slot(host.dtype, host.shape);
    this.known.set(slot, { name: 'table', host });
    return { slot, dtype: host.dtype, shape: host.shape, order: naturalOrder(host.shape.length), host };
  }

  /**
   * A value made from others before the node's own call: once when the program is compiled if all of them are known, else
   * in each run, as a step of its own.
   */
  derive(
    node: Node,
    kernel: string,
    operands: readonly Operand[],
    type: { readonly dtype: DType; readonly shape: readonly number[]; readonly order?: Order },
    run: (...operands: TfTensor[]) => TfTensor,
  ): Operand {
    const slot = this.#slot(type.dtype, type.shape);
    const reads = operands.map((operand) => operand.slot);
    if (reads.every((read) => this.known.has(read))) this.known.set(slot, { reads, run });
    else this.steps.push({ kernel, node, reads, writes: [slot], run });
    return {
      slot,
      dtype: type.dtype,
      shape: type.shape,
      order: type.order ?? naturalOrder(type.shape.length),
    };
  }

  /** The operand with its axes in this order, transposed at most once for all who want it so. */
  arranged(node: Node, operand: Operand, order: Order): Operand {
    if (sameOrder(operand.order, order)) return operand;
    const key = `${operand.slot}:${order.join()}`;
    const known = this.#arranged.get(key);
    if (known) return known;
    const { tf } = this.target;
    const perm = reordering(operand.order, order);
    const kernel = movesElements(storedShape(operand.shape, operand.order), perm) ? 'transpose' : 'reshape';
    const made = this.derive(node, kernel, [operand], { ...operand, order }, (x) => permuted(tf, x, perm));
    this.#arranged.set(key, made);
    return made;
  }

  /** Adds the node's own call, and its outputs. */
  add(node: Node, { kernel, operands, orders, run }: Call): void {
    const writes = node.outputs.map(
      (value, i) => this.define(value, orders?.[i] ?? naturalOrder(value.type.shape.length)).slot,
    );
    this.steps.push({ kernel, node, reads: operands.map(({ slot }) => slot), writes, run });
  }
}

/** What a translation sees of the plan: its node's operands, and how to prepare them. */
export class Site {
  readonly plan: Plan;
  readonly node: Node;
  readonly #isRead: (value: Value) => boolean;

  constructor(plan: Plan, node: Node, isRead: (value: Value) => boolean) {
    this.plan = plan;
    this.node = node;
    this.#isRead = isRead;
  }

  get tf(): Target['tf'] {
    return this.plan.target.tf;
  }

  get target(): Target {
    return this.plan.target;
  }

  /** An operand by its place, as it lies. */
  operand(i: number): Operand {
    return this.plan.operandOf(this.node.inputs[i]!);
  }

  optional(i: number): Operand | undefined {
    return this.node.inputs[i] && this.operand(i);
  }

  /** An operand with its axes in their natural order. */
  natural(i: number): Operand {
    const operand = this.operand(i);
    return this.arranged(operand, naturalOrder(operand.shape.length));
  }

  /** All operands, as they lie. */
  operands(): readonly Operand[] {
    return this.node.inputs.map((_, i) => this.operand(i));
  }

  arranged(operand: Operand, order: Order): Operand {
    return this.plan.arranged(this.node, operand, order);
  }

  /** Whether anything reads this output of the node. */
  isRead(output: number): boolean {
    return this.#isRead(this.node.outputs[output]!);
  }

  type(output = 0): StaticType {
    return this.node.outputs[output]!.type as StaticType;
  }

  derive(
    kernel: string,
    operands: readonly Operand[],
    type: { readonly dtype: DType; readonly shape: readonly number[]; readonly order?: Order },
    run: (...operands: TfTensor[]) => TfTensor,
  ): Operand {
    return this.plan.derive(this.node, kernel, operands, type, run);
  }

  constant(host: Tensor): Operand {
    return this.plan.constant(host);
  }

  /** A table of whole numbers. */
  indices(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Operand {
    return this.constant({ dtype: 'int32', shape, data: Int32Array.from(values) });
  }

  /** A table of weights. */
  weights(values: ArrayLike<number>, shape: readonly number[]): Operand {
    return this.constant({ dtype: 'float32', shape, data: Float32Array.from(values) });
  }

  /** A tensor of one value, for outputs that depend on no element. */
  filled(value: number, output = 0): TfTensor {
    const { dtype, shape } = this.type(output);
    const storage = storageOf(dtype);
    return sizeOf(shape) === 0
      ? this.tf.tensor([], [...shape], storage)
      : this.tf.fill([...shape], value, storage);
  }
}
