import { dtypes, PolyphaseError, type StaticType, type Tensor } from '@polyphase/ir';
import type { Program, ProgramReport, Step } from '@polyphase/plugin';

/** Told how long each step of a run took. */
export type Observe = (step: Step, milliseconds: number) => void;

/** A compiled region of the cpu backend. */
export interface CpuProgram extends Program {
  run(inputs: readonly Tensor[], observe?: Observe): Promise<readonly Tensor[]>;
  /** The generated module as WebAssembly text. */
  wat(): string;
}

/** A task with its function and its addresses. */
export interface Call {
  readonly step: Step;
  readonly func: (...args: readonly number[]) => void;
  readonly addresses: readonly number[];
  readonly units: number;
  readonly grain: number;
}

/** Where a tensor lies. */
export interface Slot {
  readonly type: StaticType;
  readonly address: number;
}

export interface Linked {
  readonly name: string;
  readonly memory: WebAssembly.Memory;
  readonly calls: readonly Call[];
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
  readonly report: ProgramReport;
  wat(): string;
}

/** A program that is ready to run. A run is one uninterrupted stretch of work, so runs never overlap. */
export function linkedProgram({ report, wat, ...linked }: Linked): CpuProgram {
  let live: Pick<Linked, 'name' | 'memory' | 'calls' | 'inputs' | 'outputs'> | undefined = linked;
  return {
    report,
    wat,
    async run(inputs, observe) {
      if (!live) throw disposed(linked.name);
      for (const [i, slot] of live.inputs.entries()) write(live.memory, slot, inputs[i]!);
      for (const call of live.calls) runCall(call, observe);
      return live.outputs.map((slot) => read(live!.memory, slot));
    },
    dispose() {
      live = undefined;
    },
  };
}

function runCall({ step, func, addresses, units, grain }: Call, observe: Observe | undefined): void {
  const begin = observe ? performance.now() : 0;
  for (let unit = 0; unit < units; unit += grain) func(unit, Math.min(unit + grain, units), ...addresses);
  observe?.(step, performance.now() - begin);
}

/** A view of a tensor's elements in the memory. */
function viewOf({ buffer }: WebAssembly.Memory, { type, address }: Slot) {
  const { array } = dtypes[type.dtype];
  return new array(
    buffer,
    address,
    type.shape.reduce((all, length) => all * length, 1),
  );
}

function write(memory: WebAssembly.Memory, slot: Slot, { data }: Tensor): void {
  viewOf(memory, slot).set(data as never);
}

const read = (memory: WebAssembly.Memory, slot: Slot): Tensor =>
  ({ ...slot.type, data: viewOf(memory, slot).slice() }) as Tensor;

const disposed = (name: string): PolyphaseError =>
  new PolyphaseError('PP4006', {
    at: name,
    problem: 'its program on the cpu backend has been disposed',
    fix: 'Compile the model again',
  });
