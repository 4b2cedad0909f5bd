import type { ContractionStep, Expr, LoopVar } from '@polyphase/kernel';
import { ExprText } from '../text/expr-text.ts';
import type { Shader } from '../text/shader.ts';

/** What a contraction stores: its value, and the lines that must stand before it. */
export interface EpilogueText {
  readonly lines: readonly string[];
  readonly value: string;
}

/** The epilogue of a step for the sum and the index of the output, one i32 an axis, that are given as text. */
export function writeEpilogue(
  shader: Shader,
  { epilogue }: ContractionStep,
  sum: string,
  index: readonly string[],
): EpilogueText {
  if (!epilogue) return { lines: [], value: sum };
  const given = new Map<Expr | LoopVar, string>([[epilogue.sum, sum]]);
  for (const [axis, loop] of epilogue.loops.entries()) given.set(loop, index[axis]!);
  const text = new ExprText(shader, given);
  const value = text.value(epilogue.value);
  return { lines: text.lines, value };
}
