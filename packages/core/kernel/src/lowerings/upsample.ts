import { type AxisResampling, type AxisTable, axisTable, type DType, isFloat } from '@polyphase/ir';
import { add, and, bool, constant, convert, int, le, mod, mul, narrow, or, select, sub } from '../build.ts';
import { type Expr, scalarOf } from '../expr.ts';
import type { At, Builder, Lowerings, Operand } from '../lowering.ts';
import { gcd } from '../numbers.ts';
import { workType } from './elementwise.ts';
import { onSlope, type Period, periodOf, slopeOf } from './period.ts';
import { clamp, isWithin } from './window.ts';

/** Taps up to this many are written out, more are a loop. */
const mostUnrolled = 4;
/** Quotients by more than this are read from a table. */
const longestQuotient = 64;

interface Axis {
  readonly axis: number;
  readonly from: number;
  readonly to: number;
  readonly table: AxisTable;
}

const isCopy = ({ taps, weights }: AxisTable): boolean =>
  taps === 1 && weights.every((weight) => weight === 1);

/** The first input index of an output index: a quotient where the table is one, else read from the table. */
function firstIndex(b: Builder, { axis, from, to, table: { first } }: Axis): (o: Expr) => Expr {
  const common = gcd(from, to);
  const slope = slopeOf(first, 0, to, from / common, to / common);
  if (slope && slope.outputs <= longestQuotient) return (o) => onSlope(o, slope);
  const table = b.table(`first${axis}`, 'int32', first);
  return (o) => b.read(table, [o]);
}

/** What each tap of an output element reads, within bounds, and its weight. */
interface Taps {
  at(t: Expr): Expr;
  weight(t: Expr): Expr;
  /** Whether the tap is one, where some rows are filled up: a weight of 0 would let NaN and infinity in. */
  isRead?(t: Expr): Expr;
}

/** Taps read from tables; the weights lie tap by tap, so that neighbouring outputs have neighbouring weights. */
function tabledTaps(b: Builder, own: Axis, dtype: DType): (o: Expr) => Taps {
  const {
    axis,
    to,
    table: { taps, weights, read },
  } = own;
  const first = firstIndex(b, own);
  const ends = read && {
    first: b.table(`firstRead${axis}`, 'int32', read.first),
    last: b.table(`lastRead${axis}`, 'int32', read.last),
  };
  const byTap = Array.from({ length: taps * to }, (_, i) => weights[(i % to) * taps + Math.floor(i / to)]!);
  const table = b.table(`weights${axis}`, dtype, byTap);
  return (o) => {
    const at = (t: Expr): Expr => add(first(o), t);
    return {
      at,
      weight: (t) => b.read(table, [add(mul(t, int(to)), o)]),
      ...(ends && {
        isRead: (t) => and(le(b.read(ends.first, [o]), at(t)), le(at(t), b.read(ends.last, [o]))),
      }),
    };
  };
}

/** Taps of the phases between the borders: the weights of one period are all there are. */
function phasedTaps(
  b: Builder,
  { axis, from, table: { taps, weights } }: Axis,
  { slope, begin }: Period,
  dtype: DType,
): (o: Expr) => Taps {
  const { outputs } = slope;
  const ofPeriod = Array.from(
    { length: taps * outputs },
    (_, i) => weights[(begin + (i % outputs)) * taps + Math.floor(i / outputs)]!,
  );
  const table = b.table(`phases${axis}`, dtype, ofPeriod);
  return (o) => ({
    at: (t) => clamp(add(onSlope(o, slope), t), from),
    weight: (t) => b.read(table, [add(mul(t, int(outputs)), mod(o, int(outputs)))]),
  });
}

