import { type AveragePoolAttributes, averageDivisors, isFloat, rangeOf, sizeOf, type Window } from '@polyphase/ir';
import { add, constant, convert, eq, int, isNan, lt, mul, or, select } from '../build.ts';
import { type Expr, scalarOf } from '../expr.ts';
import type { Builder, Lowerings, Operand } from '../lowering.ts';
import { flatten, unflatten } from '../views.ts';
import { powerBy } from './binary.ts';
import { abs, like, workType } from './elementwise.ts';
import { allOf, isWithin, slidingTap, type SlidingAxis } from './window.ts';

const axesOf = (x: Operand, window: Window): SlidingAxis[] =>
  x.shape.slice(2).map((length, axis) => ({
    length,
    kernel: window.kernel[axis]!,
    stride: window.stride[axis]!,
    dilation: window.dilation[axis]!,
    begin: window.pads[axis]![0],
  }));

/** f of the element under a tap, or `outside` where the tap lies outside of x. */
function underTap(b: Builder, x: Operand, window: Window, index: readonly Expr[], taps: readonly Expr[], f: (x: Expr) => Expr, outside: number): Expr {
  const [n, c, ...out] = index as [Expr, Expr, ...Expr[]];
  const at = axesOf(x, window).map((axis, a) => slidingTap(axis, out[a]!, taps[a]!));
  const value = f(b.read(x, [n, c, ...at.map((tap) => tap.at)]));
  return b.choose(allOf(at.map(({ isInside }) => isInside)), 1, () => value, () => like(value, outside));
}

/** The flat position in the whole tensor of what a tap reads, the spatial axes in this order from the slowest. */
function flatPosition(x: Operand, window: Window, index: readonly Expr[], taps: readonly Expr[], isColumnMajor: boolean): Expr {
  const [n, c, ...out] = index as [Expr, Expr, ...Expr[]];
  const lengths = x.shape.slice(2);
  const at = axesOf(x, window).map((axis, a) => slidingTap(axis, out[a]!, taps[a]!).at);
  const within = isColumnMajor ? flatten(at.toReversed(), lengths.toReversed()) : flatten(at, lengths);
  return add(mul(add(mul(n, int(x.shape[1]!)), c), int(sizeOf(lengths))), within);
}

/** 1 / divisor for one axis of an average: a constant where the windows are whole, else from a table. */
function axisFactor(b: Builder, x: Operand, counts: readonly number[], attributes: AveragePoolAttributes, axis: number): (o: Expr) => Expr {
  const { kernel, stride, dilation, pads } = attributes;
  const own: AveragePoolAttributes = {
    ...attributes, kernel: [kernel[axis]!], stride: [stride[axis]!], dilation: [dilation[axis]!], pads: [pads[axis]!],
  };
  const divisors = averageDivisors([x.shape[axis + 2]!], [counts[axis]!], own);
  const scalar = scalarOf[x.dtype];
  const whole = kernel[axis]!;
  const [first, last] = [divisors.indexOf(whole), divisors.lastIndexOf(whole)];
  const isRun = first >= 0 && divisors.slice(first, last + 1).every((divisor) => divisor === whole);
  const common = (): Expr => constant(scalar, 1 / whole);
  if (isRun && last - first + 1 === divisors.length) return common;
  const factors = b.table(`factor${axis}`, workType(x.dtype), divisors.map((divisor) => 1 / divisor));
  if (!isRun) return (o) => b.read(factors, [o]);
  const share = (last - first + 1) / divisors.length;
  return (o) => b.choose(isWithin(subtract(o, first), last - first + 1), share, common, () => b.read(factors, [o]));
}

const subtract = (e: Expr, by: number): Expr => add(e, int(-by));

export const poolings = {
  maxPool({ x }, attributes, b, [y]) {
    const { kernel } = attributes;
    const least = rangeOf(x.dtype)[0];
    const greatest = b.stage('max', x.dtype, y.shape, (index) =>
      b.reduce('max', kernel, (taps) => underTap(b, x, attributes, index, taps, (e) => e, least)),
    );
    const none = sizeOf(kernel);
    const places = b.stage('tap', 'int32', y.shape, (index) => {
      const top = b.read(greatest, index);
      const place = (taps: readonly Expr[]) => (e: Expr) => select(isFloat(x.dtype) ? or(eq(e, top), isNan(e)) : eq(e, top), flatten(taps, kernel), int(none));
      return b.reduce('min', kernel, (taps) => underTap(b, x, attributes, index, taps, place(taps), none));
    });
    const indices = (index: readonly Expr[]): Expr => {
      const place = b.read(places, index);
      const taps = unflatten(place, kernel);
      const flat = flatPosition(x, attributes, index, taps, attributes.storageOrder === 1);
      return convert('i64', select(lt(place, int(none)), flat, int(-1)));
    };
    return [{ view: greatest }, indices];
  },

  averagePool({ x }, attributes, b, [y]) {
    const counts = y.shape.slice(2);
    const factors = counts.map((_, axis) => axisFactor(b, x, counts, attributes, axis));
    return (index) => {
      const sum = b.reduce('sum', attributes.kernel, (taps) => underTap(b, x, attributes, index, taps, (e) => e, 0));
      return factors.reduce((all, factor, axis) => mul(all, factor(index[axis + 2]!)), sum);
    };
  },

  lpPool({ x }, attributes, b) {
    const { kernel, p } = attributes;
    const power = (e: Expr): Expr => powerBy(p === 2 ? e : abs(e), p);
    return (index) => powerBy(b.reduce('sum', kernel, (taps) => underTap(b, x, attributes, index, taps, power, 0)), 1 / p);
  },
} satisfies Partial<Lowerings>;
