import {
  type BatchNormalizationAttributes,
  broadcastStrides,
  type GroupNormalizationAttributes,
  type InstanceNormalizationAttributes,
  type LayerNormalizationAttributes,
  type LpNormalizationAttributes,
  type LrnAttributes,
  sizeOf,
  stridesOf,
} from '@polyphase/ir';
import { type Bounded, type ErrorModel, termsBehind } from './bounded.ts';
import { accuracies, roundingsPerTerm } from './precision.ts';
import { Roundings, type Tracked } from './tracked.ts';

/** An operand's elements with their errors. */
interface Elements {
  readonly shape: readonly number[];
  readonly data: readonly Tracked[];
}

const elementsOf = ({ value, bound }: Bounded): Elements => ({
  shape: value.shape,
  data: Array.from(value.data, (x, i) => ({ value: x, error: bound.error[i]! })),
});

type Body<A> = (
  r: Roundings,
  operands: readonly (Elements | undefined)[],
  attributes: A,
) => readonly (readonly Tracked[])[];

/** An operation as formulas over tracked numbers, one list of elements for each output. */
const tracked =
  <A extends object>(body: Body<A>): ErrorModel =>
  ({ node, operands, precision }) => {
    const r = new Roundings(precision);
    const given = operands.map((operand) => operand && elementsOf(operand));
    return body(r, given, node.attributes as A).map((results) => ({
      error: Float64Array.from(results, ({ error }) => error),
      terms: 0,
    }));
  };

/** The positions of the elements that have the other axes in common, in row-major order. */
export function groupsAlong(
  shape: readonly number[],
  axes: readonly number[],
): readonly (readonly number[])[] {
  const strides = stridesOf(shape);
  const offsets = (chosen: (axis: number) => boolean): readonly number[] =>
    shape.reduce<number[]>(
      (all, length, axis) =>
        chosen(axis)
          ? all.flatMap((base) => Array.from({ length }, (_, i) => base + i * strides[axis]!))
          : all,
      [0],
    );
  const within = offsets((axis) => axes.includes(axis));
  return offsets((axis) => !axes.includes(axis)).map((base) => within.map((offset) => base + offset));
}

const axesFrom = (axis: number, shape: readonly number[]): number[] =>
  shape.flatMap((_, a) => (a < axis ? [] : [a]));

interface Normalized {
  readonly mean: Tracked;
  readonly invStdDev: Tracked;
  readonly centred: readonly Tracked[];
}

function normalize(r: Roundings, xs: readonly Tracked[], epsilon: number): Normalized {
  const count = r.exact(xs.length);
  const mean = r.divide(r.sum(xs), count);
  const centred = xs.map((x) => r.subtract(x, mean));
  const variance = r.divide(r.sum(centred.map((x) => r.multiply(x, x))), count);
  const invStdDev = r.divide(r.exact(1), r.squareRoot(r.add(variance, r.exact(epsilon))));
  return { mean, invStdDev, centred };
}

/** Normalises each group; `affine` names the scale and bias of an element by its position in x and in its group. */
function normalizeGroups(
  r: Roundings,
  x: Elements,
  groups: readonly (readonly number[])[],
  epsilon: number,
  affine: (position: number, inGroup: number) => readonly [scale: Tracked, bias: Tracked | undefined],
) {
  const y = new Array<Tracked>(x.data.length);
  const moments = groups.map((group) => {
    const normalized = normalize(
      r,
      group.map((at) => x.data[at]!),
      epsilon,
    );
    for (const [i, at] of group.entries()) {
      const [scale, bias] = affine(at, i);
      const scaled = r.multiply(r.multiply(normalized.centred[i]!, normalized.invStdDev), scale);
      y[at] = bias ? r.add(scaled, bias) : scaled;
    }
    return normalized;
  });
  return { y, moments };
}

/** Which channel of [N, C, ...] an element is of. */
const channelOf = ([, channels, ...rest]: readonly number[]): ((position: number) => number) => {
  const plane = sizeOf(rest);
  return (position) => Math.floor(position / plane) % channels!;
};

const perChannel = ({ shape }: Elements, scale: Elements, bias: Elements) => {
  const channel = channelOf(shape);
  return (at: number) => [scale.data[channel(at)]!, bias.data[channel(at)]!] as const;
};

