import { kerasUpSampling, type TfMethod, tfResize } from '@polyphase/ir';
import { type PerAxis, perAxis } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import { resampled } from '../ir/resampling.ts';
import { type Formatted, inChannelsFirst } from './layout.ts';

export interface UpSamplingArguments extends Named, Formatted {
  /** How often each element is repeated, or how many times longer each axis becomes. Default 2. */
  readonly size?: PerAxis | undefined;
}

export interface UpSampling2DArguments extends UpSamplingArguments {
  /** Default 'nearest'. What Keras computes on TensorFlow. */
  readonly interpolation?: TfMethod | undefined;
}

const upSamplingNd =
  (kind: string, axes: number) =>
  (x: Operand, args: UpSampling2DArguments = {}): Flow =>
    building(kind, args, (name) => {
      const size = perAxis('size', args.size ?? 2, axes);
      const { interpolation, data_format: format } = args;
      return inChannelsFirst(x, { format, axes, name }, (first) =>
        resampled(first, kerasUpSampling({ inputShape: first.shape, size, interpolation }), name),
      );
    });

/** keras.layers.UpSampling1D: x [batch, steps, channels]. @throws PP2002, PP2003. */
export const UpSampling1D: (x: Operand, args?: UpSamplingArguments) => Flow = upSamplingNd('UpSampling1D', 1);
/** keras.layers.UpSampling2D: x [batch, height, width, channels]. @throws PP2002, PP2003. */
export const UpSampling2D = upSamplingNd('UpSampling2D', 2);
/** keras.layers.UpSampling3D: x [batch, depth, height, width, channels]. @throws PP2002, PP2003. */
export const UpSampling3D: (x: Operand, args?: UpSamplingArguments) => Flow = upSamplingNd('UpSampling3D', 3);

export interface ResizingArguments extends Named, Formatted {
  readonly height: number;
  readonly width: number;
  /** Default 'bilinear'. */
  readonly interpolation?: TfMethod | undefined;
  /** When shrinking, every element counts. Default false. */
  readonly antialias?: boolean | undefined;
}

/** keras.layers.Resizing: x [batch, height, width, channels], by tf.image.resize. @throws PP2002 to PP2004. */
export const Resizing = (x: Operand, args: ResizingArguments): Flow =>
  building('Resizing', args, (name) => {
    const { height, width, interpolation: method = 'bilinear', antialias, data_format: format } = args;
    const size = [height, width];
    return inChannelsFirst(x, { format, axes: 2, name }, (first) =>
      resampled(first, tfResize({ inputShape: first.shape, size, method, antialias }), name),
    );
  });
