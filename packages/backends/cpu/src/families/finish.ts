import { type DType, sizeOf } from '@polyphase/ir';
import {
  add,
  type Buffer,
  type ContractionStep,
  type Expr,
  int,
  type LoopKernel,
  type LoopStep,
  load,
  loopVar,
  mul,
  rewriter,
  tidy,
  variable,
} from '@polyphase/kernel';
import { type Axes, planEpilogue } from '../contractions/epilogue.ts';
import type { Prepared } from './family.ts';
import { outputShapeOf } from './geometry.ts';

/** How the sums lie of a contraction that leaves them in a buffer of its own. */
export interface Sums {
  /** Elements of the buffer. */
  readonly size: number;
  /** Of the buffer; default: float32. */
  readonly dtype?: DType;
  /** The sum of an output element. */
  at(sums: Buffer, index: readonly Expr[]): Expr;
}

/** A contraction that computes sums alone, and the loops that bring them to where they belong. */
export function finishInLoops(step: ContractionStep, { size, dtype = 'float32', at }: Sums): Prepared {
  const { node, epilogue, output, nodes } = step;
  const sums: Buffer = { name: `${node.name}.sums`, dtype, size };
  const shape = outputShapeOf(node);
  const loops = epilogue?.loops ?? shape.map((extent, axis) => loopVar(`i${axis}`, extent));
  const index = loops.map(variable);
  const sum = at(sums, index);
  const value = epilogue ? rewriter((e) => (e === epilogue.sum ? sum : undefined))(epilogue.value) : sum;
  const name = nodes.map((each) => each.name).join(' + ');
  const kernel: LoopKernel = { name, loops, target: output, index: flat(index, shape), value };
  const contraction: ContractionStep = {
    kind: 'contraction',
    node,
    inputs: step.inputs,
    output: sums,
    nodes: [node],
  };
  const loop: LoopStep = { kind: 'loop', kernel: tidy(kernel), nodes };
  return { steps: [contraction, loop] };
}

/** A step that writes its output itself, unless its epilogue cannot be computed in registers. */
export function finishInRegisters(step: ContractionStep, axes: Axes): Prepared {
  if (!step.epilogue || planEpilogue(step, axes)) return { steps: [step] };
  const shape = outputShapeOf(step.node);
  return finishInLoops(step, { size: sizeOf(shape), at: (sums, index) => load(sums, flat(index, shape)) });
}

/** The sums in the order of the output, with room for `columns` in each innermost row. */
export function finishPadded(step: ContractionStep, columns: number): Prepared {
  const padded = [...outputShapeOf(step.node).slice(0, -1), columns];
  return finishInLoops(step, { size: sizeOf(padded), at: (sums, index) => load(sums, flat(index, padded)) });
}

/** The row-major position of an index. */
export const flat = (index: readonly Expr[], shape: readonly number[]): Expr =>
  index.reduce((sum, i, axis) => add(mul(sum, int(shape[axis]!)), i), int(0));
