import { isFloat } from '@polyphase/ir';
import { type Flow, keras, layers } from '@polyphase/layers';
import { malformed } from '../config.ts';
import { formatOf, type LayerCall, type LayerRow } from './row.ts';

/** What training needs and inference passes on. */
const passing: LayerRow = { build: ({ x }) => x };

const merging = (build: (xs: readonly Flow[], named: { readonly name: string }) => Flow): LayerRow => ({
  build: ({ xs, name }) => build(xs, { name }),
});

export const structure: Readonly<Record<string, LayerRow>> = {
  InputLayer: passing,
  Identity: passing,
  Dropout: passing,
  SpatialDropout1D: passing,
  SpatialDropout2D: passing,
  SpatialDropout3D: passing,
  AlphaDropout: passing,
  GaussianDropout: passing,
  GaussianNoise: passing,
  ActivityRegularization: passing,
  Add: merging(keras.Add),
  Multiply: merging(keras.Multiply),
  Average: merging(keras.Average),
  Maximum: merging(keras.Maximum),
  Minimum: merging(keras.Minimum),
  Subtract: {
    build: ({ xs, className, name }) => {
      if (xs.length !== 2) throw malformed(name, `${className} has ${xs.length} operands, two are needed`);
      return keras.Subtract(xs as readonly [Flow, Flow], { name });
    },
  },
  Concatenate: {
    build: ({ xs, config, name }) => keras.Concatenate(xs, { axis: config.number('axis', -1), name }),
  },
  Flatten: { build: ({ x, config, name }) => keras.Flatten(x, { ...formatOf(config), name }) },
  Reshape: {
    build: ({ x, config, name }) =>
      keras.Reshape(x, { target_shape: config.list('target_shape').map(lengthOf), name }),
  },
  Permute: {
    build: ({ x, config, name }) => keras.Permute(x, { dims: [config.numbers('dims')].flat(), name }),
  },
  RepeatVector: {
    build: ({ x, config, name }) => {
      const column = layers.unsqueeze(x, 1, { name: `${name}/column` });
      return layers.tile(column, [1, config.number('n'), 1], { name });
    },
  },
  Rescaling: { build: rescaled },
};

/** TensorFlow.js saves the length that takes what is left as null. */
const lengthOf = (length: unknown): number => (length === null ? -1 : Number(length));

/** x * scale + offset, whole numbers as float32. */
function rescaled({ x, config, name }: LayerCall): Flow {
  const real = isFloat(x.dtype) ? x : layers.cast(x, 'float32', { name: `${name}/cast` });
  const [scale, offset] = [valuesOf('scale', 1), valuesOf('offset', 0)];
  return layers.add(layers.mul(real, scale, { name: `${name}/scaled` }), offset, { name });

  function valuesOf(key: 'scale' | 'offset', otherwise: number) {
    const values = config.numbers(key, otherwise);
    if (typeof values === 'number') return values;
    return { dtype: 'float32', shape: [values.length], data: Float32Array.from(values) } as const;
  }
}
