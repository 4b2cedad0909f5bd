import { inThree, type Node, sizeOf, staticType } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Place } from '../compile/build.ts';
import type { Weights } from '../contractions/weights.ts';
import { areFinite, widen } from '../math/widen.ts';

type Three = readonly [number, number, number];

/** What convolutions and transposed ones have in common. */
export type ConvNode = Node<{
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}>;

/** A convolution of either kind, with one, two or three spatial axes as three. */
export interface ConvShape {
  readonly batch: number;
  readonly groups: number;
  /** Input and output channels of a group. */
  readonly channels: number;
  readonly rows: number;
  readonly input: Three;
  readonly output: Three;
  readonly kernel: Three;
  readonly stride: Three;
  readonly dilation: Three;
  readonly bias: boolean;
}

export const shapeOf = (node: Node, operand: number): readonly number[] =>
  staticType(node.inputs[operand]!.type).shape;
export const outputShapeOf = (node: Node): readonly number[] => staticType(node.outputs[0]!.type).shape;

/** Every family asks, about every node. */
const shapes = new WeakMap<ConvNode, ConvShape>();

export function convShape(node: ConvNode): ConvShape {
  const shape = shapes.get(node) ?? measure(node);
  shapes.set(node, shape);
  return shape;
}

function measure(node: ConvNode): ConvShape {
  const { stride, dilation, groups } = node.attributes;
  const [batch, inChannels, ...input] = shapeOf(node, 0) as [number, number, ...number[]];
  const [, outChannels, ...output] = outputShapeOf(node) as [number, number, ...number[]];
  return {
    batch,
    groups,
    channels: inChannels / groups,
    rows: outChannels / groups,
    input: inThree(input, 1),
    output: inThree(output, 1),
    kernel: inThree(shapeOf(node, 1).slice(2), 1),
    stride: inThree(stride, 1),
    dilation: inThree(dilation, 1),
    bias: node.inputs[2] !== undefined,
  };
}

/** The first of each pair, for three axes. */
export const beginsInThree = (pairs: readonly (readonly [number, number])[]): Three =>
  inThree(
    pairs.map(([begin]) => begin),
    0,
  );

const wide = new WeakMap<Uint16Array, WeakRef<Float32Array>>();

/** The weights of a node that a family takes, as float32. */
export function weightsOf(node: Node): Float32Array {
  const { data } = node.inputs[1]!.constant!;
  if (!(data instanceof Uint16Array)) return data as Float32Array;
  const known = wide.get(data)?.deref() ?? widen(data);
  wide.set(data, new WeakRef(known));
  return known;
}

/** The types that families compute in, or widen what they read from. */
export const isSummed = ({ inputs: [x] }: Node): boolean =>
  x!.type.dtype === 'float32' || x!.type.dtype === 'float16';

/**
 * Whether the weights are known, so that they can be packed once, and finite, so that their products with the zeros of a
 * border are 0.
 */
export const hasKnownWeights = (node: Node): boolean => {
  const weights = node.inputs[1]!.constant?.data;
  return isSummed(node) && weights !== undefined && allFinite(weights as Float32Array | Uint16Array);
};

const exceptions = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

const finite = new WeakMap<Float32Array | Uint16Array, boolean>();

function allFinite(weights: Float32Array | Uint16Array): boolean {
  const check = () =>
    weights instanceof Uint16Array ? areFinite(weights) : !exceptions.some((x) => weights.includes(x));
  const known = finite.get(weights) ?? check();
  finite.set(weights, known);
  return known;
}

/** The axes of a convolution's output as a tile has them when its lanes run along the positions. */
export const positionAxes = (node: Node) => ({
  batch: [0],
  row: [1],
  lane: outputShapeOf(node)
    .map((_, axis) => axis)
    .slice(2),
});

/** conv's weights [Cout, Cin/groups, kernel] of each group. */
export const convWeights = <T>(elements: T, { groups, rows, channels, kernel }: ConvShape): Weights<T> => {
  const count = channels * sizeOf(kernel);
  return {
    elements,
    groups,
    groupStep: rows * count,
    rows: Int32Array.from(range(rows), (row) => row * count),
    inner: { count, step: 1, taps: [0] },
  };
};

export const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** The places of a convolution's input, output and bias. */
export function placesOf({ inputs: [x, , bias], output }: ContractionStep): {
  x: Place;
  y: Place;
  bias?: Place;
} {
  const y: Place = { kind: 'buffer', buffer: output };
  return { x: { kind: 'buffer', buffer: x! }, y, ...(bias && { bias: { kind: 'buffer', buffer: bias } }) };
}
