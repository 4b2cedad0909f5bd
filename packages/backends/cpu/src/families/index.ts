import type { Node } from '@polyphase/ir';
import { type ContractionStep, type KernelProgram, touchedBy } from '@polyphase/kernel';
import type { Build } from '../compile/build.ts';
import { resampling } from '../resample/family.ts';
import { convolution } from './convolution.ts';
import { dense } from './dense.ts';
import type { Choice, Family } from './family.ts';
import { matrixProduct } from './matrix-product.ts';
import { pointwise } from './pointwise.ts';
import { shuffled } from './shuffled.ts';
import { transposed } from './transposed.ts';
import { winograd } from './winograd.ts';

/** In the order of preference. */
const families: readonly Family[] = [
  dense,
  pointwise,
  ...winograd,
  shuffled,
  convolution,
  transposed,
  matrixProduct,
  resampling,
];

/** What was chosen: comparing the costs of families takes time, and each node is asked about several times. */
const chosen = new WeakMap<Choice, WeakMap<Node, Family | false>>();

function familyOf(node: Node, choice: Choice): Family | undefined {
  const known = chosen.get(choice) ?? new WeakMap<Node, Family | false>();
  chosen.set(choice, known);
  const family = known.get(node) ?? families.find((each) => each.accepts(node, choice)) ?? false;
  known.set(node, family);
  return family || undefined;
}

/** Whether a node stays whole; else it becomes loop kernels like any other. */
export const isContraction =
  (choice: Choice) =>
  (node: Node): boolean =>
    familyOf(node, choice) !== undefined;

/** The program with each contraction as its family runs it. */
export function prepareContractions(program: KernelProgram, choice: Choice): KernelProgram {
  const prepared = program.steps.map((step) =>
    step.kind === 'contraction' ? familyOf(step.node, choice)!.prepare(step) : { steps: [step] },
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
  familyOf(step.node, build.choice)!.emit(build, step);
