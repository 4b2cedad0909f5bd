/**
 * Error functions to float64 accuracy: W. J. Cody, "Rational Chebyshev approximations for the error function",
 * Math. Comp. 23 (1969), with the coefficients of his CALERF (SPECFUN, netlib.org/specfun/erf). Each list runs from
 * the highest power down.
 */
const near = {
  above: [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
  below: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
};
const middle = {
  above: [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
    881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  below: [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
    4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
};
const far = {
  above: [
    0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
    0.0006587491615298378,
  ],
  below: [
    1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
  ],
};

interface Rational {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, c) => sum * x + c, 0);
const ratio = ({ above, below }: Rational, x: number): number => horner(above, x) / horner(below, x);

/** exp(-y*y); the square is split so that its rounding error does not grow with y. */
function gaussian(y: number): number {
  const head = Math.trunc(y * 16) / 16;
  return Math.exp(-head * head) * Math.exp(-(y - head) * (y + head));
}

/** erfc(y) for y > 0.46875. */
function upperTail(y: number): number {
  if (y <= 4) return gaussian(y) * ratio(middle, y);
  if (y > 27) return 0;
  const z = 1 / (y * y);
  return (gaussian(y) * (1 / Math.sqrt(Math.PI) - z * ratio(far, z))) / y;
}

/** The error function, 2/sqrt(pi) times the integral of exp(-t*t) from 0 to x. */
export function erf(x: number): number {
  const y = Math.abs(x);
  if (y <= 0.46875) return x * ratio(near, x * x);
  return Math.sign(x) * (1 - upperTail(y));
}

/** 1 - erf(x), without the cancellation for large x. */
export function erfc(x: number): number {
  if (Math.abs(x) <= 0.46875) return 1 - erf(x);
  return x < 0 ? 2 - upperTail(-x) : upperTail(x);
}

/** The nearest integer, ties to even, the sign of zero kept: above 2^52 every float64 is an integer. */
export function roundToEven(x: number): number {
  const integers = 2 ** 52;
  if (!(Math.abs(x) < integers)) return x;
  const magnitude = Math.abs(x) + integers - integers;
  return x < 0 || Object.is(x, -0) ? -magnitude : magnitude;
}
