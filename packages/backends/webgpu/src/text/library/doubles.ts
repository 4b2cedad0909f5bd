/**
 * float64 as two words, the low one first: WGSL has no such numbers, so they are computed with as integers, rounded to
 * nearest, ties to even.
 */
import type { Helper } from './helper.ts';

const parts = {
  parts_f64: {
    code: `// sign, and size = m / 2^63 * 2^(e - 1023) with the highest bit of m set; m is 0 for 0.
struct Parts {
  sign: u32,
  e: i32,
  m: vec2<u32>,
}

fn parts_f64(x: vec2<u32>) -> Parts {
  let sign = x.y & 0x80000000u;
  let e = i32((x.y >> 20u) & 0x7ffu);
  let fraction = vec2<u32>(x.x, x.y & 0xfffffu);
  if (e > 0) { return Parts(sign, e, shl_i64(vec2<u32>(fraction.x, fraction.y | 0x100000u), 11u)); }
  let shift = leading_zeros(fraction);
  return Parts(sign, 12 - i32(shift), shl_i64(fraction, shift));
}`,
    needs: ['shl_i64', 'leading_zeros'],
  },
  leading_zeros: {
    code: `fn leading_zeros(a: vec2<u32>) -> u32 {
  return select(countLeadingZeros(a.y), 32u + countLeadingZeros(a.x), a.y == 0u);
}`,
  },
  packed_f64: {
    code: `// The nearest number; the lowest bit of m stands for all bits below it.
fn packed_f64(sign: u32, e: i32, m: vec2<u32>) -> vec2<u32> {
  if (all(m == vec2<u32>(0u))) { return vec2<u32>(0u, sign); }
  let lead = leading_zeros(m);
  let size = shl_i64(m, lead);
  let exponent = e - i32(lead);
  if (exponent >= 2047) { return vec2<u32>(0u, sign | 0x7ff00000u); }
  let shift = u32(11 + clamp(1 - exponent, 0, 60));
  var kept = shr_u64(size, shift);
  let rest = shl_i64(size, 64u - shift);
  let half = rest.y == 0x80000000u && rest.x == 0u;
  if ((rest.y >= 0x80000000u && !half) || (half && (kept.x & 1u) == 1u)) { kept = add_i64(kept, vec2<u32>(1u, 0u)); }
  return vec2<u32>(kept.x, sign | (kept.y + (u32(max(exponent, 1) - 1) << 20u)));
}`,
    needs: ['shl_i64', 'shr_u64', 'add_i64', 'leading_zeros'],
  },
  is_nan_f64: {
    code: `fn is_nan_f64(x: vec2<u32>) -> bool {
  let high = x.y & 0x7fffffffu;
  return high > 0x7ff00000u || (high == 0x7ff00000u && x.x != 0u);
}`,
  },
  is_nonzero_f64: {
    code: `fn is_nonzero_f64(x: vec2<u32>) -> bool {
  return (x.x | (x.y & 0x7fffffffu)) != 0u;
}`,
  },
  is_infinite_f64: {
    code: `fn is_infinite_f64(x: vec2<u32>) -> bool {
  return x.x == 0u && (x.y & 0x7fffffffu) == 0x7ff00000u;
}`,
  },
} satisfies Record<string, Helper>;

