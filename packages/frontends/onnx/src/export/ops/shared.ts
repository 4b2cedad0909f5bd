import {
  type Dim,
  type DType,
  fromNumbers,
  int64s,
  isStatic,
  need,
  ops,
  type Pair,
  printShape,
  reject,
  type Value,
} from '@polyphase/ir';
import type { Attributes } from '../attributes.ts';
import type { Exporting } from '../exporting.ts';

export const rankOf = (value: Value): number => value.type.shape.length;

export const castTo = (context: Exporting, x: Value, to: DType): Value =>
  x.type.dtype === to ? x : context.make(ops.cast, { x }, { to });

export const reshapeTo = (context: Exporting, x: Value, shape: readonly Dim[]): Value =>
  context.make(ops.reshape, { x }, { shape });

export const constantOf = (
  context: Exporting,
  dtype: DType,
  shape: readonly number[],
  numbers: Float64Array,
): Value => context.constant(fromNumbers(dtype, shape, numbers));

export const scalar = (context: Exporting, dtype: DType, value: number): Value =>
  constantOf(context, dtype, [], Float64Array.of(value));

export const integers = (context: Exporting, values: readonly number[]): Value =>
  context.constant(int64s(values));

/** One value for each channel, beside the axes of a tensor [N, C, ...] of this rank. */
export const perChannel = (context: Exporting, value: Value, rank: number): Value =>
  reshapeTo(context, value, [...value.type.shape, ...new Array<number>(rank - 2).fill(1)]);

/** ONNX's order: the begins of all axes, then their ends. */
export const flatPads = (pads: readonly Pair[]): number[] => [
  ...pads.map(([begin]) => begin),
  ...pads.map(([, end]) => end),
];

const limited = (pads: readonly Pair[], limit: (value: number, zero: 0) => number): Pair[] =>
  pads.map(([begin, end]) => [limit(begin, 0), limit(end, 0)]);

/** What pads add. */
export const addedBy = (pads: readonly Pair[]): Pair[] => limited(pads, Math.max);
/** What pads crop, as negative numbers. */
export const croppedBy = (pads: readonly Pair[]): Pair[] => limited(pads, Math.min);

/** The shape of `x` with numbers only. @throws PP2005 when a length is still open. */
export function staticShape(x: Value, why: string): readonly number[] {
  const { shape } = x.type;
  need(isStatic(shape), 'PP2005', () => [
    `${why}, and the shape ${printShape(shape)} is open`,
    'Give the sizes of the inputs',
  ]);
  return shape;
}

/** @throws PP1003: the operator is too new. */
export function lacking(context: Exporting, what: string, since: number): never {
  return reject(
    'PP1003',
    `${what} exists from operator set ${since} on, ${context.opset} is asked for`,
    `Export with opset ${since} or newer`,
  );
}

/**
 * To which other types the elements of a type may be cast and back without loss, the cheapest first. float64 holds
 * 64-bit integers up to 2^53, as the definitions do; int64 keeps the bits of uint64. float16 is left: onnxruntime
 * computes it in float32 by itself.
 */
const wider: Readonly<Record<DType, readonly DType[]>> = {
  bool: ['uint8', 'int32', 'float32'],
  int8: ['int32', 'int64', 'float32', 'float64'],
  uint8: ['int32', 'int64', 'float32', 'float64'],
  int16: ['int32', 'int64', 'float32', 'float64'],
  uint16: ['int32', 'int64', 'float32', 'float64'],
  int32: ['int64', 'float64'],
  uint32: ['int64', 'float64'],
  int64: ['float64'],
  uint64: ['int64', 'float64'],
  float16: [],
  float32: [],
  float64: [],
};

/** The type out of `types` in which a layer with operands of `dtype` is computed; its own when there is none. */
export function computingType(dtype: DType, types: readonly DType[]): DType {
  if (types.includes(dtype) || dtype === 'float16') return dtype;
  return wider[dtype].find((type) => types.includes(type)) ?? dtype;
}

interface Computed {
  readonly attributes?: Attributes;
  /** Operands before and after those that are cast. */
  readonly first?: readonly Value[];
  readonly last?: readonly Value[];
}

/** One ONNX node, its operands cast to a type that onnxruntime has a kernel for, and its output back. */
export function computed(
  context: Exporting,
  operator: string,
  operands: readonly Value[],
  types: readonly DType[],
  { attributes = {}, first = [], last = [] }: Computed = {},
): Value {
  const result = context.types[0]!;
  const own = operands[0]!.type.dtype;
  const type = computingType(own, types);
  const inputs = [...first, ...operands.map((operand) => castTo(context, operand, type)), ...last];
  const dtype = result.dtype === own ? type : result.dtype;
  return castTo(context, context.node(operator, inputs, attributes, { ...result, dtype }), result.dtype);
}
