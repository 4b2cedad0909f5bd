import { kerasCrop, kerasPads, need, type TransposedAxis } from '@polyphase/ir';
import { known, needRank, oneOf, type PerAxis, perAxis } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import { type Activated, activated } from './activations.ts';
import { type Formatted, inChannelsFirst, reordered, reshaped } from './layout.ts';

interface Strided extends Named, Formatted, Activated {
  /** [Cout]. */
  readonly bias?: Operand | undefined;
  /** Default 1. */
  readonly strides?: PerAxis | undefined;
  /** Default 1; not together with strides above 1. */
  readonly dilation_rate?: PerAxis | undefined;
}

/** The kernel's window on each axis. @throws PP2002, PP2003 for what Keras does not take either. */
function windowsOf(
  kernel: Operand,
  { strides = 1, dilation_rate = 1 }: Strided,
  axes: number,
): readonly TransposedAxis[] {
  needRank(kernel, axes + 2, '[kernel, channels, channels]', 'kernel');
  const stride = perAxis('strides', strides, axes);
  const dilation = perAxis('dilation_rate', dilation_rate, axes);
  need(Math.max(...stride) === 1 || Math.max(...dilation) === 1, 'PP2003', () => [
    `strides is [${stride.join(', ')}] and dilation_rate is [${dilation.join(', ')}]`,
    'Keras takes only one of the two above 1; layers.conv and layers.convTranspose take both',
  ]);
  return stride.map((s, a) => ({
    kernel: known(kernel.shape[a], 'a kernel length'),
    stride: s,
    dilation: dilation[a]!,
  }));
}

const strideOf = (windows: readonly TransposedAxis[]): number[] => windows.map(({ stride }) => stride);
const dilationOf = (windows: readonly TransposedAxis[]): number[] => windows.map(({ dilation }) => dilation);

/** From [kernel, a, b] to [b, a, kernel], as both convolutions have it. */
function outermostLast(kernel: Operand, axes: number, name: string): Operand {
  const spatial = Array.from({ length: axes }, (_, a) => a);
  return reordered(kernel, [axes + 1, axes, ...spatial], `${name}.kernel`);
}

export interface ConvArguments extends Strided {
  /** [kernel, Cin/groups, Cout]. */
  readonly kernel: Operand;
  /** Default 'valid'; 'causal' (Conv1D only) sees no later element. */
  readonly padding?: 'valid' | 'same' | 'causal' | undefined;
  /** Default 1. */
  readonly groups?: number | undefined;
}

const convNd =
  (kind: string, axes: number) =>
  (x: Operand, args: ConvArguments): Flow =>
    building(kind, args, (name) => {
      const windows = windowsOf(args.kernel, args, axes);
      const weights = outermostLast(args.kernel, axes, name);
      return convolved(x, weights, windows, { ...args, name });
    });

type Convolved = Omit<ConvArguments, 'kernel'> & { readonly name: string };

