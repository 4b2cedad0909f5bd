import { type Dim, need, sizeOf, tensor, torchInterpolate, unpooledLength } from '@polyphase/ir';
import { known, knownShape, needRank, type PerAxis, perAxis, scalar } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import { resampled } from '../ir/resampling.ts';

export interface PoolArguments extends Named {
  readonly kernel_size: PerAxis;
  /** Default: kernel_size. */
  readonly stride?: PerAxis | undefined;
  /** At most half the kernel. Default 0. */
  readonly padding?: PerAxis | undefined;
  /** Default false. */
  readonly ceil_mode?: boolean | undefined;
}

function poolOptions(x: Operand, args: PoolArguments, axes: number): layers.PoolOptions {
  needRank(x, axes + 2, '[N, C, spatial]');
  const kernel = perAxis('kernel_size', args.kernel_size, axes);
  const padding = perAxis('padding', args.padding ?? 0, axes, 0);
  for (const [a, p] of padding.entries())
    need(2 * p <= kernel[a]!, 'PP2003', () => [
      `padding is ${p} on spatial axis ${a} with kernel_size ${kernel[a]}`,
      'Use a padding of at most half the kernel',
    ]);
  const stride = perAxis('stride', args.stride ?? kernel, axes);
  return { kernel, stride, pads: padding.map((p) => [p, p] as const), ceil: args.ceil_mode ?? false };
}

export interface MaxPoolArguments extends PoolArguments {
  /** Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Give the places of the elements too: int64, counted within each plane. Default false. */
  readonly return_indices?: boolean | undefined;
}

/** With `return_indices` the pooled elements and their places, else the pooled elements. */
interface MaxPoolNd {
  (x: Operand, args: MaxPoolArguments & { readonly return_indices: true }): readonly [y: Flow, indices: Flow];
  (x: Operand, args: MaxPoolArguments & { readonly return_indices?: false | undefined }): Flow;
}

const maxPoolNd = (kind: string, axes: number): MaxPoolNd => {
  const build = (x: Operand, args: MaxPoolArguments): Flow | readonly [Flow, Flow] =>
    building(kind, args, (name) => {
      const dilation = perAxis('dilation', args.dilation ?? 1, axes);
      const y = layers.maxPool(x, { ...poolOptions(x, args, axes), dilation, name });
      return args.return_indices ? [y, withinPlane(x, y.indices, name)] : y;
    });
  return build as MaxPoolNd;
};

/** PyTorch counts indices within a plane, the IR over the whole tensor. */
function withinPlane(x: Operand, indices: Flow, name: string): Flow {
  const plane = sizeOf(knownShape(x.shape.slice(2), 'a spatial length'));
  return layers.mod(indices, scalar(plane, 'int64'), { name: `${name}/indices` });
}

/** torch.nn.MaxPool1d: x [N, C, L]. @throws PP2001 to PP2004; PP2005 for return_indices of open lengths. */
export const MaxPool1d = maxPoolNd('MaxPool1d', 1);
/** torch.nn.MaxPool2d: x [N, C, H, W]; errors as `MaxPool1d`. */
export const MaxPool2d = maxPoolNd('MaxPool2d', 2);
/** torch.nn.MaxPool3d: x [N, C, D, H, W]; errors as `MaxPool1d`. */
export const MaxPool3d = maxPoolNd('MaxPool3d', 3);

export interface AvgPoolArguments extends PoolArguments {
  /** Divide by the whole window, padding included. Default true. */
  readonly count_include_pad?: boolean | undefined;
}

const avgPoolNd =
  (kind: string, axes: number) =>
  (x: Operand, args: AvgPoolArguments): Flow =>
    building(kind, args, (name) => {
      const countIncludePad = args.count_include_pad ?? true;
      return layers.averagePool(x, { ...poolOptions(x, args, axes), countIncludePad, name });
    });

/** torch.nn.AvgPool1d: x [N, C, L]. @throws PP2001 to PP2004. */
export const AvgPool1d = avgPoolNd('AvgPool1d', 1);
/** torch.nn.AvgPool2d: x [N, C, H, W]. @throws PP2001 to PP2004. */
export const AvgPool2d = avgPoolNd('AvgPool2d', 2);
/** torch.nn.AvgPool3d: x [N, C, D, H, W]. @throws PP2001 to PP2004. */
export const AvgPool3d = avgPoolNd('AvgPool3d', 3);