type Operands = readonly [x: Elements, scale: Elements, bias: Elements];

export const instanceNormalized = tracked<InstanceNormalizationAttributes>((r, operands, { epsilon }) => {
  const [x, scale, bias] = operands as Operands;
  const groups = groupsAlong(x.shape, axesFrom(2, x.shape));
  return [normalizeGroups(r, x, groups, epsilon, perChannel(x, scale, bias)).y];
});

export const groupNormalized = tracked<GroupNormalizationAttributes>((r, operands, attributes) => {
  const [x, scale, bias] = operands as Operands;
  const [batch, ...rest] = x.shape as [number, ...number[]];
  const grouped = [batch * attributes.groups, sizeOf(rest) / attributes.groups];
  const affine = perChannel(x, scale, bias);
  return [normalizeGroups(r, x, groupsAlong(grouped, [1]), attributes.epsilon, affine).y];
});

/** The element of an operand that is broadcast to the axes normalised together. */
function broadcastElement(operand: Elements, shape: readonly number[]): (inGroup: number) => Tracked {
  const [from, to] = [stridesOf(shape), broadcastStrides(operand.shape, shape)];
  return (inGroup) => {
    const offset = from.reduce((sum, stride, axis) => {
      const index = Math.floor(inGroup / stride) % shape[axis]!;
      return sum + index * to[axis]!;
    }, 0);
    return operand.data[offset]!;
  };
}

export const layerNormalized = tracked<LayerNormalizationAttributes>((r, operands, { axis, epsilon }) => {
  const [x, scale, bias] = operands as readonly [Elements, Elements, Elements | undefined];
  const inner = x.shape.slice(axis);
  const [scaleOf, biasOf] = [broadcastElement(scale, inner), bias && broadcastElement(bias, inner)];
  const groups = groupsAlong(x.shape, axesFrom(axis, x.shape));
  const affine = (_: number, i: number) => [scaleOf(i), biasOf?.(i)] as const;
  const { y, moments } = normalizeGroups(r, x, groups, epsilon, affine);
  return [y, moments.map(({ mean }) => mean), moments.map(({ invStdDev }) => invStdDev)];
});

export const rmsNormalized = tracked<LayerNormalizationAttributes>((r, operands, { axis, epsilon }) => {
  const [x, scale] = operands as readonly [Elements, Elements];
  const scaleOf = broadcastElement(scale, x.shape.slice(axis));
  const y = new Array<Tracked>(x.data.length);
  for (const group of groupsAlong(x.shape, axesFrom(axis, x.shape))) {
    const squares = r.sum(group.map((at) => r.multiply(x.data[at]!, x.data[at]!)));
    const rms = r.squareRoot(r.add(r.divide(squares, r.exact(group.length)), r.exact(epsilon)));
    for (const [i, at] of group.entries()) y[at] = r.multiply(r.divide(x.data[at]!, rms), scaleOf(i));
  }
  return [y];
});

const affineNormalized = tracked<BatchNormalizationAttributes>((r, operands, { epsilon }) => {
  const [x, scale, bias, mean, variance] = operands as readonly Elements[] as readonly [
    Elements,
    Elements,
    Elements,
    Elements,
    Elements,
  ];
  const channel = channelOf(x.shape);
  const factors = scale.data.map((factor, c) =>
    r.divide(factor, r.squareRoot(r.add(variance.data[c]!, r.exact(epsilon)))),
  );
  return [
    x.data.map((element, i) => {
      const c = channel(i);
      return r.add(r.multiply(r.subtract(element, mean.data[c]!), factors[c]!), bias.data[c]!);
    }),
  ];
});

/** Folded into the weights of the layer before, scale and shift pass through all of its roundings. */
export const batchNormalized: ErrorModel = (layer) => {
  const [bound] = affineNormalized(layer);
  const { node, operands, precision } = layer;
  const [x, scale, bias, mean, variance] = operands.map((operand) => operand!.value.data);
  const { epsilon } = node.attributes as BatchNormalizationAttributes;
  const channel = channelOf(operands[0]!.value.shape);
  const relative = roundingsPerTerm * (termsBehind(operands) + 1) * precision.unit;
  const error = bound!.error.map((own, i) => {
    const c = channel(i);
    const factor = Math.abs(scale![c]!) / Math.sqrt(variance![c]! + epsilon);
    return own + relative * ((Math.abs(x![i]!) + Math.abs(mean![c]!)) * factor + Math.abs(bias![c]!));
  });
  return [{ error, terms: termsBehind(operands) + 1 }];
};

