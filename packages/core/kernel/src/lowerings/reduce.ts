import { isFloat, rangeOf, sizeOf } from '@polyphase/ir';
import { add, constant, convert, div, eq, isNan, lt, or, select, sub } from '../build.ts';
import { type Expr, scalarOf } from '../expr.ts';
import type { At, Builder, Lowering, Lowerings, Operand } from '../lowering.ts';
import { abs, exp, like, log, realScalar, sqrt, square, truncateTo } from './elementwise.ts';

/** The index into an operand of which `axes` are reduced: `inner` along them, the index of the result elsewhere. */
export function innerIndex(rank: number, axes: readonly number[], keepDims: boolean, index: readonly Expr[], inner: readonly Expr[]): Expr[] {
  const [outer, along] = [index.values(), inner.values()];
  const next = (values: Iterator<Expr>): Expr => values.next().value as Expr;
  return Array.from({ length: rank }, (_, axis) => {
    if (!axes.includes(axis)) return next(outer);
    if (keepDims) next(outer);
    return next(along);
  });
}

interface Axes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Calls `body` with the elements that one element of the result is reduced from. */
const elements = (b: Builder, x: Operand, { axes, keepDims }: Axes, index: readonly Expr[], body: (x: Expr) => Expr): At => {
  const sorted = [...axes].sort((a, c) => a - c);
  return (inner) => body(b.read(x, innerIndex(x.shape.length, sorted, keepDims, index, inner)));
};

const extentsOf = (x: Operand, axes: readonly number[]): number[] =>
  [...axes].sort((a, c) => a - c).map((axis) => x.shape[axis]!);

/** A sum over f of each element, then a function of the sum and the number of elements; integers are cut off at the end. */
const sumOp =
  (f: (x: Expr) => Expr, after: (sum: Expr, count: Expr) => Expr): Lowering<'x', Axes> =>
  ({ x }, attributes, b) => {
    const extents = extentsOf(x, attributes.axes);
    const scalar = realScalar(x.dtype);
    return (index) => {
      const element = elements(b, x, attributes, index, (e) => f(convert(scalar, e)));
      return truncateTo(x.dtype, after(b.reduce('sum', extents, element), constant(scalar, sizeOf(extents))));
    };
  };

/** A fold in the scalar of the operand itself, where integers wrap around or do not need to. */
const foldOp =
  (op: 'sum' | 'prod', f: (x: Expr) => Expr = (x) => x): Lowering<'x', Axes> =>
  ({ x }, attributes, b) =>
  (index) =>
    b.reduce(op, extentsOf(x, attributes.axes), elements(b, x, attributes, index, f));

/** Of nothing, the end of the range of the dtype, which is nearer than that of its scalar. */
const extremeOp =
  (op: 'max' | 'min'): Lowering<'x', Axes> =>
  ({ x }, attributes, b) => {
    const extents = extentsOf(x, attributes.axes);
    const [least, greatest] = rangeOf(x.dtype);
    const type = scalarOf[x.dtype];
    const scalar = type === 'bool' ? 'i32' : type;
    return (index) => {
      if (extents.includes(0)) return constant(type, op === 'max' ? least : greatest);
      return convert(type, b.reduce(op, extents, elements(b, x, attributes, index, (e) => convert(scalar, e))));
    };
  };

export const infinityLike = (x: Expr): Expr => like(x, Number.POSITIVE_INFINITY);

/** log(sum exp(x)) with x shifted by the greatest element, unless that is infinite. */
const logSumExpOp: Lowering<'x', Axes> = ({ x }, attributes, b, [y]) => {
  const extents = extentsOf(x, attributes.axes);
  const scalar = realScalar(x.dtype);
  const dtype = scalar === 'f64' ? 'float64' : 'float32';
  const greatest = b.stage('greatest', dtype, y.shape, (index) =>
    b.reduce('max', extents, elements(b, x, attributes, index, (e) => convert(scalar, e))),
  );
  return (index) => {
    const top = b.read(greatest, index);
    const shift = select(lt(abs(top), infinityLike(top)), top, like(top, 0));
    const sum = b.reduce('sum', extents, elements(b, x, attributes, index, (e) => exp(sub(convert(scalar, e), shift))));
    return truncateTo(x.dtype, add(shift, log(sum)));
  };
};

/** The place of the greatest or least element along an axis as an i32 stage of the reduced shape, NaN before all others. */
export function bestPlace(
  b: Builder,
  x: Operand,
  { axis, keepDims, selectLastIndex, best }: { axis: number; keepDims: boolean; selectLastIndex: boolean; best: 'max' | 'min' },
  shape: readonly number[],
): At {
  const along: Axes = { axes: [axis], keepDims };
  const length = x.shape[axis]!;
  const extreme = b.stage(best, x.dtype, shape, (index) => b.reduce(best, [length], elements(b, x, along, index, (e) => e)));
  return (index) => {
    const top = b.read(extreme, index);
    return b.reduce(selectLastIndex ? 'max' : 'min', [length], ([place]) => {
      const element = b.read(x, innerIndex(x.shape.length, [axis], keepDims, index, [place!]));
      const isBest = isFloat(x.dtype) ? or(eq(element, top), isNan(element)) : eq(element, top);
      return select(isBest, place!, constant('i32', selectLastIndex ? -1 : length));
    });
  };
}

const argOp =
  (best: 'max' | 'min'): Lowering<'x', { axis: number; keepDims: boolean; selectLastIndex: boolean }> =>
  ({ x }, attributes, b, [y]) => {
    const place = bestPlace(b, x, { ...attributes, best }, y.shape);
    return (index) => convert('i64', place(index));
  };

export const reductions = {
  reduceSum: foldOp('sum'),
  reduceProd: foldOp('prod'),
  reduceL1: foldOp('sum', abs),
  reduceSumSquare: foldOp('sum', square),
  reduceMax: extremeOp('max'),
  reduceMin: extremeOp('min'),
  reduceMean: sumOp((x) => x, div),
  reduceL2: sumOp(square, sqrt),
  reduceLogSum: sumOp((x) => x, log),
  reduceLogSumExp: logSumExpOp,
  argMax: argOp('max'),
  argMin: argOp('min'),
} satisfies Partial<Lowerings>;
