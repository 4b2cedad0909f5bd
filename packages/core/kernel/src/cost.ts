import type { BinaryName, Expr, UnaryName } from './expr.ts';
import { linearOf } from './linear.ts';
import { visit } from './walk.ts';

/**
 * Rough costs in units of one addition of a vector, which is also that of one contiguous load. Only their proportions
 * matter: they decide what is computed twice and what is stored.
 */
const unaryCosts: Readonly<Partial<Record<UnaryName, number>>> = {
  neg: 1,
  abs: 1,
  not: 1,
  bitNot: 1,
  floor: 1,
  ceil: 1,
  round: 1,
  trunc: 1,
  sqrt: 4,
};
const transcendental = 16;
const binaryCosts: Readonly<Partial<Record<BinaryName, number>>> = { div: 4, mod: 8, pow: 32 };
const division = 6;

/** What storing an element and going over the tensor once more costs, and what reading it back does. */
export const storeCost = 4;
export const loadCost = 1;

/** The cost of one element, reductions with all their steps; a select costs its dearer branch. */
export function costOf(e: Expr): number {
  switch (e.kind) {
    case 'const':
    case 'var':
      return 0;
    case 'load':
      return loadCost + indexCost(e.index);
    case 'unary':
      return costOf(e.x) + (unaryCosts[e.op] ?? transcendental);
    case 'binary': {
      const own = e.type === 'f32' || e.type === 'f64' || e.op === 'pow' ? binaryCosts[e.op] : undefined;
      return costOf(e.a) + costOf(e.b) + (own ?? (e.op === 'div' || e.op === 'mod' ? division : 1));
    }
    case 'compare':
      return costOf(e.a) + costOf(e.b) + 1;
    case 'select':
      return costOf(e.condition) + Math.max(costOf(e.a), costOf(e.b)) + 1;
    case 'convert':
    case 'narrow':
      return costOf(e.x) + 1;
    case 'reduce':
      return e.loops.reduce((all, { extent }) => all * extent, 1) * (costOf(e.body) + 1);
  }
}

/** Affine indexes are strides, which cost nothing; the rest is computed for each element. */
const indexCost = (index: Expr): number =>
  linearOf(index).terms.reduce((sum, { atom }) => sum + costOf(atom), 0);

/** How many operations an expression holds, each counted once. */
export function operationsIn(roots: readonly Expr[]): number {
  let count = 0;
  visit(roots, (e) => {
    if (e.kind !== 'const' && e.kind !== 'var') count++;
  });
  return count;
}

/** Whether an element depends on no others: no reduction, and every load at an affine index. */
export function isPointwise(e: Expr): boolean {
  let pointwise = true;
  visit([e], (x) => {
    if (x.kind === 'reduce') pointwise = false;
    if (x.kind === 'load' && linearOf(x.index).terms.some(({ atom }) => atom.kind !== 'var'))
      pointwise = false;
  });
  return pointwise;
}
