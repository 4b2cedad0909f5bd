import { isFloat, rangeOf, sizeOf } from '@polyphase/ir';
import { add, constant, convert, div, eq, isNan, lt, or, select, sub } from '../build.ts';
import { type Expr, scalarOf } from '../expr.ts';
import type { At, Builder, Lowering, Lowerings, Operand } from '../lowering.ts';
import { abs, exp, like, log, realScalar, sqrt, square, truncateTo } from './elementwise.ts';

interface Axes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** What a reduction of x folds: the lengths of its axes, and for an element of the result the elements it is made of. */
function reducing(b: Builder, x: Operand, { axes, keepDims }: Axes) {
  const reduced = x.shape.map((_, axis) => axes.includes(axis));
  const sourceOf = (index: readonly Expr[], inner: readonly Expr[]): Expr[] => {
    const [outer, along] = [index.values(), inner.values()];
    return reduced.map((isReduced) => {
      const own = !isReduced || keepDims ? outer.next() : undefined;
      return (isReduced ? along.next() : own!).value as Expr;
    });
  };
  return {
    extents: x.shape.filter((_, axis) => reduced[axis]),
    /** f of each element that the element at `index` is made of. */
    each:
      (index: readonly Expr[], f: (element: Expr, inner: readonly Expr[]) => Expr): At =>
      (inner) =>
        f(b.read(x, sourceOf(index, inner)), inner),
  };
}

/** A sum over f of each element, then a function of the sum and the number of elements; integers are cut off at the end. */
const sumOp =
  (f: (x: Expr) => Expr, after: (sum: Expr, count: Expr) => Expr): Lowering<'x', Axes> =>
  ({ x }, attributes, b) => {
    const { extents, each } = reducing(b, x, attributes);
    const scalar = realScalar(x.dtype);
    const count = constant(scalar, sizeOf(extents));
    return (index) => {
      const terms = each(index, (e) => f(convert(scalar, e)));
      return truncateTo(x.dtype, after(b.reduce('sum', extents, terms), count));
    };
  };

/** A fold in the scalar of the operand itself, where integers wrap around or do not need to. */
const foldOp =
  (op: 'sum' | 'prod', f: (x: Expr) => Expr = (x) => x): Lowering<'x', Axes> =>
  ({ x }, attributes, b) => {
    const { extents, each } = reducing(b, x, attributes);
    return (index) => b.reduce(op, extents, each(index, f));
  };

/** Of nothing, the end of the range of the dtype, which is nearer than that of its scalar. */
const extremeOp =
  (op: 'max' | 'min'): Lowering<'x', Axes> =>
  ({ x }, attributes, b) => {
    const { extents, each } = reducing(b, x, attributes);
    const [least, greatest] = rangeOf(x.dtype);
    const type = scalarOf[x.dtype];
    const scalar = type === 'bool' ? 'i32' : type;
    return (index) => {
      if (extents.includes(0)) return constant(type, op === 'max' ? least : greatest);
      const elements = each(index, (e) => convert(scalar, e));
      return convert(type, b.reduce(op, extents, elements));
    };
  };

/** log(sum exp(x)) with x shifted by the greatest element, unless that is infinite. */
const logSumExpOp: Lowering<'x', Axes> = ({ x }, attributes, b, [y]) => {
  const { extents, each } = reducing(b, x, attributes);
  const scalar = realScalar(x.dtype);
  const greatest = b.stage('greatest', scalar === 'f64' ? 'float64' : 'float32', y.shape, (index) => {
    const elements = each(index, (e) => convert(scalar, e));
    return b.reduce('max', extents, elements);
  });
  return (index) => {
    const top = b.read(greatest, index);
    const shift = select(lt(abs(top), like(top, Number.POSITIVE_INFINITY)), top, like(top, 0));
    const powers = each(index, (e) => exp(sub(convert(scalar, e), shift)));
    return truncateTo(x.dtype, add(shift, log(b.reduce('sum', extents, powers))));
  };
};

interface Best {
  readonly axis: number;
  readonly keepDims: boolean;
  /** Of equal elements, the last one instead of the first. */
  readonly selectLastIndex: boolean;
}

/** The place of the greatest or least element along an axis, in i32; NaN comes before all others. */
export function bestPlace(
  b: Builder,
  x: Operand,
  best: 'max' | 'min',
  attributes: Best,
  shape: readonly number[],
): At {
  const { axis, keepDims, selectLastIndex } = attributes;
  const { extents, each } = reducing(b, x, { axes: [axis], keepDims });
  const extreme = b.stage(best, x.dtype, shape, (index) =>
    b.reduce(
      best,
      extents,
      each(index, (e) => e),
    ),
  );
  const none = constant('i32', selectLastIndex ? -1 : x.shape[axis]!);
  return (index) => {
    const top = b.read(extreme, index);
    const places = each(index, (e, [place]) => {
      const isBest = isFloat(x.dtype) ? or(eq(e, top), isNan(e)) : eq(e, top);
      return select(isBest, place!, none);
    });
    return b.reduce(selectLastIndex ? 'max' : 'min', extents, places);
  };
}

const argOp =
  (best: 'max' | 'min'): Lowering<'x', Best> =>
  ({ x }, attributes, b, [y]) => {
    const place = bestPlace(b, x, best, attributes, y.shape);
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