const arithmetic = {
  neg_f64: {
    code: `fn neg_f64(x: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(x.x, x.y ^ 0x80000000u);
}`,
  },
  abs_f64: {
    code: `fn abs_f64(x: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(x.x, x.y & 0x7fffffffu);
}`,
  },
  shr_sticky: {
    code: `// Shifted, with the lowest bit set if any bit was lost.
fn shr_sticky(a: vec2<u32>, n: u32) -> vec2<u32> {
  let result = shr_u64(a, n);
  let back = shl_i64(result, n);
  return vec2<u32>(result.x | u32(n > 0u && any(back != a)), result.y);
}`,
    needs: ['shr_u64', 'shl_i64'],
  },
  add_f64: {
    code: `fn add_f64(x: vec2<u32>, y: vec2<u32>) -> vec2<u32> {
  let nan = vec2<u32>(0u, 0x7ff80000u);
  if (is_nan_f64(x) || is_nan_f64(y)) { return nan; }
  if (is_infinite_f64(x)) { return select(x, nan, is_infinite_f64(y) && x.y != y.y); }
  if (is_infinite_f64(y)) { return y; }
  if (!is_nonzero_f64(y)) { return select(x, x & y, !is_nonzero_f64(x)); }
  let swap = less_u64(abs_f64(x), abs_f64(y));
  let a = parts_f64(select(x, y, swap));
  let b = parts_f64(select(y, x, swap));
  let one = shr_u64(a.m, 1u);
  let other = shr_sticky(shr_u64(b.m, 1u), min(u32(a.e - b.e), 64u));
  if (a.sign == b.sign) { return packed_f64(a.sign, a.e + 1, add_i64(one, other)); }
  let difference = sub_i64(one, other);
  return packed_f64(select(a.sign, 0u, all(difference == vec2<u32>(0u))), a.e + 1, difference);
}`,
    needs: [
      'is_nan_f64',
      'is_infinite_f64',
      'is_nonzero_f64',
      'less_u64',
      'abs_f64',
      'parts_f64',
      'shr_u64',
      'shr_sticky',
      'packed_f64',
      'add_i64',
      'sub_i64',
    ],
  },
  sub_f64: {
    code: `fn sub_f64(x: vec2<u32>, y: vec2<u32>) -> vec2<u32> {
  return add_f64(x, neg_f64(y));
}`,
    needs: ['add_f64', 'neg_f64'],
  },
  mul_f64: {
    code: `fn mul_f64(x: vec2<u32>, y: vec2<u32>) -> vec2<u32> {
  let sign = (x.y ^ y.y) & 0x80000000u;
  let infinite = is_infinite_f64(x) || is_infinite_f64(y);
  let zero = !is_nonzero_f64(x) || !is_nonzero_f64(y);
  if (is_nan_f64(x) || is_nan_f64(y) || (infinite && zero)) { return vec2<u32>(0u, 0x7ff80000u); }
  if (infinite) { return vec2<u32>(0u, sign | 0x7ff00000u); }
  let a = parts_f64(x);
  let b = parts_f64(y);
  let low = wide_product(a.m.x, b.m.x);
  let one = add_i64(wide_product(a.m.x, b.m.y), vec2<u32>(low.y, 0u));
  let other = add_i64(wide_product(a.m.y, b.m.x), vec2<u32>(one.x, 0u));
  let carried = add_i64(vec2<u32>(one.y, 0u), vec2<u32>(other.y, 0u));
  let high = add_i64(wide_product(a.m.y, b.m.y), carried);
  return packed_f64(sign, a.e + b.e - 1022, vec2<u32>(high.x | u32((low.x | other.x) != 0u), high.y));
}`,
    needs: [
      'is_nan_f64',
      'is_infinite_f64',
      'is_nonzero_f64',
      'parts_f64',
      'wide_product',
      'add_i64',
      'packed_f64',
    ],
  },
  div_f64: {
    code: `fn div_f64(x: vec2<u32>, y: vec2<u32>) -> vec2<u32> {
  let sign = (x.y ^ y.y) & 0x80000000u;
  let undefined_ratio = (is_infinite_f64(x) && is_infinite_f64(y)) || (!is_nonzero_f64(x) && !is_nonzero_f64(y));
  if (is_nan_f64(x) || is_nan_f64(y) || undefined_ratio) { return vec2<u32>(0u, 0x7ff80000u); }
  if (is_infinite_f64(x) || !is_nonzero_f64(y)) { return vec2<u32>(0u, sign | 0x7ff00000u); }
  if (is_infinite_f64(y) || !is_nonzero_f64(x)) { return vec2<u32>(0u, sign); }
  let a = parts_f64(x);
  let b = parts_f64(y);
  let divisor = shr_u64(b.m, 1u);
  var rest = shr_u64(a.m, 1u);
  var quotient = vec2<u32>(0u);
  for (var bit = 0; bit < 64; bit++) {
    quotient = shl_i64(quotient, 1u);
    if (!less_u64(rest, divisor)) {
      rest = sub_i64(rest, divisor);
      quotient.x |= 1u;
    }
    rest = shl_i64(rest, 1u);
  }
  return packed_f64(sign, a.e - b.e + 1023, vec2<u32>(quotient.x | u32(any(rest != vec2<u32>(0u))), quotient.y));
}`,
    needs: [
      'is_nan_f64',
      'is_infinite_f64',
      'is_nonzero_f64',
      'parts_f64',
      'shr_u64',
      'shl_i64',
      'less_u64',
      'sub_i64',
      'packed_f64',
    ],
  },
  sqrt_f64: {
    code: `// By Newton's steps from the float32 root of the fraction.
fn sqrt_f64(x: vec2<u32>) -> vec2<u32> {
  if (is_nan_f64(x) || !is_nonzero_f64(x)) { return x; }
  if (x.y >= 0x80000000u) { return vec2<u32>(0u, 0x7ff80000u); }
  if (is_infinite_f64(x)) { return x; }
  let a = parts_f64(x);
  let odd = (a.e + 1) & 1;
  let fraction = packed_f64(0u, 1023 + odd, a.m);
  var root = f64_of_f32(sqrt(f32_of_f64(fraction)));
  for (var step = 0; step < 2; step++) {
    root = mul_f64(add_f64(root, div_f64(fraction, root)), vec2<u32>(0u, 0x3fe00000u));
  }
  let b = parts_f64(root);
  return packed_f64(0u, b.e + (a.e - 1023 - odd) / 2, b.m);
}`,
    needs: [
      'is_nan_f64',
      'is_nonzero_f64',
      'is_infinite_f64',
      'parts_f64',
      'packed_f64',
      'f64_of_f32',
      'f32_of_f64',
      'mul_f64',
      'add_f64',
      'div_f64',
    ],
  },
} satisfies Record<string, Helper>;

