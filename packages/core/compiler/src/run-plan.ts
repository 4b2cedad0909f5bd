import type { Value } from '@polyphase/ir';
import type { CompiledRegion } from './regions.ts';
import type { Specialization } from './specialize.ts';

/** What is the same in every run of these programs. */
export interface RunPlan {
  readonly made: Specialization;
  /** Values that a later region of the same backend reads: they stay on its device. */
  readonly kept: ReadonlySet<Value>;
  /** For each region the values that nobody reads after it, outputs of the model aside. */
  readonly unread: readonly (readonly Value[])[];
  /** Set where one region makes all outputs of the model from its inputs. */
  readonly direct: DirectRun | undefined;
}

export interface DirectRun {
  readonly region: CompiledRegion;
  /** The model's inputs that the region takes, in its order. */
  readonly inputs: readonly string[];
  /** The model's outputs, each with its place among the region's. */
  readonly outputs: readonly (readonly [name: string, at: number])[];
}

export const planRuns = (made: Specialization): RunPlan => ({
  made,
  kept: readByOwnBackend(made),
  unread: unreadAfter(made),
  direct: directRun(made),
});

function readByOwnBackend({ regions }: Specialization): ReadonlySet<Value> {
  const home = new Map(
    regions.flatMap(({ backend, graph: { outputs } }) =>
      outputs.map(({ value }) => [value, backend] as const),
    ),
  );
  const kept = new Set<Value>();
  for (const { backend, graph: part } of regions)
    for (const value of part.inputs) if (home.get(value) === backend) kept.add(value);
  return kept;
}

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

function directRun({ graph, regions: [region, ...others] }: Specialization): DirectRun | undefined {
  if (!region || others.length > 0) return undefined;
  if (region.graph.inputs.some((value) => !graph.inputs.includes(value))) return undefined;
  const outputs = graph.outputs.map(
    ({ name, value }) => [name, region.graph.outputs.findIndex((output) => output.value === value)] as const,
  );
  if (outputs.some(([, at]) => at < 0)) return undefined;
  return { region, inputs: region.graph.inputs.map(({ name }) => name), outputs };
}
