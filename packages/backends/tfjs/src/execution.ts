import type { PlannedStep } from './plan.ts';
import type { PlannedRegion } from './plan-region.ts';
import type { Tf, TfTensor } from './tf.ts';

/** Tensors of one run: constants are kept from run to run, and inputs may be the caller's. */
export interface Given {
  readonly constants: ReadonlyMap<number, TfTensor>;
  readonly inputs: readonly TfTensor[];
  /** Whether an input is given back after its last use. */
  readonly owned: readonly boolean[];
}

/**
 * Runs the steps one by one, handing over after each, and returns the outputs, which are the caller's. Whatever else a run
 * makes is given back as soon as nothing reads it, and when a step fails.
 */
export function* execute(
  tf: Tf,
  planned: PlannedRegion,
  given: Given,
): Generator<{ readonly step: PlannedStep; readonly results: readonly TfTensor[] }, readonly TfTensor[]> {
  const values = new Map<number, TfTensor>(given.constants);
  const borrowed = new Set(given.constants.keys());
  for (const [i, slot] of planned.inputs.entries()) {
    values.set(slot, given.inputs[i]!);
    if (!given.owned[i]) borrowed.add(slot);
  }
  let handedOver: readonly TfTensor[] = [];
  try {
    for (const [i, step] of planned.plan.steps.entries()) {
      const results = runStep(tf, step, values);
      for (const [k, slot] of step.writes.entries()) values.set(slot, results[k]!);
      yield { step, results };
      for (const slot of planned.unread[i]!) {
        if (!borrowed.has(slot)) values.get(slot)?.dispose();
      }
    }
    handedOver = outputsOf(planned, values, borrowed);
    return handedOver;
  } finally {
    for (const [slot, tensor] of values)
      if (!borrowed.has(slot) && !handedOver.includes(tensor)) tensor.dispose();
  }
}

/** Results that are an operand itself are copies: each slot is given back for itself. Copies share their elements. */
function runStep(
  tf: Tf,
  { reads, run }: PlannedStep,
  values: ReadonlyMap<number, TfTensor>,
): readonly TfTensor[] {
  const operands = reads.map((slot) => values.get(slot)!);
  return tf.tidy(() => {
    const results = run(...operands);
    const list = Array.isArray(results) ? (results as readonly TfTensor[]) : [results as TfTensor];
    return list.map((tensor, i) =>
      operands.includes(tensor) || list.indexOf(tensor) < i ? tensor.clone() : tensor,
    );
  });
}

function outputsOf(
  { outputs }: PlannedRegion,
  values: ReadonlyMap<number, TfTensor>,
  borrowed: ReadonlySet<number>,
): readonly TfTensor[] {
  return outputs.map((slot, i) => {
    const tensor = values.get(slot)!;
    return borrowed.has(slot) || outputs.indexOf(slot) < i ? tensor.clone() : tensor;
  });
}
