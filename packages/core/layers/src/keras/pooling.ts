import { kerasPads, type Pair } from '@polyphase/ir';
import { oneOf, type PerAxis, pairs, perAxis } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import { type Formatted, inChannelsFirst, spatialAxesOf } from './layout.ts';

export interface PoolingArguments extends Named, Formatted {
  /** Default 2. */
  readonly pool_size?: PerAxis | undefined;
  /** Default: pool_size. */
  readonly strides?: PerAxis | undefined;
  /** Default 'valid'. */
  readonly padding?: 'valid' | 'same' | undefined;
}

type Pool = (x: Operand, options: layers.PoolOptions) => Flow;

const poolingNd =
  (kind: string, axes: number, pool: Pool) =>
  (x: Operand, args: PoolingArguments = {}): Flow =>
    building(kind, args, (name) => {
      const { pool_size = 2, strides = pool_size, padding = 'valid', data_format: format } = args;
      const kernel = perAxis('pool_size', pool_size, axes);
      const stride = perAxis('strides', strides, axes);
      oneOf('padding', padding, ['valid', 'same']);
      return inChannelsFirst(x, { format, axes, name }, (first) => {
        const windowOf = (a: number) => ({ kernel: kernel[a]!, stride: stride[a]!, dilation: 1 });
        const pads = kernel.map((_, a) => kerasPads(padding, windowOf(a), first.shape[a + 2]!));
        return pool(first, { kernel, stride, pads, name });
      });
    });

/** keras.layers.MaxPooling1D: x [batch, steps, channels]. @throws PP2001 to PP2005. */
export const MaxPooling1D = poolingNd('MaxPooling1D', 1, layers.maxPool);
/** keras.layers.MaxPooling2D: x [batch, height, width, channels]. @throws PP2001 to PP2005. */
export const MaxPooling2D = poolingNd('MaxPooling2D', 2, layers.maxPool);
/** keras.layers.MaxPooling3D: x [batch, depth, height, width, channels]. @throws PP2001 to PP2005. */
export const MaxPooling3D = poolingNd('MaxPooling3D', 3, layers.maxPool);
/** keras.layers.AveragePooling1D: x [batch, steps, channels]; padding does not count. @throws PP2001 to PP2005. */
export const AveragePooling1D = poolingNd('AveragePooling1D', 1, layers.averagePool);
/** keras.layers.AveragePooling2D: x [batch, height, width, channels]; padding does not count. @throws PP2001 to PP2005. */
export const AveragePooling2D = poolingNd('AveragePooling2D', 2, layers.averagePool);
/** keras.layers.AveragePooling3D: x [batch, depth, height, width, channels], as `AveragePooling2D`. */
export const AveragePooling3D = poolingNd('AveragePooling3D', 3, layers.averagePool);

export interface GlobalPoolingArguments extends Named, Formatted {
  /** Leave the spatial axes with a length of 1. Default false. */
  readonly keepdims?: boolean | undefined;
}

const globalPoolingNd =
  (kind: string, axes: number, reduce: typeof layers.reduceMean) =>
  (x: Operand, args: GlobalPoolingArguments = {}): Flow =>
    building(kind, args, (name) => {
      const spatial = spatialAxesOf(x, args.data_format, axes);
      return reduce(x, { axes: spatial, keepDims: args.keepdims ?? false, name });
    });

/** keras.layers.GlobalAveragePooling1D. @throws PP2001 to PP2003. */
export const GlobalAveragePooling1D = globalPoolingNd('GlobalAveragePooling1D', 1, layers.reduceMean);
/** keras.layers.GlobalAveragePooling2D. @throws PP2001 to PP2003. */
export const GlobalAveragePooling2D = globalPoolingNd('GlobalAveragePooling2D', 2, layers.reduceMean);
/** keras.layers.GlobalAveragePooling3D. @throws PP2001 to PP2003. */
export const GlobalAveragePooling3D = globalPoolingNd('GlobalAveragePooling3D', 3, layers.reduceMean);
/** keras.layers.GlobalMaxPooling1D. @throws PP2001 to PP2003. */
export const GlobalMaxPooling1D = globalPoolingNd('GlobalMaxPooling1D', 1, layers.reduceMax);
/** keras.layers.GlobalMaxPooling2D. @throws PP2001 to PP2003. */
export const GlobalMaxPooling2D = globalPoolingNd('GlobalMaxPooling2D', 2, layers.reduceMax);
/** keras.layers.GlobalMaxPooling3D. @throws PP2001 to PP2003. */
export const GlobalMaxPooling3D = globalPoolingNd('GlobalMaxPooling3D', 3, layers.reduceMax);

/**
 * One number for every end, one for both ends of each axis, or (begin, end) for each axis; of one axis, (begin, end)
 * itself.
 */
export type Ends = number | readonly number[] | readonly Pair[];

function endsOf(argument: string, ends: Ends, axes: number): readonly Pair[] {
  if (typeof ends === 'number') return pairs(argument, ends, axes);
  const perAxis = axes === 1 && typeof ends[0] === 'number' ? [ends as readonly number[]] : ends;
  const paired = perAxis.map((end) => (typeof end === 'number' ? [end, end] : end) as Pair);
  return pairs(argument, paired, axes);
}

export interface ZeroPaddingArguments extends Named, Formatted {
  /** Default 1. */
  readonly padding?: Ends | undefined;
}

const zeroPaddingNd =
  (kind: string, axes: number) =>
  (x: Operand, args: ZeroPaddingArguments = {}): Flow =>
    building(kind, args, (name) => {
      const pads = endsOf('padding', args.padding ?? 1, axes);
      return layers.pad(x, { pads, axes: spatialAxesOf(x, args.data_format, axes), name });
    });

/** keras.layers.ZeroPadding1D. @throws PP2002 to PP2004. */
export const ZeroPadding1D = zeroPaddingNd('ZeroPadding1D', 1);
/** keras.layers.ZeroPadding2D. @throws PP2002 to PP2004. */
export const ZeroPadding2D = zeroPaddingNd('ZeroPadding2D', 2);
/** keras.layers.ZeroPadding3D. @throws PP2002 to PP2004. */
export const ZeroPadding3D = zeroPaddingNd('ZeroPadding3D', 3);

export interface CroppingArguments extends Named, Formatted {
  readonly cropping: Ends;
}

const croppingNd =
  (kind: string, axes: number) =>
  (x: Operand, args: CroppingArguments): Flow =>
    building(kind, args, (name) => {
      const pads = endsOf('cropping', args.cropping, axes).map(([begin, end]): Pair => [0 - begin, 0 - end]);
      return layers.pad(x, { pads, axes: spatialAxesOf(x, args.data_format, axes), name });
    });

/** keras.layers.Cropping1D. @throws PP2002 to PP2004. */
export const Cropping1D = croppingNd('Cropping1D', 1);
/** keras.layers.Cropping2D. @throws PP2002 to PP2004. */
export const Cropping2D = croppingNd('Cropping2D', 2);
/** keras.layers.Cropping3D. @throws PP2002 to PP2004. */
export const Cropping3D = croppingNd('Cropping3D', 3);
