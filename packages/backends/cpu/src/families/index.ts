import type { Node } from '@polyphase/ir';
import { type ContractionStep, type KernelProgram, touchedBy } from '@polyphase/kernel';
import type { Build } from '../compile/build.ts';
import { convolution } from './convolution.ts';
import { dense } from './dense.ts';
import type { Family } from './family.ts';
import { matrixProduct } from './matrix-product.ts';
import { pointwise } from './pointwise.ts';
import { transposed } from './transposed.ts';

/** In the order of preference. */
const families: readonly Family[] = [dense, pointwise, convolution, transposed, matrixProduct];

const familyOf = (node: Node): Family | undefined => families.find((family) => family.accepts(node));

/** Whether a node stays whole; else it becomes loop kernels like any other. */
export const isContraction = (node: Node): boolean => familyOf(node) !== undefined;

/** The program with each contraction as its family runs it. */
export function prepareContractions(program: KernelProgram): KernelProgram {
  const prepared = program.steps.map((step) =>
    step.kind === 'contraction' ? familyOf(step.node)!.prepare(step) : { steps: [step] },
  );
  const steps = prepared.flatMap((each) => each.steps);
  const constants = new Map([
    ...program.constants,
    ...prepared.flatMap((each) => [...(each.constants ?? [])]),
  ]);
  return {
    ...program,
    steps,
    constants,
    buffers: [...new Set([...program.buffers, ...steps.flatMap(touchedBy)])],
  };
}

export const emitContraction = (build: Build, step: ContractionStep): void =>
  familyOf(step.node)!.emit(build, step);
