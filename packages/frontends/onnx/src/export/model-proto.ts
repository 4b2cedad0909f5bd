import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { Graph, Tensor, TensorType, Value } from '@polyphase/ir';
import { codeOf } from '../data-type.ts';
import {
  type ModelProto,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type TypeProtoSchema,
  type ValueInfoProtoSchema,
} from '../proto/onnx_pb.ts';
import type { NamedModel, NamedNode } from './named-model.ts';

type TensorInit = MessageInitShape<typeof TensorProtoSchema>;

/** How a weight is written: its bytes, or where they are. */
export type WriteWeight = (tensor: Tensor, name: string) => TensorInit;

/** The version of ONNX's file format that came with each operator set. */
const irVersions = new Map([
  [17, 8],
  [18, 8],
  [19, 9],
  [20, 9],
  [21, 10],
  [22, 10],
  [23, 11],
  [24, 12],
  [25, 13],
  [26, 13],
]);

export const leastOpset = Math.min(...irVersions.keys());
export const greatestOpset = Math.max(...irVersions.keys());

export function modelProtoOf(
  graph: Graph,
  model: NamedModel & { readonly opset: number },
  write: WriteWeight,
): ModelProto {
  const info = ({ name, value }: { readonly name: string; readonly value: Value }) =>
    valueInfo(name, value.type);
  return create(ModelProtoSchema, {
    irVersion: BigInt(irVersions.get(model.opset)!),
    opsetImport: [{ domain: '', version: BigInt(model.opset) }],
    producerName: 'polyphase',
    graph: {
      name: graph.name || 'graph',
      node: model.nodes.map(nodeProto),
      initializer: [...model.weights].map(([name, tensor]) => write(tensor, name)),
      input: model.inputs.map(info),
      output: model.outputs.map(info),
      valueInfo: model.between.map(info),
    },
  });
}

const nodeProto = ({
  name,
  operator,
  inputs,
  outputs,
  attributes,
}: NamedNode): MessageInitShape<typeof NodeProtoSchema> => ({
  name,
  opType: operator,
  input: [...inputs],
  output: [...outputs],
  attribute: Object.entries(attributes).map(([key, init]) => ({ ...init, name: key })),
});

const valueInfo = (name: string, type: TensorType): MessageInitShape<typeof ValueInfoProtoSchema> => ({
  name,
  type: typeProto(type),
});

/** An open length is written as its text, be it a name or an expression: equal texts are equal lengths. */
const typeProto = ({ dtype, shape }: TensorType): MessageInitShape<typeof TypeProtoSchema> => ({
  value: {
    case: 'tensorType',
    value: {
      elemType: codeOf(dtype),
      shape: {
        dim: shape.map((length) => ({
          value:
            typeof length === 'number'
              ? { case: 'dimValue' as const, value: BigInt(length) }
              : { case: 'dimParam' as const, value: length },
        })),
      },
    },
  },
});
