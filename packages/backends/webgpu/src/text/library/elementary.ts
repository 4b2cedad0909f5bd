/**
 * Elementary functions of f32 to about 2 units in the last place, after Cephes (S. Moshier, netlib.org/cephes/single):
 * WGSL's own may be far less exact.
 */
import type { Helper } from './helper.ts';

/** Horner's rule as text, from the highest power down. */
const polynomial = (x: string, [first, ...rest]: readonly string[]): string =>
  rest.reduce((sum, c) => `fma(${sum}, ${x}, ${c})`, first!);

const expPolynomial = polynomial('r', [
  '1.98756915e-4',
  '1.3981999507e-3',
  '8.3334519073e-3',
  '4.1665795894e-2',
  '1.6666665459e-1',
  '5.0000001201e-1',
]);
const logPolynomial = polynomial('m', [
  '7.0376836292e-2',
  '-1.151461031e-1',
  '1.167699874e-1',
  '-1.2420140846e-1',
  '1.4249322787e-1',
  '-1.6668057665e-1',
  '2.0000714765e-1',
  '-2.4999993993e-1',
  '3.3333331174e-1',
]);
const tanhPolynomial = polynomial('z', [
  '-5.70498872745e-3',
  '2.06390887954e-2',
  '-5.37397155531e-2',
  '1.33314422036e-1',
  '-3.33332819422e-1',
]);
const erfNear = polynomial('s', [
  '-5.96761703e-4',
  '4.99119423e-3',
  '-2.67681349e-2',
  '1.12819925e-1',
  '-3.76125336e-1',
  '1.28379166e-1',
]);
const erfFar = polynomial('t', [
  '-1.7285347e-5',
  '3.83197126e-4',
  '-3.88396438e-3',
  '2.42546219e-2',
  '-1.06777877e-1',
  '-6.34846687e-1',
  '-1.28717512e-1',
]);

