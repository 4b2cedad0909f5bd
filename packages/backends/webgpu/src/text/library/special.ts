/**
 * NaN and infinity. WGSL lets a compiler assume that there are none and refuses to fold constants to them, so they are made
 * from bits in variables and told apart by bits.
 */
import type { Helper } from './helper.ts';

export const special = {
  infinity: {
    code: `fn infinity() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}`,
  },
  not_a_number: {
    code: `fn not_a_number() -> f32 {
  var bits = 0x7fc00000u;
  return bitcast<f32>(bits);
}`,
  },
  is_nan: {
    code: `fn is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}`,
  },
  is_nonzero: {
    code: `// Numbers below the normal ones count too, which a device may take for 0.
fn is_nonzero(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) != 0u;
}`,
  },
  kept: {
    code: `// x as it was rounded: (x + 1) - 1 may be taken for x, but no compiler sees that this is x.
fn kept(x: f32) -> f32 {
  return bitcast<f32>(max(bitcast<u32>(x), 1u));
}`,
  },
  max_nan: {
    code: `fn max_nan(a: f32, b: f32) -> f32 {
  return select(select(max(a, b), b, is_nan(b)), a, is_nan(a));
}`,
    needs: ['is_nan'],
  },
  min_nan: {
    code: `fn min_nan(a: f32, b: f32) -> f32 {
  return select(select(min(a, b), b, is_nan(b)), a, is_nan(a));
}`,
    needs: ['is_nan'],
  },
  at_least: {
    code: `// The greater one; comparisons with NaN are false, so that it stays.
fn at_least(x: f32, least: f32) -> f32 {
  return select(x, least, x < least);
}`,
  },
  at_most: {
    code: `fn at_most(x: f32, most: f32) -> f32 {
  return select(x, most, x > most);
}`,
  },
  round_to_f16: {
    code: `// The nearest number that 16 bits can hold, ties to even.
fn round_to_f16(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) { return x; }
  if (size < 0x38800000u) { return round(x * 16777216.0) / 16777216.0; }
  let nearest = (size + 0xfffu + ((size >> 13u) & 1u)) & 0xffffe000u;
  return bitcast<f32>(select(nearest, 0x7f800000u, nearest >= 0x47800000u) | (bits & 0x80000000u));
}`,
  },
} satisfies Record<string, Helper>;
