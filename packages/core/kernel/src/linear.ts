import type { Expr, LoopVar } from './expr.ts';
import { type Range, rangeOf } from './range.ts';

/** coef * atom, where the atom is an i32 expression that is no sum and no product with a constant. */
export interface Term {
  readonly atom: Expr;
  readonly coef: number;
}

/** An i32 expression as base + sum of terms, no two of which have equal atoms. Arithmetic wraps as i32 does. */
export interface Linear {
  readonly base: number;
  readonly terms: readonly Term[];
}

/** Whether two expressions have one structure; loops and buffers are compared by identity. */
export function sameExpr(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.type !== b.type) return false;
  switch (a.kind) {
    case 'const':
      return b.kind === 'const' && Object.is(a.value, b.value);
    case 'var':
      return b.kind === 'var' && a.loop === b.loop;
    case 'load':
      return b.kind === 'load' && a.buffer === b.buffer && sameExpr(a.index, b.index);
    case 'unary':
      return b.kind === 'unary' && a.op === b.op && sameExpr(a.x, b.x);
    case 'binary':
      return b.kind === 'binary' && a.op === b.op && sameExpr(a.a, b.a) && sameExpr(a.b, b.b);
    case 'compare':
      return b.kind === 'compare' && a.op === b.op && sameExpr(a.a, b.a) && sameExpr(a.b, b.b);
    case 'select':
      return (
        b.kind === 'select' && sameExpr(a.condition, b.condition) && sameExpr(a.a, b.a) && sameExpr(a.b, b.b)
      );
    case 'convert':
      return b.kind === 'convert' && sameExpr(a.x, b.x);
    case 'narrow':
      return b.kind === 'narrow' && a.dtype === b.dtype && sameExpr(a.x, b.x);
    case 'reduce':
      return false;
  }
}

/** a + factor * b. */
export function plus(a: Linear, b: Linear, factor = 1): Linear {
  const terms = a.terms.slice();
  let isGone = false;
  for (const { atom, coef } of b.terms) {
    const at = placeOf(atom, terms);
    const sum = ((terms[at]?.coef ?? 0) + Math.imul(coef, factor)) | 0;
    if (sum === 0) isGone = true;
    terms[at] = { atom, coef: sum };
  }
  const base = (a.base + Math.imul(b.base, factor)) | 0;
  return { base, terms: isGone ? terms.filter(({ coef }) => coef !== 0) : terms };
}

/** Where the atom is among the terms, or would be put. */
function placeOf(atom: Expr, terms: readonly Term[]): number {
  for (let i = 0; i < terms.length; i++) if (sameExpr(terms[i]!.atom, atom)) return i;
  return terms.length;
}

const nothing: Linear = { base: 0, terms: [] };
export const times = (a: Linear, factor: number): Linear => plus(nothing, a, factor);
export const constantForm = (value: number): Linear => ({ base: value, terms: [] });

function analyse(e: Expr): Linear {
  if (e.kind === 'const') return constantForm(e.value);
  if (e.kind === 'binary') {
    if (e.op === 'add') return plus(linearOf(e.a), linearOf(e.b));
    if (e.op === 'sub') return plus(linearOf(e.a), linearOf(e.b), -1);
    if (e.op === 'mul' && e.b.kind === 'const') return times(linearOf(e.a), e.b.value);
    if (e.op === 'mul' && e.a.kind === 'const') return times(linearOf(e.b), e.a.value);
  }
  return { base: 0, terms: [{ atom: e, coef: 1 }] };
}

const known = new WeakMap<Expr, Linear>();

/** The linear form of an i32 expression. */
export function linearOf(e: Expr): Linear {
  const found = known.get(e);
  if (found) return found;
  const form = analyse(e);
  known.set(e, form);
  return form;
}

/** The values of a linear form; all of i32 when it may wrap around. */
export function linearRange({ base, terms }: Linear): Range {
  let [lo, hi] = [base, base];
  for (const { atom, coef } of terms) {
    const range = rangeOf(atom);
    lo += Math.min(coef * range.lo, coef * range.hi);
    hi += Math.max(coef * range.lo, coef * range.hi);
  }
  return lo >= -(2 ** 31) && hi < 2 ** 31 ? { lo, hi } : { lo: -(2 ** 31), hi: 2 ** 31 - 1 };
}

const int = (value: number): Expr => ({ kind: 'const', type: 'i32', value });
const binary = (op: 'add' | 'sub' | 'mul', a: Expr, b: Expr): Expr => ({
  kind: 'binary',
  op,
  type: 'i32',
  a,
  b,
});

const scaled = ({ atom, coef }: Term): Expr => (coef === 1 ? atom : binary('mul', atom, int(coef)));

/** Written as a subtraction; the least i32 has no negative. */
const isSubtracted = (value: number): boolean => value < 0 && value > -(2 ** 31);

/** The expression of a linear form: positive terms first, the greatest steps before the small ones, the base last. */
export function fromLinear(form: Linear): Expr {
  const terms = [...form.terms].sort((a, b) => b.coef - a.coef);
  let sum: Expr | undefined;
  for (const term of terms) {
    if (sum && isSubtracted(term.coef))
      sum = binary('sub', sum, scaled({ atom: term.atom, coef: -term.coef }));
    else sum = sum ? binary('add', sum, scaled(term)) : scaled(term);
  }
  if (!sum) return int(form.base);
  if (isSubtracted(form.base)) sum = binary('sub', sum, int(-form.base));
  else if (form.base !== 0) sum = binary('add', sum, int(form.base));
  if (sum.kind === 'binary') known.set(sum, { base: form.base, terms });
  return sum;
}

/** index = base + sum coefs[loop] * loop + rest. */
export interface Affine {
  readonly base: number;
  readonly coefs: ReadonlyMap<LoopVar, number>;
  /** What is not a multiple of one of the asked loops: other loops, loads, quotients. */
  readonly rest: readonly Term[];
}

/** An i32 expression as an affine function of some loops: the strides that backends walk memory with. */
export function affine(index: Expr, loops: readonly LoopVar[]): Affine {
  const { base, terms } = linearOf(index);
  const coefs = new Map<LoopVar, number>();
  const rest: Term[] = [];
  for (const term of terms) {
    if (term.atom.kind === 'var' && loops.includes(term.atom.loop)) coefs.set(term.atom.loop, term.coef);
    else rest.push(term);
  }
  return { base, coefs, rest };
}
