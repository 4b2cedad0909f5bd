import {
  type DataArray,
  type Dense,
  evaluate,
  fromFloat16,
  fromNumbers,
  PolyphaseError,
  roundTo,
  staticType,
  type Tensor,
  toNumbers,
} from '@polyphase/ir';
import { identityOf } from './build.ts';
import { type Buffer, type Expr, type LoopKernel, type LoopVar, type ReduceName, scalarOf } from './expr.ts';
import { type Placement, rootOf } from './place.ts';
import type { ContractionStep, KernelProgram } from './program.ts';
import { binaryOf, compareOf, convertOf, narrowOf, unaryOf } from './scalar.ts';
import { operandsOf } from './walk.ts';

/** Elements as numbers, 64-bit integers exact up to 2^53. */
export type Memory = Map<Buffer, Float64Array>;

/** Computes the value of an expression at the current step of all loops. */
type Evaluate = () => number;

const outOfBounds = ({ name, size }: Buffer, index: number): PolyphaseError =>
  new PolyphaseError('PP4007', {
    at: `kernel at ${name}`,
    problem: `the element ${index} is outside of the ${size} there are`,
    fix: 'Report this as a defect of the lowering',
  });

const joins = { sum: 'add', prod: 'mul', max: 'max', min: 'min' } as const;

/** Turns expressions into functions; equal objects are computed once for each step of the loops they depend on. */
class Evaluator {
  readonly #memory: Memory;
  readonly #steps = new Map<LoopVar, number>();
  readonly #functions = new Map<Expr, Evaluate>();
  /** Counts steps of any loop: what was computed before the last one is not looked at again. */
  #clock = 0;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Calls `body` at every step of the loops, in order. */
  loop(loops: readonly LoopVar[], body: () => void): void {
    const [loop, ...inner] = loops;
    if (!loop) body();
    for (let step = 0; loop && step < loop.extent; step++) {
      this.#steps.set(loop, step);
      this.#clock++;
      this.loop(inner, body);
    }
  }

  function(e: Expr): Evaluate {
    const known = this.#functions.get(e);
    if (known) return known;
    const compute = this.#compute(
      e,
      operandsOf(e).map((x) => this.function(x)),
    );
    let [at, value] = [-1, 0];
    const remembered = (): number => {
      if (at === this.#clock) return value;
      const now = this.#clock;
      value = compute();
      at = this.#clock === now ? now : -1;
      return value;
    };
    this.#functions.set(e, remembered);
    return remembered;
  }

  #compute(e: Expr, operands: readonly Evaluate[]): Evaluate {
    const [a, b, c] = operands as [Evaluate, Evaluate, Evaluate];
    switch (e.kind) {
      case 'const':
        return () => e.value;
      case 'var':
        return () => this.#steps.get(e.loop)!;
      case 'load':
        return this.#load(e.buffer, a);
      case 'unary':
        return () => unaryOf(e.op, e.type, a());
      case 'binary':
        return () => binaryOf(e.op, e.type, a(), b());
      case 'compare':
        return () => compareOf(e.op, a(), b());
      case 'select':
        return () => (a() === 0 ? c() : b());
      case 'convert':
        return () => convertOf(e.type, e.x.type, a());
      case 'narrow':
        return () => narrowOf(e.dtype, a());
      case 'reduce':
        return () => this.#fold(e.op, e, a);
    }
  }

  #load(buffer: Buffer, index: Evaluate): Evaluate {
    const data = this.#memory.get(buffer);
    return () => {
      const at = index();
      const element = data?.[at];
      if (element === undefined) throw outOfBounds(buffer, at);
      return element;
    };
  }

  #fold(op: ReduceName, { loops, type }: Expr & { kind: 'reduce' }, body: Evaluate): number {
    const identity = identityOf(op, type);
    let total = identity.kind === 'const' ? identity.value : 0;
    this.loop(loops, () => {
      total = binaryOf(joins[op], type, total, body());
    });
    return total;
  }
}

export function runKernel({ loops, target, index, value, combine }: LoopKernel, memory: Memory): void {
  const evaluator = new Evaluator(memory);
  const [at, element] = [evaluator.function(index), evaluator.function(value)];
  const data = memory.get(target)!;
  const scalar = scalarOf[target.dtype];
  evaluator.loop(loops, () => {
    const place = at();
    if (data[place] === undefined) throw outOfBounds(target, place);
    const old = data[place]!;
    data[place] = roundTo(
      target.dtype,
      combine ? binaryOf(joins[combine], scalar, old, element()) : element(),
    );
  });
}

function runContraction({ node, inputs, output, epilogue }: ContractionStep, memory: Memory): void {
  const dense = inputs.map((buffer, i): Dense | undefined => {
    const value = node.inputs[i];
    return buffer && value && { ...staticType(value.type), data: memory.get(buffer)! };
  });
  const [sums] = evaluate(node, dense);
  const data = memory.get(output)!;
  if (epilogue?.sum.kind !== 'load') {
    data.set(sums!.data.map((sum) => roundTo(output.dtype, sum)));
    return;
  }
  const own: Memory = new Map([...memory, [epilogue.sum.buffer, sums!.data]]);
  const evaluator = new Evaluator(own);
  const element = evaluator.function(epilogue.value);
  let next = 0;
  evaluator.loop(epilogue.loops, () => {
    data[next++] = roundTo(output.dtype, element());
  });
}

export const elementsOf = ({ dtype, size }: Buffer, data: DataArray): Float64Array =>
  dtype === 'float16'
    ? Float64Array.from(data as Uint16Array, fromFloat16)
    : toNumbers({ dtype, shape: [size], data } as Tensor);

type Placements = ReadonlyMap<Buffer, Placement>;

/** Memory for every buffer, not yet written to; what is placed inside another buffer shares its elements. */
function allocate(buffers: readonly Buffer[], placements: Placements): Memory {
  const memory: Memory = new Map();
  const elements = (buffer: Buffer): Float64Array => {
    const known = memory.get(buffer);
    if (known) return known;
    const { within, offset } = rootOf(placements, buffer);
    const own =
      within === buffer
        ? new Float64Array(buffer.size).fill(Number.NaN)
        : elements(within).subarray(offset, offset + buffer.size);
    memory.set(buffer, own);
    return own;
  };
  for (const buffer of buffers) elements(buffer);
  return memory;
}

/**
 * Runs a program on JavaScript numbers, contractions by their definitions: what lowering and fusion mean, for tests of
 * them and of backends. Loads and stores outside of a buffer throw.
 */
export function interpret(
  program: KernelProgram,
  inputs: readonly Tensor[],
  placements: Placements = new Map(),
): Tensor[] {
  const memory = allocate(program.buffers, placements);
  for (const [buffer, data] of program.constants) memory.get(buffer)?.set(elementsOf(buffer, data));
  for (const [i, buffer] of program.inputs.entries())
    memory.get(buffer)!.set(elementsOf(buffer, inputs[i]!.data));
  for (const step of program.steps) {
    if (step.kind === 'loop') runKernel(step.kernel, memory);
    else runContraction(step, memory);
  }
  return program.outputs.map((buffer) => fromNumbers(buffer.dtype, [buffer.size], memory.get(buffer)!));
}
