import {
  type ConvTransposeAttributes,
  conv,
  convTranspose,
  depthToSpace,
  grid,
  type Node,
  ops,
  type Pair,
  sizeOf,
  type Tensor,
  type Value,
} from '@polyphase/ir';
import { constant, picked } from './constants.ts';
import { type Form, form, Parts, type Reformed } from './form.ts';

/** The taps of one axis that reach the outputs o with (o + offset) mod stride == phase, as a plain correlation. */
export interface AxisPhase {
  /** Indices into the kernel, in the order in which the correlation reads the input. */
  readonly taps: readonly number[];
  readonly dilation: number;
  /** The input element under the first of them, for the first output of the phase. */
  readonly first: number;
}

/**
 * Tap t takes x[q + e] to output stride*q + phase where e = (phase + begin - t*dilation) / stride is a whole number. Of
 * the taps for which it is, e falls in equal steps as t rises.
 */
export function axisPhase(
  {
    kernel,
    stride,
    dilation,
  }: { readonly kernel: number; readonly stride: number; readonly dilation: number },
  begin: number,
  phase: number,
): AxisPhase {
  const shift = (tap: number): number => (phase + begin - tap * dilation) / stride;
  const taps = Array.from({ length: kernel }, (_, tap) => kernel - 1 - tap).filter((tap) =>
    Number.isInteger(shift(tap)),
  );
  const [a, b] = taps;
  return {
    taps,
    dilation: a === undefined || b === undefined ? 1 : shift(b) - shift(a),
    first: a === undefined ? 0 : shift(a),
  };
}

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly stride: number;
  readonly phases: readonly AxisPhase[];
}

function axesOf({ inputs, outputs, attributes }: Node<ConvTransposeAttributes>, aligned: boolean): Axis[] {
  const { stride, dilation, crop } = attributes;
  const [x, w] = inputs;
  return stride.map((step, a) => {
    const geometry = { kernel: w!.type.shape[a + 2] as number, stride: step, dilation: dilation[a]! };
    const begin = aligned ? step * Math.floor(crop[a]![0] / step) : crop[a]![0];
    return {
      from: x!.type.shape[a + 2] as number,
      to: (outputs[0]!.type.shape[a + 2] as number) + crop[a]![0] - begin,
      stride: step,
      phases: Array.from({ length: step }, (_, phase) => axisPhase(geometry, begin, phase)),
    };
  });
}

/** Outputs of a phase: as many as the longest one has, so that the phases interleave. */
const counted = ({ to, stride }: Axis): number => Math.ceil(to / stride);

/** Pads that make the correlation give those outputs. */
function padsOf(axis: Axis, { taps, dilation, first }: AxisPhase): Pair {
  const reach = (taps.length - 1) * dilation + 1;
  return [-first, first + counted(axis) - 1 + reach - axis.from];
}

/** The weights of one phase, [out, in / groups, taps], from those of the layer, [in, out / groups, kernel]. */
function phaseWeights(w: Tensor, groups: number, phases: readonly AxisPhase[], name: string): Value {
  const [channels, outPerGroup, ...kernel] = w.shape as [number, number, ...number[]];
  const inPerGroup = channels / groups;
  const shape = [outPerGroup * groups, inPerGroup, ...phases.map(({ taps }) => taps.length)];
  const indices = new Int32Array(sizeOf(shape));
  let at = 0;
  for (const [oc, ic, ...place] of grid(shape)) {
    const channel = Math.floor(oc! / outPerGroup) * inPerGroup + ic!;
    const row = channel * outPerGroup + (oc! % outPerGroup);
    indices[at++] = place.reduce((sum, tap, a) => sum * kernel[a]! + phases[a]!.taps[tap]!, row);
  }
  return picked(w, shape, indices, name);
}

const isLarge = (from: readonly number[]): boolean => from.some((n) => n === 0);

/** [N, S * C, q...] -> [N, C, q * s...], S = s * ... phases, the last axis' fastest. */
function interleaved(parts: Parts, phases: Value, channels: number, stride: readonly number[]): Value {
  const [batch, , ...counts] = phases.type.shape as [number, number, ...number[]];
  if (counts.length === 2 && stride[0] === stride[1])
    return stride[0] === 1
      ? phases
      : parts.make(depthToSpace, { x: phases }, { blocksize: stride[0]!, mode: 'DCR' });
  const n = stride.length;
  const apart = parts.make(ops.reshape, { x: phases }, { shape: [batch, ...stride, channels, ...counts] });
  const perm = [0, n + 1, ...stride.flatMap((_, a) => [n + 2 + a, a + 1])];
  const moved = parts.make(ops.transpose, { x: apart }, { perm });
  return parts.make(
    ops.reshape,
    { x: moved },
    { shape: [batch, channels, ...counts.map((q, a) => q * stride[a]!)] },
  );
}

/** The first elements, or others, of an output that is longer than the layer's. */
function cut(parts: Parts, y: Value, shape: readonly number[], start: readonly number[]): Value {
  if (y.type.shape.every((length, axis) => length === shape[axis])) return y;
  return parts.make(ops.slice, { x: y }, { start, step: shape.map(() => 1), length: shape });
}

/**
 * convTranspose -> one convolution for each phase, side by side as channels, interleaved. Each convolution has exactly the
 * taps that reach its outputs, so that NaN and infinity reach what they reached.
 */
