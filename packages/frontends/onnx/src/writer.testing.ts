import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Dim, type DType, int64s, type Tensor, tensor } from '@polyphase/ir';
import { codeOf } from './data-type.ts';
import {
  type AttributeProtoSchema,
  type GraphProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProto,
  type TypeProtoSchema,
  type ValueInfoProtoSchema,
} from './proto/onnx_pb.ts';
import { tensorProtoOf } from './tensor-file.ts';

type Attribute = MessageInitShape<typeof AttributeProtoSchema>;
export type NodeInit = MessageInitShape<typeof NodeProtoSchema>;

const utf8 = new TextEncoder();

/** One attribute of each type. */
export const attribute = {
  float: (name: string, f: number): Attribute => ({ name, type: 1, f }),
  int: (name: string, i: number | bigint): Attribute => ({ name, type: 2, i: BigInt(i) }),
  string: (name: string, s: string): Attribute => ({ name, type: 3, s: utf8.encode(s) }),
  tensor: (name: string, t: Tensor): Attribute => ({ name, type: 4, t: tensorProtoOf(t, '') }),
  graph: (name: string): Attribute => ({ name, type: 5, g: {} }),
  floats: (name: string, floats: number[]): Attribute => ({ name, type: 6, floats }),
  ints: (name: string, ints: number[]): Attribute => ({ name, type: 7, ints: ints.map(BigInt) }),
};

export const node = (
  opType: string,
  input: string[],
  output: string[],
  ...attribute: Attribute[]
): NodeInit => ({
  opType,
  input,
  output,
  attribute,
});

/** A tensor type; a text is a length with a name, the empty text one without. */
export const typeOf = (
  shape: readonly Dim[],
  dtype: DType = 'float32',
): MessageInitShape<typeof TypeProtoSchema> => ({
  value: {
    case: 'tensorType',
    value: {
      elemType: codeOf(dtype),
      shape: {
        dim: shape.map((dim) => ({
          value:
            typeof dim === 'number'
              ? { case: 'dimValue' as const, value: BigInt(dim) }
              : { case: 'dimParam' as const, value: dim },
        })),
      },
    },
  },
});

export const input = (
  name: string,
  shape: readonly Dim[],
  dtype?: DType,
): MessageInitShape<typeof ValueInfoProtoSchema> => ({
  name,
  type: typeOf(shape, dtype),
});

export const weight = (name: string, value: Tensor): TensorProto => tensorProtoOf(value, name);
export const floatWeight = (name: string, elements: number[], shape: number[]): TensorProto =>
  weight(name, tensor(elements, shape));
export const intWeight = (name: string, ...elements: number[]): TensorProto => weight(name, int64s(elements));

interface ModelInit {
  readonly nodes?: NodeInit[];
  readonly inputs?: MessageInitShape<typeof ValueInfoProtoSchema>[];
  readonly outputs?: string[];
  readonly weights?: MessageInitShape<typeof GraphProtoSchema>['initializer'];
  readonly opset?: number;
  /** The version of each domain, in place of `opset`. */
  readonly opsets?: Readonly<Record<string, number>>;
  readonly graph?: MessageInitShape<typeof GraphProtoSchema>;
  readonly model?: {
    graph?: undefined;
    opsetImport?: never[];
    functions?: { name: string; domain: string }[];
  };
}

/** The bytes of an ONNX file. Defaults: operator set 20, one input x [1, 2, 3, 4], one output y. */
export function modelBytes({
  nodes = [node('Relu', ['x'], ['y'])],
  inputs = [input('x', [1, 2, 3, 4])],
  outputs = ['y'],
  weights = [],
  opset = 20,
  opsets = { '': opset },
  graph = {},
  model = {},
}: ModelInit = {}): Uint8Array {
  const proto = create(ModelProtoSchema, {
    irVersion: 9n,
    opsetImport: Object.entries(opsets).map(([domain, version]) => ({ domain, version: BigInt(version) })),
    graph: {
      name: 'net',
      node: nodes,
      input: inputs,
      output: outputs.map((name) => ({ name })),
      initializer: weights,
      ...graph,
    },
    ...model,
  });
  return toBinary(ModelProtoSchema, proto);
}

/** The code and text of the error that `body` throws. */
export function errorOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
}
