import { type Dim, mul } from '../dim.ts';
import { need } from '../op.ts';
import { checkName } from './check.ts';
import { type ResampledAxes, resampledAxes } from './resampled.ts';
import type { AxisResampling, ResampleFilter } from './spec.ts';

const tfMethods = [
  'nearest',
  'bilinear',
  'bicubic',
  'area',
  'lanczos3',
  'lanczos5',
  'gaussian',
  'mitchellcubic',
] as const;
export type TfMethod = (typeof tfMethods)[number];

/**
 * `half_pixel` is TensorFlow 2; `legacy` and `align_corners` are TensorFlow 1's two ways and TensorFlow.js'
 * default.
 */
export type TfCoordinates = 'half_pixel' | 'legacy' | 'align_corners';

/** tf.image.resize, tf.compat.v1.image.resize and the Resize... ops, on channels-first shapes. */
export interface TfResize {
  /** [N, C, spatial]. */
  readonly inputShape: readonly Dim[];
  /** One length for each spatial axis. */
  readonly size: readonly Dim[];
  readonly method: TfMethod;
  readonly coordinates?: TfCoordinates | undefined;
  readonly antialias?: boolean | undefined;
}

type Recipe = Pick<AxisResampling, 'map' | 'filter' | 'antialias' | 'border'>;

/**
 * TensorFlow's resizing of every spatial axis. Antialiasing is for bilinear, bicubic and the four windowed
 * methods and leaves nearest and area alone; the windowed methods have half-pixel centres only.
 *
 * @throws PP2003, PP2002, PP2004.
 */
export function tfResize(call: TfResize): ResampledAxes {
  return resize(call, call.coordinates === 'legacy' || call.coordinates === 'align_corners' ? 'tf1' : 'tf');
}

function resize(call: TfResize, profile: AxisResampling['profile']): ResampledAxes {
  const { inputShape, size } = call;
  need(size.length === inputShape.length - 2, 'PP2003', () => [
    `size is [${size.join(', ')}] for ${inputShape.length - 2} spatial axes`,
    'Give one length for each',
  ]);
  const recipe = recipeOf(call);
  const specs = size.map(
    (to, i): AxisResampling => ({ axis: i + 2, from: inputShape[i + 2]!, to, profile, ...recipe }),
  );
  return resampledAxes(inputShape, specs);
}

function recipeOf({ method, coordinates = 'half_pixel', antialias = false }: TfResize): Recipe {
  checkName('method', method, tfMethods);
  const map = coordinates === 'legacy' ? 'asymmetric' : coordinates;
  if (method === 'nearest')
    return { ...plain, map, filter: { kind: 'nearest', rounding: nearestRounding(coordinates) } };
  if (method === 'area')
    return { ...plain, map: map === 'align_corners' ? map : 'asymmetric', filter: { kind: 'area' } };
  const windowed = method !== 'bilinear' && method !== 'bicubic';
  need(coordinates === 'half_pixel' || !(antialias || windowed), 'PP2003', () => [
    `method is ${method}${antialias ? ' with antialias' : ''} for ${coordinates} coordinates`,
    'Use half-pixel coordinates',
  ]);
  if (method === 'bilinear' && !antialias) return { ...plain, map, filter: { kind: 'linear' } };
  if (method === 'bicubic' && coordinates !== 'half_pixel')
    return { ...plain, map, filter: { kind: 'cubic', coefficient: -0.75 } };
  return { map, filter: windows[method], antialias, border: 'renormalise' };
}

const plain = { antialias: false, border: 'clamp' } as const;

const nearestRounding = (coordinates: TfCoordinates) =>
  coordinates === 'legacy' ? 'floor' : 'round_prefer_ceil';

const windows: Readonly<Record<Exclude<TfMethod, 'nearest' | 'area'>, ResampleFilter>> = {
  bilinear: { kind: 'linear' },
  bicubic: { kind: 'cubic', coefficient: -0.5 },
  lanczos3: { kind: 'lanczos', lobes: 3 },
  lanczos5: { kind: 'lanczos', lobes: 5 },
  gaussian: { kind: 'gaussian' },
  mitchellcubic: { kind: 'mitchell' },
};

/** Keras' UpSampling1D, 2D and 3D on channels-first shapes; `size` has one factor for each spatial axis. */
export interface KerasUpSampling {
  readonly inputShape: readonly Dim[];
  readonly size: readonly number[];
  readonly interpolation?: TfMethod | undefined;
}

/**
 * Keras 3's upsampling as its TensorFlow backend computes it: nearest repeats elements, the others are
 * `tf.image.resize` without antialiasing. (Its torch backend differs: bicubic with the coefficient -0.75.)
 *
 * @throws PP2003, PP2002.
 */
export function kerasUpSampling({
  inputShape,
  size,
  interpolation = 'nearest',
}: KerasUpSampling): ResampledAxes {
  need(
    size.length === inputShape.length - 2 && size.every((factor) => Number.isInteger(factor) && factor > 0),
    'PP2003',
    () => [
      `size is [${size.join(', ')}] for ${inputShape.length - 2} spatial axes`,
      'Give one integer above 0 for each',
    ],
  );
  need(interpolation === 'nearest' || size.length === 2, 'PP2003', () => [
    `interpolation is ${interpolation} for ${size.length} spatial axes`,
    'Use nearest, or two spatial axes',
  ]);
  const lengths = size.map((factor, i) => mul(inputShape[i + 2]!, factor));
  const coordinates = interpolation === 'nearest' ? 'legacy' : 'half_pixel';
  return resize({ inputShape, size: lengths, method: interpolation, coordinates }, 'keras');
}
