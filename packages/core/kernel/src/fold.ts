import { type DataArray, type DType, fromNumbers } from '@polyphase/ir';
import type { Buffer, Expr, LoopKernel } from './expr.ts';
import { elementsOf, type Memory, runKernel } from './interpret.ts';
import type { KernelProgram, LoopStep } from './program.ts';
import { loadedBuffers, visit } from './walk.ts';

type Step = KernelProgram['steps'][number];
type Constants = ReadonlyMap<Buffer, DataArray>;

/** More elements, or more work for them, than this are left to the run. */
export const mostFolded = 2 ** 18;

/** Their numbers are not exact in JavaScript. */
const inexact: ReadonlySet<DType> = new Set(['int64', 'uint64']);

function evaluationsOf({ loops, value }: LoopKernel): number {
  const steps = (all: number, { extent }: { readonly extent: number }): number => all * extent;
  let reduced = 1;
  visit([value], (e: Expr) => {
    if (e.kind === 'reduce') reduced *= e.loops.reduce(steps, 1);
  });
  return loops.reduce(steps, 1) * reduced;
}

/** The steps that store to one buffer stand one after the other. */
function byTarget(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = [];
  const targetOf = (step: Step): Buffer => (step.kind === 'loop' ? step.kernel.target : step.output);
  for (const step of steps) {
    const last = groups.at(-1);
    if (last && targetOf(last[0]!) === targetOf(step)) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

const isFoldable =
  (constants: Constants, outputs: ReadonlySet<Buffer>) =>
  (step: Step): step is LoopStep => {
    if (step.kind !== 'loop' || outputs.has(step.kernel.target)) return false;
    const { index, value, target } = step.kernel;
    const loaded = [...loadedBuffers([index, value])];
    return (
      ![target, ...loaded].some(({ dtype }) => inexact.has(dtype)) &&
      loaded.every((buffer) => constants.has(buffer) && buffer.size <= mostFolded)
    );
  };

function compute(steps: readonly LoopStep[], constants: Constants): DataArray {
  const { target } = steps[0]!.kernel;
  const memory: Memory = new Map([[target, new Float64Array(target.size)]]);
  for (const { kernel } of steps)
    for (const buffer of loadedBuffers([kernel.index, kernel.value]))
      memory.set(buffer, elementsOf(buffer, constants.get(buffer)!));
  for (const { kernel } of steps) runKernel(kernel, memory);
  return fromNumbers(target.dtype, [target.size], memory.get(target)!).data;
}

/** Computes what depends on constants only, such as the factor of a normalisation: it becomes a constant itself. */
export function foldConstants(
  steps: readonly Step[],
  given: Constants,
  outputs: readonly Buffer[],
): { readonly steps: readonly Step[]; readonly constants: Constants } {
  const constants = new Map(given);
  const canFold = isFoldable(constants, new Set(outputs));
  const kept = byTarget(steps).flatMap((group) => {
    const loops = group.filter(canFold);
    const work = loops.reduce((sum, { kernel }) => sum + evaluationsOf(kernel), 0);
    if (loops.length < group.length || work > mostFolded) return group;
    constants.set(loops[0]!.kernel.target, compute(loops, constants));
    return [];
  });
  return { steps: kept, constants };
}