function convolved(
  x: Operand,
  weights: Operand,
  windows: readonly TransposedAxis[],
  { bias, padding = 'valid', groups = 1, activation, data_format: format, name }: Convolved,
): Flow {
  const axes = windows.length;
  oneOf('padding', padding, axes === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same']);
  return inChannelsFirst(x, { format, axes, name }, (first, lastAxis) => {
    const pads = windows.map((window, a) => kerasPads(padding, window, first.shape[a + 2]!));
    const [stride, dilation] = [strideOf(windows), dilationOf(windows)];
    const y = layers.conv(first, weights, { bias, stride, dilation, pads, groups, name });
    return activated(y, activation, name, lastAxis);
  });
}

/** keras.layers.Conv1D: x [batch, steps, channels]. @throws PP2001 to PP2005. */
export const Conv1D = convNd('Conv1D', 1);
/** keras.layers.Conv2D: x [batch, height, width, channels]. @throws PP2001 to PP2005. */
export const Conv2D = convNd('Conv2D', 2);
/** keras.layers.Conv3D: x [batch, depth, height, width, channels]. @throws PP2001 to PP2005. */
export const Conv3D = convNd('Conv3D', 3);

export interface DepthwiseConvArguments extends Strided {
  /** [kernel, Cin, depth_multiplier]. */
  readonly kernel: Operand;
  /** Default 'valid'. */
  readonly padding?: 'valid' | 'same' | undefined;
}

const depthwiseConvNd =
  (kind: string, axes: number) =>
  (x: Operand, args: DepthwiseConvArguments): Flow =>
    building(kind, args, (name) => {
      const windows = windowsOf(args.kernel, args, axes);
      const [channels, multiplier] = args.kernel.shape
        .slice(axes)
        .map((n) => known(n, 'a length of the kernel'));
      const perm = [axes, axes + 1, ...windows.map((_, a) => a)];
      const ordered = reordered(args.kernel, perm, `${name}.kernel`);
      const shape = [channels! * multiplier!, 1, ...windows.map(({ kernel }) => kernel)];
      const weights = reshaped(ordered, shape, `${name}.weights`);
      return convolved(x, weights, windows, { ...args, groups: channels, name });
    });

/** keras.layers.DepthwiseConv1D: x [batch, steps, channels]. @throws PP2001 to PP2005. */
export const DepthwiseConv1D = depthwiseConvNd('DepthwiseConv1D', 1);
/** keras.layers.DepthwiseConv2D: x [batch, height, width, channels]. @throws PP2001 to PP2005. */
export const DepthwiseConv2D = depthwiseConvNd('DepthwiseConv2D', 2);

export interface ConvTransposeArguments extends Strided {
  /** [kernel, Cout, Cin]. */
  readonly kernel: Operand;
  /** Default 'valid'. */
  readonly padding?: 'valid' | 'same' | undefined;
  /** Below the strides. Default: what makes the output n * stride ('same') or holds every window ('valid'). */
  readonly output_padding?: PerAxis | undefined;
}

const convTransposeNd =
  (kind: string, axes: number) =>
  (x: Operand, args: ConvTransposeArguments): Flow =>
    building(kind, args, (name) => {
      const { kernel, bias, padding = 'valid', activation, data_format: format } = args;
      oneOf('padding', padding, ['valid', 'same']);
      const windows = windowsOf(kernel, args, axes);
      const outputPadding = outputPaddingOf(args, windows);
      const crop = windows.map((window, a) => kerasCrop(window, padding, outputPadding?.[a]));
      const weights = outermostLast(kernel, axes, name);
      return inChannelsFirst(x, { format, axes, name }, (first, lastAxis) => {
        const [stride, dilation] = [strideOf(windows), dilationOf(windows)];
        const y = layers.convTranspose(first, weights, { bias, stride, dilation, crop, name });
        return activated(y, activation, name, lastAxis);
      });
    });

function outputPaddingOf(
  { output_padding }: ConvTransposeArguments,
  windows: readonly TransposedAxis[],
): readonly number[] | undefined {
  if (output_padding === undefined) return undefined;
  const given = perAxis('output_padding', output_padding, windows.length, 0);
  for (const [a, { stride }] of windows.entries())
    need(given[a]! < stride, 'PP2003', () => [
      `output_padding is ${given[a]} on spatial axis ${a} with strides ${stride}`,
      'Use an output_padding below the strides, or leave it out',
    ]);
  return given;
}

/**
 * keras.layers.Conv1DTranspose: x [batch, steps, channels]. Lengths: 'same' n * stride, 'valid' (n - 1) * stride +
 * max(kernel, stride).
 *
 * @throws PP2001, PP2002; PP2003 also for an output_padding that is not below the strides, and strides with dilation.
 */
export const Conv1DTranspose = convTransposeNd('Conv1DTranspose', 1);
/** keras.layers.Conv2DTranspose: x [batch, height, width, channels]; lengths and errors as `Conv1DTranspose`. */
export const Conv2DTranspose = convTransposeNd('Conv2DTranspose', 2);
/** keras.layers.Conv3DTranspose: x [batch, depth, height, width, channels]; lengths and errors as `Conv1DTranspose`. */
export const Conv3DTranspose = convTransposeNd('Conv3DTranspose', 3);

export interface DenseArguments extends Named, Activated {
  /** [in, out]. */
  readonly kernel: Operand;
  /** [out]. */
  readonly bias?: Operand | undefined;
}

/** keras.layers.Dense: x [..., in] -> [..., out]. @throws PP2001, PP2002. */
export const Dense = (x: Operand, args: DenseArguments): Flow =>
  building('Dense', args, (name) => {
    const product = layers.matMul(x, args.kernel, { name: args.bias ? `${name}/product` : name });
    const y = args.bias ? layers.add(product, args.bias, { name }) : product;
    return activated(y, args.activation, name, -1);
  });