export const phaseByPhase: Form = form('phases', convTranspose, (node) => {
  const [x, w, bias] = node.inputs;
  const axes = axesOf(node, false);
  if (!w!.constant || isLarge(axes.map(({ from }) => from))) return undefined;
  const { groups, stride } = node.attributes;
  const shape = node.outputs[0]!.type.shape as readonly number[];
  const parts = new Parts(node);
  const each: Value[] = [];
  for (const index of grid(stride)) {
    const phases = axes.map(({ phases }, a) => phases[index[a]!]!);
    each.push(phase(parts, { x: x!, w: w!.constant, bias }, axes, phases, groups, [shape[0]!, shape[1]!]));
  }
  const beside = each.length === 1 ? each[0]! : parts.make(ops.concat, { xs: each }, { axis: 1 });
  cut(
    parts,
    interleaved(parts, beside, shape[1]!, stride),
    shape,
    shape.map(() => 0),
  );
  return parts.nodes.length > 0 ? { nodes: parts.nodes } : undefined;
});

interface Operands {
  readonly x: Value;
  readonly w: Tensor;
  readonly bias: Value | undefined;
}

function phase(
  parts: Parts,
  { x, w, bias }: Operands,
  axes: readonly Axis[],
  phases: readonly AxisPhase[],
  groups: number,
  [batch, channels]: readonly [number, number],
): Value {
  const counts = axes.map(counted);
  if (phases.some(({ taps }) => taps.length === 0))
    return untouched(parts, x, bias, [batch, channels, ...counts]);
  const pads = axes.map((axis, a) => padsOf(axis, phases[a]!));
  const weights = phaseWeights(w, groups, phases, `${x.name}/phase`);
  return parts.make(
    conv,
    { x, w: weights, bias },
    { stride: counts.map(() => 1), dilation: phases.map(({ dilation }) => dilation), pads, groups },
  );
}

/** Where no tap reaches: the bias, or 0. */
function untouched(parts: Parts, x: Value, bias: Value | undefined, shape: readonly number[]): Value {
  const per = shape.slice(2).map(() => 1);
  const element = bias
    ? parts.make(ops.reshape, { x: bias }, { shape: [1, shape[1]!, ...per] })
    : constant(x.type.dtype, [1, 1, ...per], Float64Array.of(0), 'zero');
  return parts.make(ops.expand, { x: element }, { shape });
}

const areSame = <T>(items: readonly T[]): boolean =>
  items.every((item) => JSON.stringify(item) === JSON.stringify(items[0]));

/** Of the phases of an axis, what they must have in common to be channels of one convolution. */
const outline = ({ taps, dilation, first }: AxisPhase) => [taps.length, dilation, first];

/**
 * convTranspose -> one convolution with all phases as channels, interleaved and cut. The phases begin at a multiple of the
 * stride, where those of a kernel of whole strides all read the same elements.
 */
export const stackedPhases: Form = form('stacked-phases', convTranspose, (node) => {
  const [x, w, bias] = node.inputs;
  const { groups, stride, crop } = node.attributes;
  const axes = axesOf(node, true);
  if (!w!.constant || (bias && !bias.constant) || !areSame(stride) || stride.length !== 2) return undefined;
  if (!axes.every(({ phases }) => areSame(phases.map(outline)) && phases[0]!.taps.length > 1))
    return undefined;
  const shape = node.outputs[0]!.type.shape as readonly number[];
  const parts = new Parts(node);
  const [outer, inner] = axes as [Axis, Axis];
  const kernels = outer.phases.flatMap((a) =>
    inner.phases.map((b) => phaseWeights(w!.constant!, groups, [a, b], 'phase').constant!),
  );
  const y = parts.make(
    conv,
    {
      x: x!,
      w: stacked(kernels, 'phases'),
      bias:
        bias &&
        stacked(
          kernels.map(() => bias.constant!),
          'bias',
        ),
    },
    { ...plain, pads: axes.map((axis) => padsOf(axis, axis.phases[0]!)), groups },
  );
  const wide = parts.make(depthToSpace, { x: y }, { blocksize: stride[0]!, mode: 'CRD' });
  const start = crop.map(([begin], a) => begin - stride[a]! * Math.floor(begin / stride[a]!));
  cut(parts, wide, shape, [0, 0, ...start]);
  return { nodes: parts.nodes } satisfies Reformed;
});

const plain = { stride: [1, 1], dilation: [1, 1] };

/** Rows of equal tensors taking turns: the first row of each, then the second. */
function stacked(tensors: readonly Tensor[], name: string): Value {
  const [rows, ...rest] = tensors[0]!.shape as [number, ...number[]];
  const width = sizeOf(rest);
  const shape = [rows * tensors.length, ...rest];
  const all = tensors.map(({ data }) => data as Float32Array);
  const data = new (all[0]!.constructor as Float32ArrayConstructor)(sizeOf(shape));
  for (let row = 0; row < rows; row++)
    for (const [i, source] of all.entries())
      data.set(source.subarray(row * width, (row + 1) * width), (row * all.length + i) * width);
  const tensor = { dtype: tensors[0]!.dtype, shape, data } as Tensor;
  return { name, type: { dtype: tensor.dtype, shape }, constant: tensor };
}
