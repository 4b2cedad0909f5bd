import {
  type DataArray,
  type Dense,
  evaluate,
  fromFloat16,
  fromNumbers,
  roundTo,
  staticType,
  type Tensor,
  toNumbers,
} from '@polyphase/ir';
import { identityOf } from './build.ts';
import { type Buffer, type Expr, type LoopKernel, type LoopVar, type ReduceName, scalarOf } from './expr.ts';
import type { ContractionStep, KernelProgram } from './program.ts';
import { binaryOf, compareOf, convertOf, narrowOf, unaryOf } from './scalar.ts';
import { operandsOf } from './walk.ts';

/** Elements as numbers, 64-bit integers exact up to 2^53. */
type Memory = Map<Buffer, Float64Array>;

/** Computes the value of an expression at the current step of all loops. */
type Evaluate = () => number;

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
    if (!loop) return body();
    for (let step = 0; step < loop.extent; step++) {
      this.#steps.set(loop, step);
      this.#clock++;
      this.loop(inner, body);
    }
  }

  function(e: Expr): Evaluate {
    const known = this.#functions.get(e);
    if (known) return known;
    const compute = this.#compute(e, operandsOf(e).map((x) => this.function(x)));
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
      if (element === undefined) throw new RangeError(`${buffer.name}[${at}] is outside of its ${buffer.size} elements`);
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

function runKernel({ loops, target, index, value, combine }: LoopKernel, memory: Memory): void {
  const evaluator = new Evaluator(memory);
  const [at, element] = [evaluator.function(index), evaluator.function(value)];
  const data = memory.get(target)!;
  const scalar = scalarOf[target.dtype];
  evaluator.loop(loops, () => {
    const place = at();
    if (!(place >= 0 && place < data.length)) throw new RangeError(`${target.name}[${place}] is stored to, it has ${data.length} elements`);
    const old = data[place]!;
    data[place] = roundTo(target.dtype, combine ? binaryOf(joins[combine], scalar, old, element()) : element());
  });
}

function runContraction({ node, inputs, output, epilogue }: ContractionStep, memory: Memory): void {
  const dense = inputs.map((buffer, i): Dense | undefined => {
    const value = node.inputs[i];
    return buffer && value && { ...staticType(value.type), data: memory.get(buffer)! };
  });
  const [sums] = evaluate(node, dense);
  memory.set(output, sums!.data.map((sum) => roundTo(output.dtype, sum)));
  if (!epilogue || epilogue.sum.kind !== 'load') return;
  const own: Memory = new Map([...memory, [epilogue.sum.buffer, sums!.data]]);
  const evaluator = new Evaluator(own);
  const element = evaluator.function(epilogue.value);
  const data = memory.get(output)!;
  let next = 0;
  evaluator.loop(epilogue.loops, () => {
    data[next++] = roundTo(output.dtype, element());
  });
}

function toElements(data: DataArray, { dtype, size }: Buffer): Float64Array {
  return dtype === 'float16' ? Float64Array.from(data as Uint16Array, fromFloat16) : toNumbers({ dtype, shape: [size], data } as Tensor);
}

/**
 * Runs a program on JavaScript numbers, contractions by their definitions: what lowering and fusion mean, for tests of
 * them and of backends. Loads and stores outside of a buffer throw.
 */
export function interpret(program: KernelProgram, inputs: readonly Tensor[]): Tensor[] {
  const memory: Memory = new Map();
  for (const buffer of program.buffers) memory.set(buffer, new Float64Array(buffer.size).fill(Number.NaN));
  for (const [buffer, data] of program.constants) memory.set(buffer, toElements(data, buffer));
  for (const [i, buffer] of program.inputs.entries()) memory.set(buffer, toElements(inputs[i]!.data, buffer));
  for (const step of program.steps) {
    if (step.kind === 'loop') runKernel(step.kernel, memory);
    else runContraction(step, memory);
  }
  return program.outputs.map((buffer) => fromNumbers(buffer.dtype, [buffer.size], memory.get(buffer)!));
}