/** y[.., o, ..] = sum over t of weights[o, t] * x[.., first[o] + t, ..], in the type that is computed in. */
function resample(b: Builder, x: Operand, own: Axis, dtype: DType): Operand {
  const { axis, to, table } = own;
  const { taps } = table;
  const sum = (index: readonly Expr[], { at, weight, isRead }: Taps): Expr => {
    const term = (t: Expr): Expr => {
      const product = mul(weight(t), convert(scalarOf[dtype], b.read(x, index.with(axis, at(t)))));
      return isRead ? select(isRead(t), product, constant(scalarOf[dtype], 0)) : product;
    };
    if (taps > mostUnrolled) return b.reduce('sum', [taps], ([t]) => term(t!));
    return Array.from({ length: taps }, (_, t) => term(int(t))).reduce(add);
  };
  const tabled = tabledTaps(b, own, dtype);
  const period = hasShortRows(x.shape, axis)
    ? periodOf(table, dtype === 'float32' ? Math.fround : (weight) => weight)
    : undefined;
  const phased = period && phasedTaps(b, own, period, dtype);
  return b.stage(`axis${axis}`, dtype, x.shape.with(axis, to), (index) => {
    const o = index[axis]!;
    if (!phased) return sum(index, tabled(o));
    const { begin, end } = period;
    const isInside = isWithin(sub(o, int(begin)), end - begin);
    return b.choose(
      isInside,
      (end - begin) / to,
      () => sum(index, phased(o)),
      () => sum(index, tabled(o)),
    );
  });
}

/** Whether neighbours along the axis are (nearly) neighbours in memory, so that vectors run along it. */
const hasShortRows = (shape: readonly number[], axis: number): boolean =>
  shape.slice(axis + 1).reduce((all, length) => all * length, 1) < 16;

/** The axes in the order that computes the fewest elements: those that shrink first; of equal ones the innermost. */
const byGrowth = (a: Axis, b: Axis): number => a.to / a.from - b.to / b.from || b.axis - a.axis;

/** Whether any coordinate lies outside the input, for the profiles that know such. */
function outsideOf(b: Builder, axes: readonly Axis[]): ((index: readonly Expr[]) => Expr) | undefined {
  const tables = axes.flatMap(({ axis, table }) =>
    table.outside?.includes(1) ? [{ axis, outside: b.table(`outside${axis}`, 'bool', table.outside) }] : [],
  );
  if (tables.length === 0) return undefined;
  return (index) =>
    tables.map(({ axis, outside }) => b.read(outside, [index[axis]!])).reduce(or, bool(false));
}

/** Integers are computed as the definition does, in f64, and cut off; what overflows wraps around. */
function rounded(dtype: DType, x: Expr): Expr {
  if (isFloat(dtype)) return x;
  if (dtype === 'bool') return convert('bool', x);
  return narrow(dtype, convert(scalarOf[dtype], convert(dtype === 'uint64' ? 'u64' : 'i64', x)));
}

/** The type of intermediate results. */
const resampledType = (dtype: DType): DType => (isFloat(dtype) ? workType(dtype) : 'float64');

/** The axes whose elements are copied, all in one stage. */
function gather(b: Builder, x: Operand, axes: readonly Axis[]): Operand {
  if (axes.length === 0) return x;
  const sources = axes.map((axis) => ({ axis: axis.axis, first: firstIndex(b, axis) }));
  const shape = axes.reduce((lengths, { axis, to }) => lengths.with(axis, to), [...x.shape]);
  return b.stage('gathered', x.dtype, shape, (index) =>
    b.read(
      x,
      sources.reduce((at, { axis, first }) => at.with(axis, first(index[axis]!)), [...index]),
    ),
  );
}

/** Integers are summed in the order of the definition, so that they are cut off alike. */
function resampled(b: Builder, x: Operand, axes: readonly Axis[]): At {
  const gathered = gather(
    b,
    x,
    axes.filter(({ table }) => isCopy(table)),
  );
  const summed = axes.filter(({ table }) => !isCopy(table));
  const order = isFloat(x.dtype) ? summed.toSorted(byGrowth) : summed;
  const type = resampledType(x.dtype);
  const result = order.reduce((operand, axis) => resample(b, operand, axis, type), gathered);
  return (index) => (summed.length > 0 ? rounded(x.dtype, b.read(result, index)) : b.read(result, index));
}

export const upsamples = {
  upsample({ x }, { axes, extrapolation }, b) {
    const tabled = axes.map(
      (spec: AxisResampling): Axis => ({
        axis: spec.axis,
        from: spec.from as number,
        to: spec.to as number,
        table: axisTable(spec),
      }),
    );
    const inside = resampled(b, x, tabled);
    const outside = outsideOf(b, tabled);
    if (!outside) return inside;
    const value = rounded(x.dtype, constant(scalarOf[resampledType(x.dtype)], extrapolation));
    return (index) => select(outside(index), value, inside(index));
  },
} satisfies Partial<Lowerings>;
