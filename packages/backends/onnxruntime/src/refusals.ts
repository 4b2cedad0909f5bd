import { type DType, type Node, PolyphaseError } from '@polyphase/ir';
import { operatorsOf, type WrittenOperator } from '@polyphase/onnx';
import { type Reformed, reform } from './forms/form.ts';
import type { Kernels, Provider } from './providers/index.ts';
import { graphOf } from './providers/written.ts';

/** What a provider refuses: what is declared of it, and what came out while sessions were made. */
export class Refusals {
  /** The device computes in float16: an adapter need not. */
  halves = true;
  readonly #provider: Provider;
  readonly #forms = new WeakMap<Node, Reformed | 'itself'>();
  readonly #ofLayer = new WeakMap<Node, string>();
  readonly #ofKind = new Map<string, string>();
  readonly #answers = new WeakMap<Node, string | 'none'>();

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  of(node: Node): string | undefined {
    const learned = this.#ofLayer.get(node) ?? this.#ofKind.get(kindOf(node));
    if (learned !== undefined) return learned;
    const answer = this.#answers.get(node) ?? this.#declared(node) ?? 'none';
    this.#answers.set(node, answer);
    return answer === 'none' ? undefined : answer;
  }

  /** Layers like this one are refused from now on. */
  learn(node: Node, why: string): void {
    this.#ofKind.set(kindOf(node), why);
  }

  /** This layer is refused from now on, because of what stands around it. */
  learnOf(node: Node, why: string): void {
    this.#ofLayer.set(node, why);
  }

  /** The form of a layer that the provider needs; undefined: its own. */
  neededForm(node: Node): Reformed | undefined {
    const known = this.#forms.get(node) ?? reform(node, this.#provider.needed) ?? 'itself';
    this.#forms.set(node, known);
    return known === 'itself' ? undefined : known;
  }

  #declared(node: Node): string | undefined {
    const { lacks, kernels, opset, avoids } = this.#provider;
    const lack = lacks.find(({ of }) => of(node));
    if (lack) return lack.why;
    if (!kernels) return undefined;
    try {
      const parts = this.neededForm(node)?.nodes ?? [node];
      for (const written of operatorsOf(graphOf(...parts), { opset, avoids })) {
        const why = lackOf(written, kernels, this.halves);
        if (why) return why;
      }
      return undefined;
    } catch (error) {
      if (error instanceof PolyphaseError) return error.problem;
      throw error;
    }
  }
}

/** Which operand the type of a kernel is about. */
const dataOperand: Readonly<Record<string, number>> = { Where: 1 };

function lackOf({ operator, inputs, outputs }: WrittenOperator, kernels: Kernels, halves: boolean) {
  const types = kernels.get(operator);
  if (!types) return `the provider has no kernel for ${operator}`;
  const data = inputs[dataOperand[operator] ?? 0] ?? outputs[0];
  const used: readonly DType[] = [data!.dtype, ...(operator === 'Cast' ? [outputs[0]!.dtype] : [])];
  const missing = used.find((dtype, i) => !types.has(dtype) && !(i === 1 && dtype === 'int64'));
  if (missing) return `the provider has no kernel for ${operator} of ${missing}`;
  return !halves && used.includes('float16') ? 'the device does not compute in float16' : undefined;
}

/** The same for layers that differ in names and weights only. */
function kindOf({ op, inputs, outputs, attributes }: Node): string {
  const types = inputs.map(
    (value) => value && [value.type.dtype, value.type.shape, value.constant !== undefined],
  );
  return JSON.stringify([op, types, outputs.map(({ type }) => type), attributes]);
}
