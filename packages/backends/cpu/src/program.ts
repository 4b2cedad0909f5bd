import { PolyphaseError, type Tensor } from '@polyphase/ir';
import {
  type AnyTensor,
  type Emitted,
  isDeviceTensor,
  type Observe,
  type Program,
  type ProgramReport,
  type RunOptions,
  type Step,
} from '@polyphase/plugin';
import {
  type CpuTensor,
  copyElements,
  copyOf,
  type Elements,
  MemoryTensor,
  type Slot,
  viewOf,
} from './tensors.ts';
import type { Kernel } from './threads/crew.ts';
import type { Enlisted } from './threads/team.ts';

/** A compiled region of the cpu backend. */
export interface CpuProgram extends Program {
  /**
   * Where the inputs lie, in the order of the region's inputs. What is written there and given to `run` is not copied;
   * a run may use the memory for other things, so all elements are written anew before each.
   */
  readonly inputs: readonly CpuTensor[];
  run(inputs: readonly AnyTensor[], options?: Omit<RunOptions, 'keep'>): Promise<readonly Tensor[]>;
  /** Outputs that are kept are `CpuTensor`s, valid until the program runs again or is disposed. */
  run(inputs: readonly AnyTensor[], options: RunOptions): Promise<readonly AnyTensor[]>;
  /** The generated module as WebAssembly text. */
  emit(): readonly Emitted[];
}

/** A task with its function and its addresses on this thread. */
export interface Call {
  readonly step: Step;
  readonly func: Kernel;
  readonly addresses: readonly number[];
  readonly units: number;
  readonly grain: number;
  /** Which of the steps it is that threads share; undefined: this thread alone runs it. */
  readonly shared?: number;
}

export interface Runnable {
  readonly name: string;
  readonly memory: WebAssembly.Memory;
  readonly calls: readonly Call[];
  readonly enlisted: Enlisted | undefined;
  /** For tests: spoils what no run may rely on. */
  readonly spoil?: (() => void) | undefined;
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
}

export interface Described {
  readonly report: ProgramReport;
  emit(): readonly Emitted[];
}

/** A program that is ready to run. A run is one uninterrupted stretch of work, so runs never overlap. */
export function linkedProgram(runnable: Runnable, { report, emit }: Described): CpuProgram {
  let live: Runnable | undefined = runnable;
  let runs = 0;
  const { memory } = runnable;
  const run = async (inputs: readonly AnyTensor[], { observe, keep }: RunOptions = {}) => {
    if (!live) throw disposed(runnable.name);
    const given = inputs.map((input, i) => sourceOf(input, memory, runnable.inputs[i]!));
    const sources = live.spoil ? given.map((elements) => elements.slice()) : given;
    live.spoil?.();
    const number = ++runs;
    const isLast = () => live !== undefined && number === runs;
    live.enlisted?.rouse();
    for (const [i, slot] of live.inputs.entries()) write(memory, slot, sources[i]!);
    runCalls(live, observe);
    if (live.enlisted?.failed()) throw await live.enlisted.failure();
    return runnable.outputs.map((slot, i) =>
      keep?.[i] ? new MemoryTensor(memory, slot, isLast) : read(memory, slot),
    );
  };
  return {
    report,
    emit,
    inputs: runnable.inputs.map((slot) => new MemoryTensor(memory, slot, () => live !== undefined)),
    run: run as CpuProgram['run'],
    dispose() {
      live?.enlisted?.drop();
      live = undefined;
    },
  };
}

/** Calls of one step, timed as one. */
function runCalls({ calls, enlisted }: Runnable, observe: Observe | undefined): void {
  let begin = observe && performance.now();
  for (const [i, call] of calls.entries()) {
    if (call.shared === undefined) runAlone(call);
    else enlisted!.run(call.shared);
    if (!observe || calls[i + 1]?.step === call.step) continue;
    const end = performance.now();
    observe(call.step, end - begin!);
    begin = performance.now();
  }
}

function runAlone({ func, addresses, units, grain }: Call): void {
  for (let unit = 0; unit < units; unit += grain) func(unit, Math.min(unit + grain, units), ...addresses);
}

/** The elements of an input. An output of this program is copied first: it may lie where the inputs go. */
function sourceOf(input: AnyTensor, { buffer }: WebAssembly.Memory, { address }: Slot): Elements {
  if (!isDeviceTensor(input)) return input.data;
  const elements = (input as CpuTensor).resource;
  return elements.buffer === buffer && elements.byteOffset !== address ? elements.slice() : elements;
}

function write(memory: WebAssembly.Memory, slot: Slot, source: Elements): void {
  const isThere = source.buffer === memory.buffer && source.byteOffset === slot.address;
  if (!isThere) copyElements(viewOf(memory, slot), source);
}

const read = (memory: WebAssembly.Memory, slot: Slot): Tensor => copyOf(slot.type, viewOf(memory, slot));

const disposed = (name: string): PolyphaseError =>
  new PolyphaseError('PP4006', {
    at: name,
    problem: 'its program on the cpu backend has been disposed',
    fix: 'Compile the model again',
  });
