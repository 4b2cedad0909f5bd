/** float64 as two words: conversions and rounding to whole numbers. */
import type { Helper } from './helper.ts';

const rounding = {
  trunc_f64: {
    code: `fn trunc_f64(x: vec2<u32>) -> vec2<u32> {
  let e = i32((x.y >> 20u) & 0x7ffu) - 1023;
  if (e < 0) { return vec2<u32>(0u, x.y & 0x80000000u); }
  if (e >= 52) { return x; }
  return x & shl_i64(vec2<u32>(0xffffffffu), u32(52 - e));
}`,
    needs: ['shl_i64'],
  },
  floor_f64: {
    code: `fn floor_f64(x: vec2<u32>) -> vec2<u32> {
  let cut = trunc_f64(x);
  let below = x.y >= 0x80000000u && any(cut != x);
  if (below) { return add_f64(cut, vec2<u32>(0u, 0xbff00000u)); }
  return cut;
}`,
    needs: ['trunc_f64', 'add_f64'],
  },
  ceil_f64: {
    code: `fn ceil_f64(x: vec2<u32>) -> vec2<u32> {
  return neg_f64(floor_f64(neg_f64(x)));
}`,
    needs: ['floor_f64', 'neg_f64'],
  },
  round_f64: {
    code: `// To even: what is added pushes the fraction out.
fn round_f64(x: vec2<u32>) -> vec2<u32> {
  if (((x.y >> 20u) & 0x7ffu) >= 1075u) { return x; }
  let sign = x.y & 0x80000000u;
  let whole = sub_f64(add_f64(abs_f64(x), vec2<u32>(0u, 0x43300000u)), vec2<u32>(0u, 0x43300000u));
  return vec2<u32>(whole.x, whole.y | sign);
}`,
    needs: ['add_f64', 'sub_f64', 'abs_f64'],
  },
} satisfies Record<string, Helper>;

const conversions = {
  f64_of_f32: {
    code: `fn f64_of_f32(x: f32) -> vec2<u32> {
  let bits = bitcast<u32>(x);
  let sign = bits & 0x80000000u;
  let e = (bits >> 23u) & 0xffu;
  if (e == 255u) { return vec2<u32>(0u, sign | 0x7ff00000u | ((bits & 0x7fffffu) >> 3u) | (bits & 7u)); }
  if (e == 0u) { return packed_f64(sign, 937, vec2<u32>(bits & 0x7fffffu, 0u)); }
  return vec2<u32>(bits << 29u, sign | ((e + 896u) << 20u) | ((bits & 0x7fffffu) >> 3u));
}`,
    needs: ['packed_f64'],
  },
  f32_of_f64: {
    code: `fn f32_of_f64(x: vec2<u32>) -> f32 {
  if (is_nan_f64(x)) { return not_a_number(); }
  let sign = x.y & 0x80000000u;
  let e = i32((x.y >> 20u) & 0x7ffu) - 896;
  if (e >= 255) { return bitcast<f32>(sign | 0x7f800000u); }
  if (e < -24) { return bitcast<f32>(sign); }
  let size = vec2<u32>(x.x, (x.y & 0xfffffu) | 0x100000u);
  let shift = u32(29 + max(1 - e, 0));
  let kept = shr_u64(size, shift).x;
  let rest = shl_i64(size, 64u - shift);
  let half = rest.y == 0x80000000u && rest.x == 0u;
  let up = (rest.y >= 0x80000000u && !half) || (half && (kept & 1u) == 1u);
  return bitcast<f32>(sign | (kept + u32(up) + (u32(max(e, 1) - 1) << 23u)));
}`,
    needs: ['is_nan_f64', 'not_a_number', 'shr_u64', 'shl_i64'],
  },
  f64_of_u64: {
    code: `fn f64_of_u64(x: vec2<u32>) -> vec2<u32> {
  return packed_f64(0u, 1086, x);
}`,
    needs: ['packed_f64'],
  },
  f64_of_i64: {
    code: `fn f64_of_i64(x: vec2<u32>) -> vec2<u32> {
  return packed_f64(x.y & 0x80000000u, 1086, abs_i64(x));
}`,
    needs: ['packed_f64', 'abs_i64'],
  },
  u64_of_f64: {
    code: `// Truncates and saturates; NaN gives 0.
fn u64_of_f64(x: vec2<u32>) -> vec2<u32> {
  if (is_nan_f64(x) || x.y >= 0x80000000u || x.y < 0x3ff00000u) { return vec2<u32>(0u); }
  let a = parts_f64(x);
  if (a.e >= 1087) { return vec2<u32>(0xffffffffu); }
  return shr_u64(a.m, u32(1086 - a.e));
}`,
    needs: ['is_nan_f64', 'parts_f64', 'shr_u64'],
  },
  i64_of_f64: {
    code: `fn i64_of_f64(x: vec2<u32>) -> vec2<u32> {
  if (is_nan_f64(x)) { return vec2<u32>(0u); }
  let negative = x.y >= 0x80000000u;
  let size = u64_of_f64(abs_f64(x));
  if (size.y >= 0x80000000u) { return select(vec2<u32>(0xffffffffu, 0x7fffffffu), vec2<u32>(0u, 0x80000000u), negative); }
  return select(size, neg_i64(size), negative);
}`,
    needs: ['is_nan_f64', 'abs_f64', 'u64_of_f64', 'neg_i64'],
  },
  i32_of_f64: {
    code: `fn i32_of_f64(x: vec2<u32>) -> i32 {
  let wide = i64_of_f64(x);
  if (less_i64(wide, vec2<u32>(0x80000000u, 0xffffffffu))) { return i32(-2147483648); }
  return select(bitcast<i32>(wide.x), 2147483647, less_i64(vec2<u32>(0x7fffffffu, 0u), wide));
}`,
    needs: ['i64_of_f64', 'less_i64'],
  },
  u32_of_f64: {
    code: `fn u32_of_f64(x: vec2<u32>) -> u32 {
  let wide = u64_of_f64(x);
  return select(wide.x, 0xffffffffu, wide.y != 0u);
}`,
    needs: ['u64_of_f64'],
  },
} satisfies Record<string, Helper>;

export const doubleConversions = { ...rounding, ...conversions } satisfies Record<string, Helper>;
