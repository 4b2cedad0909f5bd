import { type DataArray, type DType, dtypes, fromFloat16, toFloat16 } from '@polyphase/ir';

/** What one element is in a storage buffer. 64 bits are two words, the low one first, as on the host. */
export type Storage = 'f32' | 'f16' | 'i32' | 'u32' | 'vec2<u32>';

export const storageBytes: Readonly<Record<Storage, number>> = {
  f32: 4,
  f16: 2,
  i32: 4,
  u32: 4,
  'vec2<u32>': 8,
};

/**
 * How elements of a dtype are stored: narrow integers and bool take a word each, since invocations cannot store to parts
 * of one; float16 likewise on devices without 16-bit floats, with values that float16 has.
 */
const storages: Readonly<Record<DType, Storage>> = {
  float32: 'f32',
  float16: 'f32',
  float64: 'vec2<u32>',
  int8: 'i32',
  int16: 'i32',
  int32: 'i32',
  int64: 'vec2<u32>',
  uint8: 'u32',
  uint16: 'u32',
  uint32: 'u32',
  uint64: 'vec2<u32>',
  bool: 'u32',
};

export const storageOf = (dtype: DType, f16: boolean): Storage =>
  dtype === 'float16' && f16 ? 'f16' : storages[dtype];

type Words = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Arrays whose elements are converted one by one between host and device. */
const words: Readonly<Partial<Record<Storage, new (length: number) => Words>>> = {
  f32: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
};

const sameBytes = (dtype: DType, storage: Storage): boolean => dtypes[dtype].bytes === storageBytes[storage];

const bytesOf = ({
  buffer,
  byteOffset,
  byteLength,
}: ArrayBufferView<ArrayBufferLike>): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Elements as the bytes of a storage buffer, a multiple of four of them. */
export function encode(dtype: DType, data: DataArray, storage: Storage): Uint8Array<ArrayBuffer> {
  if (sameBytes(dtype, storage)) return padded(bytesOf(data));
  if (storage === 'f16') return padded(bytesOf(Uint16Array.from(data as Float32Array, toFloat16)));
  const array = new words[storage]!(data.length);
  if (dtype === 'float16') for (let i = 0; i < data.length; i++) array[i] = fromFloat16(data[i] as number);
  else array.set(data as ArrayLike<number>);
  return bytesOf(array);
}

/** Writes to buffers come in words. */
function padded(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.length % 4 === 0) return bytes;
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  whole.set(bytes);
  return whole;
}

/** The elements that the first bytes of a storage buffer are, as a new array. */
export function decode(dtype: DType, bytes: ArrayBuffer, size: number, storage: Storage): DataArray {
  const { array } = dtypes[dtype];
  if (sameBytes(dtype, storage)) return new array(bytes.slice(0, size * dtypes[dtype].bytes));
  if (storage === 'f16') return Float32Array.from(new Uint16Array(bytes, 0, size), fromFloat16);
  const own = storage === 'f32' ? Float32Array : storage === 'i32' ? Int32Array : Uint32Array;
  const elements = new own(bytes, 0, size);
  return dtype === 'float16' ? Uint16Array.from(elements, toFloat16) : new array(elements as never);
}

/** Bytes that elements take in a buffer: at least a word, in whole vectors of four. */
export const bytesFor = (size: number, storage: Storage): number =>
  Math.max(Math.ceil((size * storageBytes[storage]) / 16) * 16, 16);

/** Bytes of the elements themselves, in whole words. */
export const copyBytes = (size: number, storage: Storage): number =>
  Math.ceil((size * storageBytes[storage]) / 4) * 4;
