import { type DType, dtypes } from '@polyphase/ir';
import { type BinaryName, type CompareName, type Scalar, scalarOf, type UnaryName } from '@polyphase/kernel';
import { fromHalf, toHalf } from '../math/float16.ts';
import { vectorLanes } from '../math/lanes.ts';
import { hasLaneFunction } from '../math/library.ts';
import {
  type Expr,
  type FunctionBuilder,
  f32x4,
  i8x16,
  i16x8,
  i32,
  i32x4,
  i64x2,
  v128,
} from '../wasm/index.ts';
import type { Target } from './scalar-ops.ts';
import * as one from './scalar-ops.ts';

/** Operations on four lanes of f32, i32, u32 or bool, a bool being all bits of its lane. */
type Vector = Expr<'v128'>;

const methods = (
  space: object,
  names: string,
): Readonly<Record<string, (...operands: Vector[]) => Vector>> => {
  const table = space as Record<string, (...operands: Vector[]) => Vector>;
  return Object.fromEntries(names.split(' ').map((name) => [name.replace(/_[su]$/, ''), table[name]!]));
};

const floatUnary = { ...methods(f32x4, 'neg abs floor ceil trunc sqrt'), round: f32x4.nearest };
const intUnary = { ...methods(i32x4, 'neg'), bitNot: v128.not };
const floatBinary = methods(f32x4, 'add sub mul div min max');
const bitwise = methods(v128, 'and or xor');
const signedBinary = { ...methods(i32x4, 'add sub mul min_s max_s'), ...bitwise };
const unsignedBinary = { ...methods(i32x4, 'add sub mul min_u max_u'), ...bitwise };
const boolBinary = { ...bitwise, add: v128.or, mul: v128.and, min: v128.and, max: v128.or };
const floatCompare = methods(f32x4, 'eq ne lt le gt ge');
const signedCompare = methods(i32x4, 'eq ne lt_s le_s gt_s ge_s');
const unsignedCompare = methods(i32x4, 'eq ne lt_u le_u gt_u ge_u');

type Table = Readonly<Record<string, ((...operands: Vector[]) => Vector) | undefined>>;
const unaryTables: Partial<Record<Scalar, Table>> = {
  f32: floatUnary,
  i32: { ...intUnary, abs: i32x4.abs },
  u32: { ...intUnary, abs: (x: Vector) => x },
  bool: { not: v128.not },
};
const binaryTables: Partial<Record<Scalar, Table>> = {
  f32: floatBinary,
  i32: signedBinary,
  u32: unsignedBinary,
  bool: boolBinary,
};
/** All bits set is the greatest unsigned number, so that false < true. */
const compareTables: Partial<Record<Scalar, Table>> = {
  f32: floatCompare,
  i32: signedCompare,
  u32: unsignedCompare,
  bool: unsignedCompare,
};

/** Whether values of the type fit into four lanes. */
export const hasLanes = (type: Scalar): boolean => type in binaryTables;

/** Whether there is an instruction or a function for four lanes; else they are computed one by one. */
export const hasUnary = (op: UnaryName, type: Scalar): boolean =>
  unaryTables[type]?.[op] !== undefined || (type === 'f32' && hasLaneFunction(op));
export const hasBinary = (op: BinaryName, type: Scalar): boolean => binaryTables[type]?.[op] !== undefined;

export const unary = ({ f, library }: Target, op: UnaryName, type: Scalar, x: Vector): Vector =>
  unaryTables[type]?.[op]?.(x) ?? (library.unary(f, op, x) as Vector);

export const binary = (op: BinaryName, type: Scalar, a: Vector, b: Vector): Vector =>
  binaryTables[type]![op]!(a, b);

/** min or max with a number: one instruction, and a NaN in x stays. */
export const limit = (op: 'min' | 'max', x: Vector, bound: Vector): Vector =>
  op === 'min' ? f32x4.pmin(x, bound) : f32x4.pmax(x, bound);

/**
 * max or min of floats in variables, in three instructions instead of V8's eight; NaN where either is. Each of the two choices keeps
 * the NaN of one side, and a NaN stays one whatever bits are added; where both choose the same nothing is added. Of zeros
 * of both signs it gives -0.
 */
