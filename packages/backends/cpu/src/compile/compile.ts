import { type DataArray, type Graph, staticType, type Value } from '@polyphase/ir';
import {
  type Buffer,
  type KernelProgram,
  type PlacedProgram,
  placeInside,
  schedule,
  storeInPlace,
} from '@polyphase/kernel';
import type { CompileContext, ProgramMemory } from '@polyphase/plugin';
import { namesIn } from '../contractions/product.ts';
import type { Choice } from '../families/family.ts';
import { emitContraction, isContraction, prepareContractions } from '../families/index.ts';
import { type HostName, hostFunctionsOf } from '../math/host.ts';
import { type CpuProgram, linkedProgram } from '../program.ts';
import type { Slot } from '../tensors.ts';
import { spoil } from '../threads/drill.ts';
import type { Team } from '../threads/team.ts';
import type { Func } from '../wasm/index.ts';
import { Build } from './build.ts';
import { type Layout, layOut } from './layout.ts';
import { chunksOf, link, load, packAll } from './link.ts';
import { emitLoops } from './loops.ts';
import { allocate, mostPages } from './memory.ts';
import type { Sharing } from './sharing.ts';
import { Stopwatch } from './stopwatch.ts';

export interface CompileOptions {
  /** How contractions are computed, and whether fused multiply-adds may be used. */
  readonly choice: Choice;
  /** The most memory that a program may use, in bytes. */
  readonly maxMemory: number;
  readonly sharing: Sharing;
  /** The other threads; asked for by the first program that shares steps. */
  team(): Team;
}

/** A region as tasks over buffers, before anything is placed in memory. */
interface Built {
  readonly placed: PlacedProgram;
  readonly build: Build;
  readonly host: ReadonlySet<HostName>;
}

/** Writes the module of a region and decides what lies where. */
export function buildRegion(region: Graph, choice: Choice, time = new Stopwatch(), text = true): Built {
  const scheduled = time.of('schedule', () => schedule(region, { contraction: isContraction(choice) }));
  const placed = time.of('schedule', () => storeInPlace(placeInside(prepareContractions(scheduled, choice))));
  const host = hostFunctionsOf(placed.program);
  const build = new Build(host, choice, text);
  time.of('emit', () => {
    for (const step of placed.program.steps) emitStep(build, step);
  });
  return { placed, build, host };
}

function emitStep(build: Build, step: KernelProgram['steps'][number]): void {
  const before = build.tasks.length;
  if (step.kind === 'loop') emitLoops(build, { kernel: 'loop', nodes: step.nodes }, step.kernel);
  else emitContraction(build, step);
  if (hostFunctionsOf({ steps: [step] }).size > 0)
    for (const task of build.tasks.slice(before)) build.hosted.add(task);
}

/** Turns a region into a program: a module, and a memory that holds its weights and tables. */
export async function compileRegion(
  region: Graph,
  options: CompileOptions,
  { trace }: CompileContext,
): Promise<CpuProgram> {
  const time = new Stopwatch();
  const { placed, build, host } = buildRegion(region, options.choice, time, false);
  const { program } = placed;
  for (const { step } of build.tasks) trace?.(`cpu: ${step.kernel}: ${namesIn(step)}`);
  const chunks = chunksOf(build, options.sharing);
  const shared = chunks.some((chunk) => chunk !== undefined);
  const layout = layOut(placed, build, shared ? options.sharing.threads : 1);
  const memory = allocate(layout, { name: region.name, limit: options.maxMemory, shared });
  const { drill } = options.sharing;
  if (drill) spoil(memory, 0);
  time.of('pack', () => fill(memory, program, build, layout));
  const names = finish(build, shared);
  const bytes = time.of('encode', () => build.module.toBytes());
  const team = shared ? options.team() : undefined;
  const { module, instance } = await time.ofAsync('engine', load(bytes, memory, host));
  const parts = { build, layout, memory, module, names, instance, host, chunks, drill };
  time.of('pack', () => packAll(parts));
  const { calls, enlisted } = time.of('engine', () => link(parts, team));
  const values = region.outputs.map(({ value }) => value);
  return linkedProgram(
    {
      name: region.name,
      memory,
      calls,
      enlisted,
      spoil: drill && (() => spoil(memory, layout.constants)),
      inputs: slots(region.inputs, program.inputs, layout),
      outputs: slots(values, program.outputs, layout),
    },
    {
      report: {
        steps: [...new Set(build.tasks.map(({ step }) => step))],
        memory: memoryOf(layout),
        compileTimes: time.milliseconds,
      },
      emit: () => [{ name: `${region.name}.wat`, text: textOf(region, options.choice, shared) }],
    },
  );
}

/** The module as text, written once more: the program keeps nothing for it. */
function textOf(region: Graph, choice: Choice, shared: boolean): string {
  const { build } = buildRegion(region, choice);
  finish(build, shared);
  return build.module.toWat();
}

/** Declares the memory and exports the functions of tasks and packings; the names that they have got. */
function finish({ tasks, packings, module }: Build, shared: boolean): ReadonlyMap<Func, string> {
  if (shared) module.limitMemory({ minPages: 0, maxPages: mostPages, shared });
  const funcs = new Set([...tasks, ...packings].map(({ func }) => func));
  return new Map([...funcs].map((func) => [func, module.export(func)]));
}

const memoryOf = ({ constants, activations, scratch, unshared, lowerBound }: Layout): ProgramMemory => ({
  constants,
  activations: activations + scratch,
  unshared: unshared + scratch,
  lowerBound: lowerBound + scratch,
});

function slots(values: readonly Value[], buffers: readonly Buffer[], layout: Layout): Slot[] {
  return values.map(({ type }, i): Slot => {
    const address = layout.addressOf({ kind: 'buffer', buffer: buffers[i]! });
    return { type: staticType(type), address };
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
  for (const data of build.data)
    if ('fill' in data) data.fill(buffer, layout.addressOf({ kind: 'data', data }));
}

const bytes = (memory: ArrayBuffer, address: number, length: number) =>
  new Uint8Array(memory, address, length);
const bytesIn = ({ buffer, byteOffset, byteLength }: DataArray) =>
  new Uint8Array(buffer, byteOffset, byteLength);
