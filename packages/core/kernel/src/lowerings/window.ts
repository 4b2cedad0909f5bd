import { add, and, bool, div, ge, int, lt, max, min, mod, mul, sub } from '../build.ts';
import type { Expr } from '../expr.ts';

/** One axis over which a window slides. */
export interface SlidingAxis {
  readonly length: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
}

/** Where a tap reads: an index within bounds, and whether it is the tap's own. */
export interface Tap {
  readonly at: Expr;
  readonly isInside: Expr;
}

export const clamp = (e: Expr, length: number): Expr => min(max(e, int(0)), int(length - 1));
export const isWithin = (e: Expr, length: number): Expr => and(ge(e, int(0)), lt(e, int(length)));
export const allOf = (conditions: readonly Expr[]): Expr => conditions.reduce(and, bool(true));

/** Position o * stride + t * dilation - begin. */
export function slidingTap(axis: SlidingAxis, o: Expr, t: Expr): Tap {
  const position = sub(add(mul(o, int(axis.stride)), mul(t, int(axis.dilation))), int(axis.begin));
  return { at: clamp(position, axis.length), isInside: isWithin(position, axis.length) };
}

/** The taps of a transposed convolution that can meet an output element: with dilation 1 only those of its phase. */
export const transposedTaps = ({ kernel, stride, dilation }: SlidingAxis): number =>
  dilation === 1 ? Math.ceil(kernel / stride) : kernel;

/**
 * The input and kernel element of one tap of a transposed convolution: output o is the sum over k of
 * w[k] * x[(o + begin - k * dilation) / stride], where that divides.
 */
export function transposedTap(axis: SlidingAxis, o: Expr, t: Expr): Tap & { readonly kernelAt: Expr } {
  const { length, kernel, stride, dilation, begin } = axis;
  if (dilation === 1) {
    const [whole, phase] = floorDivMod(o, begin, stride);
    const [position, k] = [sub(whole, t), add(mul(t, int(stride)), phase)];
    return {
      at: clamp(position, length),
      kernelAt: min(k, int(kernel - 1)),
      isInside: and(isWithin(position, length), lt(k, int(kernel))),
    };
  }
  const scaled = sub(add(o, int(begin)), mul(t, int(dilation)));
  const [position, rest] = [div(max(scaled, int(0)), int(stride)), mod(max(scaled, int(0)), int(stride))];
  const divides: Expr = lt(rest, int(1));
  return {
    at: clamp(position, length),
    kernelAt: t,
    isInside: allOf([ge(scaled, int(0)), lt(position, int(length)), divides]),
  };
}

/** Floor and remainder of (o + offset) / divisor, the offset being of any sign. */
function floorDivMod(o: Expr, offset: number, divisor: number): readonly [Expr, Expr] {
  const lift = Math.max(0, Math.ceil(-offset / divisor));
  const lifted = add(o, int(offset + lift * divisor));
  return [sub(div(lifted, int(divisor)), int(lift)), mod(lifted, int(divisor))];
}
