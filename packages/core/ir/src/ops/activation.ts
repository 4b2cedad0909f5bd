import { erfc } from '../math.ts';
import { need } from '../op.ts';
import { unaryWith } from './pointwise.ts';

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

export const leakyRelu = unaryWith('leakyRelu', 'float', { alpha: 0.01 }, (x, { alpha }) =>
  x < 0 ? alpha * x : x,
);

export const elu = unaryWith('elu', 'float', { alpha: 1 }, (x, { alpha }) =>
  x < 0 ? alpha * Math.expm1(x) : x,
);

export const celu = unaryWith(
  'celu',
  'float',
  { alpha: 1 },
  (x, { alpha }) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)),
  {
    check: ({ alpha }) =>
      need(alpha !== 0, 'PP2003', () => ['alpha is 0, and x is divided by it', 'Use another alpha']),
  },
);

/** The defaults are the fixed point of Klambauer et al., "Self-Normalizing Neural Networks" (2017), in float32. */
export const selu = unaryWith(
  'selu',
  'float',
  { alpha: 1.6732632423543772, gamma: 1.0507009873554805 },
  (x, { alpha, gamma }) => gamma * (x > 0 ? x : alpha * Math.expm1(x)),
);

export const hardSigmoid = unaryWith(
  'hardSigmoid',
  'float',
  { alpha: 0.2, beta: 0.5 },
  (x, { alpha, beta }) => Math.max(0, Math.min(1, alpha * x + beta)),
);

export const thresholdedRelu = unaryWith('thresholdedRelu', 'float', { alpha: 1 }, (x, { alpha }) =>
  x > alpha ? x : 0,
);

export const shrink = unaryWith('shrink', 'number', { bias: 0, lambd: 0.5 }, (x, { bias, lambd }) =>
  x < -lambd ? x + bias : x > lambd ? x - bias : 0,
);

export interface GeluAttributes {
  readonly approximate: 'none' | 'tanh';
}

/**
 * x * P(Z <= x) for a normal Z. The tanh form 0.5x(1 + tanh(u)), u = sqrt(2/pi)(x + 0.044715x^3), is written as
 * x / (1 + exp(-2u)), and 1 + erf as erfc: neither cancels for negative x.
 */
export const gelu = unaryWith<GeluAttributes>(
  'gelu',
  'float',
  { approximate: 'none' },
  (x, { approximate }) =>
    approximate === 'none'
      ? 0.5 * x * erfc(-x * Math.SQRT1_2)
      : x * logistic(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)),
  {
    check: ({ approximate }) =>
      need(approximate === 'none' || approximate === 'tanh', 'PP2003', () => [
        `approximate is '${approximate}'`,
        "Use 'none' or 'tanh'",
      ]),
  },
);

export const swish = unaryWith('swish', 'float', { alpha: 1 }, (x, { alpha }) => x * logistic(alpha * x));