export const lrnNormalized = tracked<LrnAttributes>((r, operands, { size, alpha, beta, bias }) => {
  const [{ shape, data }] = operands as readonly [Elements];
  const channel = channelOf(shape);
  const plane = sizeOf(shape.slice(2));
  const before = Math.floor((size - 1) / 2);
  return [
    data.map((x, i) => {
      const near = Array.from({ length: size }, (_, t) => t - before).filter((t) => {
        const c = channel(i) + t;
        return c >= 0 && c < shape[1]!;
      });
      const neighbours = near.map((t) => data[i + t * plane]!);
      const squares = r.sum(neighbours.map((neighbour) => r.multiply(neighbour, neighbour)));
      const spread = r.add(r.exact(bias), r.multiply(r.exact(alpha / size), squares));
      return r.divide(
        x,
        r.apply((base) => base ** beta, accuracies.power, spread),
      );
    }),
  ];
});

/** A function of all elements along some axes, which gives one element for each. */
const alongAxis = <A extends { readonly axis: number }>(
  f: (r: Roundings, xs: readonly Tracked[], attributes: A) => readonly Tracked[],
): ErrorModel =>
  tracked<A>((r, operands, attributes) => {
    const [{ shape, data }] = operands as readonly [Elements];
    const y = new Array<Tracked>(data.length);
    for (const group of groupsAlong(shape, [attributes.axis])) {
      const results = f(
        r,
        group.map((at) => data[at]!),
        attributes,
      );
      for (const [i, at] of group.entries()) y[at] = results[i]!;
    }
    return [y];
  });

export const lpNormalized = alongAxis<LpNormalizationAttributes>((r, xs, { p }) => {
  const sizes = xs.map(({ value, error }) => ({ value: Math.abs(value), error }));
  const norm = p === 1 ? r.sum(sizes) : r.squareRoot(r.sum(sizes.map((x) => r.multiply(x, x))));
  return norm.value === 0 ? xs.map(() => r.exact(0)) : xs.map((x) => r.divide(x, norm));
});

function shiftedExponentials(r: Roundings, xs: readonly Tracked[]) {
  const greatest = {
    value: Math.max(...xs.map(({ value }) => value)),
    error: Math.max(...xs.map(({ error }) => error)),
  };
  const shifted = xs.map((x) => r.subtract(x, greatest));
  const exponentials = shifted.map((x) => r.apply(Math.exp, accuracies.exponential, x));
  return { greatest, shifted, exponentials, total: r.sum(exponentials) };
}

export const softmaxed = alongAxis((r, xs) => {
  const { exponentials, total } = shiftedExponentials(r, xs);
  return exponentials.map((x) => r.divide(x, total));
});

export const logSoftmaxed = alongAxis((r, xs) => {
  const { shifted, total } = shiftedExponentials(r, xs);
  const logarithm = r.apply(Math.log, accuracies.logarithm, total);
  return shifted.map((x) => r.subtract(x, logarithm));
});

/** A function of all elements over some axes, which gives one element. */
const over = (f: (r: Roundings, xs: readonly Tracked[]) => Tracked): ErrorModel =>
  tracked<{ readonly axes: readonly number[] }>((r, operands, { axes }) => {
    const [{ shape, data }] = operands as readonly [Elements];
    return [
      groupsAlong(shape, axes).map((group) =>
        f(
          r,
          group.map((at) => data[at]!),
        ),
      ),
    ];
  });

export const logSummed = over((r, xs) => r.apply(Math.log, accuracies.logarithm, r.sum(xs)));

export const logSumExped = over((r, xs) => {
  const { greatest, total } = shiftedExponentials(r, xs);
  return r.add(greatest, r.apply(Math.log, accuracies.logarithm, total));
});
