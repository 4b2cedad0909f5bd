import { need } from '@polyphase/ir';
import { known } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';

/** A layer of torch.nn without arguments. @throws PP2001 for element types that it does not take. */
const plain =
  (kind: string, build: (x: Operand, named: Named) => Flow) =>
  (x: Operand, named: Named = {}): Flow =>
    build(x, { name: named.name ?? kind });

export const ReLU = plain('ReLU', layers.relu);
export const Sigmoid = plain('Sigmoid', layers.sigmoid);
export const Tanh = plain('Tanh', layers.tanh);
export const SiLU = plain('SiLU', layers.swish);
export const Mish = plain('Mish', layers.mish);
export const Softsign = plain('Softsign', layers.softsign);
export const Hardswish = plain('Hardswish', layers.hardSwish);
export const SELU = plain('SELU', layers.selu);
/** torch.nn.Identity, and what Dropout is in evaluation. */
export const Identity = plain('Identity', layers.identity);
/** max(0, min(1, x / 6 + 1 / 2)). */
export const Hardsigmoid = plain('Hardsigmoid', (x, { name }) =>
  layers.hardSigmoid(x, { alpha: 1 / 6, beta: 0.5, name }),
);
export const ReLU6 = plain('ReLU6', (x, { name }) => layers.clip(x, { min: 0, max: 6, name }));

export interface LeakyReLUArguments extends Named {
  /** Default 0.01. */
  readonly negative_slope?: number | undefined;
}

/** torch.nn.LeakyReLU. @throws PP2001. */
export const LeakyReLU = (x: Operand, args: LeakyReLUArguments = {}): Flow =>
  layers.leakyRelu(x, { alpha: args.negative_slope ?? 0.01, name: args.name ?? 'LeakyReLU' });

export interface ELUArguments extends Named {
  /** Default 1. */
  readonly alpha?: number | undefined;
}

/** torch.nn.ELU. @throws PP2001. */
export const ELU = (x: Operand, args: ELUArguments = {}): Flow =>
  layers.elu(x, { alpha: args.alpha ?? 1, name: args.name ?? 'ELU' });

/** torch.nn.CELU. @throws PP2001, PP2003. */
export const CELU = (x: Operand, args: ELUArguments = {}): Flow =>
  layers.celu(x, { alpha: args.alpha ?? 1, name: args.name ?? 'CELU' });

export interface GELUArguments extends Named {
  /** Default 'none'. */
  readonly approximate?: 'none' | 'tanh' | undefined;
}

/** torch.nn.GELU. @throws PP2001, PP2003. */
export const GELU = (x: Operand, args: GELUArguments = {}): Flow =>
  layers.gelu(x, { approximate: args.approximate ?? 'none', name: args.name ?? 'GELU' });

export interface HardtanhArguments extends Named {
  /** Default -1. */
  readonly min_val?: number | undefined;
  /** Default 1. */
  readonly max_val?: number | undefined;
}

/** torch.nn.Hardtanh. @throws PP2001. */
export const Hardtanh = (x: Operand, args: HardtanhArguments = {}): Flow =>
  layers.clip(x, { min: args.min_val ?? -1, max: args.max_val ?? 1, name: args.name ?? 'Hardtanh' });

export interface ShrinkArguments extends Named {
  /** Default 0.5. */
  readonly lambd?: number | undefined;
}

/** torch.nn.Hardshrink. @throws PP2001. */
export const Hardshrink = (x: Operand, args: ShrinkArguments = {}): Flow =>
  layers.shrink(x, { lambd: args.lambd ?? 0.5, bias: 0, name: args.name ?? 'Hardshrink' });

/** torch.nn.Softshrink. @throws PP2001. */
export const Softshrink = (x: Operand, args: ShrinkArguments = {}): Flow =>
  layers.shrink(x, { lambd: args.lambd ?? 0.5, bias: args.lambd ?? 0.5, name: args.name ?? 'Softshrink' });

export interface SoftplusArguments extends Named {
  /** Default 1. */
  readonly beta?: number | undefined;
}

/** torch.nn.Softplus, log(1 + exp(beta * x)) / beta. @throws PP2001, PP2003. */
export const Softplus = (x: Operand, args: SoftplusArguments = {}): Flow =>
  building('Softplus', args, (name) => {
    const { beta = 1 } = args;
    need(beta !== 0, 'PP2003', () => ['beta is 0, and the result is divided by it', 'Use another beta']);
    if (beta === 1) return layers.softplus(x, { name });
    const stretched = layers.mul(x, beta, { name: `${name}/stretched` });
    return layers.div(layers.softplus(stretched, { name: `${name}/softplus` }), beta, { name });
  });

export interface PReLUArguments extends Named {
  /** [C], or one slope for all. */
  readonly weight: Operand;
}

/** torch.nn.PReLU: x [N, C, ...]. @throws PP2001, PP2002. */
export const PReLU = (x: Operand, { weight, name = 'PReLU' }: PReLUArguments): Flow =>
  building('PReLU', { name }, () => {
    const channels = known(weight.shape[0], 'the length of the weight');
    const trailing = x.shape.slice(2).map(() => 1);
    return layers.prelu(x, layers.reshape(weight, [channels, ...trailing], { name: `${name}.weight` }), {
      name,
    });
  });

export interface SoftmaxArguments extends Named {
  readonly dim: number;
}

/** torch.nn.Softmax. @throws PP2001, PP2003. */
export const Softmax = (x: Operand, args: SoftmaxArguments): Flow =>
  layers.softmax(x, { axis: args.dim, name: args.name ?? 'Softmax' });

/** torch.nn.LogSoftmax. @throws PP2001, PP2003. */
export const LogSoftmax = (x: Operand, args: SoftmaxArguments): Flow =>
  layers.logSoftmax(x, { axis: args.dim, name: args.name ?? 'LogSoftmax' });
