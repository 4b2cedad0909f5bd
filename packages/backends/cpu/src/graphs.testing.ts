import { setFlagsFromString } from 'node:v8';
import {
  type Dense,
  type DType,
  evaluate,
  fromDense,
  fromNumbers,
  type Graph,
  isFloat,
  makeNode,
  type Node,
  type OpName,
  opOf,
  ops,
  sizeOf,
  staticType,
  type Tensor,
  toDense,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import { expect } from 'vitest';
import { buildRegion, compileRegion } from './compile/compile.ts';
import { mostBytes } from './compile/memory.ts';
import { type Sharing, sharingAmong } from './compile/sharing.ts';
import type { Choice } from './families/family.ts';
import type { CpuProgram } from './program.ts';
import { newDrill } from './threads/drill.ts';
import type { Team } from './threads/team.ts';
import { features } from './wasm/index.ts';

if (!features().relaxedSimd) setFlagsFromString('--experimental-wasm-relaxed-simd');

/** Without and with relaxed SIMD, as far as this runtime has it. */
export const modes: readonly boolean[] = features().relaxedSimd ? [false, true] : [false];

/** Collects layers into a graph. */
export class Region {
  readonly #inputs: Value[] = [];
  readonly #nodes: Node[] = [];

  input(shape: readonly number[], dtype: DType = 'float32'): Value {
    const value: Value = { name: `x${this.#inputs.length}`, type: { dtype, shape } };
    this.#inputs.push(value);
    return value;
  }

  all(op: OpName, inputs: readonly (Value | undefined)[], attributes: object = {}): readonly Value[] {
    const name = `${op}${this.#nodes.length}`;
    const node = makeNode(ops[op] as never, inputs, attributes as never, { name }) as Node;
    this.#nodes.push(node);
    return node.outputs;
  }

  op(op: OpName, inputs: readonly (Value | undefined)[], attributes: object = {}): Value {
    return this.all(op, inputs, attributes)[0]!;
  }

  get last(): Node {
    return this.#nodes.at(-1)!;
  }

  graph(...outputs: readonly Value[]): Graph {
    return {
      name: 'test',
      inputs: this.#inputs,
      nodes: this.#nodes,
      outputs: outputs.map((value, i) => ({ name: `y${i}`, value })),
    };
  }
}

export const constant = (tensor: Tensor): Value => ({ name: 'c', type: tensor, constant: tensor });

/** Elements without order: floats between -2 and 2 that float16 holds, integers from -7 (or 0) to 7. */
export function samples(shape: readonly number[], dtype: DType = 'float32', seed = 1): Tensor {
  let state = seed * 2654435761;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 16) % 64;
  };
  const least = dtype.startsWith('u') ? 0 : -7;
  const element = (n: number): number => {
    if (dtype === 'bool') return n % 2;
    return isFloat(dtype) ? (n - 32) / 16 : least + (n % (8 - least));
  };
  return fromNumbers(
    dtype,
    shape,
    Float64Array.from({ length: sizeOf(shape) }, () => element(next())),
  );
}

const roundings: Partial<Record<DType, number>> = { float16: 2 ** -11, float32: 2 ** -24, float64: 2 ** -53 };

/** The values of a graph by the definitions. */
export function define({ inputs, nodes }: Graph, tensors: readonly Tensor[]): ReadonlyMap<Value, Dense> {
  const values = new Map<Value, Dense>(inputs.map((value, i) => [value, toDense(tensors[i]!)]));
  for (const node of nodes) {
    const operands = node.inputs.map((value) => value && (values.get(value) ?? toDense(value.constant!)));
    const results = evaluate(node, operands);
    for (const [i, value] of node.outputs.entries()) values.set(value, results[i]!);
  }
  return values;
}

/** The threads that a graph runs on. */
export interface Workers {
  readonly sharing: Sharing;
  team(): Team;
}

const alone: Workers = { sharing: { ...sharingAmong(1), drill: newDrill() }, team: noTeam };

const choiceOf = (choice: Partial<Choice>, relaxed: boolean): Choice => ({
  accuracy: 'default',
  ...choice,
  relaxed,
});

/** Compiles a graph, whose memory is spoilt before each run. */
export const compileFor = (
  graph: Graph,
  relaxed: boolean,
  choice: Partial<Choice>,
  workers: Workers = alone,
): Promise<CpuProgram> =>
  compileRegion(graph, { maxMemory: mostBytes, ...workers, choice: choiceOf(choice, relaxed) }, {});

/** The same; every module is valid, whichever SIMD it is for. */
export async function compileGraph(
  graph: Graph,
  relaxed = false,
  choice: Partial<Choice> = { accuracy: 'exact' },
): Promise<CpuProgram> {
  for (const mode of modes)
    expect(WebAssembly.validate(buildRegion(graph, choiceOf(choice, mode)).build.module.toBytes())).toBe(
      true,
    );
  return compileFor(graph, relaxed, choice);
}

/**
 * Runs a graph and compares it with the definitions: integers exactly, floats within what their sums may lose. A layer
 * that sums T products loses at most T + 1 roundings of the largest partial sum, for which the largest operand or
 * result stands, and functions are exact to 2 units in the last place, which is 4 roundings.
 */
export async function expectAsDefined(
  graph: Graph,
  tensors: readonly Tensor[],
  relaxed = false,
): Promise<void> {
  const program = await compileGraph(graph, relaxed);
  const outputs = await program.run(tensors);
  const defined = define(graph, tensors);
  const terms = graph.nodes.reduce(
    (sum, node) => sum + opOf(node).terms(node.inputs, node.attributes) + 5,
    0,
  );
  const largest = Math.max(1, ...[...defined.values()].map(({ data }) => largestOf(data)));
  for (const [i, { value }] of graph.outputs.entries()) {
    const expected = defined.get(value)!;
    const actual = outputs[i]!;
    expect(actual.shape).toEqual(expected.shape);
    expect(actual.dtype).toBe(expected.dtype);
    const unit = roundings[staticType(value.type).dtype];
    if (unit === undefined) expect(actual.data).toEqual(fromDense(expected).data);
    else expectClose(toNumbers(actual), expected.data, terms * unit * largest, unit);
  }
  program.dispose();
}

const largestOf = (data: Float64Array): number =>
  data.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);

/** NaN and infinities agree; numbers are as close as `absolute`, or as rounding them once. */
export function expectClose(
  actual: Float64Array,
  expected: Float64Array,
  absolute: number,
  unit: number,
): void {
  for (const [i, wanted] of expected.entries()) {
    const found = actual[i]!;
    if (Object.is(found, wanted) || found === wanted) continue;
    const allowed = absolute + unit * Math.abs(wanted);
    if (!(Math.abs(found - wanted) <= allowed))
      expect.fail(`element ${i} is ${found}, not ${wanted} within ${allowed}`);
  }
}

function noTeam(): never {
  throw new Error('one thread has no team');
}
