/** What a pooling folds, of every output element. */
import type { Step } from '@polyphase/plugin';
import { extreme } from '../loops/vector-ops.ts';
import { type Expr, f32x4 } from '../wasm/index.ts';

type Vector = Expr<'v128'>;

/** One axis: output o folds the inputs o * stride - begin + tap * dilation that there are. */
export interface PooledAxis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
}

/** How elements are folded in four lanes. */
export interface Fold {
  readonly name: 'max' | 'sum';
  /** Of nothing. */
  readonly empty: number;
  /** Of variables. */
  join(a: Vector, b: Vector): Vector;
}

export const folds: Readonly<Record<Fold['name'], Fold>> = {
  max: { name: 'max', empty: Number.NEGATIVE_INFINITY, join: (a, b) => extreme('max', a, b) },
  sum: { name: 'sum', empty: 0, join: f32x4.add },
};

/** By what sums are multiplied in the end: the factor of the output's row times that of its column. */
export interface Factors {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** The one factor of all outputs, if there is one. */
export function commonFactor({ rows, columns }: Factors): number | undefined {
  const [row, column] = [rows[0]!, columns[0]!];
  const isCommon = rows.every((each) => each === row) && columns.every((each) => each === column);
  return isCommon ? row * column : undefined;
}

/** Planes that are pooled one by one. */
export interface Pooling {
  readonly step: Step;
  readonly planes: number;
  readonly height: PooledAxis;
  readonly width: PooledAxis;
  readonly fold: Fold;
  readonly factors: Factors | undefined;
}

const lastTap = ({ kernel, dilation }: PooledAxis): number => (kernel - 1) * dilation;

/** Whether every window lies inside the input. */
export const isInside = (axis: PooledAxis): boolean =>
  axis.begin <= 0 && (axis.output - 1) * axis.stride - axis.begin + lastTap(axis) < axis.input;

/** Elements of a row with what is around it, as far as windows reach and vectors that begin in them. */
export const paddedLength = (axis: PooledAxis): number =>
  Math.max((axis.output - 1) * axis.stride + lastTap(axis) + 1, axis.begin + axis.input) +
  4 * axis.stride +
  8;
