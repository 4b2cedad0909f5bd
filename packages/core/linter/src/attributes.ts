import {
  type AxisResampling,
  type ConvTransposeAttributes,
  convTranspose,
  isOp,
  type Node,
  type UpsampleAttributes,
  upsample,
} from '@polyphase/ir';

/** An attribute as the file has it. */
const attribute = ({ origin }: Node, name: string): unknown => origin?.attributes[name];

export const numbersOf = (node: Node, name: string): readonly number[] | undefined => {
  const value = attribute(node, name);
  return Array.isArray(value) && value.every((each) => typeof each === 'number') ? value : undefined;
};

/** An attribute that is a word; undefined when it is not there or something else. */
export function wordOf(node: Node, name: string): string | undefined {
  const value = attribute(node, name);
  return typeof value === 'string' ? value : undefined;
}

export const isFrom = ({ origin }: Node, ...ops: readonly string[]): boolean =>
  origin !== undefined && ops.includes(origin.op);

export const hasOperand = ({ origin }: Node, name: string): boolean =>
  origin?.operands.includes(name) ?? false;

/** A transposed convolution along its axes, in numbers. */
export interface TransposedLayer {
  readonly attributes: ConvTransposeAttributes;
  readonly rank: number;
  readonly kernel: readonly number[];
  /** Of a kernel with its holes. */
  readonly span: readonly number[];
  readonly inPerGroup: number;
  readonly outPerGroup: number;
  /** Lengths of the input; undefined where they are open. */
  readonly lengths: readonly (number | undefined)[];
}

export function transposedOf(node: Node): TransposedLayer | undefined {
  if (!isOp<ConvTransposeAttributes>(node, convTranspose)) return undefined;
  const [x, w] = node.inputs;
  const [channels, outPerGroup, ...kernel] = w!.type.shape as readonly [number, number, ...number[]];
  const { dilation, groups } = node.attributes;
  return {
    attributes: node.attributes,
    rank: kernel.length,
    kernel,
    span: kernel.map((k, a) => (k - 1) * dilation[a]! + 1),
    inPerGroup: channels / groups,
    outPerGroup,
    lengths: x!.type.shape.slice(2).map((n) => (typeof n === 'number' ? n : undefined)),
  };
}

/** The scales of a Resize or Upsample as the file has them, by axis. */
export function scalesOf(node: Node): ReadonlyMap<number, number> {
  const scales = node.origin?.elements.scales ?? numbersOf(node, 'scales') ?? [];
  const rank = node.inputs[0]!.type.shape.length;
  const axes = numbersOf(node, 'axes')?.map((axis) => (axis < 0 ? axis + rank : axis));
  return new Map(scales.map((scale, i) => [axes?.[i] ?? i, scale]));
}

/** The axes of a resampling that change something or whose coordinates are not the identity. */
export const resampledAxes = (node: Node): readonly AxisResampling[] =>
  isOp<UpsampleAttributes>(node, upsample) ? node.attributes.axes : [];

export const isInterpolated = ({ filter }: AxisResampling): boolean => filter.kind !== 'nearest';
