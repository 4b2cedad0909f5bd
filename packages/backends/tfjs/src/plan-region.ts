import {
  type Graph,
  type Node,
  type OpName,
  PolyphaseError,
  place,
  producers,
  sizeOf,
  type Value,
} from '@polyphase/ir';
import { naturalOrder } from './order.ts';
import { Plan, type PlannedStep, Site } from './plan.ts';
import type { Target } from './tf.ts';
import { translations } from './translations/index.ts';

/** The most elements of one tensor: 1 GiB. */
const largestTensor = 2 ** 28;

/** A region as steps over slots. */
export interface PlannedRegion {
  readonly region: Graph;
  readonly plan: Plan;
  /** The slots of the region's inputs and outputs. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** For each step the slots that nothing reads after it. */
  readonly unread: readonly (readonly number[])[];
}

/** Says which calls compute a region. @throws PP3004 when a tensor is too large. */
export function planRegion(region: Graph, target: Target): PlannedRegion {
  checkSizes(region);
  const plan = new Plan(target);
  const inputs = region.inputs.map((value) => plan.operandOf(value).slot);
  const isRead = readers(region);
  for (const node of region.nodes) planNode(plan, node, isRead);
  const makers = producers(region);
  const outputs = region.outputs.map(({ value }) => {
    const operand = plan.operandOf(value);
    const node = makers.get(value);
    return (node ? plan.arranged(node, operand, naturalOrder(operand.shape.length)) : operand).slot;
  });
  return { region, plan, inputs, outputs, unread: unreadAfter(plan.steps, inputs, outputs) };
}

/** Layers without any output element are not computed: kernels of TensorFlow.js stumble over empty tensors. */
function planNode(plan: Plan, node: Node, isRead: (value: Value) => boolean): void {
  const site = new Site(plan, node, isRead);
  const isEmpty = node.outputs.every(({ type }) => sizeOf(type.shape as readonly number[]) === 0);
  plan.add(
    node,
    isEmpty
      ? { kernel: 'empty', operands: [], run: () => node.outputs.map((_, i) => site.filled(0, i)) }
      : translations[node.op as OpName].translate(site),
  );
}

function readers({ nodes, outputs }: Graph): (value: Value) => boolean {
  const read = new Set<Value | undefined>(nodes.flatMap(({ inputs }) => inputs));
  for (const { value } of outputs) read.add(value);
  return (value) => read.has(value);
}

function unreadAfter(
  steps: readonly PlannedStep[],
  inputs: readonly number[],
  outputs: readonly number[],
): readonly (readonly number[])[] {
  const last = new Map<number, number>(inputs.map((slot) => [slot, 0]));
  for (const [i, { reads, writes }] of steps.entries()) {
    for (const slot of [...reads, ...writes]) last.set(slot, i);
  }
  for (const slot of outputs) last.delete(slot);
  return steps.map((_, i) => [...last].flatMap(([slot, step]) => (step === i ? [slot] : [])));
}

/** Memory is taken only for sizes that were checked: a model file may say anything. */
function checkSizes({ nodes }: Graph): void {
  for (const node of nodes) {
    for (const { type } of node.outputs) {
      const size = sizeOf(type.shape as readonly number[]);
      if (size <= largestTensor) continue;
      throw new PolyphaseError('PP3004', {
        at: place(node),
        problem: `its output [${type.shape.join(', ')}] has ${size} elements, the tfjs backend takes ${largestTensor}`,
        fix: 'Run smaller inputs, or another backend',
      });
    }
  }
}
