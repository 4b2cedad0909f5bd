import {
  type Dense,
  type DType,
  evaluate,
  fromNumbers,
  type Graph,
  isFloat,
  makeNode,
  type Node,
  type OpName,
  ops,
  sizeOf,
  staticType,
  type Tensor,
  toDense,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import { expect } from 'vitest';
import { storeInPlace } from './in-place.ts';
import { interpret } from './interpret.ts';
import { placeInside } from './place.ts';
import { printProgram } from './print.ts';
import type { KernelProgram } from './program.ts';
import { type ScheduleOptions, schedule } from './schedule.ts';
import { verifyProgram } from './verify.testing.ts';

/** Collects nodes and inputs into a graph. */
export class Region {
  readonly #inputs: Value[] = [];
  readonly #nodes: Node[] = [];

  input(shape: readonly number[], dtype: DType = 'float32', name = `x${this.#inputs.length}`): Value {
    const value: Value = { name, type: { dtype, shape } };
    this.#inputs.push(value);
    return value;
  }

  constant(shape: readonly number[], elements: readonly number[], dtype: DType = 'float32'): Value {
    const known = fromNumbers(dtype, shape, Float64Array.from(elements));
    return { name: 'c', type: { dtype, shape }, constant: known };
  }

  all(op: OpName, inputs: readonly (Value | undefined)[], attributes: object = {}): readonly Value[] {
    const node = makeNode(ops[op] as never, inputs, attributes as never, {
      name: `${op}${this.#nodes.length}`,
    }) as Node;
    this.#nodes.push(node);
    return node.outputs;
  }

  op(op: OpName, inputs: readonly (Value | undefined)[], attributes: object = {}): Value {
    return this.all(op, inputs, attributes)[0]!;
  }

  graph(outputs: readonly Value[]): Graph {
    return {
      name: 'test',
      inputs: this.#inputs,
      nodes: this.#nodes,
      outputs: outputs.map((value, i) => ({ name: `y${i}`, value })),
    };
  }
}

/** Every value of a graph by the definitions. */
export function define(graph: Graph, inputs: readonly Tensor[]): Dense[] {
  const known = new Map<Value, Dense>(graph.inputs.map((value, i) => [value, toDense(inputs[i]!)]));
  const dense = (value: Value): Dense => known.get(value) ?? toDense(value.constant!);
  for (const node of graph.nodes) {
    const results = evaluate(
      node,
      node.inputs.map((value) => value && dense(value)),
    );
    for (const [i, value] of node.outputs.entries()) known.set(value, results[i]!);
  }
  return graph.outputs.map(({ value }) => dense(value));
}

const epsilons: Partial<Record<DType, number>> = { float32: 2 ** -23, float16: 2 ** -10, float64: 2 ** -50 };

/** Elements that differ by more than some roundings of the largest number around, or in being NaN or infinite. */
export function differences(actual: Tensor, expected: Dense, roundings: number): string[] {
  const [a, b] = [toNumbers(actual), toNumbers(fromNumbers(expected.dtype, expected.shape, expected.data))];
  const epsilon = (epsilons[expected.dtype] ?? 0) * roundings;
  const scale = b.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 2 ** -10);
  const isNear = (x: number, y: number): boolean =>
    Object.is(x, y) || x === y || Math.abs(x - y) <= epsilon * scale;
  return [...a].flatMap((x, i) => (isNear(x, b[i]!) ? [] : [`[${i}] ${x}, ${b[i]} expected`]));
}

/** Numbers that a type holds, the same ones for the same seed. */
export function samples(shape: readonly number[], dtype: DType, seed = 1): Tensor {
  let state = seed * 7919 + 17;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const draw = (): number => {
    if (dtype === 'bool') return next() < 0.5 ? 0 : 1;
    if (isFloat(dtype)) return (next() - 0.5) * 6;
    return Math.floor(next() * 24) - (dtype.startsWith('u') ? 0 : 12);
  };
  return fromNumbers(dtype, shape, Float64Array.from({ length: sizeOf(shape) }, draw));
}

export const samplesFor = (graph: Graph): Tensor[] =>
  graph.inputs.map(({ type }, i) => samples(staticType(type).shape, type.dtype, i + 1));

/** Schedules a graph, runs it and compares every output with the definitions. */
export function expectAsDefined(
  graph: Graph,
  {
    inputs = samplesFor(graph),
    roundings = 64,
    ...options
  }: ScheduleOptions & { inputs?: readonly Tensor[]; roundings?: number } = {},
): KernelProgram {
  const program = schedule(graph, options);
  verifyProgram(program);
  const expected = define(graph, inputs);
  const placed = storeInPlace(placeInside(program), { contraction: () => true });
  const runs = [interpret(program, inputs), interpret(placed.program, inputs, placed.placements)];
  for (const [run, actual] of runs.entries()) {
    for (const [i, dense] of expected.entries()) {
      const wrong = differences(actual[i]!, dense, roundings).slice(0, 8);
      const kind = run === 0 ? '' : ' in place';
      if (wrong.length > 0) expect.fail(`output ${i}${kind}: ${wrong.join('\n')}\n${printProgram(program)}`);
    }
  }
  return program;
}
