import { scalarFor } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';
import { type ActivationName, activationOf } from './activations.ts';

export interface ActivationArguments extends Named {
  readonly activation: ActivationName;
}

/** keras.layers.Activation; softmax is along the last axis. @throws PP2001, PP2003. */
export const Activation = (x: Operand, { activation, name = activation }: ActivationArguments): Flow =>
  building('Activation', { name }, () => {
    return activationOf(activation)(x, { name, axis: -1 });
  });

export interface ReLUArguments extends Named {
  /** Default: none. */
  readonly max_value?: number | undefined;
  /** Default 0. */
  readonly negative_slope?: number | undefined;
  /** Below it the slope counts. Default 0. */
  readonly threshold?: number | undefined;
}

/** keras.layers.ReLU: x from the threshold to max_value, below it negative_slope * (x - threshold). @throws PP2001. */
export const ReLU = (x: Operand, args: ReLUArguments = {}): Flow =>
  building('ReLU', args, (name) => {
    const { max_value: max, negative_slope: slope = 0, threshold = 0 } = args;
    if (threshold === 0 && slope === 0)
      return max === undefined ? layers.relu(x, { name }) : layers.clip(x, { min: 0, max, name });
    const distance = layers.sub(x, threshold, { name: `${name}/distance` });
    const below = layers.mul(distance, slope, { name: `${name}/below` });
    const above = layers.greaterOrEqual(x, threshold, { name: `${name}/above` });
    const y = layers.where(above, x, below, { name: max === undefined ? name : `${name}/unbounded` });
    return max === undefined ? y : layers.min(y, scalarFor(x, max), { name });
  });

export interface LeakyReLUArguments extends Named {
  /** Default 0.3. */
  readonly negative_slope?: number | undefined;
}

/** keras.layers.LeakyReLU. @throws PP2001. */
export const LeakyReLU = (x: Operand, args: LeakyReLUArguments = {}): Flow =>
  layers.leakyRelu(x, { alpha: args.negative_slope ?? 0.3, name: args.name ?? 'LeakyReLU' });

export interface ELUArguments extends Named {
  /** Default 1. */
  readonly alpha?: number | undefined;
}

/** keras.layers.ELU. @throws PP2001. */
export const ELU = (x: Operand, args: ELUArguments = {}): Flow =>
  layers.elu(x, { alpha: args.alpha ?? 1, name: args.name ?? 'ELU' });

export interface PReLUArguments extends Named {
  /** The shape of x without the batch, 1 along shared axes. */
  readonly alpha: Operand;
}

/** keras.layers.PReLU. @throws PP2001, PP2002. */
export const PReLU = (x: Operand, { alpha, name = 'PReLU' }: PReLUArguments): Flow =>
  layers.prelu(x, alpha, { name });

export interface SoftmaxArguments extends Named {
  /** Default -1. */
  readonly axis?: number | undefined;
}

/** keras.layers.Softmax. @throws PP2001, PP2003. */
export const Softmax = (x: Operand, args: SoftmaxArguments = {}): Flow =>
  layers.softmax(x, { axis: args.axis ?? -1, name: args.name ?? 'Softmax' });
