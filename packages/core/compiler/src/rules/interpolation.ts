/**
 * A convolution of an interpolation becomes a transposed convolution inside, and is computed as it stands at the border.
 * Leaves no convolution of stride 1 behind an interpolation that costs more than that.
 */

import {
  type ConvAttributes,
  concat,
  conv,
  convTranspose,
  isOp,
  make,
  makeNode,
  type Node,
  opOf,
  outputOf,
  type Pair,
  pad,
  slice,
  type UpsampleAttributes,
  upsample,
  type Value,
} from '@polyphase/ir';
import { outlined } from '../constants.ts';
import { isCheaper, isStaticNode } from '../cost.ts';
import {
  type Kernel,
  kernelOf,
  type TransposedForm,
  tapSums,
  transposedKernel,
  transposedShape,
} from '../kernels.ts';
import {
  type ClampedFilter,
  clampedFilterOf,
  isSpatial,
  reachOf,
  repetitionOf,
  repetitionsOf,
  unfiltered,
} from '../resampling.ts';
import { type Replacement, type Rule, replacedWith, rule } from '../rewrite.ts';

/** A convolution of an interpolation, axis by axis. */
interface Interpolated {
  readonly node: Node<ConvAttributes>;
  readonly inner: Node<UpsampleAttributes>;
  readonly kernel: Kernel;
  readonly filters: readonly ClampedFilter[];
  /** How far the window reaches beyond its first element: k - 1. */
  readonly reach: readonly number[];
}

/**
 * conv(upsample(x), w) -> convTranspose(pad(x), v) inside; at the border conv(upsample(strip of x), w)
 *
 * Along an axis, u[i] = sum over j of x[j] * g[i - s*j] for 0 <= i < s*n, where x goes on with its end elements outside:
 * that is what clamping does, and a padding of that kind makes the x[j] that are read. Where the window of an output lies
 * inside of u, y[o] = sum over t of w[t] * u[o - p + t] = sum over j of x[j] * v[o - p - s*j] with v[m] = sum over t of
 * w[t] * g[m + t]: a transposed convolution with stride s. Where it does not, u is 0 outside, which no extension of x
 * gives; there are p such outputs at each end. They are convolved from the few elements of u that they read, and put
 * around the inside: along the first axis over the whole width, along the others between those.
 *
 * `pays` compares the layers afterwards with those before.
 */
export const convAfterInterpolation = (pays: typeof isCheaper): Rule =>
  rule('polyphase/conv-after-interpolation', conv, (node, around) => {
    const inner = around.producer(node.inputs[0]!);
    if (!inner || !isOp(inner, upsample) || !isSpatial(inner) || !isStaticNode(inner)) return undefined;
    const { stride, dilation, pads } = node.attributes;
    if (![...stride, ...dilation].every((step) => step === 1)) return undefined;
    if (repetitionsOf(inner, stride.length + 2)) return undefined; // polyphase/conv-after-repetition takes it.
    const kernel = kernelOf(node);
    if (!kernel) return undefined;
    const reach = kernel.lengths.map((k) => k - 1);
    if (!pads.every((pair, axis) => pair.every((p) => p >= 0 && p <= reach[axis]!))) return undefined;
    const filters = filtersOf(inner, stride.length);
    if (!filters) return undefined;
    const lengths = outputOf(inner).type.shape.slice(2) as readonly number[];
    if (lengths.some((length, axis) => filters[axis] !== unfiltered && length <= 2 * reach[axis]!))
      return undefined;
    const parts: Interpolated = { node, inner, kernel, filters, reach };
    const outline = assembled(parts, outlined(kernel.value, transposedShape(kernel, formOf(parts))));
    if (!pays(outline, replacedWith(node, [inner], around))) return undefined;
    return assembled(parts, weightsOf(parts)) as unknown as Replacement;
  });

function filtersOf(
  { attributes }: Node<UpsampleAttributes>,
  rank: number,
): readonly ClampedFilter[] | undefined {
  const filters = Array.from({ length: rank }, (_, axis) => {
    const spec = attributes.axes.find((each) => each.axis === axis + 2);
    return spec && repetitionOf(spec) !== 1 ? clampedFilterOf(spec) : unfiltered;
  });
  return filters.every((filter) => filter !== undefined) ? filters : undefined;
}

const formOf = ({ node, kernel, filters, reach }: Interpolated): TransposedForm => ({
  groups: node.attributes.groups,
  channels: kernel.out,
  lengths: reach.map((span, axis) => span + filters[axis]!.weights.length),
});

/** v[reach - t + r] is the sum of w[t] * g[r], g counted from its first weight on. */
function weightsOf(parts: Interpolated): Value {
  const { kernel, filters, reach } = parts;
  const form = formOf(parts);
  const repeats = filters.map(({ weights }) => weights.length);
  const sums = tapSums(kernel.lengths, repeats, form.lengths, {
    target: (t, r, axis) => reach[axis]! - t + r,
    factor: (r, axis) => filters[axis]!.weights[r]!,
  });
  return transposedKernel(kernel, form, (channel) => ({ channel, sums }));
}

