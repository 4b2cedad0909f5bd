import { type TorchMode, torchInterpolate } from '@polyphase/ir';
import { needRank, type PerAxis } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import { resampled } from '../ir/resampling.ts';

export interface UpsampleArguments extends Named {
  /** The spatial lengths of the output; or `scale_factor`. */
  readonly size?: PerAxis | undefined;
  /** How many times longer each spatial axis becomes, rounded down. */
  readonly scale_factor?: PerAxis | undefined;
  /** Default 'nearest'. */
  readonly mode?: TorchMode | undefined;
  /** Whether the corner elements keep their place. Default false. */
  readonly align_corners?: boolean | undefined;
  /** Coordinates from the two lengths and not from `scale_factor`. Default false. */
  readonly recompute_scale_factor?: boolean | undefined;
}

export interface InterpolateArguments extends UpsampleArguments {
  /** When shrinking, every element counts; bilinear and bicubic only. Default false. */
  readonly antialias?: boolean | undefined;
}

const interpolation =
  (kind: string) =>
  (x: Operand, args: InterpolateArguments): Flow =>
    building(kind, args, (name) => {
      const { size, scale_factor, mode, align_corners, recompute_scale_factor, antialias } = args;
      const call = {
        inputShape: x.shape,
        size,
        scaleFactor: scale_factor,
        mode,
        alignCorners: align_corners,
        recomputeScaleFactor: recompute_scale_factor,
        antialias,
      };
      return resampled(x, torchInterpolate(call), name);
    });

/**
 * torch.nn.functional.interpolate of the spatial axes of x [N, C, spatial].
 *
 * @throws PP2003 for arguments that PyTorch does not take either, PP2002, PP2004.
 */
export const interpolate = interpolation('interpolate');

/** torch.nn.Upsample of the spatial axes of x [N, C, spatial]. @throws as `interpolate`. */
export const Upsample: (x: Operand, args: UpsampleArguments) => Flow = interpolation('Upsample');

export type Upsampling2dArguments = Pick<UpsampleArguments, 'size' | 'scale_factor' | 'name'>;

/** torch.nn.UpsamplingNearest2d of x [N, C, H, W]. @throws as `interpolate`. */
export const UpsamplingNearest2d = (x: Operand, args: Upsampling2dArguments): Flow =>
  building('UpsamplingNearest2d', args, (name) => {
    needRank(x, 4, '[N, C, H, W]');
    return interpolate(x, { ...args, name });
  });

/** torch.nn.UpsamplingBilinear2d of x [N, C, H, W]: its corners are aligned. @throws as `interpolate`. */
export const UpsamplingBilinear2d = (x: Operand, args: Upsampling2dArguments): Flow =>
  building('UpsamplingBilinear2d', args, (name) =>
    interpolate(x, { ...args, mode: 'bilinear', align_corners: true, name }),
  );

export interface PixelShuffleArguments extends Named {
  readonly upscale_factor: number;
}

/** torch.nn.PixelShuffle: [N, C*r*r, H, W] -> [N, C, H*r, W*r]. @throws PP2002, PP2003. */
export const PixelShuffle = (x: Operand, args: PixelShuffleArguments): Flow =>
  building('PixelShuffle', args, (name) =>
    layers.depthToSpace(x, { blocksize: args.upscale_factor, mode: 'CRD', name }),
  );

export interface PixelUnshuffleArguments extends Named {
  readonly downscale_factor: number;
}

/** torch.nn.PixelUnshuffle: [N, C, H*r, W*r] -> [N, C*r*r, H, W]. @throws PP2002, PP2003. */
export const PixelUnshuffle = (x: Operand, args: PixelUnshuffleArguments): Flow =>
  building('PixelUnshuffle', args, (name) => {
    const r = args.downscale_factor;
    const deep = layers.spaceToDepth(x, { blocksize: r, name: `${name}/blocks` });
    const [batch, , height, width] = deep.shape as [number, number, number, number];
    const apart = layers.reshape(deep, [batch, r * r, x.shape[1]!, height, width], { name: `${name}/apart` });
    const channelsOutside = layers.transpose(apart, [0, 2, 1, 3, 4], { name: `${name}/order` });
    return layers.reshape(channelsOutside, deep.shape, { name });
  });
