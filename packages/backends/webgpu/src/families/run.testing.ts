import {
  type Dense,
  evaluate,
  type Graph,
  makeNode,
  type Node,
  type OpName,
  ops,
  sizeOf,
  type Tensor,
  tensor,
  toDense,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import { expect } from 'vitest';
import { type Gpu, openGpu } from '../device/gpu.ts';
import { type Planned, planRegion } from '../generate.ts';
import { instantiate } from '../program/instance.ts';
import { GpuProgram } from '../program/program.ts';
import type { Target } from '../target.ts';
import type { Dispatch, ShaderContext } from '../text/shader.ts';

/** Whole numbers from -3 to 3, which sums are exact of. */
export const whole = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7 + seed * 5 + ((i * i) % 11)) % 7) - 3),
    shape,
  );

/** A constant of whole numbers. */
export const known = (shape: readonly number[], seed: number): Value => ({
  name: `w${seed}`,
  type: { dtype: 'float32', shape },
  constant: whole(shape, seed),
});

/** Collects layers into a graph. */
export class Layers {
  readonly #inputs: Value[] = [];
  readonly #nodes: Node[] = [];

  input(shape: readonly number[]): Value {
    const value: Value = { name: `x${this.#inputs.length}`, type: { dtype: 'float32', shape } };
    this.#inputs.push(value);
    return value;
  }

  op(op: OpName, inputs: readonly (Value | undefined)[], attributes: object = {}): Value {
    const name = `${op}${this.#nodes.length}`;
    const node = makeNode(ops[op] as never, inputs, attributes as never, { name }) as Node;
    this.#nodes.push(node);
    return node.outputs[0]!;
  }

  graph(output: Value): Graph {
    return {
      name: 'layers',
      inputs: this.#inputs,
      outputs: [{ name: 'y', value: output }],
      nodes: this.#nodes,
    };
  }
}

/** What the definitions say of a graph's output. */
export function define(graph: Graph, tensors: readonly Tensor[]): Float64Array {
  const values = new Map<Value, Dense>(graph.inputs.map((value, i) => [value, toDense(tensors[i]!)]));
  const read = (value: Value): Dense => values.get(value) ?? toDense(value.constant!);
  for (const node of graph.nodes) {
    const results = evaluate(
      node,
      node.inputs.map((value) => value && read(value)),
    );
    for (const [i, value] of node.outputs.entries()) values.set(value, results[i]!);
  }
  return values.get(graph.outputs[0]!.value)!.data;
}

let gpu: Promise<Gpu> | undefined;

/** The device that tests share. */
export const testGpu = (): Promise<Gpu> => {
  gpu ??= openGpu({ powerPreference: undefined });
  return gpu;
};

/** The contraction that a graph begins with, and what its shader is written with. */
export function contractionOf(
  graph: Graph,
  target: Target,
): { planned: Planned; step: ContractionStep; context: ShaderContext } {
  const planned = planRegion(graph, target);
  const step = planned.placed.program.steps.find((each) => each.kind === 'contraction')!;
  return { planned, step, context: planned.context };
}

/** Runs a graph of one contraction, computed by these dispatches, and expects what the definitions say, exactly. */
export async function expectDefined(
  graph: Graph,
  { placed, context }: Planned,
  dispatches: readonly Dispatch[],
): Promise<void> {
  const device = await testGpu();
  const stages = dispatches.map((dispatch) => ({
    step: { kernel: dispatch.kernel, nodes: graph.nodes },
    dispatch,
    buffers: dispatch.bindings.flatMap(({ resource }) =>
      resource.kind === 'buffer' ? [resource.buffer] : [],
    ),
  }));
  const own = { placed, stages, storage: context.storage };
  const program = new GpuProgram(graph, own, await instantiate(graph, own, device));
  const tensors = graph.inputs.map(({ type }, i) => whole(type.shape as readonly number[], i));
  const [actual] = await program.run(tensors);
  program.dispose();
  const kernel = dispatches.map((dispatch) => dispatch.kernel).join(', ');
  const elements = [...toNumbers(actual as Tensor)];
  expect({ kernel, elements }).toEqual({ kernel, elements: [...define(graph, tensors)] });
}
