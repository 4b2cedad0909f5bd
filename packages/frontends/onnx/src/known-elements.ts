import {
  check,
  type Dense,
  evaluate,
  isStatic,
  type Node,
  place,
  roundTo,
  sizeOf,
  type Tensor,
  toDense,
  type Value,
} from '@polyphase/ir';

/** More elements than any operand has that shapes are computed from. */
const mostElements = 2 ** 26;

/**
 * The elements of values that are known before the first run: constants, inputs whose elements were given, and what
 * nodes compute of these. Every layer is rounded to its type, as a runtime would round it.
 */
export class KnownElements {
  readonly #dense = new Map<Value, Dense | undefined>();
  readonly #makers = new Map<Value, Node>();

  give(value: Value, elements: Tensor | undefined): void {
    this.#dense.set(value, elements && toDense(elements));
  }

  add(node: Node): void {
    for (const output of node.outputs) this.#makers.set(output, node);
  }

  /** Undefined when they depend on an input whose elements are not given. */
  of(value: Value): Dense | undefined {
    // With a stack of its own: a chain of nodes may be longer than the call stack.
    const path = [value];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const node = this.#makers.get(top);
      const open = this.#dense.has(top) ? [] : (node?.inputs ?? []).filter((v) => v && !this.#dense.has(v));
      path.push(...(open as Value[]));
      if (open.length > 0) continue;
      path.pop();
      if (!this.#dense.has(top)) this.#compute(top, node);
    }
    return this.#dense.get(value);
  }

  /** The graph inputs without elements that `value` depends on. */
  unknownInputs(value: Value): readonly Value[] {
    const pending = [value];
    const seen = new Set<Value>();
    for (let next = pending.pop(); next; next = pending.pop()) {
      if (seen.has(next) || this.of(next)) continue;
      seen.add(next);
      pending.push(...(this.#makers.get(next)?.inputs ?? []).filter((v) => v !== undefined));
    }
    return [...seen].filter((one) => !this.#makers.has(one));
  }

  #compute(value: Value, node: Node | undefined): void {
    if (!node) {
      this.#dense.set(value, value.constant && toDense(value.constant));
      return;
    }
    const inputs = node.inputs.map((input) => input && this.#dense.get(input));
    const known = node.inputs.every((input, i) => !input || inputs[i]) && node.outputs.every(hasStaticShape);
    const results = known ? evaluateRounded(node, inputs) : [];
    for (const [i, output] of node.outputs.entries()) this.#dense.set(output, results[i]);
  }
}

const hasStaticShape = ({ type }: Value): boolean => isStatic(type.shape);

function evaluateRounded(node: Node, inputs: readonly (Dense | undefined)[]): readonly Dense[] {
  for (const { type } of node.outputs) {
    const size = sizeOf(type.shape as readonly number[]);
    check(size <= mostElements, 'PP1009', () => ({
      at: place(node),
      problem: `a shape of the model depends on its output, which has ${size} elements`,
      fix: 'Check the model and the sizes of the inputs',
    }));
  }
  return evaluate(node, inputs).map(({ dtype, shape, data }) => ({
    dtype,
    shape,
    data: data.map((x) => roundTo(dtype, x)),
  }));
}
