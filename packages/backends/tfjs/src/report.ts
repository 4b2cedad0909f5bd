import type { ProgramReport } from '@polyphase/plugin';
import type { PlannedRegion } from './plan-region.ts';
import type { TfTensor } from './tf.ts';

/** All types of TensorFlow.js that are kept here take 4 bytes an element, bool 1. */
const bytesOf = ({ size, dtype }: TfTensor): number => size * (dtype === 'bool' ? 1 : 4);

/** Which call computes which layers, and what memory is held. */
export function reportOf(planned: PlannedRegion, constants: ReadonlyMap<number, TfTensor>): ProgramReport {
  return {
    steps: planned.plan.steps.map(({ kernel, node }) => ({ kernel, nodes: [node] })),
    memory: {
      constants: [...constants.values()].reduce((sum, tensor) => sum + bytesOf(tensor), 0),
      activations: peakOf(planned),
    },
  };
}

/** The most bytes that inputs and results take at a time; what kernels take for themselves is not among them. */
function peakOf({ plan, inputs, unread }: PlannedRegion): number {
  const live = new Map<number, number>(inputs.map((slot) => [slot, plan.bytes(slot)]));
  let peak = sum(live);
  for (const [i, { writes }] of plan.steps.entries()) {
    for (const slot of writes) live.set(slot, plan.bytes(slot));
    peak = Math.max(peak, sum(live));
    for (const slot of unread[i]!) live.delete(slot);
  }
  return peak;
}

const sum = (live: ReadonlyMap<number, number>): number =>
  [...live.values()].reduce((all, bytes) => all + bytes, 0);
