import type { Buffer, LoopKernel } from './expr.ts';
import { linearOf } from './linear.ts';
import type { KernelProgram } from './program.ts';

/** A buffer that lies inside another one, from this element on. */
export interface Placement {
  readonly within: Buffer;
  readonly offset: number;
}

export interface PlacedProgram {
  /** Without the copies that are no longer needed. */
  readonly program: KernelProgram;
  readonly placements: ReadonlyMap<Buffer, Placement>;
}

/** Elements that a kernel copies unchanged, `count` side by side. */
interface Copy {
  readonly from: Buffer;
  readonly fromOffset: number;
  readonly to: Buffer;
  readonly toOffset: number;
  readonly count: number;
}

function copyOf({ loops, index, value, target, combine }: LoopKernel): Copy | undefined {
  const [loop, ...others] = loops;
  if (value.kind !== 'load' || value.buffer.dtype !== target.dtype || combine || others.length > 0)
    return undefined;
  const [from, to] = [linearOf(value.index), linearOf(index)];
  const passes = ({ terms }: typeof from): boolean =>
    loop ? terms.length === 1 && terms[0]!.coef === 1 && terms[0]!.atom.kind === 'var' : terms.length === 0;
  if (!passes(from) || !passes(to)) return undefined;
  return {
    from: value.buffer,
    fromOffset: from.base,
    to: target,
    toOffset: to.base,
    count: loop?.extent ?? 1,
  };
}

/** Buffers with elements that are stored to more than once: what they are at first is not what they are in the end. */
export function overwritten(program: KernelProgram): ReadonlySet<Buffer> {
  const stores = new Map<Buffer, number>();
  for (const step of program.steps) {
    if (step.kind !== 'loop') continue;
    const { loops, target } = step.kernel;
    const count = loops.reduce((all, { extent }) => all * extent, 1);
    stores.set(target, (stores.get(target) ?? 0) + count);
  }
  return new Set([...stores].filter(([{ size }, count]) => count > size).map(([buffer]) => buffer));
}

/** Where a buffer lies in the end, through all that it is placed in. */
export function rootOf(placements: ReadonlyMap<Buffer, Placement>, buffer: Buffer): Placement {
  let [within, offset] = [buffer, 0];
  for (let next = placements.get(within); next; next = placements.get(within)) {
    within = next.within;
    offset += next.offset;
  }
  return { within, offset };
}

/**
 * Lets buffers lie inside others where a kernel only copies one whole buffer to or from a part of another: the parts of
 * a concatenation are then made in place, and the parts of a split are views. For backends whose kernels take buffers
 * at any element; what lies inside a buffer lives as long as that one.
 */
export function placeInside(program: KernelProgram): PlacedProgram {
  const placements = new Map<Buffer, Placement>();
  const fixed = new Set([...program.inputs, ...program.outputs, ...program.constants.keys()]);
  const changing = overwritten(program);
  const tryPlace = (inner: Buffer, within: Buffer, offset: number): boolean => {
    if (fixed.has(inner) || placements.has(inner) || rootOf(placements, within).within === inner)
      return false;
    if (changing.has(inner) || changing.has(within)) return false;
    placements.set(inner, { within, offset });
    return true;
  };
  const place = ({ from, fromOffset, to, toOffset, count }: Copy): boolean => {
    if (count === to.size && !program.constants.has(from) && tryPlace(to, from, fromOffset)) return true;
    return count === from.size && tryPlace(from, to, toOffset);
  };
  const steps = program.steps.filter((step) => {
    const copy = step.kind === 'loop' ? copyOf(step.kernel) : undefined;
    return !copy || !place(copy);
  });
  return { program: { ...program, steps }, placements };
}
