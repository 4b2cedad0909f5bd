import type { DType } from '@polyphase/ir';
import type { BinaryName, Expr, Scalar } from './expr.ts';
import { limitsOf } from './scalar.ts';

/** The values that an expression may have: lo <= value <= hi. */
export interface Range {
  readonly lo: number;
  readonly hi: number;
}

const narrowRanges: Readonly<Partial<Record<DType, Range>>> = {
  int8: { lo: -128, hi: 127 },
  uint8: { lo: 0, hi: 255 },
  int16: { lo: -32768, hi: 32767 },
  uint16: { lo: 0, hi: 65535 },
};

const all = (type: Scalar): Range => {
  const [lo, hi] = limitsOf(type);
  return { lo, hi };
};

export const isIntegerScalar = (type: Scalar): boolean => type !== 'f32' && type !== 'f64';

/** The range, or all values of the type where arithmetic may have wrapped around. */
function within(type: Scalar, lo: number, hi: number): Range {
  const whole = all(type);
  return lo >= whole.lo && hi <= whole.hi ? { lo, hi } : whole;
}

const products = (a: Range, b: Range): number[] => [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];

function quotientRange(a: Range, b: Range): Range | undefined {
  if (b.lo !== b.hi || b.lo <= 0) return undefined;
  return { lo: Math.trunc(a.lo / b.lo), hi: Math.trunc(a.hi / b.lo) };
}

/** Truncated remainders have the sign of the dividend. */
function remainderRange(a: Range, b: Range): Range | undefined {
  if (b.lo <= 0) return undefined;
  return { lo: a.lo >= 0 ? 0 : Math.max(a.lo, 1 - b.hi), hi: a.hi <= 0 ? 0 : Math.min(a.hi, b.hi - 1) };
}

const bitsRange = (a: Range, b: Range): Range | undefined =>
  a.lo >= 0 && b.lo >= 0 ? { lo: 0, hi: Math.min(a.hi, b.hi) } : undefined;

const binaryRanges: Readonly<Partial<Record<BinaryName, (a: Range, b: Range) => Range | undefined>>> = {
  add: (a, b) => ({ lo: a.lo + b.lo, hi: a.hi + b.hi }),
  sub: (a, b) => ({ lo: a.lo - b.hi, hi: a.hi - b.lo }),
  mul: (a, b) => ({ lo: Math.min(...products(a, b)), hi: Math.max(...products(a, b)) }),
  div: quotientRange,
  mod: remainderRange,
  min: (a, b) => ({ lo: Math.min(a.lo, b.lo), hi: Math.min(a.hi, b.hi) }),
  max: (a, b) => ({ lo: Math.max(a.lo, b.lo), hi: Math.max(a.hi, b.hi) }),
  and: bitsRange,
};

function analyse(e: Expr): Range {
  const whole = all(e.type);
  switch (e.kind) {
    case 'const':
      return { lo: e.value, hi: e.value };
    case 'var':
      return { lo: 0, hi: e.loop.extent - 1 };
    case 'load':
      return narrowRanges[e.buffer.dtype] ?? whole;
    case 'narrow':
      return narrowRanges[e.dtype] ?? whole;
    case 'binary': {
      const range = binaryRanges[e.op]?.(rangeOf(e.a), rangeOf(e.b));
      return range ? within(e.type, range.lo, range.hi) : whole;
    }
    case 'select': {
      const [a, b] = [rangeOf(e.a), rangeOf(e.b)];
      return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
    }
    case 'convert':
      return isIntegerScalar(e.x.type) ? within(e.type, rangeOf(e.x).lo, rangeOf(e.x).hi) : whole;
    case 'reduce':
      return e.op === 'min' || e.op === 'max' ? rangeOf(e.body) : whole;
    case 'unary':
    case 'compare':
      return whole;
  }
}

const known = new WeakMap<Expr, Range>();

/** What is known of an integer expression; a float may be anything. */
export function rangeOf(e: Expr): Range {
  if (!isIntegerScalar(e.type)) return all(e.type);
  const found = known.get(e);
  if (found) return found;
  const range = analyse(e);
  known.set(e, range);
  return range;
}
