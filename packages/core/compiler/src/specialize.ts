import type { Binding, Graph, Model } from '@polyphase/ir';
import type { Emitted } from '@polyphase/plugin';
import { type FiredInPass, type Pass, runPasses } from './pass.ts';
import { allowedOn } from './place.ts';
import { type CompiledRegions, compileRegions, type RegionsOptions } from './regions.ts';

export interface SpecializeOptions extends RegionsOptions {
  readonly passes: readonly Pass[];
  readonly check: boolean;
  readonly verify: boolean;
}

/** A model compiled for one set of input sizes. */
export interface Specialization extends CompiledRegions {
  /** As the frontend made it, and after the passes. */
  readonly source: Graph;
  readonly graph: Graph;
  readonly fired: readonly FiredInPass[];
  /** Milliseconds from the model to programs. */
  readonly compileTime: number;
}

/** Makes the graph for these sizes, runs the passes over it, places its nodes and compiles its regions. */
export async function specialize(
  model: Model,
  bindings: ReadonlyMap<string, Binding>,
  { passes, check, verify, ...options }: SpecializeOptions,
): Promise<Specialization> {
  const start = performance.now();
  const source = model.graph(bindings);
  const { graph, fired } = runPasses(source, passes, {
    check,
    verify,
    trace: options.trace,
    allows: allowedOn(options.backends),
  });
  const compiled = await compileRegions(graph, options);
  return { source, graph, fired, ...compiled, compileTime: performance.now() - start };
}

/** The generated code of all regions, each under its backend's name: `webgpu/conv1.wgsl`. */
export const emitted = ({ regions }: CompiledRegions): readonly Emitted[] =>
  regions.flatMap(({ backend, program }) =>
    (program.emit?.() ?? []).map(({ name, text }) => ({ name: `${backend.name}/${name}`, text })),
  );
