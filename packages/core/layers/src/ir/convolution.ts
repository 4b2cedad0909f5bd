import { ops } from '@polyphase/ir';
import { type Pairs, type PerAxis, pairs, perAxis, spatialAxes } from '../arguments.ts';
import { type Flow, layer, type Named, type Operand } from '../flow.ts';

export interface ConvOptions extends Named {
  /** [Cout]. */
  readonly bias?: Operand | undefined;
  /** Default 1. */
  readonly stride?: PerAxis | undefined;
  /** Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Zeros before and after each spatial axis; negative crops. Default 0. */
  readonly pads?: Pairs | undefined;
  /** Default 1. */
  readonly groups?: number | undefined;
}

/**
 * Convolution (a correlation: the kernel is not flipped): x [N, Cin, spatial], weights [Cout, Cin/groups, kernel] ->
 * [N, Cout, spatial]; 1 to 3 spatial axes, floats of one type.
 *
 * @throws PP2001, PP2002, PP2003 for what does not fit together; PP2004 when the kernel is longer than the padded input.
 */
export function conv(x: Operand, weights: Operand, options: ConvOptions = {}): Flow {
  const { bias, stride = 1, dilation = 1, pads = 0, groups = 1 } = options;
  const axes = spatialAxes(x);
  const attributes = () => ({
    stride: perAxis('stride', stride, axes),
    dilation: perAxis('dilation', dilation, axes),
    pads: pairs('pads', pads, axes),
    groups,
  });
  return layer(ops.conv, { x, w: weights, bias }, attributes, options);
}

export interface ConvTransposeOptions extends Named {
  /** [Cout]. */
  readonly bias?: Operand | undefined;
  /** Default 1. */
  readonly stride?: PerAxis | undefined;
  /** Default 1. */
  readonly dilation?: PerAxis | undefined;
  /**
   * Elements cut off before and after each spatial axis of the natural output, whose length is
   * stride * (n - 1) + dilation * (k - 1) + 1; negative adds zeros before the bias. Default 0.
   */
  readonly crop?: Pairs | undefined;
  /** Default 1. */
  readonly groups?: number | undefined;
}

/**
 * Transposed convolution, the adjoint of `conv`: x [N, Cin, spatial], weights [Cin, Cout/groups, kernel] ->
 * [N, Cout, spatial]; 1 to 3 spatial axes, floats of one type.
 *
 * @throws PP2001, PP2002, PP2003 for what does not fit together; PP2004 when the crop leaves nothing.
 */
export function convTranspose(x: Operand, weights: Operand, options: ConvTransposeOptions = {}): Flow {
  const { bias, stride = 1, dilation = 1, crop = 0, groups = 1 } = options;
  const axes = spatialAxes(x);
  const attributes = () => ({
    stride: perAxis('stride', stride, axes),
    dilation: perAxis('dilation', dilation, axes),
    crop: pairs('crop', crop, axes),
    groups,
  });
  return layer(ops.convTranspose, { x, w: weights, bias }, attributes, options);
}

/** The matrix product under numpy's rules: vectors, matrices and stacks of them, whose other axes are broadcast. */
export const matMul = (a: Operand, b: Operand, named: Named = {}): Flow =>
  layer(ops.matMul, { a, b }, {}, named);
