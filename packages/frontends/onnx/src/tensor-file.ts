import { create, toBinary } from '@bufbuild/protobuf';
import type { Tensor } from '@polyphase/ir';
import { codeOf } from './data-type.ts';
import { decodeTensor } from './decode.ts';
import { type TensorProto, TensorProtoSchema } from './proto/onnx_pb.ts';
import { bytesOf, tensorOf } from './tensor-proto.ts';

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/**
 * A tensor from a file that holds one TensorProto (.pb), as ONNX's backend tests store inputs and outputs.
 *
 * @throws PP1001, PP1002, PP1005, PP1009.
 */
export function readTensor(bytes: Uint8Array): NamedTensor {
  const proto = decodeTensor(bytes, 'tensor file');
  const at = `tensor ${proto.name || 'without name'}`;
  const tensor = tensorOf(proto, at, () => undefined);
  return { name: proto.name, tensor };
}

/** The bytes of a TensorProto file. */
export const writeTensor = (tensor: Tensor, name = ''): Uint8Array =>
  toBinary(TensorProtoSchema, tensorProtoOf(tensor, name));

/** A tensor as a model or tensor file stores it; its data is a view, not a copy. */
export const tensorProtoOf = ({ dtype, shape, data }: Tensor, name: string): TensorProto =>
  create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: codeOf(dtype),
    rawData: bytesOf(data),
  });
