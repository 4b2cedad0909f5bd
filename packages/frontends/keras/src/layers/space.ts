import { type Flow, keras, layers } from '@polyphase/layers';
import type { Config } from '../config.ts';
import { formatOf, type LayerRow } from './row.ts';

const poolingSettings = (config: Config) => ({
  pool_size: config.numbers('pool_size', 2),
  strides: config.has('strides') ? config.numbers('strides') : undefined,
  padding: config.text('padding', 'valid') as 'valid' | 'same',
  ...formatOf(config),
});

const pooling = (build: typeof keras.MaxPooling2D): LayerRow => ({
  build: ({ x, config, name }) => build(x, { ...poolingSettings(config), name }),
});

const globalPooling = (build: typeof keras.GlobalMaxPooling2D): LayerRow => ({
  build: ({ x, config, name }) =>
    build(x, { ...formatOf(config), keepdims: config.flag('keepdims', false), name }),
});

type Ends = number | readonly number[] | readonly (readonly [number, number])[];

const padding = (build: typeof keras.ZeroPadding2D): LayerRow => ({
  build: ({ x, config, name }) =>
    build(x, { padding: (config.raw('padding') ?? 1) as Ends, ...formatOf(config), name }),
});

const cropping = (build: typeof keras.Cropping2D): LayerRow => ({
  build: ({ x, config, name }) =>
    build(x, { cropping: (config.raw('cropping') ?? 0) as Ends, ...formatOf(config), name }),
});

/** Keras 2 names the size of one axis alone. */
const upsampling = (build: typeof keras.UpSampling2D): LayerRow => ({
  build: ({ x, config, name, profile }) => {
    const size = config.has('length') ? config.numbers('length') : config.numbers('size', 2);
    const interpolation = config.text(
      'interpolation',
      'nearest',
    ) as keras.UpSampling2DArguments['interpolation'];
    const args = { size, ...formatOf(config), name };
    if (interpolation === 'bilinear' && profile === 'tfjs') return asymmetricBilinear(x, args);
    return build(x, { ...args, interpolation });
  },
});

interface Enlarged extends ReturnType<typeof formatOf> {
  readonly size: number | readonly number[];
  readonly name: string;
}

/** Where TensorFlow.js' UpSampling2D has its pixels: output o at input o / size. */
function asymmetricBilinear(x: Flow, { size, data_format, name }: Enlarged): Flow {
  const factors = typeof size === 'number' ? [size, size] : size;
  const first = data_format === 'channels_first' ? 2 : 1;
  return layers.upsample(x, {
    axes: factors.map((_, i) => first + i),
    scale: factors,
    mode: 'linear',
    map: 'asymmetric',
    profile: 'tf1',
    name,
  });
}

export const spatial: Readonly<Record<string, LayerRow>> = {
  MaxPooling1D: pooling(keras.MaxPooling1D),
  MaxPooling2D: pooling(keras.MaxPooling2D),
  MaxPooling3D: pooling(keras.MaxPooling3D),
  AveragePooling1D: pooling(keras.AveragePooling1D),
  AveragePooling2D: pooling(keras.AveragePooling2D),
  AveragePooling3D: pooling(keras.AveragePooling3D),
  GlobalAveragePooling1D: globalPooling(keras.GlobalAveragePooling1D),
  GlobalAveragePooling2D: globalPooling(keras.GlobalAveragePooling2D),
  GlobalAveragePooling3D: globalPooling(keras.GlobalAveragePooling3D),
  GlobalMaxPooling1D: globalPooling(keras.GlobalMaxPooling1D),
  GlobalMaxPooling2D: globalPooling(keras.GlobalMaxPooling2D),
  GlobalMaxPooling3D: globalPooling(keras.GlobalMaxPooling3D),
  ZeroPadding1D: padding(keras.ZeroPadding1D),
  ZeroPadding2D: padding(keras.ZeroPadding2D),
  ZeroPadding3D: padding(keras.ZeroPadding3D),
  Cropping1D: cropping(keras.Cropping1D),
  Cropping2D: cropping(keras.Cropping2D),
  Cropping3D: cropping(keras.Cropping3D),
  UpSampling1D: upsampling(keras.UpSampling1D),
  UpSampling2D: upsampling(keras.UpSampling2D),
  UpSampling3D: upsampling(keras.UpSampling3D),
  Resizing: {
    build: ({ x, config, name }) =>
      keras.Resizing(x, {
        height: config.number('height'),
        width: config.number('width'),
        interpolation: config.text('interpolation', 'bilinear') as keras.ResizingArguments['interpolation'],
        antialias: config.flag('antialias', false),
        ...formatOf(config),
        name,
      }),
  },
};
