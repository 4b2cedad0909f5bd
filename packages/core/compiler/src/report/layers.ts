import {
  type DType,
  dtypes,
  type Graph,
  middleOf,
  type Node,
  producers,
  products,
  type Region,
  receptiveField,
  sizeOf,
  staticType,
  type Value,
} from '@polyphase/ir';
import { bytesMoved } from '../cost.ts';

export interface TypedName {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** What one element in the middle of a value reads of an input of the model. */
export interface FieldReport {
  readonly input: string;
  readonly shape: readonly number[];
  readonly reads: Region;
}

/** One layer and what it costs. */
export interface LayerReport extends TypedName {
  readonly op: string;
  /**
   * Where its operands come from, constants left out: the position of the layer in this list, or the name of an input of
   * the model.
   */
  readonly reads: readonly (number | string)[];
  /** Elements of the constants that it reads. */
  readonly parameters: number;
  /** Multiply-adds, as they are usually counted. */
  readonly products: number;
  /** Bytes read and written, each operand and each output once. */
  readonly bytesMoved: number;
  /** Bytes of its outputs. */
  readonly outputBytes: number;
  /** Of the element in the middle of its output; left out in graphs of many layers. */
  readonly receptiveField?: readonly FieldReport[];
}

export interface Totals {
  readonly layers: number;
  /** Elements of all constants, each counted once. */
  readonly parameters: number;
  readonly products: number;
  readonly bytesMoved: number;
}

export interface GraphReport {
  readonly layers: readonly LayerReport[];
  readonly totals: Totals;
}

/** The fields of all layers take time with the square of their number. */
const mostFields = 1000;

const sizeIn = ({ type }: Value): number => sizeOf(staticType(type).shape);

/** Bytes of a value. */
export const bytesIn = (value: Value): number => sizeIn(value) * dtypes[value.type.dtype].bytes;

const sum = <T>(items: Iterable<T>, of: (item: T) => number): number =>
  [...items].reduce((all, item) => all + of(item), 0);

const constantsOf = (nodes: readonly Node[]): ReadonlySet<Value> =>
  new Set(nodes.flatMap(({ inputs }) => inputs.flatMap((value) => (value?.constant ? [value] : []))));

/** The layers of a graph whose sizes are numbers. */
export function graphReport(graph: Graph): GraphReport {
  const makers = producers(graph);
  const positions = new Map(graph.nodes.map((node, i) => [node, i]));
  const origin = (value: Value | undefined): readonly (number | string)[] => {
    if (!value || value.constant) return [];
    const maker = makers.get(value);
    return [maker ? positions.get(maker)! : value.name];
  };
  const layers = graph.nodes.map((node): LayerReport => {
    const reads = [...new Set(node.inputs.flatMap(origin))];
    const report = { ...layerReport(node), reads };
    return graph.nodes.length > mostFields
      ? report
      : { ...report, receptiveField: fieldOf(graph, node.outputs[0]!) };
  });
  const parameters = sum(constantsOf(graph.nodes), sizeIn);
  const totals = {
    layers: layers.length,
    parameters,
    products: sum(layers, (layer) => layer.products),
    bytesMoved: sum(layers, (layer) => layer.bytesMoved),
  };
  return { layers, totals };
}

const layerReport = (node: Node): Omit<LayerReport, 'reads' | 'receptiveField'> => ({
  name: node.name,
  op: node.op,
  ...staticType(node.outputs[0]!.type),
  parameters: sum(constantsOf([node]), sizeIn),
  products: products(node),
  bytesMoved: bytesMoved(node),
  outputBytes: sum(node.outputs, bytesIn),
});

/** What the element in the middle of a value reads of each input of the graph. */
export function fieldOf(graph: Graph, value: Value): readonly FieldReport[] {
  if (value.constant || sizeIn(value) === 0) return [];
  return [...receptiveField(graph, value, middleOf(value))].map(([input, reads]) => ({
    input: input.name,
    shape: staticType(input.type).shape,
    reads,
  }));
}