export const extreme = (op: 'min' | 'max', a: Vector, b: Vector): Vector =>
  op === 'min' ? v128.or(f32x4.pmin(a, b), f32x4.pmin(b, a)) : v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a));

/** A shift by a number of bits below 32. */
export const shift = (op: 'shl' | 'shr', type: Scalar, x: Vector, bits: number): Vector =>
  op === 'shl' ? i32x4.shl(x, bits) : type === 'i32' ? i32x4.shr_s(x, bits) : i32x4.shr_u(x, bits);

export const compare = (op: CompareName, type: Scalar, a: Vector, b: Vector): Vector =>
  compareTables[type]![op]!(a, b);

/** x / d as (x * factor) >> bits, which is exact for 0 <= x <= most and stays within 32 bits. */
function reciprocal(most: number, d: number): { readonly factor: number; readonly bits: number } | undefined {
  for (let bits = 0; bits < 32; bits++) {
    const factor = Math.ceil(2 ** bits / d);
    if ((factor * d - 2 ** bits) * most < 2 ** bits && factor * most < 2 ** 32) return { factor, bits };
  }
  return undefined;
}

export const dividesExactly = (most: number, d: number): boolean => reciprocal(most, d) !== undefined;

const splatInt = (n: number): Vector => v128.const('i32x4', [n, n, n, n]);

/** The quotient or remainder by a positive number of what is between 0 and `most`. */
export function divide({ f }: Target, op: 'div' | 'mod', x: Vector, most: number, d: number): Vector {
  const { factor, bits } = reciprocal(most, d)!;
  const dividend = f.let('dividend', x);
  const quotient = i32x4.shr_u(factor === 1 ? dividend : i32x4.mul(dividend, splatInt(factor | 0)), bits);
  return op === 'div' ? quotient : i32x4.sub(dividend, i32x4.mul(quotient, splatInt(d)));
}

export const select = (condition: Vector, a: Vector, b: Vector): Vector => v128.bitselect(a, b, condition);

const ones = (): Vector => v128.const('i32x4', [1, 1, 1, 1]);
const zeros = (): Vector => v128.const('i32x4', [0, 0, 0, 0]);

export function convert(to: Scalar, from: Scalar, x: Vector): Vector {
  if (to === from) return x;
  if (to === 'bool') return from === 'f32' ? f32x4.ne(x, zeros()) : i32x4.ne(x, zeros());
  const n = from === 'bool' ? v128.and(x, ones()) : x;
  if (from === 'f32') return to === 'i32' ? i32x4.trunc_sat_f32x4_s(x) : i32x4.trunc_sat_f32x4_u(x);
  if (to === 'f32') return from === 'u32' ? f32x4.convert_i32x4_u(n) : f32x4.convert_i32x4_s(n);
  return n;
}

const extended = (x: Vector, bits: number): Vector => i32x4.shr_s(i32x4.shl(x, bits), bits);
const masked = (x: Vector, mask: number): Vector =>
  v128.and(x, v128.const('i32x4', [mask, mask, mask, mask]));

export function narrow({ f }: Target, dtype: DType, x: Vector): Vector {
  switch (dtype) {
    case 'float16':
      return fromHalf(f, vectorLanes, toHalf(f, vectorLanes, x));
    case 'int8':
      return extended(x, 24);
    case 'int16':
      return extended(x, 16);
    case 'uint8':
      return masked(x, 0xff);
    case 'uint16':
      return masked(x, 0xffff);
    default:
      return x;
  }
}

const bytes = (address: Expr<'i32'>, offset: number): Vector => v128.load32_zero(address, offset);

/** Four elements that lie side by side, of any dtype that fits into the lanes. */
export function load({ f }: Target, dtype: DType, address: Expr<'i32'>, offset: number): Vector {
  switch (dtype) {
    case 'float16':
      return fromHalf(f, vectorLanes, f.let('half', v128.load16x4_u(address, offset)));
    case 'int16':
      return v128.load16x4_s(address, offset);
    case 'uint16':
      return v128.load16x4_u(address, offset);
    case 'int8':
      return i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(bytes(address, offset)));
    case 'uint8':
      return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes(address, offset)));
    case 'bool':
      return i32x4.ne(load({ f } as Target, 'uint8', address, offset), zeros());
    default:
      return v128.load(address, offset);
  }
}

