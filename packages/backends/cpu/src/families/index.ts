import type { Node } from '@polyphase/ir';
import { type ContractionStep, type KernelProgram, touchedBy } from '@polyphase/kernel';
import type { Build } from '../compile/build.ts';
import { averagePooling, maxPooling } from '../pooling/family.ts';
import { resampling } from '../resample/family.ts';
import { replication } from '../resample/replication.ts';
import { columns } from './columns.ts';
import { convolution } from './convolution.ts';
import { dense } from './dense.ts';
import { depthwiseTransposed } from './depthwise-transposed.ts';
import type { Choice, Family, Prepared } from './family.ts';
import { matrixProduct } from './matrix-product.ts';
import { pointwise } from './pointwise.ts';
import { shuffled } from './shuffled.ts';
import { transposed } from './transposed.ts';
import { widened } from './widened.ts';
import { winograd } from './winograd.ts';

/** In the order of preference. */
const families: readonly Family[] = [
  dense,
  pointwise,
  ...columns,
  ...winograd,
  shuffled,
  depthwiseTransposed,
  convolution,
  transposed,
  matrixProduct,
  resampling,
  replication,
  maxPooling,
  averagePooling,
];

/** What was chosen: comparing the costs of families takes time, and each node is asked about several times. */
const chosen = new WeakMap<Choice, WeakMap<Node, Family | false>>();

/** The pinned one comes first. */
const inOrder = ({ family: pin }: Choice): readonly Family[] =>
  pin === 'loops' ? [] : [...families.filter(({ name }) => name === pin), ...families];

function familyOf(node: Node, choice: Choice): Family | undefined {
  const known = chosen.get(choice) ?? new WeakMap<Node, Family | false>();
  chosen.set(choice, known);
  const family = known.get(node) ?? inOrder(choice).find((each) => each.accepts(node, choice)) ?? false;
  known.set(node, family);
  return family || undefined;
}

/** The name of the family that computes a node; undefined for one that becomes loop kernels. */
export const familyNameOf = (node: Node, choice: Choice): string | undefined => familyOf(node, choice)?.name;

/** Whether a node stays whole; else it becomes loop kernels like any other. */
export const isContraction =
  (choice: Choice) =>
  (node: Node): boolean =>
    familyOf(node, choice) !== undefined;

/** The program with each contraction as its family runs it. */
export function prepareContractions(program: KernelProgram, choice: Choice): KernelProgram {
  const prepared = program.steps.map((step): Prepared => {
    if (step.kind === 'loop') return { steps: [step] };
    const family = familyOf(step.node, choice)!;
    if (family.readsFloat16) return family.prepare(step);
    const { step: wide, before, constants } = widened(step, program.constants);
    const own = family.prepare(wide);
    return { steps: [...before, ...own.steps], constants: new Map([...constants, ...(own.constants ?? [])]) };
  });
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
