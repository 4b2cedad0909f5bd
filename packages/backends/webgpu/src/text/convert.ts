import type { DType } from '@polyphase/ir';
import type { Scalar } from '@polyphase/kernel';
import type { HelperName } from './library/index.ts';
import { missing } from './scalars/index.ts';
import type { Shader } from './shader.ts';
import { at, bitwise, call, callText, helper, level, type Term, type Writer, whole } from './term.ts';

type Conversions = Readonly<Partial<Record<Scalar, Writer>>>;

const same: Writer = ([x]) => x!;
const low: Writer = ([x]) => whole(`${at(x!, level.whole)}.x`);
const zeroed =
  (text: string): Writer =>
  ([x]) =>
    whole(`vec2<u32>(${text.replace('x', x!.text)}, 0u)`);

const nested =
  (name: HelperName, inner: Writer): Writer =>
  (operands, shader) =>
    helper(name)([inner(operands, shader)], shader);

/** From the outer scalar to the inner one: integers wrap, floats truncate and saturate. */
const conversions: Readonly<Record<Scalar, Conversions>> = {
  f32: {
    f64: helper('f64_of_f32'),
    i32: helper('i32_of_f32'),
    u32: helper('u32_of_f32'),
    i64: helper('i64_of_f32'),
    u64: helper('u64_of_f32'),
  },
  i32: {
    f32: call('f32'),
    f64: nested('f64_of_i64', helper('i64_of_i32')),
    u32: call('bitcast<u32>'),
    i64: helper('i64_of_i32'),
    u64: helper('i64_of_i32'),
  },
  u32: {
    f32: call('f32'),
    f64: nested('f64_of_u64', zeroed('x')),
    i32: call('bitcast<i32>'),
    i64: zeroed('x'),
    u64: zeroed('x'),
  },
  i64: {
    f32: helper('f32_of_i64'),
    f64: helper('f64_of_i64'),
    i32: (operands, shader) => callText('bitcast<i32>', [low(operands, shader)]),
    u32: low,
    u64: same,
  },
  u64: {
    f32: helper('f32_of_u64'),
    f64: helper('f64_of_u64'),
    i32: (operands, shader) => callText('bitcast<i32>', [low(operands, shader)]),
    u32: low,
    i64: same,
  },
  f64: {
    f32: helper('f32_of_f64'),
    i32: helper('i32_of_f64'),
    u32: helper('u32_of_f64'),
    i64: helper('i64_of_f64'),
    u64: helper('u64_of_f64'),
  },
  bool: {
    f32: call('f32'),
    f64: nested('f64_of_u64', zeroed('u32(x)')),
    i32: call('i32'),
    u32: call('u32'),
    i64: zeroed('u32(x)'),
    u64: zeroed('u32(x)'),
  },
};

const zeros: Readonly<Partial<Record<Scalar, string>>> = { i32: '0', u32: '0u' };

function truth(from: Scalar, x: Term, shader: Shader): Term {
  if (from === 'bool') return x;
  if (from === 'f32') return callText(shader.helper('is_nonzero'), [x]);
  if (from === 'f64') return callText(shader.helper('is_nonzero_f64'), [x]);
  const zero = zeros[from];
  if (zero) return { text: `${at(x, level.sum)} != ${zero}`, level: level.relational };
  return callText('any', [{ text: `${at(x, level.sum)} != vec2<u32>(0u)`, level: level.relational }]);
}

export function convertText(to: Scalar, from: Scalar): Writer {
  if (to === 'bool') return ([x], shader) => truth(from, x!, shader);
  return conversions[from][to] ?? missing(`${from} as ${to}`);
}

/** What cuts a scalar to the values of a dtype. */
const narrowings: Readonly<Partial<Record<DType, Writer>>> = {
  float16: helper('round_to_f16'),
  uint8: ([x], shader) => bitwise('&')([x!, whole('255u')], shader),
  uint16: ([x], shader) => bitwise('&')([x!, whole('65535u')], shader),
  int8: ([x]) => ({ text: `(${at(x!, level.unary)} << 24u) >> 24u`, level: level.bits }),
  int16: ([x]) => ({ text: `(${at(x!, level.unary)} << 16u) >> 16u`, level: level.bits }),
};

export const narrowText = (dtype: DType): Writer => narrowings[dtype] ?? missing(`rounding to ${dtype}`);