/** How an element is computed, and how it is stored. */
interface Element {
  readonly type: Scalar;
  readonly dtype: DType;
}

/** Whether the lanes are what lies in memory. */
const isWhole = (dtype: DType): boolean => dtype === 'float32' || dtype === 'int32' || dtype === 'uint32';

/** Four elements from anywhere. */
export function gather(
  target: Target,
  { type, dtype }: Element,
  places: readonly { readonly address: Expr<'i32'>; readonly offset: number }[],
): Vector {
  const result = target.f.local('gathered', 'v128');
  for (const [lane, { address, offset }] of places.entries()) {
    const filled = isWhole(dtype)
      ? v128.load32_lane(address, result, lane, offset)
      : replace(type, result, one.load(target, dtype, address, offset), lane);
    target.f.set(result, filled);
  }
  return result;
}

/** Four elements to anywhere. */
export function scatter(
  target: Target,
  { type, dtype }: Element,
  addresses: readonly Expr<'i32'>[],
  value: Vector,
  offset: number,
): void {
  const lanes = target.f.let('value', value);
  for (const [lane, address] of addresses.entries())
    if (isWhole(dtype)) target.f.v128.store32_lane(address, lanes, lane, offset);
    else
      one.store(
        target,
        dtype,
        address,
        one.convert(scalarOf[dtype], type, extract(type, lanes, lane)),
        offset,
      );
}

/** The low 8 or 16 bits of each lane, side by side in the first bytes. */
function packed(x: Vector, width: 1 | 2): Vector {
  const picked = [0, 4, 8, 12].flatMap((lane) => (width === 1 ? [lane] : [lane, lane + 1]));
  return i8x16.shuffle(
    x,
    x,
    Array.from({ length: 16 }, (_, i) => picked[i % picked.length]!),
  );
}

/** Four elements side by side; 32-bit integers are widened to what is stored. */
export function store(
  target: Target,
  { type, dtype }: Element,
  address: Expr<'i32'>,
  value: Vector,
  offset: number,
): void {
  const { f } = target;
  const { bytes } = dtypes[dtype];
  if (bytes === 8) storeWide(f, type, address, value, offset);
  else if (bytes === 4) f.v128.store(address, value, offset);
  else {
    const bits =
      dtype === 'float16'
        ? toHalf(f, vectorLanes, value)
        : dtype === 'bool'
          ? v128.and(value, ones())
          : value;
    const low = packed(f.let('bits', bits), bytes === 2 ? 2 : 1);
    if (bytes === 2) f.v128.store64_lane(address, low, 0, offset);
    else f.v128.store32_lane(address, low, 0, offset);
  }
}

/** Integers of 32 bits, or truth values, as 64-bit integers. */
function storeWide(
  f: FunctionBuilder,
  type: Scalar,
  address: Expr<'i32'>,
  value: Vector,
  offset: number,
): void {
  const n = f.let('n', type === 'bool' ? v128.and(value, ones()) : value);
  const signed = type === 'i32';
  f.v128.store(address, signed ? i64x2.extend_low_i32x4_s(n) : i64x2.extend_low_i32x4_u(n), offset);
  f.v128.store(address, signed ? i64x2.extend_high_i32x4_s(n) : i64x2.extend_high_i32x4_u(n), offset + 16);
}

/** One lane of a vector as a scalar. */
export function extract(type: Scalar, x: Vector, lane: number): Expr {
  if (type === 'f32') return f32x4.extract_lane(x, lane);
  const n = i32x4.extract_lane(x, lane);
  return type === 'bool' ? i32.and(n, 1) : n;
}

export const replace = (type: Scalar, x: Vector, value: Expr, lane: number): Vector =>
  type === 'f32'
    ? f32x4.replace_lane(x, value as Expr<'f32'>, lane)
    : i32x4.replace_lane(
        x,
        type === 'bool' ? i32.sub(0, value as Expr<'i32'>) : (value as Expr<'i32'>),
        lane,
      );

export const splat = (type: Scalar, value: Expr): Vector =>
  type === 'f32'
    ? f32x4.splat(value as Expr<'f32'>)
    : i32x4.splat(type === 'bool' ? i32.sub(i32.const(0), value as Expr<'i32'>) : (value as Expr<'i32'>));
