import {
  type AveragePoolAttributes,
  averageDivisors,
  type DType,
  isFloat,
  rangeOf,
  type StaticType,
  sizeOf,
  type Window,
} from '@polyphase/ir';
import { add, constant, convert, eq, int, isNan, lt, mul, or, select, sub } from '../build.ts';
import { type Expr, scalarOf } from '../expr.ts';
import type { Builder, Lowerings, Operand } from '../lowering.ts';
import { flatten, unflatten } from '../views.ts';
import { powerBy } from './binary.ts';
import { abs, like, workType } from './elementwise.ts';
import { allOf, isWithin, type SlidingAxis, slidingTap, type Tap } from './window.ts';

const axesOf = (x: Operand, window: Window): SlidingAxis[] =>
  x.shape.slice(2).map((length, axis) => ({
    length,
    kernel: window.kernel[axis]!,
    stride: window.stride[axis]!,
    dilation: window.dilation[axis]!,
    begin: window.pads[axis]![0],
  }));

type Index = readonly Expr[];

/** A window sliding over the spatial axes of x. */
function slidingOver(b: Builder, x: Operand, window: Window) {
  const axes = axesOf(x, window);
  const lengths = x.shape.slice(2);
  const tapsAt = (out: Index, taps: Index): Tap[] =>
    axes.map((axis, a) => slidingTap(axis, out[a]!, taps[a]!));
  return {
    /** f of the element under a tap, or `outside` where the tap lies outside of x. */
    under([n, c, ...out]: Index, taps: Index, f: (x: Expr) => Expr, outside: number): Expr {
      const at = tapsAt(out, taps);
      const value = f(b.read(x, [n!, c!, ...at.map((tap) => tap.at)]));
      const inside = allOf(at.map(({ isInside }) => isInside));
      return b.choose(
        inside,
        1,
        () => value,
        () => like(value, outside),
      );
    },

    /** The flat position in the whole tensor of what a tap reads, planes counted row or column major. */
    position([n, c, ...out]: Index, taps: Index, isColumnMajor: boolean): Expr {
      const at = tapsAt(out, taps).map((tap) => tap.at);
      const within = isColumnMajor ? flatten(at.reverse(), lengths.toReversed()) : flatten(at, lengths);
      return add(mul(add(mul(n!, int(x.shape[1]!)), c!), int(sizeOf(lengths))), within);
    },
  };
}

/** The divisors of an average over one axis alone; those of all axes multiply. */
function axisDivisors(x: Operand, y: StaticType, attributes: AveragePoolAttributes, axis: number): number[] {
  const { kernel, stride, dilation, pads } = attributes;
  const own: AveragePoolAttributes = {
    ...attributes,
    kernel: [kernel[axis]!],
    stride: [stride[axis]!],
    dilation: [dilation[axis]!],
    pads: [pads[axis]!],
  };
  return averageDivisors([x.shape[axis + 2]!], [y.shape[axis + 2]!], own);
}

/** 1 / divisor: a constant where the windows are whole, else from a table. */
function factorsOf(
  b: Builder,
  name: string,
  dtype: DType,
  divisors: number[],
  whole: number,
): (o: Expr) => Expr {
  const [first, last] = [divisors.indexOf(whole), divisors.lastIndexOf(whole)];
  const count = last - first + 1;
  const isRun = first >= 0 && divisors.slice(first, last + 1).every((divisor) => divisor === whole);
  const common = (): Expr => constant(scalarOf[dtype], 1 / whole);
  if (isRun && count === divisors.length) return common;
  const inverses = divisors.map((divisor) => 1 / divisor);
  const table = b.table(name, workType(dtype), inverses);
  const tabled = (o: Expr): Expr => b.read(table, [o]);
  if (!isRun) return tabled;
  return (o) =>
    b.choose(isWithin(sub(o, int(first)), count), count / divisors.length, common, () => tabled(o));
}

const itself = (e: Expr): Expr => e;

export const poolings = {
  maxPool({ x }, attributes, b, [y]) {
    const { kernel, storageOrder } = attributes;
    const window = slidingOver(b, x, attributes);
    const least = rangeOf(x.dtype)[0];
    const greatest = b.stage('max', x.dtype, y.shape, (index) =>
      b.reduce('max', kernel, (taps) => window.under(index, taps, itself, least)),
    );
    const none = sizeOf(kernel);
    const places = b.stage('tap', 'int32', y.shape, (index) => {
      const top = b.read(greatest, index);
      const isTop = (e: Expr): Expr => (isFloat(x.dtype) ? or(eq(e, top), isNan(e)) : eq(e, top));
      return b.reduce('min', kernel, (taps) =>
        window.under(index, taps, (e) => select(isTop(e), flatten(taps, kernel), int(none)), none),
      );
    });
    const indices = (index: Index): Expr => {
      const place = b.read(places, index);
      const position = window.position(index, unflatten(place, kernel), storageOrder === 1);
      return convert('i64', select(lt(place, int(none)), position, int(-1)));
    };
    return [{ view: greatest }, indices];
  },

  averagePool({ x }, attributes, b, [y]) {
    const { kernel } = attributes;
    const window = slidingOver(b, x, attributes);
    const factors = kernel.map((length, axis) =>
      factorsOf(b, `factor${axis}`, x.dtype, axisDivisors(x, y, attributes, axis), length),
    );
    return (index) => {
      const sum = b.reduce('sum', kernel, (taps) => window.under(index, taps, itself, 0));
      return mul(sum, factors.map((factor, axis) => factor(index[axis + 2]!)).reduce(mul));
    };
  },

  lpPool({ x }, attributes, b) {
    const { kernel, p } = attributes;
    const window = slidingOver(b, x, attributes);
    const power = (e: Expr): Expr => powerBy(p === 2 ? e : abs(e), p);
    const sum = (index: Index): Expr =>
      b.reduce('sum', kernel, (taps) => window.under(index, taps, power, 0));
    return (index) => powerBy(sum(index), 1 / p);
  },
} satisfies Partial<Lowerings>;
