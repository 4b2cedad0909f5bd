import { type Dim, unpooledLength } from '@polyphase/ir';
import { perAxis, spatialAxes } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import { type Flag, padsOf, type WindowAttributes, windowOf } from './attributes.ts';

export interface PoolAttributes extends WindowAttributes {
  readonly kernel_shape: readonly number[];
  /** Default 0. */
  readonly ceil_mode?: Flag | undefined;
}

const poolOptions = (x: Operand, attributes: PoolAttributes) => ({
  ...windowOf(x, attributes.kernel_shape, attributes),
  ceil: attributes.ceil_mode === 1,
});

export interface MaxPoolAttributes extends PoolAttributes {
  /** Default 0. */
  readonly storage_order?: Flag | undefined;
}

/** MaxPool-22; `.indices` is its second output. @throws PP2001 to PP2005. */
export const MaxPool = (x: Operand, attributes: MaxPoolAttributes): layers.MaxPooled =>
  building('MaxPool', attributes, (name) =>
    layers.maxPool(x, { ...poolOptions(x, attributes), storageOrder: attributes.storage_order, name }),
  );

export interface AveragePoolAttributes extends PoolAttributes {
  /** Default 0. */
  readonly count_include_pad?: Flag | undefined;
}

/** AveragePool-22. @throws PP2001 to PP2005. */
export const AveragePool = (x: Operand, attributes: AveragePoolAttributes): Flow =>
  building('AveragePool', attributes, (name) => {
    const countIncludePad = attributes.count_include_pad === 1;
    return layers.averagePool(x, { ...poolOptions(x, attributes), countIncludePad, name });
  });

export interface LpPoolAttributes extends PoolAttributes {
  /** Default 2. */
  readonly p?: number | undefined;
}

/** LpPool-22. @throws PP2001 to PP2005. */
export const LpPool = (x: Operand, attributes: LpPoolAttributes): Flow =>
  building('LpPool', attributes, (name) =>
    layers.lpPool(x, { ...poolOptions(x, attributes), p: attributes.p, name }),
  );

const globalPool =
  (kind: string, reduce: typeof layers.reduceMean) =>
  (x: Operand, { name = kind }: Named = {}): Flow =>
    reduce(x, { axes: x.shape.map((_, axis) => axis).slice(2), name });

/** GlobalAveragePool-22: [N, C, spatial] -> [N, C, 1...]. @throws PP2001. */
export const GlobalAveragePool = globalPool('GlobalAveragePool', layers.reduceMean);
/** GlobalMaxPool-22: [N, C, spatial] -> [N, C, 1...]. @throws PP2001. */
export const GlobalMaxPool = globalPool('GlobalMaxPool', layers.reduceMax);

export interface MaxUnpoolAttributes extends Named {
  readonly kernel_shape: readonly number[];
  /** Begins, then ends. Default 0. */
  readonly pads?: readonly number[] | undefined;
  /** Default 1. */
  readonly strides?: readonly number[] | undefined;
  /** The whole shape of the output. Default: what the pooling made this of. */
  readonly output_shape?: readonly number[] | undefined;
}

/** MaxUnpool-22: `indices` (int64) flat over the whole output. @throws PP2001 to PP2004. */
export const MaxUnpool = (x: Operand, indices: Operand, attributes: MaxUnpoolAttributes): Flow =>
  building('MaxUnpool', attributes, (name) => {
    const shape = attributes.output_shape ?? [...x.shape.slice(0, 2), ...unpooledLengths(x, attributes)];
    return layers.maxUnpool(x, indices, { shape, name });
  });

function unpooledLengths(x: Operand, { kernel_shape, strides, pads }: MaxUnpoolAttributes): readonly Dim[] {
  const axes = spatialAxes(x);
  const kernel = perAxis('kernel_shape', kernel_shape, axes);
  const stride = perAxis('strides', strides ?? 1, axes);
  const padding = padsOf(pads, axes);
  return kernel.map((k, a) => unpooledLength(x.shape[a + 2]!, k, stride[a]!, padding[a]));
}
