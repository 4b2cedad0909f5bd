import { need, onnxCrop, sameShape, type TransposedAxis } from '@polyphase/ir';
import { known, knownShape, needRank, perAxis } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import {
  checkAutoPad,
  type Flag,
  type OptionalThenAttributes,
  optionalOperand,
  padsOf,
  type WindowAttributes,
  windowOf,
} from './attributes.ts';

export interface ConvAttributes extends WindowAttributes {
  /** Default 1. */
  readonly group?: number | undefined;
  /** Default: that of the weights, which it must agree with. */
  readonly kernel_shape?: readonly number[] | undefined;
}

function kernelShapeOf(x: Operand, w: Operand, given: readonly number[] | undefined): readonly number[] {
  needRank(w, x.shape.length, '[channels, channels, kernel]', 'w');
  const shape = knownShape(w.shape.slice(2), 'a kernel length');
  need(given === undefined || sameShape(given, shape), 'PP2003', () => [
    `kernel_shape is [${given?.join(', ')}] and the weights have [${shape.join(', ')}]`,
    'Make both agree, or leave kernel_shape out',
  ]);
  return shape;
}

/** Conv-22: x [N, C, spatial], w [M, C/group, kernel], b [M]. @throws PP2001 to PP2005. */
export const Conv = (x: Operand, w: Operand, ...rest: OptionalThenAttributes<ConvAttributes>): Flow => {
  const [bias, attributes] = optionalOperand(rest);
  return building('Conv', attributes, (name) => {
    const { kernel_shape, group: groups = 1 } = attributes;
    const { stride, dilation, pads } = windowOf(x, kernelShapeOf(x, w, kernel_shape), attributes);
    return layers.conv(x, w, { bias, stride, dilation, pads, groups, name });
  });
};

export interface ConvTransposeAttributes extends ConvAttributes {
  /** Below the stride or the dilation of its axis. Default 0. */
  readonly output_padding?: readonly number[] | undefined;
  /** The spatial lengths of the output; the pads follow from it. */
  readonly output_shape?: readonly number[] | undefined;
}

/**
 * ConvTranspose-22: x [N, C, spatial], w [C, M/group, kernel], b [M]. Where the specification is ambiguous, what onnxruntime
 * computes.
 *
 * @throws PP2001 to PP2004; PP2005 for output_shape on an open length.
 */
export const ConvTranspose = (
  x: Operand,
  w: Operand,
  ...rest: OptionalThenAttributes<ConvTransposeAttributes>
): Flow => {
  const [bias, attributes] = optionalOperand(rest);
  return building('ConvTranspose', attributes, (name) => {
    const { strides = 1, dilations = 1, group: groups = 1, kernel_shape } = attributes;
    const kernel = kernelShapeOf(x, w, kernel_shape);
    const stride = perAxis('strides', strides, kernel.length);
    const dilation = perAxis('dilations', dilations, kernel.length);
    const windows = kernel.map((k, a) => ({ kernel: k, stride: stride[a]!, dilation: dilation[a]! }));
    const crop = cropsOf(x, windows, attributes);
    return layers.convTranspose(x, w, { bias, stride, dilation, crop, groups, name });
  });
};

function cropsOf(x: Operand, windows: readonly TransposedAxis[], attributes: ConvTransposeAttributes) {
  const { auto_pad = 'NOTSET', output_padding = 0, output_shape } = attributes;
  const autoPad = checkAutoPad(auto_pad);
  const pads = padsOf(attributes.pads, windows.length);
  const outputPadding = perAxis('output_padding', output_padding, windows.length, 0);
  const lengths = output_shape && perAxis('output_shape', output_shape, windows.length);
  return windows.map((axis, a) => {
    need(outputPadding[a]! < Math.max(axis.stride, axis.dilation), 'PP2003', () => [
      `output_padding is ${outputPadding[a]} on spatial axis ${a} with stride ${axis.stride} and dilation ${axis.dilation}`,
      'Use an output_padding below the stride or the dilation',
    ]);
    const padding = { autoPad, pads: pads[a]!, outputPadding: outputPadding[a]! };
    if (!lengths) return onnxCrop(axis, padding);
    const n = known(x.shape[a + 2], `the length of spatial axis ${a}, on which output_shape depends,`);
    return onnxCrop(axis, { ...padding, outputLength: lengths[a]!, n });
  });
}

/** MatMul-13. @throws PP2001, PP2002. */
export const MatMul = (a: Operand, b: Operand, { name = 'MatMul' }: Named = {}): Flow =>
  layers.matMul(a, b, { name });

export interface GemmAttributes extends Named {
  /** Default 1. */
  readonly alpha?: number | undefined;
  /** Default 1. */
  readonly beta?: number | undefined;
  /** Default 0. */
  readonly transA?: Flag | undefined;
  /** Default 0. */
  readonly transB?: Flag | undefined;
}

/** Gemm-13: alpha * a' * b' + beta * c, matrices. @throws PP2001, PP2002. */
export const Gemm = (a: Operand, b: Operand, ...rest: OptionalThenAttributes<GemmAttributes>): Flow => {
  const [c, attributes] = optionalOperand(rest);
  return building('Gemm', attributes, (name) => {
    const { alpha = 1, beta = 1, transA = 0, transB = 0 } = attributes;
    const part = (what: string) => ({ name: `${name}/${what}` });
    const left = transA === 1 ? layers.transpose(a, [1, 0], part('a')) : a;
    const right = transB === 1 ? layers.transpose(b, [1, 0], part('b')) : b;
    const product = layers.matMul(left, right, alpha === 1 && !c ? { name } : part('product'));
    const scaled = alpha === 1 ? product : layers.mul(product, alpha, c ? part('alpha') : { name });
    if (!c) return scaled;
    return layers.add(scaled, beta === 1 ? c : layers.mul(c, beta, part('beta')), { name });
  });
};
