import { type DType, dtypes, isFloat } from '@polyphase/ir';
import {
  add,
  and,
  binary,
  compare,
  convert,
  div,
  eq,
  ge,
  gt,
  lt,
  max,
  min,
  mod,
  mul,
  ne,
  select,
} from '../build.ts';
import type { BinaryName, CompareName, Expr } from '../expr.ts';
import type { Lowerings } from '../lowering.ts';
import { binaryOp, like, readBroadcast, readScalar, sqrt } from './elementwise.ts';

const scalarFunction = (op: BinaryName) => binaryOp((a, b) => binary(op, a, b));
const comparison = (op: CompareName) => binaryOp((a, b) => compare(op, a, b));

const isUnsigned = (x: Expr): boolean => x.type === 'u32' || x.type === 'u64';

/** The remainder with the sign of the divisor. */
function flooredRemainder(a: Expr, b: Expr): Expr {
  const rest = mod(a, b);
  if (isUnsigned(a)) return rest;
  const zero = like(a, 0);
  const differs = binary('xor', lt(rest, zero), lt(b, zero));
  return select(and(ne(rest, zero), differs), add(rest, b), rest);
}

/** 0 when all bits are shifted out, or the distance is negative. */
function shift(op: 'shl' | 'shr', a: Expr, b: Expr, dtype: DType): Expr {
  const width = like(b, 8 * dtypes[dtype].bytes);
  const inside = isUnsigned(b) ? lt(b, width) : and(lt(b, width), ge(b, like(b, 0)));
  return select(inside, binary(op, a, select(inside, b, like(b, 0))), like(a, 0));
}

/**
 * By squaring, since no float power is exact enough to be cut off. Powers from the 64th on are representable for 0, 1
 * and -1 only, where no more than their parity counts; negative powers are 0 but for 1 and -1.
 */
function integerPower(a: Expr, b: Expr): Expr {
  const [zero, one] = [like(a, 0), like(a, 1)];
  const parity = binary('and', b, like(b, 1));
  const exponent = select(gt(b, like(b, 63)), add(like(b, 62), parity), b);
  const isSet = (bit: number): Expr => ne(binary('and', exponent, like(b, 2 ** bit)), like(b, 0));
  let [result, factor] = [select(isSet(0), a, one), a];
  for (let bit = 1; bit < 6; bit++) {
    factor = mul(factor, factor);
    result = mul(result, select(isSet(bit), factor, one));
  }
  if (isUnsigned(a)) return result;
  const unit = select(eq(a, one), one, select(eq(a, like(a, -1)), select(eq(parity, one), a, one), zero));
  return select(lt(b, like(b, 0)), unit, result);
}

/** x^p for a p known while compiling, without the general function where that is exact enough. */
export function powerBy(x: Expr, p: number): Expr {
  const infinite = Number.POSITIVE_INFINITY;
  if (p === 1) return x;
  if (p === 2) return mul(x, x);
  if (p === 3) return mul(mul(x, x), x);
  if (p === -1) return div(like(x, 1), x);
  if (p === 0.5) return select(eq(x, like(x, -infinite)), like(x, infinite), sqrt(x));
  return binary('pow', x, like(x, p));
}

function power(a: Expr, b: Expr, dtype: DType): Expr {
  if (isFloat(dtype)) return b.kind === 'const' ? powerBy(a, b.value) : binary('pow', a, convert(a.type, b));
  if (b.type !== 'f32' && b.type !== 'f64') return integerPower(a, convert(a.type, b));
  return convert(a.type, convert('i64', binary('pow', convert('f64', a), convert('f64', b))));
}

export const binaries = {
  add: scalarFunction('add'),
  sub: scalarFunction('sub'),
  mul: scalarFunction('mul'),
  div: scalarFunction('div'),
  pow: binaryOp((a, b, _, dtype) => power(a, b, dtype)),
  min: scalarFunction('min'),
  max: scalarFunction('max'),
  prelu: binaryOp((a, b) => select(lt(a, like(a, 0)), mul(a, b), a)),
  mod: binaryOp<{ fmod: boolean }>((a, b, { fmod }) => (fmod ? mod(a, b) : flooredRemainder(a, b))),
  and: scalarFunction('and'),
  or: scalarFunction('or'),
  xor: scalarFunction('xor'),
  bitAnd: scalarFunction('and'),
  bitOr: scalarFunction('or'),
  bitXor: scalarFunction('xor'),
  shiftLeft: binaryOp((a, b, _, dtype) => shift('shl', a, b, dtype)),
  shiftRight: binaryOp((a, b, _, dtype) => shift('shr', a, b, dtype)),
  equal: comparison('eq'),
  less: comparison('lt'),
  lessOrEqual: comparison('le'),
  greater: comparison('gt'),
  greaterOrEqual: comparison('ge'),
  where:
    ({ condition, a, b: other }, _, b) =>
    (index) =>
      select(readBroadcast(b, condition, index), readBroadcast(b, a, index), readBroadcast(b, other, index)),
  clip:
    ({ x, min: low, max: high }, _, b) =>
    (index) => {
      const raised = low ? max(b.read(x, index), readScalar(b, low)) : b.read(x, index);
      return high ? min(raised, readScalar(b, high)) : raised;
    },
} satisfies Partial<Lowerings>;
