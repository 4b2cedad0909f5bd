import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Tensor } from '@polyphase/ir';
import { codeOf } from '../data-type.ts';
import type { TensorProtoSchema } from '../proto/onnx_pb.ts';
import { bytesOf } from '../tensor-proto.ts';

/** Weights begin at multiples of this, so that typed arrays can be views of the file. */
const alignment = 64;

/** `TensorProto.DataLocation.EXTERNAL`. */
const external = 1;

/** A file beside a model, gathered from weights without copying them. */
export class DataFile {
  readonly #pieces: Uint8Array[];
  readonly #location: string;
  #length = 0;

  /** Adds what it gathers to `pieces`. */
  constructor(location: string, pieces: Uint8Array[]) {
    this.#location = location;
    this.#pieces = pieces;
  }

  put({ dtype, shape, data }: Tensor, name: string): MessageInitShape<typeof TensorProtoSchema> {
    this.#add(new Uint8Array((alignment - (this.#length % alignment)) % alignment));
    const entries = { location: this.#location, offset: this.#length, length: data.byteLength };
    this.#add(bytesOf(data));
    return {
      name,
      dims: shape.map(BigInt),
      dataType: codeOf(dtype),
      dataLocation: external,
      externalData: Object.entries(entries).map(([key, value]) => ({ key, value: `${value}` })),
    };
  }

  #add(piece: Uint8Array): void {
    if (piece.length > 0) this.#pieces.push(piece);
    this.#length += piece.length;
  }
}
