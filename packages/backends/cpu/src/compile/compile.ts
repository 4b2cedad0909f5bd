import { type DataArray, type Graph, type StaticType, staticType, type Value } from '@polyphase/ir';
import {
  type Buffer,
  type KernelProgram,
  type PlacedProgram,
  placeInside,
  schedule,
} from '@polyphase/kernel';
import type { CompileContext } from '@polyphase/plugin';
import { namesIn } from '../contractions/product.ts';
import { emitContraction, isContraction, prepareContractions } from '../families/index.ts';
import { type HostName, hostFunctions, hostFunctionsOf } from '../math/host.ts';
import { type Call, type CpuProgram, linkedProgram, type Slot } from '../program.ts';
import { Build, type Task } from './build.ts';
import { type Layout, layOut } from './layout.ts';
import { emitLoops } from './loops.ts';
import { allocate } from './memory.ts';

export interface CompileOptions {
  /** Whether fused multiply-adds may be used. */
  readonly relaxed: boolean;
  /** The most memory that a program may use, in bytes. */
  readonly maxMemory: number;
}

/** A region as tasks over buffers, before anything is placed in memory. */
interface Built {
  readonly placed: PlacedProgram;
  readonly build: Build;
  readonly host: ReadonlySet<HostName>;
}

/** Writes the module of a region and decides what lies where. */
export function buildRegion(region: Graph, relaxed: boolean): Built {
  const placed = placeInside(prepareContractions(schedule(region, { contraction: isContraction })));
  const host = hostFunctionsOf(placed.program);
  const build = new Build(host, relaxed);
  for (const step of placed.program.steps) {
    if (step.kind === 'loop') emitLoops(build, { kernel: 'loop', nodes: step.nodes }, step.kernel);
    else emitContraction(build, step);
  }
  return { placed, build, host };
}

/** Turns a region into a program: a module, and a memory that holds its weights and tables. */
export async function compileRegion(
  region: Graph,
  { relaxed, maxMemory }: CompileOptions,
  { trace }: CompileContext,
): Promise<CpuProgram> {
  const { placed, build, host } = buildRegion(region, relaxed);
  const { program } = placed;
  for (const { step } of build.tasks) trace?.(`cpu: ${step.kernel}: ${namesIn(step)}`);
  const layout = layOut(placed, build);
  const memory = allocate(layout, region.name, maxMemory);
  fill(memory, program, build, layout);
  const calls = await link(build, layout, memory, host);
  const { module, tasks } = build;
  return linkedProgram({
    name: region.name,
    memory,
    calls,
    inputs: slots(region.inputs, program.inputs, layout),
    outputs: slots(
      region.outputs.map(({ value }) => value),
      program.outputs,
      layout,
    ),
    report: {
      steps: tasks.map(({ step }) => step),
      memory: { constants: layout.constants, activations: layout.activations + layout.scratch },
    },
    wat: () => module.toWat(),
  });
}

function slots(values: readonly Value[], buffers: readonly Buffer[], layout: Layout): Slot[] {
  return values.map(({ type }, i): Slot => {
    const known: StaticType = staticType(type);
    return { type: known, address: layout.addressOf({ kind: 'buffer', buffer: buffers[i]! }) };
  });
}

/** Compiles the module and binds each task to its function and its addresses. */
async function link(
  build: Build,
  layout: Layout,
  memory: WebAssembly.Memory,
  host: Iterable<HostName>,
): Promise<Call[]> {
  const names = new Map(build.tasks.map(({ func }) => [func, '']));
  for (const func of names.keys()) names.set(func, build.module.export(func));
  const imports = Object.fromEntries([...host].map((name) => [name, hostFunctions[name].call]));
  const compiled = await WebAssembly.compile(build.module.toBytes());
  const { exports } = await WebAssembly.instantiate(compiled, { env: { memory, ...imports } });
  return build.tasks.map(({ step, func, places, units, grain }: Task): Call => {
    const addresses = places.map((place) => layout.addressOf(place));
    return { step, func: exports[names.get(func)!] as Call['func'], addresses, units, grain };
  });
}

function fill(
  { buffer }: WebAssembly.Memory,
  { constants }: KernelProgram,
  build: Build,
  layout: Layout,
): void {
  for (const constant of layout.raw) {
    const data = constants.get(constant)!;
    bytes(buffer, layout.addressOf({ kind: 'buffer', buffer: constant }), data.byteLength).set(bytesIn(data));
  }
  for (const data of build.data) data.fill(buffer, layout.addressOf({ kind: 'data', data }));
}

const bytes = (memory: ArrayBuffer, address: number, length: number) =>
  new Uint8Array(memory, address, length);
const bytesIn = ({ buffer, byteOffset, byteLength }: DataArray) =>
  new Uint8Array(buffer, byteOffset, byteLength);
