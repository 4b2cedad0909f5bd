import type { BinaryName, CompareName, Expr } from './expr.ts';
import {
  constantForm,
  fromLinear,
  type Linear,
  linearOf,
  linearRange,
  plus,
  sameExpr,
  type Term,
  times,
} from './linear.ts';
import { gcd } from './numbers.ts';
import { rangeOf } from './range.ts';

/**
 * Simplifications of i32 arithmetic, which is what indexes are made of. A rule gives the simpler expression, or nothing
 * when it does not apply; `make` builds (and simplifies) the operations inside it. Quotients truncate, so rules about
 * them hold where the dividend is not negative; ranges say where, and that nothing wraps around.
 */
export type Make = (op: BinaryName, a: Expr, b: Expr) => Expr;
type Rule = (a: Expr, b: Expr, make: Make) => Expr | undefined;

const int = (value: number): Expr => ({ kind: 'const', type: 'i32', value });
const isPositive = (e: Expr): e is Expr & { kind: 'const' } => e.kind === 'const' && e.value > 0;
const isNatural = (form: Linear): boolean => linearRange(form).lo >= 0;

/** form = c * whole + part, where part has the coefficients that c does not divide and 0 <= its base < c. */
function splitBy(form: Linear, c: number): { whole: Linear; part: Linear } {
  const divides = ({ coef }: Term): boolean => coef % c === 0;
  const base = ((form.base % c) + c) % c;
  const terms = form.terms.filter(divides).map(({ atom, coef }) => ({ atom, coef: coef / c }));
  return {
    whole: { base: (form.base - base) / c, terms },
    part: { base, terms: form.terms.filter((term) => !divides(term)) },
  };
}

/** The greatest number that divides all coefficients and c. */
const commonFactor = (form: Linear, c: number): number => form.terms.reduce((g, { coef }) => gcd(g, coef), c);

/** `x / c`, `x mod c` for a constant c. */
function isBy(e: Expr, op: 'div' | 'mod', c?: number): e is Expr & { kind: 'binary'; b: { kind: 'const' } } {
  return e.kind === 'binary' && e.op === op && isPositive(e.b) && (c === undefined || e.b.value === c);
}

/** The term that makes a whole of k * (x mod c): k*c * (x / c), or k*c * ((x / c) mod d). */
function partnerOf({ atom, coef }: Term, terms: readonly Term[]): Term | undefined {
  if (!isBy(atom, 'mod')) return undefined;
  const c = atom.b.value;
  return terms.find((other) => {
    if (other.coef !== coef * c) return false;
    const quotient = isBy(other.atom, 'mod') ? other.atom.a : other.atom;
    return isBy(quotient, 'div', c) && sameExpr(quotient.a, atom.a);
  });
}

// (x / c) * c + x mod c  ->  x
// ((x / c) mod d) * c + x mod c  ->  x mod (c*d)
function rejoin(form: Linear, make: Make): Linear {
  for (const term of form.terms) {
    const partner = partnerOf(term, form.terms);
    if (!partner || !isBy(term.atom, 'mod')) continue;
    const { a: x, b: c } = term.atom;
    const outer = isBy(partner.atom, 'mod') ? partner.atom.b.value : undefined;
    const joined = outer === undefined ? x : make('mod', x, int(c.value * outer));
    const others = {
      base: form.base,
      terms: form.terms.filter((other) => other !== term && other !== partner),
    };
    return rejoin(plus(others, linearOf(joined), term.coef), make);
  }
  return form;
}

/** The sum of the expressions, each times its factor. */
export function weightedSum(parts: readonly (readonly [Expr, number])[], make: Make): Expr {
  let form = constantForm(0);
  for (const [part, factor] of parts) form = plus(form, linearOf(part), factor);
  return fromLinear(rejoin(form, make));
}

const sum =
  (factor: number): Rule =>
  (a, b, make) =>
    fromLinear(rejoin(plus(linearOf(a), linearOf(b), factor), make));

const productRules: readonly Rule[] = [
  // c * x, x * c: each coefficient times c
  (a, b) => (b.kind === 'const' ? fromLinear(times(linearOf(a), b.value)) : undefined),
  (a, b) => (a.kind === 'const' ? fromLinear(times(linearOf(b), a.value)) : undefined),
];

