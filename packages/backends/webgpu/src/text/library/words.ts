/** Integers of 64 bits as two words, the low one first; signed ones in two's complement. */
import type { Helper } from './helper.ts';

const arithmetic = {
  add_i64: {
    code: `fn add_i64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + u32(low < a.x));
}`,
  },
  sub_i64: {
    code: `fn sub_i64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(a.x - b.x, a.y - b.y - u32(a.x < b.x));
}`,
  },
  neg_i64: {
    code: `fn neg_i64(a: vec2<u32>) -> vec2<u32> {
  return sub_i64(vec2<u32>(0u), a);
}`,
    needs: ['sub_i64'],
  },
  abs_i64: {
    code: `fn abs_i64(a: vec2<u32>) -> vec2<u32> {
  return select(a, neg_i64(a), a.y >= 0x80000000u);
}`,
    needs: ['neg_i64'],
  },
  wide_product: {
    code: `// All 64 bits of a product.
fn wide_product(a: u32, b: u32) -> vec2<u32> {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let one = (a & 0xffffu) * (b >> 16u);
  let other = (a >> 16u) * (b & 0xffffu);
  let middle = (low >> 16u) + (one & 0xffffu) + (other & 0xffffu);
  let high = (a >> 16u) * (b >> 16u) + (one >> 16u) + (other >> 16u) + (middle >> 16u);
  return vec2<u32>((middle << 16u) | (low & 0xffffu), high);
}`,
  },
  mul_i64: {
    code: `fn mul_i64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = wide_product(a.x, b.x);
  return vec2<u32>(low.x, low.y + a.x * b.y + a.y * b.x);
}`,
    needs: ['wide_product'],
  },
  less_u64: {
    code: `fn less_u64(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.y < b.y || (a.y == b.y && a.x < b.x);
}`,
  },
  less_i64: {
    code: `fn less_i64(a: vec2<u32>, b: vec2<u32>) -> bool {
  return bitcast<i32>(a.y) < bitcast<i32>(b.y) || (a.y == b.y && a.x < b.x);
}`,
  },
  shl_i64: {
    code: `fn shl_i64(a: vec2<u32>, n: u32) -> vec2<u32> {
  if (n == 0u) { return a; }
  if (n >= 64u) { return vec2<u32>(0u); }
  if (n >= 32u) { return vec2<u32>(0u, a.x << (n - 32u)); }
  return vec2<u32>(a.x << n, (a.y << n) | (a.x >> (32u - n)));
}`,
  },
  shr_u64: {
    code: `fn shr_u64(a: vec2<u32>, n: u32) -> vec2<u32> {
  if (n == 0u) { return a; }
  if (n >= 64u) { return vec2<u32>(0u); }
  if (n >= 32u) { return vec2<u32>(a.y >> (n - 32u), 0u); }
  return vec2<u32>((a.x >> n) | (a.y << (32u - n)), a.y >> n);
}`,
  },
  shr_i64: {
    code: `fn shr_i64(a: vec2<u32>, n: u32) -> vec2<u32> {
  let sign = bitcast<u32>(bitcast<i32>(a.y) >> 31u);
  if (n == 0u) { return a; }
  if (n >= 64u) { return vec2<u32>(sign); }
  let high = bitcast<u32>(bitcast<i32>(a.y) >> (n & 31u));
  if (n >= 32u) { return vec2<u32>(high, sign); }
  return vec2<u32>((a.x >> n) | (a.y << (32u - n)), high);
}`,
  },
} satisfies Record<string, Helper>;