const ordering = {
  less_f64: {
    code: `fn less_f64(x: vec2<u32>, y: vec2<u32>) -> bool {
  if (is_nan_f64(x) || is_nan_f64(y)) { return false; }
  if (!is_nonzero_f64(x) && !is_nonzero_f64(y)) { return false; }
  let negative = x.y >= 0x80000000u;
  if (negative != (y.y >= 0x80000000u)) { return negative; }
  return select(less_u64(x, y), less_u64(y, x), negative);
}`,
    needs: ['is_nan_f64', 'is_nonzero_f64', 'less_u64'],
  },
  equal_f64: {
    code: `fn equal_f64(x: vec2<u32>, y: vec2<u32>) -> bool {
  if (is_nan_f64(x) || is_nan_f64(y)) { return false; }
  return all(x == y) || (!is_nonzero_f64(x) && !is_nonzero_f64(y));
}`,
    needs: ['is_nan_f64', 'is_nonzero_f64'],
  },
  at_most_f64: {
    code: `fn at_most_f64(x: vec2<u32>, y: vec2<u32>) -> bool {
  return less_f64(x, y) || equal_f64(x, y);
}`,
    needs: ['less_f64', 'equal_f64'],
  },
  max_f64: {
    code: `fn max_f64(x: vec2<u32>, y: vec2<u32>) -> vec2<u32> {
  return select(x, y, is_nan_f64(y) || (!is_nan_f64(x) && less_f64(x, y)));
}`,
    needs: ['is_nan_f64', 'less_f64'],
  },
  min_f64: {
    code: `fn min_f64(x: vec2<u32>, y: vec2<u32>) -> vec2<u32> {
  return select(x, y, is_nan_f64(y) || (!is_nan_f64(x) && less_f64(y, x)));
}`,
    needs: ['is_nan_f64', 'less_f64'],
  },
} satisfies Record<string, Helper>;

export const doubles = { ...parts, ...arithmetic, ...ordering } satisfies Record<string, Helper>;