const quotientRules: readonly Rule[] = [
  // 0 / x -> 0
  (a) => (a.kind === 'const' && a.value === 0 ? a : undefined),
  // x / 1 -> x
  (a, b) => (isPositive(b) && b.value === 1 ? a : undefined),
  // x / c -> 0, 0 <= x < c
  (a, b) => (isPositive(b) && rangeOf(a).lo >= 0 && rangeOf(a).hi < b.value ? int(0) : undefined),
  // (x / d) / c -> x / (c*d)
  (a, b, make) => {
    if (!isPositive(b) || !isBy(a, 'div') || a.b.value * b.value >= 2 ** 31) return undefined;
    return make('div', a.a, int(a.b.value * b.value));
  },
  // (c*x + r) / c -> x + r / c, r >= 0
  (a, b, make) => {
    if (!isPositive(b) || rangeOf(a).lo < 0) return undefined;
    const { whole, part } = splitBy(linearOf(a), b.value);
    if (whole.terms.length + Math.abs(whole.base) === 0 || !isNatural(part)) return undefined;
    return fromLinear(plus(whole, linearOf(make('div', fromLinear(part), b))));
  },
  // (g*x + r) / (g*c) -> x / c, 0 <= r < g
  (a, b, make) => {
    if (!isPositive(b) || rangeOf(a).lo < 0) return undefined;
    const g = commonFactor(linearOf(a), b.value);
    const { whole } = splitBy(linearOf(a), g);
    return g === 1 || !isNatural(whole) ? undefined : make('div', fromLinear(whole), int(b.value / g));
  },
];

const remainderRules: readonly Rule[] = [
  // x mod 1 -> 0
  (_, b) => (isPositive(b) && b.value === 1 ? int(0) : undefined),
  // x mod c -> x, 0 <= x < c
  (a, b) => (isPositive(b) && rangeOf(a).lo >= 0 && rangeOf(a).hi < b.value ? a : undefined),
  // (x mod d) mod c -> x mod c, c | d
  (a, b, make) =>
    isPositive(b) && isBy(a, 'mod') && a.b.value % b.value === 0 ? make('mod', a.a, b) : undefined,
  // (c*x + r) mod c -> r mod c, r >= 0
  (a, b, make) => {
    if (!isPositive(b) || rangeOf(a).lo < 0) return undefined;
    const { whole, part } = splitBy(linearOf(a), b.value);
    if (whole.terms.length + Math.abs(whole.base) === 0 || !isNatural(part)) return undefined;
    return make('mod', fromLinear(part), b);
  },
  // (g*x + r) mod (g*c) -> g * (x mod c) + r, 0 <= r < g
  (a, b, make) => {
    if (!isPositive(b) || rangeOf(a).lo < 0) return undefined;
    const g = commonFactor(linearOf(a), b.value);
    const { whole, part } = splitBy(linearOf(a), g);
    if (g === 1 || !isNatural(whole)) return undefined;
    const inner = make('mod', fromLinear(whole), int(b.value / g));
    return fromLinear(plus(times(linearOf(inner), g), constantForm(part.base)));
  },
];

/** The range of a - b. */
const difference = (a: Expr, b: Expr) => linearRange(plus(linearOf(a), linearOf(b), -1));
const isBounded = (e: Expr): boolean => rangeOf(e).lo > -(2 ** 30) && rangeOf(e).hi < 2 ** 30;

// min(a, b) -> a, a <= b; max(a, b) -> b, a <= b
const extremeRule =
  (isMin: boolean): Rule =>
  (a, b) => {
    if (!isBounded(a) || !isBounded(b)) return undefined;
    const { lo, hi } = difference(a, b);
    if (hi <= 0) return isMin ? a : b;
    return lo >= 0 ? (isMin ? b : a) : undefined;
  };

export const indexRules: Readonly<Partial<Record<BinaryName, readonly Rule[]>>> = {
  add: [sum(1)],
  sub: [sum(-1)],
  mul: productRules,
  div: quotientRules,
  mod: remainderRules,
  min: [extremeRule(true)],
  max: [extremeRule(false)],
};

/** What a comparison of i32 expressions is, where their ranges decide it: from the range of a - b. */
const decisions: Readonly<Record<CompareName, (lo: number, hi: number) => boolean | undefined>> = {
  lt: (lo, hi) => (hi < 0 ? true : lo >= 0 ? false : undefined),
  le: (lo, hi) => (hi <= 0 ? true : lo > 0 ? false : undefined),
  gt: (lo, hi) => (lo > 0 ? true : hi <= 0 ? false : undefined),
  ge: (lo, hi) => (lo >= 0 ? true : hi < 0 ? false : undefined),
  eq: (lo, hi) => (lo === 0 && hi === 0 ? true : lo > 0 || hi < 0 ? false : undefined),
  ne: (lo, hi) => (lo === 0 && hi === 0 ? false : lo > 0 || hi < 0 ? true : undefined),
};

export function decide(op: CompareName, a: Expr, b: Expr): boolean | undefined {
  if (!isBounded(a) || !isBounded(b)) return undefined;
  const { lo, hi } = difference(a, b);
  return decisions[op](lo, hi);
}

/** The first rule that applies, row by row. */
export function simplified(op: BinaryName, a: Expr, b: Expr, make: Make): Expr | undefined {
  for (const rule of indexRules[op] ?? []) {
    const simpler = rule(a, b, make);
    if (simpler) return simpler;
  }
  return undefined;
}
