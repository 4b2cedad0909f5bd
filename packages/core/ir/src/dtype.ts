/** Element types of tensors, in ONNX's spelling. */
export type DType =
  | 'float32'
  | 'float16'
  | 'float64'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool';

/** How a tensor of each element type lies in memory: `float16` as its bit patterns, `bool` as 0 or 1. */
export interface ArrayOf {
  float32: Float32Array;
  float16: Uint16Array;
  float64: Float64Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  bool: Uint8Array;
}
export type DataArray = ArrayOf[DType];

interface DTypeInfo {
  readonly bytes: number;
  readonly kind: 'float' | 'int' | 'uint' | 'bool';
  readonly array: new (source: number | ArrayBuffer, offset?: number, length?: number) => DataArray;
}

const row = (kind: DTypeInfo['kind'], array: { BYTES_PER_ELEMENT: number }): DTypeInfo => ({
  bytes: array.BYTES_PER_ELEMENT,
  kind,
  array: array as unknown as DTypeInfo['array'],
});

export const dtypes: Readonly<Record<DType, DTypeInfo>> = {
  float32: row('float', Float32Array),
  float16: row('float', Uint16Array),
  float64: row('float', Float64Array),
  int8: row('int', Int8Array),
  uint8: row('uint', Uint8Array),
  int16: row('int', Int16Array),
  uint16: row('uint', Uint16Array),
  int32: row('int', Int32Array),
  uint32: row('uint', Uint32Array),
  int64: row('int', BigInt64Array),
  uint64: row('uint', BigUint64Array),
  bool: row('bool', Uint8Array),
};

export const isFloat = (dtype: DType): boolean => dtypes[dtype].kind === 'float';
export const isInteger = (dtype: DType): boolean =>
  dtypes[dtype].kind === 'int' || dtypes[dtype].kind === 'uint';

/** The least and the greatest value of a type; the ends of 64-bit integers as near as float64 comes. */
export function rangeOf(dtype: DType): readonly [least: number, greatest: number] {
  const { kind, bytes } = dtypes[dtype];
  if (kind === 'float') return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (kind === 'bool') return [0, 1];
  return kind === 'int' ? [-(2 ** (8 * bytes - 1)), 2 ** (8 * bytes - 1) - 1] : [0, 2 ** (8 * bytes) - 1];
}

const f32 = new Float32Array(1);
const u32 = new Uint32Array(f32.buffer);

/** The float16 bit pattern nearest to `value`, ties to even (IEEE 754-2019, binary16). */
export function toFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  if (magnitude === 0) return sign;
  // The spacing of float16 values around `magnitude`; log2 may be one off next to a power of two, which rounding absorbs.
  const quotient = magnitude / 2 ** (exponent - 10);
  const floor = Math.floor(quotient);
  const rest = quotient - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return sign | (((exponent + 14) << 10) + rounded);
}

/** The number that a float16 bit pattern stands for. */
export function fromFloat16(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const wrapBits: Partial<Record<DType, number>> = {
  int8: 8,
  uint8: 8,
  int16: 16,
  uint16: 16,
  int32: 32,
  uint32: 32,
};

/**
 * `value` as `dtype` can hold it: floats rounded, integers wrapped (64-bit ones are exact up to 2^53 and saturate at
 * the ends of their range), bool 0 or 1.
 */
export function roundTo(dtype: DType, value: number): number {
  if (dtype === 'float64') return value;
  if (dtype === 'float32') return Math.fround(value);
  if (dtype === 'float16') return fromFloat16(toFloat16(value));
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  const whole = Number.isNaN(value) ? 0 : Math.trunc(value);
  const bits = wrapBits[dtype];
  if (bits === undefined || !Number.isFinite(whole)) return whole;
  const modulus = 2 ** bits;
  const wrapped = ((whole % modulus) + modulus) % modulus;
  return dtypes[dtype].kind === 'int' && wrapped >= modulus / 2 ? wrapped - modulus : wrapped;
}

/** The IEEE 754 bits of a float32, for formats that carry raw bits. */
export function float32Bits(value: number): number {
  f32[0] = value;
  return u32[0]!;
}
