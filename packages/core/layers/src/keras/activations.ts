import { oneOf } from '../arguments.ts';
import type { Flow, Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';

type Activate = (x: Operand, options: { readonly name: string; readonly axis: number }) => Flow;

/** keras.activations; `axis` is that of the softmax functions. */
const activations = {
  linear: (x, { name }) => layers.identity(x, { name }),
  relu: (x, { name }) => layers.relu(x, { name }),
  relu6: (x, { name }) => layers.clip(x, { min: 0, max: 6, name }),
  leaky_relu: (x, { name }) => layers.leakyRelu(x, { alpha: 0.2, name }),
  elu: (x, { name }) => layers.elu(x, { name }),
  selu: (x, { name }) => layers.selu(x, { name }),
  celu: (x, { name }) => layers.celu(x, { name }),
  gelu: (x, { name }) => layers.gelu(x, { name }),
  silu: (x, { name }) => layers.swish(x, { name }),
  swish: (x, { name }) => layers.swish(x, { name }),
  hard_silu: (x, { name }) => layers.hardSwish(x, { name }),
  hard_swish: (x, { name }) => layers.hardSwish(x, { name }),
  mish: (x, { name }) => layers.mish(x, { name }),
  sigmoid: (x, { name }) => layers.sigmoid(x, { name }),
  hard_sigmoid: (x, { name }) => layers.hardSigmoid(x, { alpha: 1 / 6, beta: 0.5, name }),
  tanh: (x, { name }) => layers.tanh(x, { name }),
  hard_tanh: (x, { name }) => layers.clip(x, { min: -1, max: 1, name }),
  softplus: (x, { name }) => layers.softplus(x, { name }),
  softsign: (x, { name }) => layers.softsign(x, { name }),
  exponential: (x, { name }) => layers.exp(x, { name }),
  softmax: (x, { name, axis }) => layers.softmax(x, { axis, name }),
  log_softmax: (x, { name, axis }) => layers.logSoftmax(x, { axis, name }),
} as const satisfies Readonly<Record<string, Activate>>;

/** A name of keras.activations. */
export type ActivationName = keyof typeof activations;

export interface Activated {
  /** Default 'linear': none. */
  readonly activation?: ActivationName | undefined;
}

/** The function of this name. @throws PP2003 for an unknown one. */
export const activationOf = (name: ActivationName): Activate =>
  activations[oneOf('activation', name, Object.keys(activations) as ActivationName[])];

/** A layer's own activation on what it made; softmax is along `axis`. @throws PP2003 for an unknown name. */
export function activated(y: Flow, activation: ActivationName | undefined, name: string, axis: number): Flow {
  if (activation === undefined || activation === 'linear') return y;
  return activationOf(activation)(y, { name: `${name}/${activation}`, axis });
}
