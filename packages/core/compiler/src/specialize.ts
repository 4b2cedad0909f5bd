import { type Binding, type Graph, type Model, PolyphaseError, type Tensor, type Value } from '@polyphase/ir';
import type { Backend, Program } from '@polyphase/plugin';
import { type FiredInPass, type Pass, runPasses } from './pass.ts';
import { cutRegions, type Placement, placeNodes, type Region } from './place.ts';

export interface SpecializeOptions {
  readonly strict: boolean;
  readonly passes: readonly Pass[];
  readonly check: boolean;
  readonly verify: boolean;
  readonly trace?: ((line: string) => void) | undefined;
}

/** A region with the program that its backend made of it. */
export interface CompiledRegion extends Region {
  readonly program: Program;
}

/** A model compiled for one set of input sizes. */
export interface Specialization {
  /** As the frontend made it, and after the passes. */
  readonly source: Graph;
  readonly graph: Graph;
  readonly fired: readonly FiredInPass[];
  readonly placements: readonly Placement[];
  readonly regions: readonly CompiledRegion[];
  /** Milliseconds from the model to programs. */
  readonly compileTime: number;
}

/** Makes the graph for these sizes, runs the passes over it, places its nodes and compiles its regions. */
export async function specialize(
  model: Model,
  bindings: ReadonlyMap<string, Binding>,
  backends: readonly Backend[],
  { strict, passes, check, verify, trace }: SpecializeOptions,
): Promise<Specialization> {
  const start = performance.now();
  const source = model.graph(bindings);
  const { graph, fired } = runPasses(source, passes, { check, verify, trace });
  const placements = placeNodes(graph, backends, strict);
  const regions: CompiledRegion[] = [];
  try {
    for (const region of cutRegions(graph, placements)) {
      regions.push({ ...region, program: await compileRegion(region, trace) });
    }
  } catch (error) {
    for (const { program } of regions) program.dispose();
    throw error;
  }
  return { source, graph, fired, placements, regions, compileTime: performance.now() - start };
}

async function compileRegion(
  { backend, graph }: Region,
  trace: SpecializeOptions['trace'],
): Promise<Program> {
  try {
    return await backend.compile(graph, { trace });
  } catch (cause) {
    if (cause instanceof PolyphaseError) throw cause;
    throw new PolyphaseError('PP3005', {
      at: `${graph.name} on ${backend.name}`,
      problem: `the backend failed while compiling ${graph.nodes.length} layers: ${messageOf(cause)}`,
      fix: 'Put another backend first, and report this with the model',
      cause,
    });
  }
}

/** Runs the regions in order. `inputs` are checked already. */
export async function runRegions(
  { graph, regions }: Specialization,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Map<string, Tensor>> {
  const tensors = new Map<Value, Tensor>(graph.inputs.map((value) => [value, inputs[value.name]!]));
  for (const region of regions) {
    const results = await runRegion(
      region,
      region.graph.inputs.map((value) => tensors.get(value)!),
    );
    for (const [i, { value }] of region.graph.outputs.entries()) tensors.set(value, results[i]!);
  }
  return new Map(graph.outputs.map(({ name, value }) => [name, tensors.get(value) ?? value.constant!]));
}

async function runRegion({ backend, graph, program }: CompiledRegion, inputs: readonly Tensor[]) {
  try {
    return await program.run(inputs);
  } catch (cause) {
    if (cause instanceof PolyphaseError) throw cause;
    throw new PolyphaseError('PP4007', {
      at: `${graph.name} on ${backend.name}`,
      problem: `the backend failed while running ${graph.nodes.length} layers: ${messageOf(cause)}`,
      fix: 'Put another backend first, and report this with the model',
      cause,
    });
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
