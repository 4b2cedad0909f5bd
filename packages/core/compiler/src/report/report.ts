import { type Graph, staticType } from '@polyphase/ir';
import type { ProgramMemory } from '@polyphase/plugin';
import type { UnusableBackend } from '../probe.ts';
import type { Specialization } from '../specialize.ts';
import { type FieldReport, fieldOf, type GraphReport, graphReport, type TypedName } from './layers.ts';
import { type GraphMemory, graphMemory } from './memory.ts';
import { type PlacementReport, placementReport } from './placement.ts';
import { type RewriteReport, rewriteReports } from './rewrites.ts';

/** A region of the graph as its backend runs it. */
export interface ProgramSummary {
  readonly backend: string;
  readonly region: string;
  /** Kernels in order, with the positions of the layers that each one computes. */
  readonly steps: readonly { readonly kernel: string; readonly layers: readonly number[] }[];
  readonly memory: ProgramMemory;
}

/** Everything there is to tell of a model that is compiled for some sizes. */
export interface ModelReport {
  readonly inputs: readonly TypedName[];
  readonly outputs: readonly TypedName[];
  /** The layers of the file. */
  readonly source: GraphReport;
  /** The layers that run. */
  readonly graph: GraphReport;
  readonly rewrites: readonly RewriteReport[];
  readonly placement: PlacementReport;
  readonly programs: readonly ProgramSummary[];
  readonly memory: {
    /** The file's layers, one after the other. */
    readonly source: GraphMemory;
    /** The layers that run, one after the other, nothing fused. */
    readonly graph: GraphMemory;
    /** Of all programs. */
    readonly planned: Required<ProgramMemory>;
  };
  /** What the element in the middle of each output reads. */
  readonly receptiveFields: readonly (FieldReport & {
    readonly output: string;
    readonly element: readonly number[];
  })[];
  /** Milliseconds. */
  readonly compileTime: number;
}

/** What a compiled model is made of and what it costs: `reportOf(await model.prepare())`. */
export function reportOf(
  { source, graph, fired, placements, regions, compileTime }: Specialization,
  unusable: readonly UnusableBackend[] = [],
): ModelReport {
  const positions = new Map(graph.nodes.map((node, i) => [node, i]));
  const programs = regions.map(
    ({ backend, graph: region, program: { report } }): ProgramSummary => ({
      backend: backend.name,
      region: region.name,
      steps: report.steps.map(({ kernel, nodes }) => ({
        kernel,
        layers: nodes.flatMap((node) => positions.get(node) ?? []),
      })),
      memory: report.memory,
    }),
  );
  return {
    inputs: graph.inputs.map((value) => ({ name: value.name, ...staticType(value.type) })),
    outputs: graph.outputs.map(({ name, value }) => ({ name, ...staticType(value.type) })),
    source: graphReport(source),
    graph: graphReport(graph),
    rewrites: rewriteReports(source, fired),
    placement: placementReport(placements, unusable),
    programs,
    memory: {
      source: graphMemory(source),
      graph: graphMemory(graph),
      planned: totalOf(programs.map(({ memory }) => memory)),
    },
    receptiveFields: outputFields(graph),
    compileTime,
  };
}

/** A backend that plans nothing shares nothing: what it holds is also the most and the least. */
const totalOf = (programs: readonly ProgramMemory[]): Required<ProgramMemory> =>
  programs.reduce<Required<ProgramMemory>>(
    (all, { constants, activations, unshared = activations, lowerBound = activations }) => ({
      constants: all.constants + constants,
      activations: all.activations + activations,
      unshared: all.unshared + unshared,
      lowerBound: all.lowerBound + lowerBound,
    }),
    { constants: 0, activations: 0, unshared: 0, lowerBound: 0 },
  );

const outputFields = (graph: Graph): ModelReport['receptiveFields'] =>
  graph.outputs.flatMap(({ name, value }) =>
    fieldOf(graph, value).map((field) => ({
      output: name,
      element: staticType(value.type).shape.map((length) => Math.floor(length / 2)),
      ...field,
    })),
  );
