import { inThree, type Node, sizeOf, staticType } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Place } from '../compile/build.ts';
import type { Matrix } from '../contractions/weights.ts';

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

export function convShape(node: ConvNode): ConvShape {
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

/** The weights of a node as float32, which they are where a family takes it. */
export const weightsOf = (node: Node): Float32Array => node.inputs[1]!.constant!.data as Float32Array;

/**
 * Whether all is float32, and the weights are known, so that they can be packed once, and finite, so that their products
 * with the zeros of a border are 0.
 */
export const hasKnownWeights = (node: Node): boolean =>
  node.inputs[0]!.type.dtype === 'float32' &&
  node.inputs[1]!.constant !== undefined &&
  allFinite(weightsOf(node));

const finite = new WeakMap<Float32Array, boolean>();

function allFinite(weights: Float32Array): boolean {
  const known = finite.get(weights) ?? weights.every(Number.isFinite);
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
export const convWeights = (node: Node, { groups, rows, channels, kernel }: ConvShape): readonly Matrix[] => {
  const inner = channels * sizeOf(kernel);
  return range(groups).map((group) => ({
    elements: weightsOf(node),
    rowOffsets: Int32Array.from({ length: rows }, (_, row) => (group * rows + row) * inner),
    innerOffsets: Int32Array.from({ length: inner }, (_, k) => k),
  }));
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
