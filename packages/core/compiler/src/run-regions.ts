import type { Value } from '@polyphase/ir';
import { type AnyTensor, isDeviceTensor, type Observe } from '@polyphase/plugin';
import { onHostDevice, type Side } from './outputs.ts';
import { onRegion, regionError } from './region-failure.ts';
import type { CompiledRegion } from './regions.ts';
import type { DirectRun, RunPlan } from './run-plan.ts';
import { RunValues } from './run-values.ts';
import type { Specialization } from './specialize.ts';

/** What one run is asked for. The inputs are checked. */
export interface RunRequest {
  readonly inputs: Readonly<Record<string, AnyTensor>>;
  readonly sideOf: (output: string) => Side;
  readonly observe?: Observe | undefined;
}

/**
 * Runs the regions in order. What one region makes for a later one of the same backend stays on its device meanwhile.
 *
 * @throws RegionFailure when a device fails; PP4007.
 */
export const runRegions = (plan: RunPlan, request: RunRequest): Promise<ReadonlyMap<string, AnyTensor>> =>
  plan.direct && isOnHost(plan.direct, request)
    ? runDirectly(plan.direct, request)
    : runInOrder(plan, request);

async function runInOrder(plan: RunPlan, request: RunRequest): Promise<ReadonlyMap<string, AnyTensor>> {
  const { made, unread } = plan;
  const values = new RunValues(made.graph, request.inputs);
  const kept = keptValues(plan, request);
  try {
    for (const [i, region] of made.regions.entries()) {
      await runRegion(region, values, kept, request.observe);
      values.release(unread[i]!);
    }
    return await takeOutputs(made, values, request);
  } finally {
    values.releaseAll();
  }
}

const isOnHost = ({ inputs, outputs }: DirectRun, request: RunRequest): boolean =>
  inputs.every((name) => !isDeviceTensor(request.inputs[name]!)) &&
  outputs.every(([name]) => request.sideOf(name) === 'host');

/** Nothing is kept, copied or given back: whatever else a call does is felt in layers of a millisecond. */
async function runDirectly(
  { region, inputs, outputs }: DirectRun,
  { inputs: given, observe }: RunRequest,
): Promise<ReadonlyMap<string, AnyTensor>> {
  const tensors = inputs.map((name) => given[name]!);
  try {
    const results = await region.program.run(tensors, { observe });
    return new Map(outputs.map(([name, at]) => [name, results[at]!]));
  } catch (cause) {
    throw regionError(region, cause);
  }
}

async function runRegion(
  region: CompiledRegion,
  values: RunValues,
  kept: ReadonlySet<Value>,
  observe: Observe | undefined,
): Promise<void> {
  const { backend, graph, program } = region;
  const inputs = await Promise.all(graph.inputs.map((value) => values.for(backend, value)));
  const keep = graph.outputs.map(({ value }) => kept.has(value));
  const results = await onRegion(region, () => program.run(inputs, { observe, keep }));
  for (const [i, { value }] of graph.outputs.entries()) values.add(value, results[i]!, region);
}

/** What regions leave on their devices: values that the caller or a later region of the same backend wants there. */
function keptValues({ made: { graph }, kept }: RunPlan, { sideOf }: RunRequest): ReadonlySet<Value> {
  const wanted = graph.outputs.filter(({ name }) => sideOf(name) === 'device').map(({ value }) => value);
  return wanted.length > 0 ? new Set([...kept, ...wanted]) : kept;
}

async function takeOutputs(
  { graph }: Specialization,
  values: RunValues,
  { sideOf }: RunRequest,
): Promise<ReadonlyMap<string, AnyTensor>> {
  const tensors = await Promise.all(
    graph.outputs.map(async ({ name, value }) =>
      sideOf(name) === 'host' ? values.onHost(value) : onDevice(values.get(value)),
    ),
  );
  for (const { name, value } of graph.outputs) if (sideOf(name) === 'device') values.handOver(value);
  return new Map(graph.outputs.map(({ name }, i) => [name, tensors[i]!]));
}

const onDevice = (tensor: AnyTensor): AnyTensor => (isDeviceTensor(tensor) ? tensor : onHostDevice(tensor));
