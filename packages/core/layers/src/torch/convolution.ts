import {
  need,
  type PadMode,
  type Pair,
  samePads,
  type TransposedAxis,
  torchCrop,
  torchOutputPadding,
} from '@polyphase/ir';
import { known, needRank, oneOf, type PerAxis, perAxis } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';

const paddingModes = { zeros: 'constant', reflect: 'reflect', replicate: 'edge', circular: 'wrap' } as const;

export interface ConvArguments extends Named {
  /** [Cout, Cin/groups, kernel]. */
  readonly weight: Operand;
  /** [Cout]. */
  readonly bias?: Operand | undefined;
  /** Default 1. */
  readonly stride?: PerAxis | undefined;
  /** Elements at both ends; 'same' (stride 1 only) puts an odd one at the end. Default 0. */
  readonly padding?: PerAxis | 'valid' | 'same' | undefined;
  /** Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Default 1. */
  readonly groups?: number | undefined;
  /** What the padding holds. Default 'zeros'. */
  readonly padding_mode?: keyof typeof paddingModes | undefined;
}

const convNd =
  (kind: string, axes: number) =>
  (x: Operand, args: ConvArguments): Flow =>
    building(kind, args, (name) => {
      const { weight, bias, groups = 1, padding_mode = 'zeros' } = args;
      needRank(x, axes + 2, '[N, C, spatial]');
      const stride = perAxis('stride', args.stride ?? 1, axes);
      const dilation = perAxis('dilation', args.dilation ?? 1, axes);
      const pads = padsOf(x, args, stride, dilation);
      const options = { bias, stride, dilation, groups, name };
      const mode = paddingModes[oneOf('padding_mode', padding_mode, Object.keys(paddingModes) as ['zeros'])];
      if (mode === 'constant') return layers.conv(x, weight, { ...options, pads });
      return layers.conv(padded(x, pads, mode, name), weight, options);
    });

function padsOf(
  x: Operand,
  { weight, padding = 0 }: ConvArguments,
  stride: readonly number[],
  dilation: readonly number[],
): readonly Pair[] {
  const axes = stride.length;
  if (typeof padding !== 'string') return perAxis('padding', padding, axes, 0).map((p): Pair => [p, p]);
  if (oneOf('padding', padding, ['valid', 'same']) === 'valid') return stride.map((): Pair => [0, 0]);
  need(
    stride.every((s) => s === 1),
    'PP2003',
    () => [
      `padding is 'same' and stride is [${stride.join(', ')}]`,
      'Use a stride of 1, or give the padding in numbers',
    ],
  );
  const kernel = kernelOf(weight, axes);
  return kernel.map((k, a) => samePads({ kernel: k, stride: 1, dilation: dilation[a]! }, x.shape[a + 2]!));
}

const padded = (x: Operand, pads: readonly Pair[], mode: PadMode, name: string): Flow =>
  layers.pad(x, { pads, axes: pads.map((_, a) => a + 2), mode, name: `${name}/pad` });

function kernelOf(weight: Operand, axes: number): readonly number[] {
  needRank(weight, axes + 2, '[channels, channels, kernel]', 'weight');
  return weight.shape.slice(2).map((k) => known(k, 'a kernel length'));
}

export interface ConvTransposeArguments extends Named {
  /** [Cin, Cout/groups, kernel]. */
  readonly weight: Operand;
  /** [Cout]. */
  readonly bias?: Operand | undefined;
  /** Default 1. */
  readonly stride?: PerAxis | undefined;
  /** Default 0. */
  readonly padding?: PerAxis | undefined;
  /** Default 0; smaller than the stride or the dilation of its axis. */
  readonly output_padding?: PerAxis | undefined;
  /** Default 1. */
  readonly groups?: number | undefined;
  /** Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** The spatial lengths of the output, in place of `output_padding`. */
  readonly output_size?: readonly number[] | undefined;
}

const convTransposeNd =
  (kind: string, axes: number) =>
  (x: Operand, args: ConvTransposeArguments): Flow =>
    building(kind, args, (name) => {
      needRank(x, axes + 2, '[N, C, spatial]');
      const stride = perAxis('stride', args.stride ?? 1, axes);
      const dilation = perAxis('dilation', args.dilation ?? 1, axes);
      const padding = perAxis('padding', args.padding ?? 0, axes, 0);
      const kernel = kernelOf(args.weight, axes);
      const windows = kernel.map((k, a) => ({ kernel: k, stride: stride[a]!, dilation: dilation[a]! }));
      const outputPadding = outputPaddingOf(x, args, windows, padding);
      const crop = padding.map((p, a) => torchCrop(p, outputPadding[a]!));
      const { weight, bias, groups = 1 } = args;
      return layers.convTranspose(x, weight, { bias, stride, dilation, crop, groups, name });
    });

function outputPaddingOf(
  x: Operand,
  { output_padding, output_size }: ConvTransposeArguments,
  windows: readonly TransposedAxis[],
  padding: readonly number[],
): readonly number[] {
  if (output_size !== undefined) {
    const lengths = perAxis('output_size', output_size, windows.length);
    return windows.map((axis, a) =>
      torchOutputPadding(axis, known(x.shape[a + 2], `spatial axis ${a}`), padding[a]!, lengths[a]!),
    );
  }
  const given = perAxis('output_padding', output_padding ?? 0, windows.length, 0);
  for (const [a, { stride, dilation }] of windows.entries())
    need(given[a]! < Math.max(stride, dilation), 'PP2003', () => [
      `output_padding is ${given[a]} on spatial axis ${a} with stride ${stride} and dilation ${dilation}`,
      'Use an output_padding below the stride or the dilation',
    ]);
  return given;
}

/** torch.nn.Conv1d: x [N, C, L]. @throws PP2001 to PP2004. */
export const Conv1d = convNd('Conv1d', 1);
/** torch.nn.Conv2d: x [N, C, H, W]. @throws PP2001 to PP2004. */
export const Conv2d = convNd('Conv2d', 2);
/** torch.nn.Conv3d: x [N, C, D, H, W]. @throws PP2001 to PP2004. */
export const Conv3d = convNd('Conv3d', 3);

/**
 * torch.nn.ConvTranspose1d: x [N, C, L] -> (L - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1.
 *
 * @throws PP2001, PP2002; PP2003 also for an output_padding that is neither below the stride nor the dilation; PP2004.
 */
export const ConvTranspose1d = convTransposeNd('ConvTranspose1d', 1);
/** torch.nn.ConvTranspose2d: x [N, C, H, W]; lengths and errors as `ConvTranspose1d`. */
export const ConvTranspose2d = convTransposeNd('ConvTranspose2d', 2);
/** torch.nn.ConvTranspose3d: x [N, C, D, H, W]; lengths and errors as `ConvTranspose1d`. */
export const ConvTranspose3d = convTransposeNd('ConvTranspose3d', 3);

export interface LinearArguments extends Named {
  /** [out, in]. */
  readonly weight: Operand;
  /** [out]. */
  readonly bias?: Operand | undefined;
}

/** torch.nn.Linear: x [..., in] -> [..., out]. @throws PP2001, PP2002. */
export const Linear = (x: Operand, args: LinearArguments): Flow =>
  building('Linear', args, (name) => {
    needRank(args.weight, 2, '[out, in]', 'weight');
    const weight = layers.transpose(args.weight, [1, 0], { name: `${name}.weight` });
    const product = layers.matMul(x, weight, { name: args.bias ? `${name}/product` : name });
    return args.bias ? layers.add(product, args.bias, { name }) : product;
  });
