import {
  byName,
  evaluate,
  fromDense,
  type Graph,
  inNode,
  isStatic,
  make,
  type Node,
  type OpName,
  opOf,
  outputOf,
  sizeOf,
  toDense,
  type Value,
} from '@polyphase/ir';
import type { Attributes } from './attributes.ts';
import { exporters } from './exporters.ts';
import type { Exporter, Exporting } from './exporting.ts';
import { OpenLengths } from './open-lengths.ts';

/** An ONNX node whose values have no final names yet. */
export interface DraftNode {
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** A graph in ONNX's operators. Its values are told apart by identity, as in the graph it was made of. */
export interface Draft {
  readonly opset: number;
  readonly nodes: DraftNode[];
  /** What stands for the value of a layer. */
  readonly values: Map<Value, Value>;
  /** What a value would like to be called. */
  readonly names: Map<Value, string>;
  readonly open: OpenLengths;
  /** Of which layers the runtime does not compute ONNX's own operator rightly. */
  readonly avoids: (layer: Node) => boolean;
}

/** @throws PP1003 when the operator set has no form of a layer, PP2005 when its form depends on an open length. */
export function draftGraph(graph: Graph, opset: number, avoids: Draft['avoids'] = () => false): Draft {
  const draft: Draft = {
    opset,
    nodes: [],
    values: new Map(),
    names: new Map(),
    open: new OpenLengths(graph.inputs),
    avoids,
  };
  for (const node of graph.nodes) {
    const operands = node.inputs.map((value) => value && standIn(draft, value));
    const outputs = exportNode({ ...node, inputs: operands }, draft);
    for (const [i, output] of node.outputs.entries()) {
      draft.values.set(output, outputs[i]!);
      draft.open.add(outputs[i]!);
    }
  }
  return draft;
}

export const standIn = ({ values }: Draft, value: Value): Value => values.get(value) ?? value;

/** What all exporters are, whatever operands and attributes they take. */
type AnyExporter = (operands: never, attributes: never, context: Exporting) => ReturnType<Exporter<OpName>>;

function exportNode(node: Node, draft: Draft): readonly Value[] {
  const op = opOf(node);
  const exporter = exporters[op.name as OpName] as AnyExporter;
  const exported = inNode(node, () =>
    exporter(byName(op.inputs, node.inputs) as never, node.attributes as never, contextOf(node, draft)),
  );
  const outputs = Array.isArray(exported) ? (exported as readonly Value[]) : [exported as Value];
  for (const [i, value] of outputs.entries())
    if (!node.inputs.includes(value) && !value.constant) draft.names.set(value, node.outputs[i]!.name);
  return outputs;
}

function contextOf(layer: Node, draft: Draft): Exporting {
  const types = layer.outputs.map(({ type }) => type);
  const nodes: Exporting['nodes'] = (operator, inputs, attributes = {}, own = types) => {
    const outputs = own.map((type): Value => ({ name: `${layer.name}/${operator}`, type }));
    draft.nodes.push({ name: layer.name, operator, inputs, outputs, attributes });
    return outputs;
  };
  const context: Exporting = {
    opset: draft.opset,
    types,
    avoids: draft.avoids(layer),
    nodes,
    node: (operator, inputs, attributes, type = types[0]!) => nodes(operator, inputs, attributes, [type])[0]!,
    make(op, operands, attributes = {}) {
      const part = make(op, operands, attributes, { name: `${layer.name}/${op.name}` });
      return folded(part) ?? exportNode(part, draft)[0]!;
    },
    constant: (constant) => ({
      name: `${layer.name}/constant`,
      type: { dtype: constant.dtype, shape: constant.shape },
      constant,
    }),
    lengths: (shape) => draft.open.lengths(shape, context),
  };
  return context;
}

/** Results of more elements than this and than their operands are left to the runtime. */
const mostFolded = 4096;

/** The output of a layer whose operands are all known, unless it is much larger than they are. */
function folded(node: Node): Value | undefined {
  const operands = node.inputs.map((value) => value?.constant);
  const { name, type } = outputOf(node);
  if (operands.length === 0 || operands.some((operand, i) => !operand && node.inputs[i])) return undefined;
  const given = operands.reduce((all, operand) => all + (operand?.data.length ?? 0), 0);
  if (!isStatic(type.shape) || sizeOf(type.shape) > Math.max(given, mostFolded)) return undefined;
  const [result] = evaluate(
    node,
    operands.map((operand) => operand && toDense(operand)),
  );
  const constant = fromDense(result!);
  return { name, type: { dtype: constant.dtype, shape: constant.shape }, constant };
}
