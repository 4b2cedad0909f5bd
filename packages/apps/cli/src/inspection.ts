import type { Specialization, UnusableBackend } from '@polyphase/compiler';
import {
  type DType,
  dtypes,
  type Graph,
  middleOf,
  type Node,
  products,
  type Region,
  receptiveField,
  sizeOf,
  staticType,
  type Value,
} from '@polyphase/ir';
import { type PlacementSummary, summarisePlacement } from './placement.ts';

export interface Layer {
  readonly name: string;
  readonly op: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Elements of the constants that it reads. */
  readonly parameters: number;
  /** Multiply-adds. */
  readonly products: number;
  /** Of its outputs. */
  readonly bytes: number;
  readonly backend: string;
}

/** What one element in the middle of an output reads of an input. */
export interface Field {
  readonly output: string;
  readonly element: readonly number[];
  readonly input: string;
  readonly shape: readonly number[];
  readonly reads: Region;
}

export interface TypedName {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Everything that `polyphase inspect` tells of a model with known sizes. */
export interface Inspection {
  readonly inputs: readonly TypedName[];
  readonly outputs: readonly TypedName[];
  readonly layers: readonly Layer[];
  readonly rewrites: readonly { readonly pass: string; readonly rule: string; readonly count: number }[];
  readonly totals: { readonly layers: number; readonly parameters: number; readonly products: number };
  readonly placement: PlacementSummary;
  readonly memory: readonly {
    readonly backend: string;
    readonly constants: number;
    readonly activations: number;
  }[];
  readonly receptiveFields: readonly Field[];
  /** Milliseconds. */
  readonly compileTime: number;
}

export function inspectionOf(made: Specialization, unusable: readonly UnusableBackend[]): Inspection {
  const { graph, placements, regions, compileTime } = made;
  const layers = placements.map(({ node, backend }) => layerOf(node, backend.name));
  return {
    inputs: graph.inputs.map((value) => ({ name: value.name, ...staticType(value.type) })),
    outputs: graph.outputs.map(({ name, value }) => ({ name, ...staticType(value.type) })),
    layers,
    rewrites: rewritesOf(made),
    totals: {
      layers: layers.length,
      parameters: [...constantsOf(graph.nodes)].reduce((sum, value) => sum + elements(value), 0),
      products: layers.reduce((sum, layer) => sum + layer.products, 0),
    },
    placement: summarisePlacement(placements, unusable),
    memory: regions.map(({ backend, program }) => ({ backend: backend.name, ...program.report.memory })),
    receptiveFields: fieldsOf(graph),
    compileTime,
  };
}

const elements = ({ type }: Value): number => sizeOf(staticType(type).shape);

const constantsOf = (nodes: readonly Node[]): ReadonlySet<Value> =>
  new Set(nodes.flatMap(({ inputs }) => inputs.flatMap((value) => (value?.constant ? [value] : []))));

function layerOf(node: Node, backend: string): Layer {
  const { dtype, shape } = staticType(node.outputs[0]!.type);
  return {
    name: node.name,
    op: node.op,
    dtype,
    shape,
    parameters: [...constantsOf([node])].reduce((sum, value) => sum + elements(value), 0),
    products: products(node),
    bytes: node.outputs.reduce((sum, value) => sum + elements(value) * dtypes[value.type.dtype].bytes, 0),
    backend,
  };
}

function rewritesOf({ fired }: Specialization): Inspection['rewrites'] {
  const counts = new Map<string, { pass: string; rule: string; count: number }>();
  for (const { pass, rule } of fired) {
    const key = `${pass}\n${rule}`;
    const row = counts.get(key) ?? { pass, rule, count: 0 };
    row.count++;
    counts.set(key, row);
  }
  return [...counts.values()];
}

function fieldsOf(graph: Graph): readonly Field[] {
  return graph.outputs.flatMap(({ name: output, value }) => {
    const { shape } = staticType(value.type);
    if (value.constant || sizeOf(shape) === 0) return [];
    const middle = middleOf(value);
    const element = middle.map(([begin]) => begin);
    return [...receptiveField(graph, value, middle)].map(
      ([input, reads]): Field => ({
        output,
        element,
        input: input.name,
        shape: staticType(input.type).shape,
        reads,
      }),
    );
  });
}
