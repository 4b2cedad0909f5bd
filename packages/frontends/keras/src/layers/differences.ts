import type { Config } from '../config.ts';
import type { Network } from '../topology/network.ts';

/** A layer to which the layers of TensorFlow.js give other numbers than Keras, or none. */
export interface TfjsDifference {
  readonly layer: string;
  readonly className: string;
  /** In words, with the setting's own value. */
  readonly why: string;
}

type Why = (config: Config) => string | undefined;

const isAboveOne = (value: number | readonly number[]): boolean =>
  Math.max(...(typeof value === 'number' ? [value] : value)) > 1;

const transposed: Why = (config) => {
  if (config.has('output_padding'))
    return `it ignores output_padding ${JSON.stringify(config.raw('output_padding'))}`;
  const dilation = config.numbers('dilation_rate', 1);
  return isAboveOne(dilation) ? `it ignores dilation_rate ${JSON.stringify(dilation)}` : undefined;
};

const upsampled: Why = (config) => {
  const interpolation = config.text('interpolation', 'nearest');
  if (interpolation === 'nearest') return undefined;
  return interpolation === 'bilinear'
    ? 'it places the pixels of bilinear interpolation at o / size instead of at their middles'
    : `it has no ${interpolation} interpolation`;
};

/** What TensorFlow.js 4.22 computes otherwise, by class. */
const differences: Readonly<Record<string, Why>> = {
  Conv2DTranspose: transposed,
  Conv3DTranspose: transposed,
  UpSampling2D: upsampled,
};

/** Classes that TensorFlow.js 4.22 does not have. */
export const missingInTfjs: readonly string[] = [
  'SpatialDropout2D',
  'SpatialDropout3D',
  'ActivityRegularization',
  'Subtract',
  'DepthwiseConv1D',
  'SeparableConv1D',
  'Conv1DTranspose',
  'GlobalAveragePooling3D',
  'GlobalMaxPooling3D',
  'ZeroPadding1D',
  'ZeroPadding3D',
  'Cropping1D',
  'Cropping3D',
  'UpSampling1D',
  'UpSampling3D',
  'GroupNormalization',
  'Normalization',
];

/** Every layer, those of models inside included, that TensorFlow.js computes otherwise. */
export function tfjsDifferences({ layers }: Network, prefix = ''): readonly TfjsDifference[] {
  return layers.flatMap(({ name, className, config, network }) => {
    if (network) return tfjsDifferences(network, `${prefix}${name}/`);
    const why = missingInTfjs.includes(className) ? 'it has no such layer' : differences[className]?.(config);
    return why === undefined ? [] : [{ layer: `${prefix}${name}`, className, why }];
  });
}
