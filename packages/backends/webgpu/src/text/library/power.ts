/** Powers and remainders of f32. */
import type { Helper } from './helper.ts';

export const power = {
  product_rest: {
    code: `// What a product loses by rounding, from the exact products of halves (T. Dekker): fma may round twice.
fn product_rest(a: f32, b: f32, product: f32) -> f32 {
  let one = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
  let other = bitcast<f32>(bitcast<u32>(b) & 0xfffff000u);
  let crossed = ((one * other - product) + one * (b - other)) + (a - one) * other;
  return crossed + (a - one) * (b - other);
}`,
  },
  pow_size: {
    code: `// exp(b log(a)) for a > 0, the logarithm in two parts.
fn pow_size(a: f32, b: f32) -> f32 {
  let parts = log_parts(a);
  let product = parts.x * b;
  let rest = product_rest(parts.x, b, product) + parts.y * b;
  let result = exp_f32(product);
  return select(result, result * (1.0 + rest), abs(product) < 88.0);
}`,
    needs: ['log_parts', 'exp_f32', 'product_rest'],
  },
  pow_f32: {
    code: `// IEEE 754's pow.
fn pow_f32(a: f32, b: f32) -> f32 {
  if (b == 0.0 || a == 1.0) { return 1.0; }
  if (is_nan(a) || is_nan(b)) { return not_a_number(); }
  let size = abs(a);
  let whole = trunc(b) == b;
  let odd = whole && abs(b) < 16777216.0 && (i32(b) & 1) == 1;
  if (bitcast<u32>(abs(b)) == 0x7f800000u) {
    if (size == 1.0) { return 1.0; }
    return select(0.0, infinity(), (size > 1.0) == (b > 0.0));
  }
  var result: f32;
  if (size == 0.0 || bitcast<u32>(size) == 0x7f800000u) {
    result = select(0.0, infinity(), (size > 1.0) == (b > 0.0));
  } else if (a < 0.0 && !whole) {
    return not_a_number();
  } else {
    result = pow_size(size, b);
  }
  return select(result, -result, odd && (bitcast<u32>(a) & 0x80000000u) != 0u);
}`,
    needs: ['pow_size', 'is_nan', 'infinity', 'not_a_number'],
  },
  fmod_f32: {
    code: `// The exact remainder of a division that truncates, by long division.
fn fmod_f32(a: f32, b: f32) -> f32 {
  let x = bitcast<u32>(a) & 0x7fffffffu;
  let y = bitcast<u32>(b) & 0x7fffffffu;
  if (x >= 0x7f800000u || y > 0x7f800000u || y < 0x800000u) { return not_a_number(); }
  if (x < y) { return a; }
  let last = i32(y >> 23u);
  let divisor = (y & 0x7fffffu) | 0x800000u;
  var rest = (x & 0x7fffffu) | 0x800000u;
  for (var e = i32(x >> 23u); e > last; e--) {
    if (rest >= divisor) { rest -= divisor; }
    rest <<= 1u;
  }
  if (rest >= divisor) { rest -= divisor; }
  let sign = bitcast<u32>(a) & 0x80000000u;
  if (rest == 0u) { return bitcast<f32>(sign); }
  let shift = countLeadingZeros(rest) - 8u;
  let e = last - i32(shift);
  if (e <= 0) { return bitcast<f32>(sign | ((rest << shift) >> u32(1 - e))); }
  return bitcast<f32>(sign | (u32(e) << 23u) | ((rest << shift) & 0x7fffffu));
}`,
    needs: ['not_a_number'],
  },
} satisfies Record<string, Helper>;
