import { compile } from '@polyphase/compiler';
import { type Graph, type Model, staticType, type Tensor, type Value } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';

/** Every value of a graph as one backend has it. */
export interface Exposed {
  readonly values: ReadonlyMap<Value, Tensor>;
  /** How many times the error of plain sums the backend's kernels may have. */
  readonly errorFactor: number;
  /** Layers that the backend refuses, which the next one of the list has run. */
  readonly elsewhere: readonly { readonly layer: string; readonly why: string }[];
}

/**
 * Runs a graph as it is, every value of it being an output: once, so that each layer has the operands that the backend
 * itself has computed, and nothing is left to rewrites.
 */
export async function runExposed(
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>,
  backends: readonly Backend[],
): Promise<Exposed> {
  const values = [...new Set(graph.nodes.flatMap((node) => node.outputs))];
  const compiled = await compile(exposing(graph, values), { backends, passes: [], weighTransfers: false });
  try {
    const outputs = await compiled.run(inputs);
    const { placements, regions } = await compiled.prepare(inputs);
    const factors = regions.flatMap(({ program }) =>
      program.report.steps.map(({ errorFactor = 1 }) => errorFactor),
    );
    return {
      values: new Map([
        ...graph.inputs.map((value) => [value, inputs[value.name]!] as const),
        ...values.map((value, i) => [value, outputs[`v${i}`]!] as const),
      ]),
      errorFactor: Math.max(1, ...factors),
      elsewhere: placements.flatMap(({ node, refused }) =>
        refused[0] ? [{ layer: `${node.name} (${node.op})`, why: refused[0].why }] : [],
      ),
    };
  } finally {
    await compiled.close();
  }
}

/** The values under names of their own: theirs may not be unique. */
function exposing(graph: Graph, values: readonly Value[]): Model {
  const outputs = values.map((value, i) => ({ name: `v${i}`, value }));
  return {
    name: graph.name,
    inputs: graph.inputs.map(({ name, type }) => ({ name, type: staticType(type) })),
    outputs: outputs.map(({ name }) => name),
    graph: () => ({ ...graph, outputs }),
  };
}