export interface MaxUnpoolArguments extends Named {
  readonly kernel_size: PerAxis;
  /** Default: kernel_size. */
  readonly stride?: PerAxis | undefined;
  /** Default 0. */
  readonly padding?: PerAxis | undefined;
  /** The spatial lengths of the output. Default: those that the pooling made these of, without a remainder. */
  readonly output_size?: readonly number[] | undefined;
}

const maxUnpoolNd =
  (kind: string, axes: number) =>
  (x: Operand, indices: Operand, args: MaxUnpoolArguments): Flow =>
    building(kind, args, (name) => {
      needRank(x, axes + 2, '[N, C, spatial]');
      const [batch, channels] = knownShape(x.shape.slice(0, 2), 'batch or channels') as [number, number];
      const lengths = unpooledLengths(x, args, axes);
      const plane = sizeOf(lengths);
      const begins = BigInt64Array.from({ length: batch * channels }, (_, i) => BigInt(i * plane));
      const offsets = tensor(begins, [batch, channels, ...lengths.map(() => 1)], 'int64');
      const flat = layers.add(indices, offsets, { name: `${name}/indices` });
      return layers.maxUnpool(x, flat, { shape: [batch, channels, ...lengths], name });
    });

function unpooledLengths(x: Operand, args: MaxUnpoolArguments, axes: number): readonly number[] {
  if (args.output_size) return perAxis('output_size', args.output_size, axes);
  const kernel = perAxis('kernel_size', args.kernel_size, axes);
  const stride = perAxis('stride', args.stride ?? kernel, axes);
  const padding = perAxis('padding', args.padding ?? 0, axes, 0);
  const lengthOf = (n: Dim, a: number) =>
    unpooledLength(n, kernel[a]!, stride[a]!, [padding[a]!, padding[a]!]);
  return x.shape.slice(2).map((n, a) => known(lengthOf(n, a), 'the length of the output'));
}

/**
 * torch.nn.MaxUnpool1d: x and `indices` [N, C, L] as MaxPool1d with return_indices gives them.
 *
 * @throws PP2001 to PP2003; PP2005 while a length is open.
 */
export const MaxUnpool1d = maxUnpoolNd('MaxUnpool1d', 1);
/** torch.nn.MaxUnpool2d: x and `indices` [N, C, H, W]; errors as `MaxUnpool1d`. */
export const MaxUnpool2d = maxUnpoolNd('MaxUnpool2d', 2);
/** torch.nn.MaxUnpool3d: x and `indices` [N, C, D, H, W]; errors as `MaxUnpool1d`. */
export const MaxUnpool3d = maxUnpoolNd('MaxUnpool3d', 3);

export interface AdaptiveAvgPoolArguments extends Named {
  readonly output_size: PerAxis;
}

const adaptiveAvgPoolNd =
  (kind: string, axes: number) =>
  (x: Operand, args: AdaptiveAvgPoolArguments): Flow =>
    building(kind, args, (name) => {
      needRank(x, axes + 2, '[N, C, spatial]');
      const size = perAxis('output_size', args.output_size, axes);
      return resampled(x, torchInterpolate({ inputShape: x.shape, size, mode: 'area' }), name);
    });

/** torch.nn.AdaptiveAvgPool1d: x [N, C, L] -> [N, C, output_size]. @throws PP2002, PP2003. */
export const AdaptiveAvgPool1d = adaptiveAvgPoolNd('AdaptiveAvgPool1d', 1);
/** torch.nn.AdaptiveAvgPool2d: x [N, C, H, W]. @throws PP2002, PP2003. */
export const AdaptiveAvgPool2d = adaptiveAvgPoolNd('AdaptiveAvgPool2d', 2);
/** torch.nn.AdaptiveAvgPool3d: x [N, C, D, H, W]. @throws PP2002, PP2003. */
export const AdaptiveAvgPool3d = adaptiveAvgPoolNd('AdaptiveAvgPool3d', 3);
