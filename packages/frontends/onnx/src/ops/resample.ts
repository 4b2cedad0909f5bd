import {
  type Dim,
  type JaxMethod,
  jaxResize,
  kerasUpSampling,
  ops,
  PolyphaseError,
  type ResampledAxes,
  type TfCoordinates,
  type TfMethod,
  type TorchMode,
  tfResize,
  toNumbers,
  torchInterpolate,
} from '@polyphase/ir';
import { type AttributesOf, int, ints, oneOf, required, string, tensorValue } from '../attributes.ts';
import { row, type Table } from '../row.ts';
import { from } from './shared.ts';

/** The arguments of every profile under their own names. */
const attributes = {
  profile: required(string()),
  align_corners: int(),
  antialias: int(),
  data_format: { ...oneOf('channels_last', 'channels_first'), fallback: undefined },
  half_pixel_centers: int(),
  interpolation: string(),
  method: string(),
  mode: string(),
  recompute_scale_factor: int(),
  scale_factor: tensorValue(),
  shape: ints(),
  size: ints(),
};

type Call = AttributesOf<typeof attributes>;

const wrong = (problem: string, fix: string): never => {
  throw new PolyphaseError('PP1006', { at: 'layer', problem, fix });
};

const yes = (flag: number | undefined): boolean | undefined => (flag === undefined ? undefined : flag !== 0);

const needed = <T>(name: string, { profile }: Call, value: T | undefined): T =>
  value ?? wrong(`the attribute ${name} is missing for the profile ${profile}`, `Give ${name}`);

/** torch.nn.functional.interpolate; float64 scale factors need a tensor. */
const torch = (inputShape: readonly Dim[], call: Call): ResampledAxes =>
  torchInterpolate({
    inputShape,
    size: call.size,
    scaleFactor: call.scale_factor && [...toNumbers(call.scale_factor)],
    mode: call.mode as TorchMode | undefined,
    alignCorners: yes(call.align_corners),
    recomputeScaleFactor: yes(call.recompute_scale_factor),
    antialias: yes(call.antialias),
  });

/** tf.image.resize */
const tf = (inputShape: readonly Dim[], call: Call): ResampledAxes =>
  tfResize({
    inputShape,
    size: needed('size', call, call.size),
    method: (call.method ?? 'bilinear') as TfMethod,
    antialias: yes(call.antialias),
  });

/** tf.compat.v1.image.resize_... */
const tf1 = (inputShape: readonly Dim[], call: Call): ResampledAxes =>
  tfResize({
    inputShape,
    size: needed('size', call, call.size),
    method: (call.method === 'nearest_neighbor' ? 'nearest' : (call.method ?? 'bilinear')) as TfMethod,
    coordinates: tf1Coordinates(call),
  });

function tf1Coordinates({ align_corners, half_pixel_centers }: Call): TfCoordinates {
  if (align_corners && half_pixel_centers)
    return wrong('align_corners and half_pixel_centers are both set', 'Set one of them');
  if (align_corners) return 'align_corners';
  return half_pixel_centers ? 'half_pixel' : 'legacy';
}

/** keras.layers.UpSampling1D, 2D and 3D on TensorFlow */
const keras = (inputShape: readonly Dim[], call: Call): ResampledAxes =>
  kerasUpSampling({
    inputShape,
    size: needed('size', call, call.size),
    interpolation: call.interpolation as TfMethod | undefined,
  });

/** jax.image.resize */
const jax = (inputShape: readonly Dim[], call: Call): ResampledAxes =>
  jaxResize({
    inputShape,
    shape: needed('shape', call, call.shape),
    method: needed('method', call, call.method) as JaxMethod,
    antialias: yes(call.antialias),
  });

interface Profile {
  /** The arguments that the framework's call has. */
  readonly takes: readonly (keyof Call)[];
  resample(inputShape: readonly Dim[], call: Call): ResampledAxes;
}

const profiles: ReadonlyMap<string, Profile> = new Map<string, Profile>([
  [
    'torch',
    {
      takes: ['size', 'scale_factor', 'mode', 'align_corners', 'recompute_scale_factor', 'antialias'],
      resample: torch,
    },
  ],
  ['tf', { takes: ['size', 'method', 'antialias', 'data_format'], resample: tf }],
  ['tf1', { takes: ['size', 'method', 'align_corners', 'half_pixel_centers', 'data_format'], resample: tf1 }],
  ['keras', { takes: ['size', 'interpolation', 'data_format'], resample: keras }],
  ['jax', { takes: ['shape', 'method', 'antialias'], resample: jax }],
]);

/** The axes of an input with its channels last, computed on the channels-first shape. */
function channelsLast(resampled: (shape: readonly Dim[]) => ResampledAxes, shape: readonly Dim[]) {
  const { axes } = resampled([shape[0]!, shape.at(-1)!, ...shape.slice(1, -1)]);
  return axes.map((spec) => ({ ...spec, axis: spec.axis - 1 }));
}

function axesOf(inputShape: readonly Dim[], call: Call): ResampledAxes['axes'] {
  const { takes, resample } = profileOf(call);
  const resampled = (shape: readonly Dim[]) => resample(shape, call);
  const isLast = takes.includes('data_format') && call.data_format !== 'channels_first';
  return isLast && inputShape.length > 2 ? channelsLast(resampled, inputShape) : resampled(inputShape).axes;
}

/** @throws PP1006 for a profile that is not known, and for an attribute that is not one of its arguments. */
function profileOf(call: Call): Profile {
  const found =
    profiles.get(call.profile) ??
    wrong(`the attribute profile is "${call.profile}"`, `Use one of ${[...profiles.keys()].join(', ')}`);
  for (const [name, value] of Object.entries(call)) {
    if (value === undefined || name === 'profile' || found.takes.includes(name as keyof Call)) continue;
    wrong(`the profile ${call.profile} has no argument ${name}`, `Give it only ${found.takes.join(', ')}`);
  }
  return found;
}

/**
 * Layers of this project's own domain, for what ONNX's operators cannot say: a framework's resizing with the arguments
 * of its own call.
 */
export const resampling: Table = {
  Resample: from(
    1,
    row({
      inputs: ['x'],
      attributes,
      build({ x }, call, context) {
        const axes = axesOf(x.type.shape, call);
        if (axes.length === 0) return context.make(ops.identity, { x }, {});
        return context.make(ops.upsample, { x }, { axes, extrapolation: 0 });
      },
    }),
  ),
};
