import { type CoordinateMap, type NearestRounding, resizeAxes } from '@polyphase/ir';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import { resampled } from '../ir/resampling.ts';
import type { Flag } from './attributes.ts';

type ResizeMode = 'nearest' | 'linear' | 'cubic';

export interface ResizeAttributes extends Named {
  /** One for each of `axes`; or `sizes`. */
  readonly scales?: readonly number[] | undefined;
  readonly sizes?: readonly number[] | undefined;
  /** Starts, then ends, for 'tf_crop_and_resize'. */
  readonly roi?: readonly number[] | undefined;
  /** Default: all. */
  readonly axes?: readonly number[] | undefined;
  /** Default 'nearest'. */
  readonly mode?: ResizeMode | undefined;
  /** Default 'half_pixel'. */
  readonly coordinate_transformation_mode?: CoordinateMap | undefined;
  /** Default 'round_prefer_floor'. */
  readonly nearest_mode?: NearestRounding | undefined;
  /** Default -0.75. */
  readonly cubic_coeff_a?: number | undefined;
  /** Default 0. */
  readonly exclude_outside?: Flag | undefined;
  /** Default 0. */
  readonly extrapolation_value?: number | undefined;
  /** Default 0. */
  readonly antialias?: Flag | undefined;
  /** Default 'stretch'. */
  readonly keep_aspect_ratio_policy?: 'stretch' | 'not_larger' | 'not_smaller' | undefined;
}

/** Resize-19. @throws PP2002 to PP2004. */
export const Resize = (x: Operand, attributes: ResizeAttributes): Flow =>
  building('Resize', attributes, (name) => {
    const { scales, sizes, roi, axes, mode } = attributes;
    const resized = resizeAxes({
      inputShape: x.shape,
      opset: 19,
      scales,
      sizes,
      roi,
      axes,
      mode,
      coordinateTransformationMode: attributes.coordinate_transformation_mode,
      nearestMode: attributes.nearest_mode,
      cubicCoeffA: attributes.cubic_coeff_a,
      excludeOutside: attributes.exclude_outside === 1,
      extrapolationValue: attributes.extrapolation_value,
      antialias: attributes.antialias === 1,
      keepAspectRatioPolicy: attributes.keep_aspect_ratio_policy,
    });
    return resampled(x, resized, name, resized.extrapolation);
  });

export interface UpsampleAttributes extends Named {
  /** One for each axis of x. */
  readonly scales: readonly number[];
  /** Default 'nearest'. */
  readonly mode?: Exclude<ResizeMode, 'cubic'> | undefined;
}

/** Upsample-9. @throws PP2002 to PP2004. */
export const Upsample = (x: Operand, { scales, mode, name = 'Upsample' }: UpsampleAttributes): Flow =>
  building('Upsample', { name }, () =>
    resampled(x, resizeAxes({ inputShape: x.shape, opset: 9, scales, mode }), name),
  );

export interface DepthToSpaceAttributes extends Named {
  readonly blocksize: number;
  /** Default 'DCR'. */
  readonly mode?: 'DCR' | 'CRD' | undefined;
}

/** DepthToSpace-13: [N, C*b*b, H, W] -> [N, C, H*b, W*b]. @throws PP2002, PP2003. */
export const DepthToSpace = (
  x: Operand,
  { blocksize, mode, name = 'DepthToSpace' }: DepthToSpaceAttributes,
): Flow => layers.depthToSpace(x, { blocksize, mode, name });

export interface SpaceToDepthAttributes extends Named {
  readonly blocksize: number;
}

/** SpaceToDepth-13: [N, C, H*b, W*b] -> [N, C*b*b, H, W]. @throws PP2002, PP2003. */
export const SpaceToDepth = (
  x: Operand,
  { blocksize, name = 'SpaceToDepth' }: SpaceToDepthAttributes,
): Flow => layers.spaceToDepth(x, { blocksize, name });
