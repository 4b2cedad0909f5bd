import { type DType, dtypes } from '@polyphase/ir';
import type { BinaryName, CompareName, Scalar, UnaryName } from '@polyphase/kernel';
import { fromHalf, toHalf } from '../math/float16.ts';
import { scalarLanes } from '../math/lanes.ts';
import type { Library } from '../math/library.ts';
import {
  type Expr,
  type FunctionBuilder,
  f32,
  f64,
  i32,
  i64,
  select,
  type ValueType,
} from '../wasm/index.ts';

/** Where code is written, and the functions that it may call. */
export interface Target {
  readonly f: FunctionBuilder;
  readonly library: Library;
}

export const valueTypes: Readonly<Record<Scalar, ValueType>> = {
  f32: 'f32',
  f64: 'f64',
  i32: 'i32',
  u32: 'i32',
  bool: 'i32',
  i64: 'i64',
  u64: 'i64',
};
export const isFloat = (type: Scalar): boolean => type === 'f32' || type === 'f64';
const isSigned = (type: Scalar): boolean => type === 'i32' || type === 'i64';
const bitsOf = (type: Scalar): number => (valueTypes[type] === 'i64' ? 64 : 32);

/** The instructions of a namespace by name: the operands are of the namespace's type wherever this is used. */
type Space = Readonly<Record<string, (...operands: Expr[]) => Expr>>;
const spaces = { i32, i64, f32, f64 } as unknown as Readonly<Record<ValueType, Space>>;
const call = (type: Scalar, method: string, ...operands: Expr[]): Expr =>
  spaces[valueTypes[type]][method]!(...operands);
const withSign = (type: Scalar, method: string): string => `${method}_${isSigned(type) ? 's' : 'u'}`;

const [leastInt64, mostInt64, mostUint64] = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n];

/** 64-bit values at the ends of the range are not exact as numbers: they saturate. */
function int64(type: Scalar, value: number): bigint {
  const [least, most] = type === 'i64' ? [leastInt64, mostInt64] : [0n, mostUint64];
  const whole = BigInt(value);
  return whole < least ? least : whole > most ? most : whole;
}

export function constant(type: Scalar, value: number): Expr {
  if (valueTypes[type] === 'i64') return i64.const(int64(type, value));
  return type === 'f32' ? f32.const(value) : type === 'f64' ? f64.const(value) : i32.const(value | 0);
}

const floatUnary: Partial<Record<UnaryName, string>> = {
  neg: 'neg',
  abs: 'abs',
  floor: 'floor',
  ceil: 'ceil',
  round: 'nearest',
  trunc: 'trunc',
  sqrt: 'sqrt',
};

export function unary({ f, library }: Target, op: UnaryName, type: Scalar, x: Expr): Expr {
  if (isFloat(type)) return floatUnary[op] ? call(type, floatUnary[op], x) : library.unary(f, op, x)!;
  switch (op) {
    case 'not':
      return i32.eqz(x as Expr<'i32'>);
    case 'bitNot':
      return call(type, 'xor', x, constant(type, isSigned(type) ? -1 : 2 ** bitsOf(type) - 1));
    case 'neg':
      return call(type, 'sub', constant(type, 0), x);
    case 'abs': {
      if (!isSigned(type)) return x;
      const value = f.let('x', x);
      const negative = call(type, 'lt_s', value, constant(type, 0)) as Expr<'i32'>;
      return select(call(type, 'sub', constant(type, 0), value), value, negative);
    }
    default:
      return x;
  }
}

export function binary(target: Target, op: BinaryName, type: Scalar, a: Expr, b: Expr): Expr {
  if (isFloat(type)) {
    const hosted = op === 'mod' || op === 'pow';
    return hosted ? target.library.host(target.f, op, a, b) : call(type, op, a, b);
  }
  switch (op) {
    case 'div':
    case 'mod':
      return quotient(target.f, op, type, a, b);
    case 'min':
    case 'max': {
      const [x, y] = [target.f.let('a', a), target.f.let('b', b)];
      const less = call(type, withSign(type, 'lt'), x, y) as Expr<'i32'>;
      return op === 'min' ? select(x, y, less) : select(y, x, less);
    }
    case 'pow':
      return power(target, type, a, b);
    case 'shl':
    case 'shr': {
      const [x, n] = [target.f.let('a', a), target.f.let('n', b)];
      const within = call(type, 'lt_u', n, constant(type, bitsOf(type))) as Expr<'i32'>;
      return select(call(type, op === 'shl' ? op : withSign(type, op), x, n), constant(type, 0), within);
    }
    case 'add':
    case 'mul':
      // Of truth values: or, and.
      return call(type, type === 'bool' ? (op === 'add' ? 'or' : 'and') : op, a, b);
    default:
      return call(type, op, a, b);
  }
}

