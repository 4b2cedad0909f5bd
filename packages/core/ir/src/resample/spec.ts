import type { Dim } from '../dim.ts';
import { reject } from '../op.ts';

/** Which source coordinate an output index stands for, in ONNX's names; `positionOf` has the formulas. */
export const coordinateMaps = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_half_pixel_for_nn',
  'tf_crop_and_resize',
] as const;
export type CoordinateMap = (typeof coordinateMaps)[number];

export const nearestRoundings = ['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'] as const;
export type NearestRounding = (typeof nearestRoundings)[number];

export type ResampleFilter =
  | { readonly kind: 'nearest'; readonly rounding: NearestRounding }
  | { readonly kind: 'linear' }
  /** Keys' cubic convolution; -0.5 (Catmull-Rom) and -0.75 are in use. */
  | { readonly kind: 'cubic'; readonly coefficient: number }
  | { readonly kind: 'lanczos'; readonly lobes: 3 | 5 }
  /** Mitchell and Netravali's cubic, B = C = 1/3. */
  | { readonly kind: 'mitchell' }
  /** Standard deviation 1/2, cut off at 3/2. */
  | { readonly kind: 'gaussian' }
  /** The mean over the stretch of input that one output covers, elements at its ends counted in part. */
  | { readonly kind: 'area' }
  /** The mean of every element that this stretch touches, all counted in full: adaptive average pooling. */
  | { readonly kind: 'adaptive' };

/**
 * Whose arithmetic decides where frameworks differ in the last bit of a coordinate. `onnx` divides by the
 * scale in float32 as onnxruntime does; `torch`, `tf` and `tf1` multiply by its inverse in float32; `keras`
 * and `webnn` are exact. `tf`, `tf1` and `keras` read cubic weights from TensorFlow's table of 1024 steps.
 * Everything else is computed in float64, whatever the profile.
 */
export const resampleProfiles = ['onnx', 'torch', 'tf', 'tf1', 'keras', 'webnn'] as const;
export type ResampleProfile = (typeof resampleProfiles)[number];

/** How one axis is resampled. */
export interface AxisResampling {
  readonly axis: number;
  /** Lengths of the axis before and after. */
  readonly from: Dim;
  readonly to: Dim;
  /**
   * Output elements for each input element, where a framework takes coordinates from the scale that its user
   * gave and not from the two lengths (PyTorch's `scale_factor`, ONNX `scales`). Default: `to / from`.
   */
  readonly scale?: number;
  readonly map: CoordinateMap;
  /**
   * The part of the axis that `tf_crop_and_resize` spreads over the output, 0 and 1 being its first and last
   * element.
   */
  readonly roi?: readonly [start: number, end: number];
  readonly filter: ResampleFilter;
  /** When shrinking, the kernel is stretched by the scale, so that every input element counts. */
  readonly antialias: boolean;
  /**
   * What taps outside the axis do: read its edge element, or drop out, the remaining weights being scaled to
   * a sum of 1. Apart from that, `tf_crop_and_resize` gives the extrapolation value where the coordinate
   * itself is outside.
   */
  readonly border: 'clamp' | 'renormalise';
  readonly profile: ResampleProfile;
}

/** A resampling whose lengths are numbers. */
export interface StaticAxis extends AxisResampling {
  readonly from: number;
  readonly to: number;
}

/** The resampling with its lengths as numbers. @throws PP2005 when one is still open. */
export function staticAxis(spec: AxisResampling): StaticAxis {
  const { from, to } = spec;
  if (typeof from === 'number' && typeof to === 'number') return { ...spec, from, to };
  reject('PP2005', `axis ${spec.axis} is resampled from ${from} to ${to}`, 'Give the sizes of the inputs');
}
