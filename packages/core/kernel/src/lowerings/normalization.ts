import { type DType, sizeOf } from '@polyphase/ir';
import { add, div, eq, ge, int, lt, max, min, mul, select, sub } from '../build.ts';
import type { Expr } from '../expr.ts';
import type { At, Builder, Lowering, Lowerings, Operand } from '../lowering.ts';
import { powerBy } from './binary.ts';
import { abs, like, readBroadcast, reciprocal, sqrt, square, workType } from './elementwise.ts';

const zero = int(0);

interface Population {
  readonly dtype: DType;
  /** One mean and spread for each index of this shape. */
  readonly shape: readonly number[];
  /** Over how many elements. */
  readonly extents: readonly number[];
  element(index: readonly Expr[], inner: readonly Expr[]): Expr;
}

interface Moments {
  readonly mean: Operand;
  /** 1 / sqrt(variance + epsilon), from the squared distances to the mean. */
  readonly invStdDev: Operand;
}

function momentsOf(b: Builder, { dtype, shape, extents, element }: Population, epsilon: number): Moments {
  const average = (of: At): Expr => {
    const sum = b.reduce('sum', extents, of);
    return div(sum, like(sum, sizeOf(extents)));
  };
  const mean = b.stage('mean', workType(dtype), shape, (index) => average((inner) => element(index, inner)));
  const invStdDev = b.stage('invStdDev', workType(dtype), shape, (index) => {
    const variance = average((inner) => square(sub(element(index, inner), b.read(mean, index))));
    return reciprocal(sqrt(add(variance, like(variance, epsilon))));
  });
  return { mean, invStdDev };
}

/** Normalises groups of channels of x [N, C, spatial]; scale and bias are [C]. */
const groupsOp =
  <A extends { readonly epsilon: number }>(
    groupsOf: (attributes: A, channels: number) => number,
  ): Lowering<'x' | 'scale' | 'bias', A> =>
  ({ x, scale, bias }, attributes, b) => {
    const [batch, channels, ...spatial] = x.shape as [number, number, ...number[]];
    const groups = groupsOf(attributes, channels);
    const each = int(channels / groups);
    const population: Population = {
      dtype: x.dtype,
      shape: [batch, groups],
      extents: [channels / groups, ...spatial],
      element: ([n, g], [c, ...position]) => b.read(x, [n!, add(mul(g!, each), c!), ...position]),
    };
    const { mean, invStdDev } = momentsOf(b, population, attributes.epsilon);
    const factors = b.stage('factor', workType(x.dtype), [batch, channels], ([n, c]) =>
      mul(b.read(invStdDev, [n!, div(c!, each)]), b.read(scale, [c!])),
    );
    return (index) => {
      const [n, c] = index as [Expr, Expr];
      const centred = sub(b.read(x, index), b.read(mean, [n, div(c, each)]));
      return add(mul(centred, b.read(factors, [n, c])), b.read(bias, [c]));
    };
  };

/** The index with the axes from `axis` on in place of those of a statistic, which are all of length 1. */
const withInner = (index: readonly Expr[], axis: number, inner: readonly Expr[]): Expr[] => [
  ...index.slice(0, axis),
  ...inner,
];
const outerIndex = (index: readonly Expr[], axis: number): Expr[] =>
  index.map((i, a) => (a < axis ? i : zero));

const lrn: Lowering<'x', { size: number; alpha: number; beta: number; bias: number }> = (
  { x },
  attributes,
  b,
) => {
  const { size, alpha, beta, bias } = attributes;
  const channels = x.shape[1]!;
  const before = Math.floor((size - 1) / 2);
  return (index) => {
    const squares = b.reduce('sum', [size], ([tap]) => {
      const c = sub(add(index[1]!, tap!), int(before));
      const inside = min(max(c, zero), int(channels - 1));
      const value = square(b.read(x, index.with(1, inside)));
      return b.choose(
        ge(c, zero),
        1,
        () =>
          b.choose(
            lt(c, int(channels)),
            1,
            () => value,
            () => like(value, 0),
          ),
        () => like(value, 0),
      );
    });
    const element = b.read(x, index);
    return div(element, powerBy(add(like(element, bias), mul(like(element, alpha / size), squares)), beta));
  };
};

export const normalizations = {
  batchNormalization({ x, scale, bias, mean, variance }, { epsilon }, b) {
    const factors = b.stage('factor', workType(x.dtype), scale.shape, (c) => {
      const spread = b.read(variance, c);
      return div(b.read(scale, c), sqrt(add(spread, like(spread, epsilon))));
    });
    return (index) => {
      const c = [index[1]!];
      return add(mul(sub(b.read(x, index), b.read(mean, c)), b.read(factors, c)), b.read(bias, c));
    };
  },

  instanceNormalization: groupsOp((_: { readonly epsilon: number }, channels) => channels),
  groupNormalization: groupsOp(({ groups }: { readonly epsilon: number; readonly groups: number }) => groups),

  layerNormalization({ x, scale, bias }, { axis, epsilon }, b, [, statistics]) {
    const population: Population = {
      dtype: x.dtype,
      shape: statistics!.shape,
      extents: x.shape.slice(axis),
      element: (index, inner) => b.read(x, withInner(index, axis, inner)),
    };
    const { mean, invStdDev } = momentsOf(b, population, epsilon);
    const normalized: At = (index) => {
      const outer = outerIndex(index, axis);
      const centred = sub(b.read(x, index), b.read(mean, outer));
      const scaled = mul(mul(centred, b.read(invStdDev, outer)), readBroadcast(b, scale, index.slice(axis)));
      return bias ? add(scaled, readBroadcast(b, bias, index.slice(axis))) : scaled;
    };
    return [normalized, (index) => b.read(mean, index), (index) => b.read(invStdDev, index)];
  },

  rmsNormalization({ x, scale }, { axis, epsilon }, b) {
    const extents = x.shape.slice(axis);
    const shape = x.shape.map((length, a) => (a < axis ? length : 1));
    const factors = b.stage('factor', workType(x.dtype), shape, (index) => {
      const sum = b.reduce('sum', extents, (inner) => square(b.read(x, withInner(index, axis, inner))));
      return reciprocal(sqrt(add(div(sum, like(sum, sizeOf(extents))), like(sum, epsilon))));
    });
    return (index) => {
      const scaled = mul(b.read(x, index), b.read(factors, outerIndex(index, axis)));
      return mul(scaled, readBroadcast(b, scale, index.slice(axis)));
    };
  },

  lrn,

  lpNormalization({ x }, { axis, p }, b) {
    const norms = b.stage('norm', workType(x.dtype), x.shape.with(axis, 1), (index) => {
      const sum = b.reduce('sum', [x.shape[axis]!], ([r]) => {
        const element = b.read(x, index.with(axis, r!));
        return p === 1 ? abs(element) : square(element);
      });
      return p === 1 ? sum : sqrt(sum);
    });
    return (index) => {
      const norm = b.read(norms, index.with(axis, zero));
      const isZero = eq(norm, like(norm, 0));
      return select(isZero, like(norm, 0), div(b.read(x, index), select(isZero, like(norm, 1), norm)));
    };
  },
} satisfies Partial<Lowerings>;