const division = {
  divide_u64: {
    code: `// Quotient and remainder, both 0 where the divisor is.
fn divide_u64(a: vec2<u32>, b: vec2<u32>) -> vec4<u32> {
  if (all(b == vec2<u32>(0u))) { return vec4<u32>(0u); }
  if (a.y == 0u && b.y == 0u) { return vec4<u32>(a.x / b.x, 0u, a.x % b.x, 0u); }
  var quotient = vec2<u32>(0u);
  var rest = vec2<u32>(0u);
  for (var bit = 0; bit < 64; bit++) {
    let carry = rest.y >> 31u;
    let next = select(a.x, a.y, bit < 32) >> u32(31 - (bit & 31));
    rest = vec2<u32>((rest.x << 1u) | (next & 1u), (rest.y << 1u) | (rest.x >> 31u));
    quotient = vec2<u32>(quotient.x << 1u, (quotient.y << 1u) | (quotient.x >> 31u));
    if (carry == 1u || !less_u64(rest, b)) {
      rest = sub_i64(rest, b);
      quotient.x |= 1u;
    }
  }
  return vec4<u32>(quotient, rest);
}`,
    needs: ['less_u64', 'sub_i64'],
  },
  div_u64: {
    code: `fn div_u64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return divide_u64(a, b).xy;
}`,
    needs: ['divide_u64'],
  },
  mod_u64: {
    code: `fn mod_u64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return divide_u64(a, b).zw;
}`,
    needs: ['divide_u64'],
  },
  div_i64: {
    code: `fn div_i64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let quotient = divide_u64(abs_i64(a), abs_i64(b)).xy;
  return select(quotient, neg_i64(quotient), ((a.y ^ b.y) & 0x80000000u) != 0u);
}`,
    needs: ['divide_u64', 'abs_i64', 'neg_i64'],
  },
  mod_i64: {
    code: `fn mod_i64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let rest = divide_u64(abs_i64(a), abs_i64(b)).zw;
  return select(rest, neg_i64(rest), a.y >= 0x80000000u);
}`,
    needs: ['divide_u64', 'abs_i64', 'neg_i64'],
  },
} satisfies Record<string, Helper>;

const conversions = {
  i64_of_i32: {
    code: `fn i64_of_i32(x: i32) -> vec2<u32> {
  return vec2<u32>(bitcast<u32>(x), bitcast<u32>(x >> 31u));
}`,
  },
  u64_of_f32: {
    code: `// Truncates and saturates; NaN gives 0.
fn u64_of_f32(x: f32) -> vec2<u32> {
  if (is_nan(x) || x < 1.0) { return vec2<u32>(0u); }
  if (x >= 18446744073709551616.0) { return vec2<u32>(0xffffffffu); }
  let bits = bitcast<u32>(x);
  let e = i32(bits >> 23u) - 150;
  let mantissa = vec2<u32>((bits & 0x7fffffu) | 0x800000u, 0u);
  if (e < 0) { return vec2<u32>(mantissa.x >> u32(-e), 0u); }
  return shl_i64(mantissa, u32(e));
}`,
    needs: ['is_nan', 'shl_i64'],
  },
  i64_of_f32: {
    code: `fn i64_of_f32(x: f32) -> vec2<u32> {
  if (abs(x) >= 9223372036854775808.0) {
    return select(vec2<u32>(0xffffffffu, 0x7fffffffu), vec2<u32>(0u, 0x80000000u), x < 0.0);
  }
  let size = u64_of_f32(abs(x));
  return select(size, neg_i64(size), x < 0.0);
}`,
    needs: ['u64_of_f32', 'neg_i64'],
  },
  f32_of_u64: {
    code: `fn f32_of_u64(a: vec2<u32>) -> f32 {
  if (a.y == 0u) { return f32(a.x); }
  let shift = countLeadingZeros(a.y);
  let top = shl_i64(a, shift);
  return f32(top.y | u32(top.x != 0u)) * bitcast<f32>((159u - shift) << 23u);
}`,
    needs: ['shl_i64'],
  },
  f32_of_i64: {
    code: `fn f32_of_i64(a: vec2<u32>) -> f32 {
  let size = f32_of_u64(abs_i64(a));
  return select(size, -size, a.y >= 0x80000000u);
}`,
    needs: ['f32_of_u64', 'abs_i64'],
  },
} satisfies Record<string, Helper>;

export const words = { ...arithmetic, ...division, ...conversions } satisfies Record<string, Helper>;
