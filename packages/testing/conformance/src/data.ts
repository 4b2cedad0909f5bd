import { type DType, dtypes, fromNumbers, isFloat, isInteger, sizeOf, type Tensor } from '@polyphase/ir';

/** An operand of a row that is more than a shape filled as the row says. */
export interface Filling {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  /** All elements in row-major order; without them they are drawn. */
  readonly elements?: readonly number[];
  /** Single elements in place of the drawn ones, by their position in row-major order. */
  readonly at?: Readonly<Record<number, number>>;
  /** The interval to draw from: reals for floating-point types, whole numbers with both ends for the others. */
  readonly between?: readonly [least: number, greatest: number];
}

/** A shape, or more about the elements. */
export type OperandSpec = readonly number[] | Filling;

export const fillingOf = (spec: OperandSpec): Filling => ('shape' in spec ? spec : { shape: spec });

/** Elements written out. */
export const elements = (values: readonly number[], shape: readonly number[] = [values.length]): Filling => ({
  shape,
  elements: values,
});

/** Indices or other 64-bit integers, written out. */
export const int64 = (values: readonly number[], shape: readonly number[] = [values.length]): Filling => ({
  ...elements(values, shape),
  dtype: 'int64',
});

/** An operand of another type than the row's. */
export const typed = (dtype: DType, spec: OperandSpec): Filling => ({ ...fillingOf(spec), dtype });

/** Reals of an interval; whole numbers in a type of integers. */
export const between = (least: number, greatest: number, shape: readonly number[]): Filling => ({
  shape,
  between: [least, greatest],
});

/** Drawn elements, some of them replaced. */
export const withAt = (at: Readonly<Record<number, number>>, shape: readonly number[]): Filling => ({
  shape,
  at,
});

export interface Drawing {
  readonly dtype: DType;
  /** Reals of [-1, 1) instead of whole numbers, where the type has them. */
  readonly reals: boolean;
  /** Operands of one row differ in it. */
  readonly seed: number;
}

/**
 * The operand's elements. Unless the row says more, they are whole numbers from -5 to 5 (from 0 to 9 unsigned): sums of
 * their products are exact in float32, so that a wrong index cannot hide in a tolerance.
 */
export function tensorOf(spec: OperandSpec, { dtype: rowType, reals, seed }: Drawing): Tensor {
  const { shape, dtype = rowType, elements: given, at = {}, between: interval } = fillingOf(spec);
  if (given) return fromNumbers(dtype, shape, Float64Array.from(given));
  const next = generator(seed);
  const draw = interval ? drawBetween(dtype, interval) : drawDefault(dtype, reals);
  const numbers = Float64Array.from({ length: sizeOf(shape) }, () => draw(next()));
  for (const [position, value] of Object.entries(at)) numbers[Number(position)] = value;
  return fromNumbers(dtype, shape, numbers);
}

type Draw = (uniform: number) => number;

const whole =
  (least: number, greatest: number): Draw =>
  (uniform) =>
    least + Math.floor(uniform * (greatest - least + 1));

function drawDefault(dtype: DType, reals: boolean): Draw {
  if (dtype === 'bool') return whole(0, 1);
  if (dtypes[dtype].kind === 'uint') return whole(0, 9);
  return reals && isFloat(dtype) ? (uniform) => 2 * uniform - 1 : whole(-5, 5);
}

const drawBetween = (dtype: DType, [least, greatest]: readonly [number, number]): Draw =>
  isInteger(dtype) ? whole(least, greatest) : (uniform) => least + uniform * (greatest - least);

/** Uniform in [0, 1), 32 bits each: mulberry32 (T. Ettinger, public domain). */
export function generator(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
