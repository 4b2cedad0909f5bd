import { type Graph, make, type Node, ops, outputOf, sizeOf, type Value } from '@polyphase/ir';
import { exportOnnx, exportOnnxWithData } from '@polyphase/onnx';
import { constant } from './forms/constants.ts';
import { type Reformed, type ReformedGraph, reformGraph } from './forms/form.ts';
import type { Provider } from './providers/index.ts';

/** A region as onnxruntime is given it: inputs `in0`, `in1`..., outputs `out0`... */
export interface Restated extends ReformedGraph {
  /** The last output is 0, unless a value that a form wants finite is not. */
  readonly isWatched: boolean;
}

/** The region in the forms that `of` chooses, with names that no two values share. */
export function restate(region: Graph, of: (node: Node) => Reformed | undefined): Restated {
  const inputs = region.inputs.map((value, i): Value => ({ ...value, name: `in${i}` }));
  const renamed = new Map(region.inputs.map((value, i) => [value, inputs[i]!]));
  const reformed = reformGraph(region, of, renamed);
  const outputs = reformed.graph.outputs.map(({ value }, i) => ({ name: `out${i}`, value }));
  const graph = { ...reformed.graph, inputs, outputs };
  if (reformed.finite.length === 0) return { ...reformed, graph, isWatched: false };
  const watch = watchOf([...new Set(reformed.finite)]);
  return {
    ...reformed,
    graph: {
      ...graph,
      nodes: [...graph.nodes, ...watch],
      outputs: [...outputs, { name: 'finite', value: outputOf(watch.at(-1)!) }],
    },
    isWatched: true,
  };
}

/** The sum over all elements of 0 * x: 0, or NaN where an element is NaN or an infinity. */
function watchOf(values: readonly Value[]): readonly Node[] {
  const zero = constant('float32', [], Float64Array.of(0), 'zero');
  const sums = values.flatMap((x) => {
    const none = make(ops.mul, { a: x, b: zero }, {}, { name: 'finite/mul' });
    const axes = [...x.type.shape.keys()];
    return [
      none,
      make(ops.reduceSum, { x: outputOf(none) }, { axes, keepDims: false }, { name: 'finite/sum' }),
    ];
  });
  const totals = sums.filter((_, i) => i % 2 === 1).map(outputOf);
  const [first, ...others] = totals;
  const added: Node[] = [];
  others.reduce((sum, value) => {
    added.push(make(ops.add, { a: sum, b: value }, {}, { name: 'finite/add' }));
    return outputOf(added.at(-1)!);
  }, first!);
  return [...sums, ...added];
}

/** A graph as bytes, and its weights where they are not among them. */
export interface WrittenModel {
  readonly bytes: Uint8Array;
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/** Weights of more bytes than this stay where they are: a copy in the model would hold them twice. */
const mostInline = 2 ** 28;

export function writeModel(
  graph: Graph,
  { opset, avoids }: Pick<Provider, 'opset' | 'avoids'>,
  inline = mostInline,
): WrittenModel {
  const options = { opset, avoids };
  if (constantBytes(graph) <= inline) return { bytes: exportOnnx(graph, options), externalData: [] };
  const pathOf = (weight: number): string => `weight${weight}`;
  const { bytes, externalData } = exportOnnxWithData(graph, { ...options, location: pathOf });
  return { bytes, externalData: externalData.map((data, i) => ({ path: pathOf(i), data })) };
}

/** Bytes of all weights. */
export function constantBytes({ nodes }: Graph): number {
  const weights = new Set(
    nodes.flatMap(({ inputs }) => inputs.flatMap((value) => value?.constant?.data ?? [])),
  );
  return [...weights].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

const isLast = (graph: Graph): ReadonlyMap<Value, number> => {
  const last = new Map<Value, number>();
  for (const [i, { inputs }] of graph.nodes.entries())
    for (const value of inputs) if (value) last.set(value, i);
  for (const { value } of graph.outputs) last.set(value, graph.nodes.length);
  return last;
};

/** The most bytes between inputs and outputs, both included, that are alive at a time: onnxruntime tells nothing of its own. */
export function activationBytes(graph: Graph, bytesOf: (value: Value) => number): number {
  const last = isLast(graph);
  const dying = new Map<number, number>();
  let alive = 0;
  const born = (value: Value, at: number): void => {
    const end = last.get(value) ?? at;
    alive += bytesOf(value);
    dying.set(end, (dying.get(end) ?? 0) + bytesOf(value));
  };
  for (const value of graph.inputs) born(value, -1);
  let most = alive;
  for (const [i, { outputs }] of graph.nodes.entries()) {
    for (const value of outputs) born(value, i);
    most = Math.max(most, alive);
    alive -= dying.get(i) ?? 0;
  }
  return most;
}

export const elementsOf = ({ type }: Value): number => sizeOf(type.shape as readonly number[]);