const isZero = (type: Scalar, x: Expr): Expr<'i32'> => call(type, 'eq', x, constant(type, 0)) as Expr<'i32'>;
export const choose = (condition: Expr<'i32'>, a: Expr, b: Expr): Expr => select(a, b, condition);

/** Division by zero gives 0; neither it nor least / -1 may trap. */
function quotient(f: FunctionBuilder, op: 'div' | 'mod', type: Scalar, a: Expr, b: Expr): Expr {
  const method = withSign(type, op === 'div' ? 'div' : 'rem');
  const known = b.name.endsWith('.const') ? Number(b.immediate!.text) : undefined;
  if (known !== undefined && known !== 0 && known !== -1) return call(type, method, a, b);
  const [x, y] = [f.let('a', a), f.let('b', b)];
  const zero = f.let('zero', isZero(type, y));
  if (op === 'mod' || !isSigned(type)) {
    const divisor = choose(zero, constant(type, 1), y);
    return choose(zero, constant(type, 0), call(type, method, x, divisor));
  }
  const minus = f.let('minus', call(type, 'eq', y, constant(type, -1)) as Expr<'i32'>);
  const divisor = choose(i32.or(zero, minus), constant(type, 1), y);
  const rest = choose(zero, constant(type, 0), call(type, method, x, divisor));
  return choose(minus, call(type, 'sub', constant(type, 0), x), rest);
}

function power({ f, library }: Target, type: Scalar, a: Expr, b: Expr): Expr {
  const wide = (x: Expr) => convert('i64', type, x);
  return convert(type, 'i64', library.host(f, 'powInteger', wide(a), wide(b)));
}

export function compare(op: CompareName, type: Scalar, a: Expr, b: Expr): Expr<'i32'> {
  const plain = isFloat(type) || op === 'eq' || op === 'ne';
  return call(type, plain ? op : withSign(type, op), a, b) as Expr<'i32'>;
}

/** Floats to integers truncate and saturate; integers wrap; anything to bool by != 0. */
export function convert(to: Scalar, from: Scalar, x: Expr): Expr {
  if (to === 'bool') return from === 'bool' ? x : call(from, 'ne', x, constant(from, 0));
  const [target, source] = [valueTypes[to], valueTypes[from]];
  if (target === source) return x;
  if (isFloat(from)) {
    if (isFloat(to))
      return to === 'f32' ? f32.demote_f64(x as Expr<'f64'>) : f64.promote_f32(x as Expr<'f32'>);
    return call(to, withSign(to, `trunc_sat_${source}`), x);
  }
  if (isFloat(to)) return call(to, withSign(from, `convert_${source}`), x);
  return target === 'i32' ? i32.wrap_i64(x as Expr<'i64'>) : call(to, withSign(from, 'extend_i32'), x);
}

export function narrow({ f }: Target, dtype: DType, x: Expr): Expr {
  const n = x as Expr<'i32'>;
  switch (dtype) {
    case 'float16':
      return fromHalf(f, scalarLanes, toHalf(f, scalarLanes, x as Expr<'f32'>));
    case 'int8':
      return i32.extend8_s(n);
    case 'int16':
      return i32.extend16_s(n);
    case 'uint8':
      return i32.and(n, 0xff);
    case 'uint16':
      return i32.and(n, 0xffff);
    default:
      return x;
  }
}

const loads = {
  float32: f32.load,
  float64: f64.load,
  int8: i32.load8_s,
  uint8: i32.load8_u,
  int16: i32.load16_s,
  uint16: i32.load16_u,
  int32: i32.load,
  uint32: i32.load,
  int64: i64.load,
  uint64: i64.load,
  bool: i32.load8_u,
} as const;

export const load = ({ f }: Target, dtype: DType, address: Expr<'i32'>, offset: number): Expr =>
  dtype === 'float16'
    ? fromHalf(f, scalarLanes, f.let('half', i32.load16_u(address, offset)))
    : loads[dtype](address, offset);

export function store({ f }: Target, dtype: DType, address: Expr<'i32'>, value: Expr, offset: number): void {
  const integer = value as Expr<'i32'>;
  const { bytes } = dtypes[dtype];
  if (dtype === 'float32') f.f32.store(address, value as Expr<'f32'>, offset);
  else if (dtype === 'float64') f.f64.store(address, value as Expr<'f64'>, offset);
  else if (dtype === 'float16') f.i32.store16(address, toHalf(f, scalarLanes, value as Expr<'f32'>), offset);
  else if (bytes === 8) f.i64.store(address, value as Expr<'i64'>, offset);
  else if (bytes === 4) f.i32.store(address, integer, offset);
  else if (bytes === 2) f.i32.store16(address, integer, offset);
  else f.i32.store8(address, integer, offset);
}
