import { broadcastShape, matrixProduct } from '@polyphase/ir';
import { add, constant, div, int, mod, mul } from '../build.ts';
import { type Expr, scalarOf } from '../expr.ts';
import type { At, Builder, Lowerings, Operand } from '../lowering.ts';
import { readBroadcast } from './elementwise.ts';
import { allOf, type SlidingAxis, slidingTap, transposedTap, transposedTaps } from './window.ts';

/** Contractions as loops, for types and shapes that a backend has no kernel family for. */

interface SlidingAttributes {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}

const slidingAxes = (
  x: Operand,
  w: Operand,
  { stride, dilation }: SlidingAttributes,
  begin: readonly number[],
): SlidingAxis[] =>
  x.shape.slice(2).map((length, axis) => ({
    length,
    kernel: w.shape[axis + 2]!,
    stride: stride[axis]!,
    dilation: dilation[axis]!,
    begin: begin[axis]!,
  }));

/** The product where every tap is inside, else nothing. */
const product = (b: Builder, inside: readonly Expr[], x: () => Expr, w: () => Expr): Expr => {
  const value = mul(x(), w());
  return b.choose(
    allOf(inside),
    1,
    () => value,
    () => constant(value.type, 0),
  );
};

const withBias = (b: Builder, sum: Expr, bias: Operand | undefined, channel: Expr): Expr =>
  bias ? add(sum, b.read(bias, [channel])) : sum;

export const contractions = {
  conv({ x, w, bias }, attributes, b): At {
    const axes = slidingAxes(
      x,
      w,
      attributes,
      attributes.pads.map(([begin]) => begin),
    );
    const [outChannels, inPerGroup, ...kernel] = w.shape as [number, number, ...number[]];
    const outPerGroup = outChannels / attributes.groups;
    return ([n, oc, ...out]) => {
      const first = mul(div(oc!, int(outPerGroup)), int(inPerGroup));
      const sum = b.reduce('sum', [inPerGroup, ...kernel], ([ic, ...taps]) => {
        const at = axes.map((axis, a) => slidingTap(axis, out[a]!, taps[a]!));
        return product(
          b,
          at.map(({ isInside }) => isInside),
          () => b.read(x, [n!, add(first, ic!), ...at.map((tap) => tap.at)]),
          () => b.read(w, [oc!, ic!, ...taps]),
        );
      });
      return withBias(b, sum, bias, oc!);
    };
  },

  convTranspose({ x, w, bias }, attributes, b): At {
    const axes = slidingAxes(
      x,
      w,
      attributes,
      attributes.crop.map(([begin]) => begin),
    );
    const [inChannels, outPerGroup] = w.shape as [number, number];
    const inPerGroup = inChannels / attributes.groups;
    return ([n, oc, ...out]) => {
      const first = mul(div(oc!, int(outPerGroup)), int(inPerGroup));
      const within = mod(oc!, int(outPerGroup));
      const sum = b.reduce('sum', [inPerGroup, ...axes.map(transposedTaps)], ([ic, ...taps]) => {
        const at = axes.map((axis, a) => transposedTap(axis, out[a]!, taps[a]!));
        const channel = add(first, ic!);
        return product(
          b,
          at.map(({ isInside }) => isInside),
          () => b.read(x, [n!, channel, ...at.map((tap) => tap.at)]),
          () => b.read(w, [channel, within, ...at.map((tap) => tap.kernelAt)]),
        );
      });
      return withBias(b, sum, bias, oc!);
    };
  },

  matMul({ a, b: right }, _, b, [y]): At {
    const { batchA, batchB, inner } = matrixProduct(a.shape, right.shape);
    const batch = broadcastShape(batchA, batchB).length;
    const columnAxis = right.shape.length > 1 ? 1 : 0;
    return (index) => {
      const outer = index.slice(0, batch);
      const row = index.slice(batch, y.shape.length - columnAxis);
      const column = index.slice(y.shape.length - columnAxis);
      if (inner === 0) return constant(scalarOf[a.dtype], 0);
      return b.reduce('sum', [inner], ([r]) =>
        mul(readBroadcast(b, a, [...outer, ...row, r!]), readBroadcast(b, right, [...outer, r!, ...column])),
      );
    };
  },
} satisfies Partial<Lowerings>;
