import type { Value } from '@polyphase/ir';
import { type AnyTensor, isDeviceTensor, type Observe } from '@polyphase/plugin';
import { onHostDevice, type Side } from './outputs.ts';
import { onRegion } from './region-failure.ts';
import type { CompiledRegion } from './regions.ts';
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
export async function runRegions(
  made: Specialization,
  request: RunRequest,
): Promise<ReadonlyMap<string, AnyTensor>> {
  const values = new RunValues(made.graph, request.inputs);
  const kept = keptValues(made, request);
  const unread = unreadAfter(made);
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
function keptValues({ graph, regions }: Specialization, { sideOf }: RunRequest): ReadonlySet<Value> {
  const kept = new Set(
    graph.outputs.filter(({ name }) => sideOf(name) === 'device').map(({ value }) => value),
  );
  const home = new Map(
    regions.flatMap(({ backend, graph: { outputs } }) =>
      outputs.map(({ value }) => [value, backend] as const),
    ),
  );
  for (const { backend, graph: part } of regions)
    for (const value of part.inputs) if (home.get(value) === backend) kept.add(value);
  return kept;
}

/** For each region the values that nobody reads after it, outputs of the model aside. */
function unreadAfter({ graph, regions }: Specialization): readonly (readonly Value[])[] {
  const read = new Set(graph.outputs.map(({ value }) => value));
  const unread: Value[][] = [];
  for (const { graph: part } of [...regions].reverse()) {
    const touched = [...part.inputs, ...part.outputs.map(({ value }) => value)];
    unread.unshift(touched.filter((value) => !read.has(value)));
    for (const value of part.inputs) read.add(value);
  }
  return unread;
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
