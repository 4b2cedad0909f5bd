import {
  type ArrayOf,
  type DataArray,
  type DType,
  dtypes,
  fromFloat16,
  roundTo,
  toFloat16,
} from './dtype.ts';
import { check } from './errors.ts';

/** A dense tensor on the host, row-major. */
export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: ArrayOf[D];
}

/** The working form of the definitions: every element type as float64 (64-bit integers exact up to 2^53). */
export interface Dense {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((all, length) => all * length, 1);

/** Element steps of each axis of a row-major tensor. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

type Elements = DataArray | ArrayLike<number> | ArrayLike<bigint>;

/**
 * A tensor from elements in row-major order. A typed array that already is the dtype's own is taken as it is, anything
 * else is converted as `roundTo` says.
 *
 * @throws PP4005 when a length is not a natural number or the count of elements is not the shape's.
 */
export function tensor<D extends DType = 'float32'>(
  elements: Elements,
  shape: readonly number[],
  dtype?: D,
): Tensor<D> {
  const kind = dtype ?? ('float32' as D);
  checkShape(shape);
  const size = sizeOf(shape);
  check(elements.length === size, 'PP4005', () => ({
    at: `tensor ${kind}[${shape.join(', ')}]`,
    problem: `the shape has ${size} elements, the data ${elements.length}`,
    fix: 'Give as many elements as the product of the shape',
  }));
  const { array } = dtypes[kind];
  if (elements instanceof array) return { dtype: kind, shape: [...shape], data: elements as ArrayOf[D] };
  const numbers = Float64Array.from(elements as ArrayLike<number | bigint>, Number);
  return fromNumbers(kind, shape, numbers);
}

function checkShape(shape: readonly number[]): void {
  check(
    shape.every((length) => Number.isSafeInteger(length) && length >= 0),
    'PP4005',
    () => ({
      at: `tensor [${shape.join(', ')}]`,
      problem: 'a length is not a natural number',
      fix: 'Give every axis a length of 0 or more',
    }),
  );
}

/** The tensor that holds these numbers in `dtype`'s precision. */
export function fromNumbers<D extends DType>(
  dtype: D,
  shape: readonly number[],
  numbers: Float64Array,
): Tensor<D> {
  const { array } = dtypes[dtype];
  if (dtype === 'float64') return { dtype, shape: [...shape], data: numbers as ArrayOf[D] };
  if (dtype === 'float32') return { dtype, shape: [...shape], data: new Float32Array(numbers) as ArrayOf[D] };
  const data = new array(numbers.length);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const [low, high] = data instanceof BigInt64Array ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
    for (let i = 0; i < numbers.length; i++) data[i] = saturate(numbers[i]!, low, high);
  } else if (dtype === 'float16') {
    for (let i = 0; i < numbers.length; i++) data[i] = toFloat16(numbers[i]!);
  } else {
    for (let i = 0; i < numbers.length; i++) data[i] = roundTo(dtype, numbers[i]!);
  }
  return { dtype, shape: [...shape], data: data as ArrayOf[D] };
}

function saturate(value: number, low: bigint, high: bigint): bigint {
  if (Number.isNaN(value)) return 0n;
  if (!Number.isFinite(value)) return value < 0 ? low : high;
  const whole = BigInt(Math.trunc(value));
  return whole < low ? (low === 0n ? BigInt.asUintN(64, whole) : low) : whole > high ? high : whole;
}

/** The elements as float64 numbers. */
export function toNumbers(value: Tensor): Float64Array {
  const { data } = value;
  if (data instanceof Float64Array) return data;
  if (value.dtype === 'float16') return Float64Array.from(data as Uint16Array, fromFloat16);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const numbers = new Float64Array(data.length);
    for (let i = 0; i < numbers.length; i++) numbers[i] = Number(data[i]);
    return numbers;
  }
  return new Float64Array(data);
}

export const toDense = (value: Tensor): Dense => ({
  dtype: value.dtype,
  shape: value.shape,
  data: toNumbers(value),
});
export const fromDense = (value: Dense): Tensor => fromNumbers(value.dtype, value.shape, value.data);

/** A tensor of integers, as shape operands are. */
export const int64s = (values: readonly number[]): Tensor<'int64'> => ({
  dtype: 'int64',
  shape: [values.length],
  data: BigInt64Array.from(values, BigInt),
});
