/** Integers of 32 bits where WGSL leaves a result open, and conversions from f32. */
import type { Helper } from './helper.ts';

export const integers = {
  div_i32: {
    code: `// Truncates; 0 where the divisor is.
fn div_i32(a: i32, b: i32) -> i32 {
  return select(a / select(b, 1, b == 0), 0, b == 0);
}`,
  },
  mod_i32: {
    code: `fn mod_i32(a: i32, b: i32) -> i32 {
  return select(a % select(b, 1, b == 0), 0, b == 0);
}`,
  },
  div_u32: {
    code: `fn div_u32(a: u32, b: u32) -> u32 {
  return select(a / select(b, 1u, b == 0u), 0u, b == 0u);
}`,
  },
  mod_u32: {
    code: `fn mod_u32(a: u32, b: u32) -> u32 {
  return select(a % select(b, 1u, b == 0u), 0u, b == 0u);
}`,
  },
  i32_of_f32: {
    code: `// Truncates and saturates; NaN gives 0.
fn i32_of_f32(x: f32) -> i32 {
  if (is_nan(x)) { return 0; }
  if (x >= 2147483648.0) { return 2147483647; }
  if (x < -2147483648.0) { return i32(-2147483648); }
  return i32(x);
}`,
    needs: ['is_nan'],
  },
  u32_of_f32: {
    code: `fn u32_of_f32(x: f32) -> u32 {
  if (is_nan(x) || x < 1.0) { return 0u; }
  if (x >= 4294967296.0) { return 4294967295u; }
  return u32(x);
}`,
    needs: ['is_nan'],
  },
} satisfies Record<string, Helper>;
