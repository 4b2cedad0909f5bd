import { type Graph, PolyphaseError, type StaticType } from '@polyphase/ir';
import { type AnyTensor, isDeviceTensor, type Program, type RunOptions, type Step } from '@polyphase/plugin';
import { makeConstants } from './constants.ts';
import { deviceTensor, type TfjsTensor } from './device-tensor.ts';
import { execute } from './execution.ts';
import type { PlannedStep } from './plan.ts';
import { type PlannedRegion, planRegion } from './plan-region.ts';
import { reportOf } from './report.ts';
import { download, upload } from './storage.ts';
import { onTarget, type Target, type TfTensor } from './tf.ts';

/** A region on TensorFlow.js, which also runs inside a program of TensorFlow.js. */
export interface TfjsProgram extends Program {
  /**
   * The region's outputs for its inputs, in order. Nothing is awaited: the work is enqueued as TensorFlow.js does. Inputs
   * stay the caller's, and outputs are tracked by the `tidy` around.
   *
   * @throws PP4006 once the program is disposed.
   */
  apply(inputs: readonly TfTensor[]): readonly TfTensor[];
}

export const isTfjsProgram = (program: Program): program is TfjsProgram => 'apply' in program;

export function compileRegion(region: Graph, target: Target, device: string): TfjsProgram {
  const planned = planRegion(region, target);
  const constants = onTarget(target, () => makeConstants(planned.plan, planned.outputs));
  const report = reportOf(planned, constants);
  const steps = new Map(planned.plan.steps.map((step, i) => [step, report.steps[i]!]));
  let isDisposed = false;
  const check = (): void => {
    if (isDisposed) throw disposedError(region.name);
  };
  return {
    report,
    apply(inputs) {
      check();
      return onTarget(target, () =>
        finish(execute(target.tf, planned, { constants, inputs, owned: inputs.map(() => false) })),
      );
    },
    async run(inputs, options = {}) {
      check();
      const outputs = await enqueue(planned, constants, steps, inputs, options);
      return handOver(planned, outputs, options.keep, device);
    },
    dispose() {
      isDisposed = true;
      for (const tensor of constants.values()) tensor.dispose();
    },
  };
}

function finish<R>(run: Generator<unknown, R>): R {
  for (;;) {
    const next = run.next();
    if (next.done) return next.value;
  }
}

async function enqueue(
  planned: PlannedRegion,
  constants: ReadonlyMap<number, TfTensor>,
  steps: ReadonlyMap<PlannedStep, Step>,
  inputs: readonly AnyTensor[],
  { observe }: RunOptions,
): Promise<readonly TfTensor[]> {
  const { target } = planned.plan;
  const { tf } = target;
  const tensors = onTarget(target, () => inputs.map((input, i) => tensorOf(planned, input, i)));
  const owned = inputs.map((input) => !isDeviceTensor(input));
  const run = execute(tf, planned, { constants, inputs: tensors, owned });
  if (!observe) return onTarget(target, () => finish(run));
  for (;;) {
    const start = performance.now();
    const next = onTarget(target, () => run.next());
    if (next.done) return next.value;
    const { step, results } = next.value;
    // Work is only enqueued so far: an element that is read shows that it is done.
    if (isAsynchronous(target)) await onTarget(target, () => fence(tf, results[0]!));
    observe(steps.get(step)!, performance.now() - start);
  }
}

const isAsynchronous = ({ backend }: Target): boolean => backend === 'webgpu' || backend === 'webgl';

async function fence(tf: Target['tf'], tensor: TfTensor): Promise<void> {
  if (tensor.size === 0) return;
  const element = tf.tidy(() => tf.slice(tf.reshape(tensor, [tensor.size]), [0], [1]));
  await element.data();
  element.dispose();
}

function tensorOf({ region, plan }: PlannedRegion, input: AnyTensor, i: number): TfTensor {
  const { tf, backend } = plan.target;
  if (isDeviceTensor(input)) return (input as TfjsTensor).resource;
  return upload(tf, backend, region.inputs[i]!.name, input);
}

async function handOver(
  { region }: PlannedRegion,
  outputs: readonly TfTensor[],
  keep: readonly boolean[] | undefined,
  device: string,
): Promise<readonly AnyTensor[]> {
  const types = region.outputs.map(({ value }) => value.type as StaticType);
  try {
    return await Promise.all(
      outputs.map(async (tensor, i): Promise<AnyTensor> => {
        const { dtype } = types[i]!;
        return keep?.[i] ? deviceTensor(tensor, dtype, device) : download(tensor, dtype);
      }),
    );
  } finally {
    for (const [i, tensor] of outputs.entries()) if (!keep?.[i]) tensor.dispose();
  }
}

const disposedError = (name: string): PolyphaseError =>
  new PolyphaseError('PP4006', {
    at: name,
    problem:
      'its program was disposed of, because the model is closed or was compiled for too many other sizes',
    fix: 'Keep the model open, give `compile` a larger cacheSize, or prepare these sizes again',
  });
