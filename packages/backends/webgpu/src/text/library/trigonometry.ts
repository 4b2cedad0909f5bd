/** Trigonometric functions of f32, after Cephes. */
import type { Helper } from './helper.ts';

const asinPolynomial =
  '((((4.2163199048e-2 * z + 2.4181311049e-2) * z + 4.5470025998e-2) * z + 7.4953002686e-2) * z + 1.6666752422e-1)';

export const trigonometry = {
  far_turns: {
    code: `// The same for large x: the bits of 2 / pi that count, times x, as a number of 2 and 62 bits (M. Payne, R. Hanek).
fn far_turns(x: f32) -> vec2<f32> {
  let digits = array<u32, 7>(0u, 0x28be60dbu, 0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u, 0x4f10e410u);
  let bits = bitcast<u32>(x);
  let mantissa = ((bits & 0x7fffffu) | 0x800000u) << 8u;
  let e = ((bits >> 23u) & 0xffu) - 126u;
  let first = e >> 5u;
  let shift = e & 31u;
  var words = array<u32, 4>(digits[first], digits[first + 1u], digits[min(first + 2u, 6u)], digits[min(first + 3u, 6u)]);
  if (shift > 0u) {
    for (var j = 0; j < 3; j++) { words[j] = (words[j] << shift) | (words[j + 1] >> (32u - shift)); }
  }
  let low = vec2<u32>(wide_product(words[2], mantissa).y, 0u);
  let middle = add_i64(wide_product(words[1], mantissa), low);
  let product = vec2<u32>(middle.x, middle.y + words[0] * mantissa);
  let fraction = shr_i64(shl_i64(product, 2u), 2u);
  let turns = (product.y >> 30u) + (fraction.y >> 31u);
  let rest = f32_of_i64(fraction) * 3.4061215800304e-19;
  if (x < 0.0) { return vec2<f32>(-rest, f32((0u - turns) & 3u)); }
  return vec2<f32>(rest, f32(turns & 3u));
}`,
    needs: ['wide_product', 'add_i64', 'shl_i64', 'shr_i64', 'f32_of_i64'],
  },
  quarter_turns: {
    code: `// x less the nearest multiple of pi / 2, and how many of them there are modulo 4.
fn quarter_turns(x: f32) -> vec2<f32> {
  if (abs(x) > 1000.0) { return far_turns(x); }
  let n = round(x * 0.636619772);
  let rest = ((x - n * 1.5703125) - n * 4.837512969970703125e-4) - n * 7.549789954891882e-8;
  return vec2<f32>(rest, f32(u32(i32(n)) & 3u));
}`,
    needs: ['far_turns'],
  },
  sin_cos: {
    code: `// The sine of turns quarter turns and rest.
fn sin_cos(rest: f32, turns: u32) -> f32 {
  let z = rest * rest;
  let sine = ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * rest + rest;
  let cosine = ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
  let size = select(sine, cosine, (turns & 1u) == 1u);
  return select(size, -size, (turns & 2u) == 2u);
}`,
  },
  is_finite: {
    code: `fn is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}`,
  },
  sin_f32: {
    code: `fn sin_f32(x: f32) -> f32 {
  if (!is_finite(x)) { return not_a_number(); }
  let reduced = quarter_turns(x);
  return sin_cos(reduced.x, u32(reduced.y));
}`,
    needs: ['quarter_turns', 'sin_cos', 'is_finite', 'not_a_number'],
  },
  cos_f32: {
    code: `fn cos_f32(x: f32) -> f32 {
  if (!is_finite(x)) { return not_a_number(); }
  let reduced = quarter_turns(x);
  return sin_cos(reduced.x, u32(reduced.y) + 1u);
}`,
    needs: ['quarter_turns', 'sin_cos', 'is_finite', 'not_a_number'],
  },
  tan_f32: {
    code: `fn tan_f32(x: f32) -> f32 {
  if (!is_finite(x)) { return not_a_number(); }
  let reduced = quarter_turns(x);
  return sin_cos(reduced.x, u32(reduced.y)) / sin_cos(reduced.x, u32(reduced.y) + 1u);
}`,
    needs: ['quarter_turns', 'sin_cos', 'is_finite', 'not_a_number'],
  },
  asin_part: {
    code: `fn asin_part(s: f32, z: f32) -> f32 {
  return ${asinPolynomial} * z * s + s;
}`,
  },
  asin_f32: {
    code: `fn asin_f32(x: f32) -> f32 {
  let size = abs(x);
  if (size > 1.0 || is_nan(x)) { return not_a_number(); }
  if (size <= 0.5) { return asin_part(x, x * x); }
  let z = 0.5 * (1.0 - size);
  return with_sign(1.57079633 - 2.0 * asin_part(sqrt(z), z), x);
}`,
    needs: ['asin_part', 'with_sign', 'is_nan', 'not_a_number'],
  },
  acos_f32: {
    code: `fn acos_f32(x: f32) -> f32 {
  let size = abs(x);
  if (size > 1.0 || is_nan(x)) { return not_a_number(); }
  if (size <= 0.5) { return 1.57079633 - asin_part(x, x * x); }
  let z = 0.5 * (1.0 - size);
  let angle = 2.0 * asin_part(sqrt(z), z);
  return select(angle, 3.14159265 - angle, x < 0.0);
}`,
    needs: ['asin_part', 'is_nan', 'not_a_number'],
  },
  atan_f32: {
    code: `fn atan_f32(x: f32) -> f32 {
  let size = abs(x);
  var begin = 0.0;
  var s = size;
  if (size > 2.414213562) {
    begin = 1.57079633;
    s = -1.0 / size;
  } else if (size > 0.4142135624) {
    begin = 0.785398163;
    s = (size - 1.0) / (size + 1.0);
  }
  let z = s * s;
  let part = (((8.05374449538e-2 * z - 1.38776856032e-1) * z + 1.99777106478e-1) * z - 3.33329491539e-1) * z * s + s;
  return select(with_sign(begin + part, x), x, is_nan(x));
}`,
    needs: ['with_sign', 'is_nan'],
  },
} satisfies Record<string, Helper>;
