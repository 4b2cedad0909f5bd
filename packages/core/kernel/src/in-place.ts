import { dtypes } from '@polyphase/ir';
import { int } from './build.ts';
import type { Buffer, Expr } from './expr.ts';
import { sameExpr } from './linear.ts';
import { lifetimesOf } from './memory.ts';
import { overwritten, type PlacedProgram, type Placement, rootOf } from './place.ts';
import type { ContractionStep, KernelProgram } from './program.ts';
import { touchedBy } from './schedule.ts';
import { visit } from './walk.ts';

type Step = KernelProgram['steps'][number];
type Placements = ReadonlyMap<Buffer, Placement>;

export interface InPlaceOptions {
  /**
   * Whether a contraction may store over what its epilogue reads at the same place: not if it may store an element twice,
   * as with vectors that overlap. Default: no.
   */
  readonly contraction?: (step: ContractionStep) => boolean;
}

/** The steps that store to a buffer, which stand one after the other, and when. */
interface Writers {
  readonly target: Buffer;
  readonly steps: Step[];
  readonly first: number;
  last: number;
}

/**
 * Lets the result of a step lie where an operand of the same size lies that nobody reads afterwards, if each element of it
 * is read only to be stored at its own place. For backends whose loops store each element once.
 */
export function storeInPlace(
  { program, placements: given }: PlacedProgram,
  { contraction = () => false }: InPlaceOptions = {},
): PlacedProgram {
  const placements = new Map(given);
  const lives = livesOf(program, given);
  const fixed = new Set([
    ...program.inputs,
    ...program.outputs,
    ...program.constants.keys(),
    ...overwritten(program),
  ]);
  for (const writers of writersIn(program)) {
    const { target, steps, first, last } = writers;
    const own = lives.get(target);
    if (!own || own.first < first || fixed.has(target)) continue;
    if (steps.some((step) => step.kind === 'contraction' && !contraction(step))) continue;
    const isFree = (root: Buffer): boolean =>
      root !== target && !fixed.has(root) && lives.get(root)!.last <= last && isAlike(root, target);
    const operand = rootsReadBy(steps, placements).find(
      (root) => isFree(root) && steps.every((step) => readsAtPlace(step, root, placements)),
    );
    if (!operand) continue;
    placements.set(target, { within: operand, offset: 0 });
    lives.set(operand, { ...lives.get(operand)!, last: own.last });
    lives.delete(target);
  }
  return { program, placements };
}

const isAlike = (a: Buffer, b: Buffer): boolean =>
  a.size === b.size && dtypes[a.dtype].bytes === dtypes[b.dtype].bytes;

const livesOf = ({ steps, inputs, outputs }: KernelProgram, placements: Placements) =>
  lifetimesOf(
    [inputs, ...steps.map(touchedBy), outputs].map((buffers) =>
      buffers.map((buffer) => rootOf(placements, buffer).within),
    ),
    () => 0,
  );

/** Numbered like lifetimes: the first step is 1. */
function writersIn({ steps }: KernelProgram): readonly Writers[] {
  const writers: Writers[] = [];
  for (const [i, step] of steps.entries()) {
    const target = step.kind === 'loop' ? step.kernel.target : step.output;
    const known = writers.at(-1);
    if (known?.target === target) {
      known.steps.push(step);
      known.last = i + 1;
    } else writers.push({ target, steps: [step], first: i + 1, last: i + 1 });
  }
  return writers;
}

const rootsReadBy = (steps: readonly Step[], placements: Placements): readonly Buffer[] => [
  ...new Set(steps.flatMap((step) => touchedBy(step).map((buffer) => rootOf(placements, buffer).within))),
];

/** Whether a step reads of what lies in `root` only the elements at the places that it stores to. */
function readsAtPlace(step: Step, root: Buffer, placements: Placements): boolean {
  const { index, values } = storedBy(step);
  const touches = (buffer: Buffer): boolean => rootOf(placements, buffer).within === root;
  if (step.kind === 'contraction' && step.inputs.some((input) => input && touches(input))) return false;
  let atPlace = true;
  visit(values, (e) => {
    if (e.kind !== 'load' || !touches(e.buffer)) return;
    if (!isAlike(e.buffer, root) || !sameExpr(e.index, index)) atPlace = false;
  });
  return atPlace;
}

const noPlace = int(-1);

/** Where a step stores, and the expressions that it evaluates for it. */
function storedBy(step: Step): { readonly index: Expr; readonly values: readonly Expr[] } {
  if (step.kind === 'loop')
    return { index: step.kernel.index, values: [step.kernel.index, step.kernel.value] };
  const { epilogue } = step;
  if (epilogue?.sum.kind !== 'load') return { index: noPlace, values: [] };
  return { index: epilogue.sum.index, values: [epilogue.value] };
}