/** All layers that make the output, the last one in the place of the convolution. */
function assembled(parts: Interpolated, w: Value): readonly Node[] {
  const nodes: Node[] = [];
  const put = (node: Node): Value => {
    nodes.push(node);
    return outputOf(node);
  };
  const rank = parts.reach.length;
  const along = (axis: number): Value => {
    if (axis === rank) return inside(parts, w, put);
    const [before, after] = parts.filters[axis] === unfiltered ? [0, 0] : parts.node.attributes.pads[axis]!;
    const pieces = [
      ...(before > 0 ? [strip(parts, axis, 'begin', put)] : []),
      along(axis + 1),
      ...(after > 0 ? [strip(parts, axis, 'end', put)] : []),
    ];
    if (pieces.length === 1) return pieces[0]!;
    return put(
      make(concat, { xs: pieces }, { axis: axis + 2 }, { name: `${parts.node.name}/joined${axis}` }),
    );
  };
  along(0);
  const last = nodes.pop()!;
  const { name, outputs } = parts.node;
  const named = makeNode(opOf(last), last.inputs, last.attributes, {
    name,
    outputs: outputs.map((o) => o.name),
  });
  return [...nodes, named];
}

type Put = (node: Node) => Value;

/** The outputs whose windows lie inside of u. */
function inside(parts: Interpolated, w: Value, put: Put): Value {
  const { node, inner, filters, reach } = parts;
  const [x, lengths] = [inner.inputs[0]!, outputOf(inner).type.shape.slice(2) as readonly number[]];
  const small = x.type.shape.slice(2) as readonly number[];
  const margins = filters.map((filter, axis): Pair => {
    const [[begin], [, end]] = [reachOf(filter, 0), reachOf(filter, lengths[axis]! - 1)];
    return [Math.max(0, -begin), Math.max(0, end - small[axis]!)];
  });
  const padded = margins.flat().some((n) => n > 0)
    ? put(
        make(
          pad,
          { x },
          { pads: [[0, 0], [0, 0], ...margins], mode: 'edge' },
          { name: `${node.name}/edges` },
        ),
      )
    : x;
  const crop = margins.map(([before, after], axis): Pair => {
    const { factor, from, weights } = filters[axis]!;
    if (filters[axis] === unfiltered) {
      const [first, last] = node.attributes.pads[axis]!;
      return [reach[axis]! - first, reach[axis]! - last];
    }
    const begin = factor * before - from + reach[axis]!;
    const length = reach[axis]! + weights.length + factor * (small[axis]! + before + after - 1);
    return [begin, length - begin - (lengths[axis]! - reach[axis]!)];
  });
  const stride = filters.map(({ factor }) => factor);
  const attributes = { stride, dilation: stride.map(() => 1), crop, groups: node.attributes.groups };
  return put(
    make(convTranspose, { x: padded, w, bias: node.inputs[2] }, attributes, { name: `${node.name}/inside` }),
  );
}

/** The outputs at one end of an axis: whole along later axes, between the strips of earlier ones. */
function strip(parts: Interpolated, axis: number, side: 'begin' | 'end', put: Put): Value {
  const { node, inner, filters, reach } = parts;
  const name = `${node.name}/${side}${axis}`;
  const [x, wide] = [inner.inputs[0]!, outputOf(inner).type.shape[axis + 2] as number];
  const [length, span] = [x.type.shape[axis + 2] as number, reach[axis]!];
  const { factor } = filters[axis]!;
  const [first, end] =
    side === 'begin'
      ? [0, Math.min(length, reachOf(filters[axis]!, span - 1)[1])]
      : [Math.max(0, reachOf(filters[axis]!, wide - span)[0]), length];
  const part = put(sliced(x, axis + 2, first, end - first, `${name}/part`));
  const axes = inner.attributes.axes.map((spec) =>
    spec.axis === axis + 2 ? { ...spec, from: end - first, to: factor * (end - first) } : spec,
  );
  const enlarged = put(
    make(upsample, { x: part }, { ...inner.attributes, axes }, { name: `${name}/${inner.name}` }),
  );
  const u = put(
    sliced(enlarged, axis + 2, side === 'begin' ? 0 : factor * (end - first) - span, span, `${name}/read`),
  );
  const pads = node.attributes.pads.map(([before, after], other): Pair => {
    if (other > axis || filters[other] === unfiltered) return [before, after];
    if (other < axis) return [0, 0];
    return side === 'begin' ? [before, 0] : [0, after];
  });
  const [, w, bias] = node.inputs;
  return put(make(conv, { x: u, w: w!, bias }, { ...node.attributes, pads }, { name }));
}

function sliced(x: Value, axis: number, start: number, length: number, name: string): Node {
  const shape = x.type.shape as readonly number[];
  const attributes = {
    start: shape.map((_, i) => (i === axis ? start : 0)),
    step: shape.map(() => 1),
    length: shape.map((n, i) => (i === axis ? length : n)),
  };
  return make(slice, { x }, attributes, { name });
}

/** Backends compute windows of 3 in tiles with fewer products still; a transposed convolution would lose against those. */
const hasLargeWindow = (nodes: readonly Node[]): boolean =>
  nodes.every(
    (node) => !isOp(node, conv) || node.inputs[1]!.type.shape.slice(2).every((k) => (k as number) > 3),
  );

export const interpolationRules: readonly Rule[] = [
  convAfterInterpolation((after, before) => hasLargeWindow(before) && isCheaper(after, before)),
];
