import {
  type ArrayOf,
  check,
  type DataArray,
  type DType,
  dtypes,
  fromNumbers,
  type Tensor,
} from '@polyphase/ir';
import { dtypeOf } from './data-type.ts';
import type { TensorProto } from './proto/onnx_pb.ts';

/** The bytes of a tensor that is stored outside the model file, or undefined when they have not been fetched. */
export type ExternalBytes = (proto: TensorProto) => Uint8Array | undefined;

/** `TensorProto.DataLocation.EXTERNAL`. */
export const isExternal = (proto: TensorProto): boolean => proto.dataLocation === 1;

/** Element type, shape and size of a stored tensor, checked before any memory is taken. */
export interface StoredType {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly count: number;
  readonly bytes: number;
}

/** @throws PP1005 for a type that is not supported, PP1009 for negative or absurd lengths. */
export function storedType(proto: TensorProto, at: string): StoredType {
  const dtype = dtypeOf(proto.dataType, at);
  const shape = proto.dims.map(Number);
  const count = shape.reduce((all, length) => all * length, 1);
  const bytes = count * dtypes[dtype].bytes;
  check(shape.every((length) => length >= 0) && Number.isSafeInteger(bytes), 'PP1009', () => ({
    at,
    problem: `its shape is [${shape.join(', ')}]`,
    fix: 'Export the model again',
  }));
  return { dtype, shape, count, bytes };
}

/**
 * The tensor that `proto` stores, in raw bytes, in a typed field or outside the file. The data is a view of the
 * file's bytes where their alignment allows.
 *
 * @throws PP1002 when data and shape do not agree, and what `storedType` throws.
 */
export function tensorOf(proto: TensorProto, at: string, external: ExternalBytes): Tensor {
  const type = storedType(proto, at);
  const { dtype, shape, bytes, count } = type;
  const raw = isExternal(proto) ? external(proto) : proto.rawData.length > 0 ? proto.rawData : undefined;
  if (raw) {
    checkCount(raw.length, bytes, 'bytes', at, shape);
    return { dtype, shape, data: fromBytes(dtype, raw) } as Tensor;
  }
  const elements = typedField(proto, dtype);
  checkCount(elements.length, count, 'elements', at, shape);
  return fromElements(dtype, shape, elements);
}

function checkCount(
  present: number,
  needed: number,
  unit: string,
  at: string,
  shape: readonly number[],
): void {
  check(present === needed, 'PP1002', () => ({
    at,
    problem: `its shape [${shape.join(', ')}] needs ${needed} ${unit}, ${present} are present`,
    fix: 'Download or export the model again',
  }));
}

/** Elements from little-endian bytes: a view where these are aligned, else a copy. */
function fromBytes(dtype: DType, raw: Uint8Array): DataArray {
  const { array, bytes } = dtypes[dtype];
  const aligned =
    raw.byteOffset % bytes === 0 && raw.buffer instanceof ArrayBuffer ? raw : new Uint8Array(raw);
  const data = new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.length / bytes);
  return dtype === 'bool' ? Uint8Array.from(data as Uint8Array, (byte) => (byte ? 1 : 0)) : data;
}

/** The field that holds the elements of each type; the types without a field of their own share int32_data. */
function typedField(proto: TensorProto, dtype: DType): readonly (number | bigint)[] {
  switch (dtype) {
    case 'float32':
      return proto.floatData;
    case 'float64':
      return proto.doubleData;
    case 'int64':
      return proto.int64Data;
    case 'uint32':
    case 'uint64':
      return proto.uint64Data;
    default:
      return proto.int32Data;
  }
}

function fromElements(
  dtype: DType,
  shape: readonly number[],
  elements: readonly (number | bigint)[],
): Tensor {
  if (dtype === 'int64') return { dtype, shape, data: BigInt64Array.from(elements as readonly bigint[]) };
  if (dtype === 'uint64') return { dtype, shape, data: BigUint64Array.from(elements as readonly bigint[]) };
  if (dtype === 'float16') return { dtype, shape, data: Uint16Array.from(elements as readonly number[]) };
  if (dtype === 'float32') return { dtype, shape, data: new Float32Array(elements as readonly number[]) };
  return fromNumbers(dtype, shape, Float64Array.from(elements, Number));
}

/** The little-endian bytes of a tensor: a view, not a copy. */
export const bytesOf = (data: ArrayOf[DType]): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