export const elementary = {
  exp_f32: {
    code: `// exp(x) = 2^n exp(r), x = n ln 2 + r; 2^n in two factors, so that the ends of the range come out by themselves.
fn exp_f32(x: f32) -> f32 {
  let c = clamp(x, -104.0, 89.0);
  let n = round(c * 1.44269504);
  let r = (c - n * 0.693359375) + n * 2.12194440e-4;
  let fraction = fma(${expPolynomial}, r * r, r) + 1.0;
  let half = i32(n) >> 1u;
  let low = bitcast<f32>((half + 127) << 23u);
  let high = bitcast<f32>((i32(n) - half + 127) << 23u);
  let power = select(fraction * low * high, infinity(), x > 88.72283);
  return select(power, x, is_nan(x));
}`,
    needs: ['infinity', 'is_nan'],
  },
  log_parts: {
    code: `// log(x) = e ln 2 + log(1 + m), sqrt(1/2) <= 1 + m < sqrt(2), as a sum of two numbers, for 0 < x < infinity.
fn log_parts(x: f32) -> vec2<f32> {
  let own = bitcast<u32>(x);
  let tiny = own < 0x800000u;
  let bits = select(own, bitcast<u32>(f32(own)), tiny);
  let half = bitcast<f32>((bits & 0x7fffffu) | 0x3f000000u);
  let low = half < 0.70710678;
  let e = f32(i32(bits >> 23u) - select(126, 275, tiny) - select(0, 1, low));
  let m = select(half, half + half, low) - 1.0;
  let z = m * m;
  let tail = fma(${logPolynomial} * m, z, e * -2.12194440e-4) - 0.5 * z;
  let near = m + tail;
  let far = e * 0.693359375;
  let sum = far + near;
  return vec2<f32>(sum, (near - (sum - far)) + (tail - (near - m)));
}`,
  },
  log_f32: {
    code: `fn log_f32(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) == 0u) { return -infinity(); }
  if (bits > 0x7f800000u) { return not_a_number(); }
  if (bits == 0x7f800000u) { return x; }
  return log_parts(x).x;
}`,
    needs: ['log_parts', 'infinity', 'not_a_number'],
  },
  with_sign: {
    code: `fn with_sign(size: f32, sign: f32) -> f32 {
  return bitcast<f32>((bitcast<u32>(size) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u));
}`,
  },
  tanh_f32: {
    code: `// A polynomial near 0, else 1 - 2 / (exp(2|x|) + 1) with the sign of x.
fn tanh_f32(x: f32) -> f32 {
  let size = abs(x);
  let z = x * x;
  if (size < 0.625) { return fma(${tanhPolynomial} * z, x, x); }
  let far = 1.0 - 2.0 / (exp_f32(2.0 * min(size, 20.0)) + 1.0);
  return select(with_sign(far, x), x, is_nan(x));
}`,
    needs: ['exp_f32', 'with_sign', 'is_nan'],
  },
  erf_f32: {
    code: `// N. Juffa's fits: x + x p(x^2) near 0, else 1 - exp(-t + t q(t)) with t = |x| and the sign of x.
fn erf_f32(x: f32) -> f32 {
  let t = min(abs(x), 10.0);
  let s = x * x;
  if (abs(x) < 0.927734375) { return fma(${erfNear}, x, x); }
  return select(with_sign(1.0 - exp_f32(fma(${erfFar}, t, -t)), x), x, is_nan(x));
}`,
    needs: ['exp_f32', 'with_sign', 'is_nan'],
  },
  sinh_f32: {
    code: `fn sinh_f32(x: f32) -> f32 {
  let size = abs(x);
  let z = x * x;
  if (size < 1.0) {
    return fma(${polynomial('z', ['2.03721912945e-4', '8.33028376239e-3', '1.66667160211e-1'])} * z, x, x);
  }
  let root = exp_f32(0.5 * size);
  let power = exp_f32(size);
  return select(with_sign(select(0.5 * power - 0.5 / power, 0.5 * root * root, size > 88.0), x), x, is_nan(x));
}`,
    needs: ['exp_f32', 'with_sign', 'is_nan'],
  },
  cosh_f32: {
    code: `fn cosh_f32(x: f32) -> f32 {
  let size = abs(x);
  let root = exp_f32(0.5 * size);
  let power = exp_f32(size);
  return select(0.5 * power + 0.5 / power, 0.5 * root * root, size > 88.0);
}`,
    needs: ['exp_f32'],
  },
  asinh_f32: {
    code: `fn asinh_f32(x: f32) -> f32 {
  let size = abs(x);
  let z = x * x;
  if (size < 0.5) {
    return fma(${polynomial('z', ['2.0122003309e-2', '-4.2699340972e-2', '7.4847586088e-2', '-1.6666288134e-1'])} * z, x, x);
  }
  let large = size > 1500.0;
  let power = log_f32(select(size + sqrt(z + 1.0), size, large));
  return with_sign(select(power, power + 0.69314718, large), x);
}`,
    needs: ['log_f32', 'with_sign'],
  },
  acosh_f32: {
    code: `fn acosh_f32(x: f32) -> f32 {
  if (x < 1.0 || is_nan(x)) { return not_a_number(); }
  let z = x - 1.0;
  if (z < 0.5) {
    return ${polynomial('z', ['1.7596881071e-3', '-7.5272886713e-3', '2.6454905019e-2', '-1.1784741703e-1', '1.4142135263'])} * sqrt(z);
  }
  let large = x > 1500.0;
  let power = log_f32(select(x + sqrt(z * (x + 1.0)), x, large));
  return select(power, power + 0.69314718, large);
}`,
    needs: ['log_f32', 'is_nan', 'not_a_number'],
  },
  atanh_f32: {
    code: `fn atanh_f32(x: f32) -> f32 {
  let z = x * x;
  if (abs(x) < 0.5) {
    return fma(${polynomial('z', ['1.81740078349e-1', '8.24370301058e-2', '1.46691431730e-1', '1.99782164500e-1', '3.33337300303e-1'])} * z, x, x);
  }
  if (abs(x) == 1.0) { return with_sign(infinity(), x); }
  return 0.5 * log_f32((1.0 + x) / (1.0 - x));
}`,
    needs: ['log_f32', 'with_sign', 'infinity'],
  },
} satisfies Record<string, Helper>;
