import type { DataArray } from '@polyphase/ir';
import {
  type Buffer,
  type ContractionStep,
  type KernelProgram,
  type LoopStep,
  load,
  loopVar,
  variable,
} from '@polyphase/kernel';
import { widen } from '../math/widen.ts';

interface Widened {
  readonly step: ContractionStep;
  /** What comes before it, and the constants that it reads besides those of the program. */
  readonly before: readonly LoopStep[];
  readonly constants: ReadonlyMap<Buffer, DataArray>;
}

/** Of a convolution or a product: known ones are packed by the family, in whatever type they are. */
const weights = 1;

/**
 * A contraction of float16 as one that reads float32: constants are widened here, what is computed by loops before it. Its
 * sums are narrowed where they are stored.
 */
export function widened(step: ContractionStep, known: KernelProgram['constants']): Widened {
  const constants = new Map<Buffer, DataArray>();
  const before: LoopStep[] = [];
  const inputs = step.inputs.map((input, operand) => {
    if (input?.dtype !== 'float16') return input;
    const data = known.get(input);
    if (data && operand === weights) return input;
    const wide: Buffer = { name: `${input.name}.float32`, dtype: 'float32', size: input.size };
    if (data) constants.set(wide, widen(data as Uint16Array));
    else before.push({ kind: 'loop', kernel: copying(input, wide, step), nodes: [step.node] });
    return wide;
  });
  return { step: { ...step, inputs }, before, constants };
}

function copying(from: Buffer, target: Buffer, { node }: ContractionStep): LoopStep['kernel'] {
  const loop = loopVar('i', from.size);
  const index = variable(loop);
  const loops = loop.extent > 1 ? [loop] : [];
  return { name: `${node.name}, widened`, loops, target, index, value: load(from, index) };
}
