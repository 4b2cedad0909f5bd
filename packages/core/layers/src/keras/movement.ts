import { chain } from '../chain.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import type { Formatted } from './layout.ts';

export interface ConcatenateArguments extends Named {
  /** Default -1. */
  readonly axis?: number | undefined;
}

/** keras.layers.Concatenate. @throws PP2001 to PP2003. */
export const Concatenate = (xs: readonly Operand[], args: ConcatenateArguments = {}): Flow =>
  layers.concat(xs, { axis: args.axis ?? -1, name: args.name ?? 'Concatenate' });

/** keras.layers.Add. @throws PP2001, PP2002. */
export const Add = chain('Add', layers.add);
/** keras.layers.Multiply. @throws PP2001, PP2002. */
export const Multiply = chain('Multiply', layers.mul);
/** keras.layers.Maximum. @throws PP2001, PP2002. */
export const Maximum = chain('Maximum', layers.max);
/** keras.layers.Minimum. @throws PP2001, PP2002. */
export const Minimum = chain('Minimum', layers.min);

/** keras.layers.Subtract: the first operand without the second. @throws PP2001, PP2002. */
export const Subtract = ([a, b]: readonly [Operand, Operand], { name = 'Subtract' }: Named = {}): Flow =>
  layers.sub(a, b, { name });

/** keras.layers.Average. @throws PP2001, PP2002. */
export const Average = (xs: readonly Operand[], named: Named = {}): Flow =>
  building('Average', named, (name) => layers.div(Add(xs, { name: `${name}/sum` }), xs.length, { name }));

export interface FlattenArguments extends Named, Formatted {}

/** keras.layers.Flatten: every axis but the batch as one, the channels last. @throws PP2002. */
export const Flatten = (x: Operand, args: FlattenArguments = {}): Flow =>
  building('Flatten', args, (name) => {
    const moved = args.data_format === 'channels_first' && x.shape.length > 2;
    const spatial = x.shape.map((_, axis) => axis).slice(2);
    const last = moved ? layers.transpose(x, [0, ...spatial, 1], { name: `${name}/channels-last` }) : x;
    return layers.reshape(last, [x.shape[0] ?? 1, -1], { name });
  });

export interface ReshapeArguments extends Named {
  /** Without the batch; -1 takes what is left. */
  readonly target_shape: readonly number[];
}

/** keras.layers.Reshape. @throws PP2002, PP2003. */
export const Reshape = (x: Operand, { target_shape, name = 'Reshape' }: ReshapeArguments): Flow =>
  layers.reshape(x, [x.shape[0] ?? 1, ...target_shape], { name });

export interface PermuteArguments extends Named {
  /** Which axis of x each axis of the result is, without the batch, counted from 1. */
  readonly dims: readonly number[];
}

/** keras.layers.Permute. @throws PP2003. */
export const Permute = (x: Operand, { dims, name = 'Permute' }: PermuteArguments): Flow =>
  layers.transpose(x, [0, ...dims], { name });
