import type { DType } from '@polyphase/ir';

/** What a scalar is computed in. `bool` is 0 or 1; `u32`/`u64` differ from `i32`/`i64` in division, order and conversion. */
export type Scalar = 'f32' | 'f64' | 'i32' | 'u32' | 'i64' | 'u64' | 'bool';

/** The scalar that elements of a dtype are computed in: float16 in f32, narrow integers in 32 bits. */
export const scalarOf: Readonly<Record<DType, Scalar>> = {
  float32: 'f32',
  float16: 'f32',
  float64: 'f64',
  int8: 'i32',
  int16: 'i32',
  int32: 'i32',
  int64: 'i64',
  uint8: 'u32',
  uint16: 'u32',
  uint32: 'u32',
  uint64: 'u64',
  bool: 'bool',
};

/** A counted loop 0 <= var < extent. Told apart by identity. */
export interface LoopVar {
  readonly name: string;
  readonly extent: number;
}

/** Elements in memory. Told apart by identity; where it lies is the backend's affair. */
export interface Buffer {
  readonly name: string;
  readonly dtype: DType;
  /** In elements. */
  readonly size: number;
}

/** Functions of one scalar, result of the same type; the float functions as in JavaScript's Math, `round` to even. */
export type UnaryName =
  | 'neg'
  | 'abs'
  | 'not'
  | 'bitNot'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'trunc'
  | 'sqrt'
  | 'exp'
  | 'log'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asinh'
  | 'acosh'
  | 'atanh';

/**
 * Functions of two scalars of one type. `div` and `mod` of integers truncate towards zero (`mod` has the sign of the
 * dividend, as WebAssembly and WGSL; of floats: C's fmod); division by an integer zero gives 0. `min`/`max` give NaN
 * when either is NaN. `shr` is logical for unsigned types and arithmetic for signed ones; shifts are by less than the
 * number of bits.
 */
export type BinaryName =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'mod'
  | 'min'
  | 'max'
  | 'pow'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shr';

export type CompareName = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
export type ReduceName = 'sum' | 'prod' | 'max' | 'min';

/** A scalar expression. Immutable; shared subtrees are computed once by the backends. */
export type Expr =
  | { readonly kind: 'const'; readonly type: Scalar; readonly value: number }
  | { readonly kind: 'var'; readonly type: 'i32'; readonly loop: LoopVar }
  /** The element at a linear index, as the scalar of the buffer's dtype. */
  | { readonly kind: 'load'; readonly type: Scalar; readonly buffer: Buffer; readonly index: Expr }
  | { readonly kind: 'unary'; readonly op: UnaryName; readonly type: Scalar; readonly x: Expr }
  | {
      readonly kind: 'binary';
      readonly op: BinaryName;
      readonly type: Scalar;
      readonly a: Expr;
      readonly b: Expr;
    }
  | {
      readonly kind: 'compare';
      readonly op: CompareName;
      readonly type: 'bool';
      readonly a: Expr;
      readonly b: Expr;
    }
  /** Both sides may be computed whatever the condition is; loads in them must be in bounds either way. */
  | {
      readonly kind: 'select';
      readonly type: Scalar;
      readonly condition: Expr;
      readonly a: Expr;
      readonly b: Expr;
    }
  /** Between scalars: floats to integers truncate and saturate, NaN to 0; anything to bool by != 0. */
  | { readonly kind: 'convert'; readonly type: Scalar; readonly x: Expr }
  /** Rounds or wraps to a dtype narrower than its scalar (float16, 8 and 16 bit integers), staying in the scalar. */
  | { readonly kind: 'narrow'; readonly type: Scalar; readonly dtype: DType; readonly x: Expr }
  /** Folds `body` over the loops, outermost first; the empty fold is 0, 1, -inf (or the least integer), +inf. */
  | {
      readonly kind: 'reduce';
      readonly op: ReduceName;
      readonly type: Scalar;
      readonly loops: readonly LoopVar[];
      readonly body: Expr;
    };

/**
 * A loop nest that stores one element at each step. Several kernels may store parts of one buffer. A kernel whose index
 * is not affine in its loops, or that has `combine`, is a scatter: it may store to an element twice, and its steps run in
 * order. The steps of all others are independent of each other.
 */
export interface LoopKernel {
  /** For people: the layers it computes. Never used as an identifier unescaped. */
  readonly name: string;
  /**
   * The iteration space, outermost first, each loop of at least two steps. The innermost one is that along which memory
   * is passed best, not always the last axis of the target.
   */
  readonly loops: readonly LoopVar[];
  readonly target: Buffer;
  /** The element of the target that is stored to. */
  readonly index: Expr;
  readonly value: Expr;
  /** How the value joins what is there; default: it replaces it. */
  readonly combine?: ReduceName;
}
