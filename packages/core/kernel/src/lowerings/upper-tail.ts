import { add, div, mul, sub } from '../build.ts';
import type { Expr } from '../expr.ts';
import { exp, like, neg } from './elementwise.ts';

/**
 * erfc(z) = t * exp(-z*z + P(t)) to 1.2e-7 of its own size, t = 1 / (1 + z/2): W. H. Press et al., "Numerical Recipes in
 * C", section 6.2. From the highest power down.
 */
const polynomial = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
];

/** The same to 1.2e-16, P a Chebyshev series in 4t - 2, t = 2 / (2 + z): the third edition, section 6.2.2. */
const series = [
  -1.3026537197817094, 0.6419697923564902, 1.9476473204185836e-2, -9.561514786808631e-3, -9.46595344482036e-4,
  3.66839497852761e-4, 4.2523324806907e-5, -2.0278578112534e-5, -1.624290004647e-6, 1.30365583558e-6,
  1.5626441722e-8, -8.5238095915e-8, 6.529054439e-9, 5.059343495e-9, -9.91364156e-10, -2.27365122e-10,
  9.6467911e-11, 2.394038e-12, -6.886027e-12, 8.94487e-13, 3.13092e-13, -1.12708e-13, 3.81e-16, 7.106e-15,
  -1.523e-15, -9.4e-17, 1.21e-16, -2.8e-17,
];

/** erfc(z) / 2 for z >= 0: what a normal variable exceeds sqrt(2) z with. */
export function upperTail(z: Expr): Expr {
  const t = div(like(z, 1), add(like(z, 1), mul(like(z, 0.5), z)));
  const logarithm = z.type === 'f64' ? chebyshev(sub(mul(like(z, 4), t), like(z, 2))) : horner(t);
  return mul(t, exp(add(sub(logarithm, mul(z, z)), like(z, -Math.LN2))));
}

const horner = (t: Expr): Expr =>
  polynomial.slice(1).reduce((sum, c) => add(mul(sum, t), like(t, c)), like(t, polynomial[0]!));

/** c[0] / 2 + sum of c[j] T_j(x / 2), by Clenshaw's recurrence. */
function chebyshev(x: Expr): Expr {
  let [sum, before] = [like(x, 0), like(x, 0)];
  for (const c of series.slice(1).reverse())
    [sum, before] = [add(add(mul(x, sum), neg(before)), like(x, c)), sum];
  return add(sub(mul(mul(like(x, 0.5), x), sum), before), like(x, series[0]! / 2));
}
