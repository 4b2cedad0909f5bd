import { need, normalAxis } from '@polyphase/ir';
import { filled, known, listOf } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import { withAxisFirst } from './layout.ts';

interface AffineArguments extends Named {
  /** Default: 1 everywhere. */
  readonly gamma?: Operand | undefined;
  /** Default: 0 everywhere. */
  readonly beta?: Operand | undefined;
  /** Default 1e-3. */
  readonly epsilon?: number | undefined;
}

export interface NormalizationArguments extends AffineArguments {
  /** The axis of the channels. Default -1. */
  readonly axis?: number | undefined;
}

function affineOf(x: Operand, { gamma, beta, epsilon = 1e-3 }: AffineArguments, axes: readonly number[]) {
  const shape = () => axes.map((axis) => known(x.shape[axis], 'the number of channels'));
  return { scale: gamma ?? filled(x.dtype, shape(), 1), bias: beta ?? filled(x.dtype, shape(), 0), epsilon };
}

export interface BatchNormalizationArguments extends NormalizationArguments {
  /** [C]. */
  readonly moving_mean: Operand;
  /** [C]. */
  readonly moving_variance: Operand;
}

/** keras.layers.BatchNormalization in inference: everything but x is [C]. @throws PP2001 to PP2003. */
export const BatchNormalization = (x: Operand, args: BatchNormalizationArguments): Flow =>
  building('BatchNormalization', args, (name) => {
    const axis = normalAxis(args.axis ?? -1, x.shape.length);
    const { moving_mean: mean, moving_variance: variance } = args;
    const options = { ...affineOf(x, args, [axis]), mean, variance, name };
    return withAxisFirst(x, axis, name, (first) => layers.batchNormalization(first, options));
  });

export interface GroupNormalizationArguments extends NormalizationArguments {
  /** Default 32. */
  readonly groups?: number | undefined;
}

/** keras.layers.GroupNormalization: gamma and beta [C]. @throws PP2001 to PP2003. */
export const GroupNormalization = (x: Operand, args: GroupNormalizationArguments): Flow =>
  building('GroupNormalization', args, (name) => {
    const axis = normalAxis(args.axis ?? -1, x.shape.length);
    const options = { ...affineOf(x, args, [axis]), groups: args.groups ?? 32, name };
    return withAxisFirst(x, axis, name, (first) => layers.groupNormalization(first, options));
  });

export interface LayerNormalizationArguments extends AffineArguments {
  /** The last axes of x, in order, which are normalised together; gamma and beta have their shape. Default -1. */
  readonly axis?: number | readonly number[] | undefined;
}

/** keras.layers.LayerNormalization. @throws PP2001 to PP2003. */
export const LayerNormalization = (x: Operand, args: LayerNormalizationArguments): Flow =>
  building('LayerNormalization', args, (name) => {
    const rank = x.shape.length;
    const axes = listOf(args.axis ?? -1).map((axis) => normalAxis(axis, rank));
    const first = rank - axes.length;
    need(axes.length > 0 && axes.every((axis, i) => axis === first + i), 'PP2003', () => [
      `axis is [${axes.join(', ')}] for an x of rank ${rank}`,
      'Name the last axes in order, or transpose x',
    ]);
    return layers.layerNormalization(x, { ...affineOf(x, args, axes), axis: first, name });
  });
