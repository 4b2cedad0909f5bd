import type { Gaps } from '@polyphase/conformance';

const functions = [
  ...[
    'sigmoid',
    'tanh',
    'softplus',
    'mish',
    'exp',
    'log',
    'erf',
    'sin',
    'cos',
    'tan',
    'asin',
    'acos',
    'atan',
  ],
  ...['sinh', 'cosh', 'asinh', 'acosh', 'atanh', 'elu', 'celu', 'selu', 'gelu', 'swish'],
];

/** What the backend refuses. WGSL has no float64: sums, products and roots of it are computed with whole numbers. */
export const gaps: Gaps = Object.fromEntries(
  functions.map((name) => [`unary/${name}: float64/raw`, 'there is no such function of float64 in WGSL']),
);
