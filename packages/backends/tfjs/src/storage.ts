import {
  type DataArray,
  type DType,
  dtypes,
  fromFloat16,
  PolyphaseError,
  type Tensor,
  toFloat16,
} from '@polyphase/ir';
import type { DataType, TypedArray } from '@tensorflow/tfjs-core';
import { type Tf, type TfTensor, wholeNumbersOf } from './tf.ts';

/**
 * How each element type is kept: TensorFlow.js computes float32, int32 and bool. float16 is rounded where a program ends, as
 * the definitions do.
 */
const storages: Readonly<Record<DType, 'float32' | 'int32' | 'bool' | { readonly why: string }>> = {
  float32: 'float32',
  float16: 'float32',
  int32: 'int32',
  bool: 'bool',
  int8: 'int32',
  uint8: 'int32',
  int16: 'int32',
  uint16: 'int32',
  int64: 'int32',
  float64: { why: 'TensorFlow.js has no float64' },
  uint32: { why: 'TensorFlow.js has no uint32' },
  uint64: { why: 'TensorFlow.js has no uint64' },
};

/** Why a type cannot be kept; undefined when it can. */
export function refusesType(dtype: DType): string | undefined {
  const storage = storages[dtype];
  return typeof storage === 'object' ? storage.why : undefined;
}

export function storageOf(dtype: DType): 'float32' | 'int32' | 'bool' {
  const storage = storages[dtype];
  if (typeof storage === 'string') return storage;
  throw new TypeError(storage.why);
}

/** Where a constant or an input has whole numbers that the backend's int32 cannot hold. */
export function unfitNumber({ dtype, data }: Tensor, backend: string): number | undefined {
  const most = wholeNumbersOf(backend);
  if (dtypes[dtype].kind === 'float' || dtype === 'bool' || (dtype !== 'int64' && most > 2 ** 24)) return;
  for (const element of data) if (Math.abs(Number(element)) > most) return Number(element);
  return undefined;
}

/**
 * A tensor of TensorFlow.js with the elements of one on the host.
 *
 * @throws PP4005 when a 64-bit integer does not fit 32 bits.
 */
export function upload(tf: Tf, backend: string, name: string, tensor: Tensor): TfTensor {
  const unfit = unfitNumber(tensor, backend);
  if (unfit !== undefined)
    throw new PolyphaseError('PP4005', {
      at: name,
      problem: `its element ${unfit} is beyond ${wholeNumbersOf(backend)}, up to which the tfjs backend '${backend}' is exact`,
      fix: 'Run this model on another backend',
    });
  // TensorFlow.js may keep the array itself; the caller may write to it again.
  return tf.tensor(storedArray(tensor), [...tensor.shape], storageOf(tensor.dtype));
}

/** A copy of the elements as they are kept. */
function storedArray({ dtype, data }: Tensor): TypedArray {
  if (dtype === 'float16') return Float32Array.from(data as Uint16Array, fromFloat16);
  if (data instanceof BigInt64Array) return Int32Array.from(data, Number);
  return storageOf(dtype) === 'int32' ? Int32Array.from(data as Int32Array) : (data.slice() as TypedArray);
}

/** A copy of its elements on the host. */
export async function download(tensor: TfTensor, dtype: DType): Promise<Tensor> {
  const shape = [...tensor.shape];
  if (shape.includes(0)) return { dtype, shape, data: new dtypes[dtype].array(0) } as Tensor;
  const data = await tensor.data();
  return { dtype, shape, data: hostArray(dtype, data) } as Tensor;
}

function hostArray(dtype: DType, data: TypedArray): DataArray {
  if (dtype === 'int64') return BigInt64Array.from(data as Int32Array, BigInt);
  if (dtype === 'float16') return Uint16Array.from(data as Float32Array, toFloat16);
  const { array } = dtypes[dtype];
  const result = new array(data.length) as TypedArray;
  result.set(data);
  return result as DataArray;
}

/** The type in which a tensor made by TensorFlow.js is taken. */
export function dtypeOf(type: DataType): DType {
  if (type === 'float32' || type === 'int32' || type === 'bool') return type;
  throw new PolyphaseError('PP4003', {
    at: 'fromTf',
    problem: `the tensor is ${type}`,
    fix: 'Give a tensor of float32, int32 or bool',
  });
}
