import { binary, compare, convert, load, narrow, reduce, select, unary } from './build.ts';
import type { Buffer, Expr, LoopVar } from './expr.ts';

/** The operands of an expression, in order. */
export function operandsOf(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'const':
    case 'var':
      return [];
    case 'load':
      return [e.index];
    case 'unary':
    case 'convert':
    case 'narrow':
      return [e.x];
    case 'binary':
    case 'compare':
      return [e.a, e.b];
    case 'select':
      return [e.condition, e.a, e.b];
    case 'reduce':
      return [e.body];
  }
}

/** The expression with other operands, simplified anew; the same object when they are the same. */
export function withOperands(e: Expr, operands: readonly Expr[]): Expr {
  const old = operandsOf(e);
  if (old.every((x, i) => x === operands[i])) return e;
  const [a, b, c] = operands as [Expr, Expr, Expr];
  switch (e.kind) {
    case 'const':
    case 'var':
      return e;
    case 'load':
      return load(e.buffer, a);
    case 'unary':
      return unary(e.op, a);
    case 'convert':
      return convert(e.type, a);
    case 'narrow':
      return narrow(e.dtype, a);
    case 'binary':
      return binary(e.op, a, b);
    case 'compare':
      return compare(e.op, a, b);
    case 'select':
      return select(a, b, c);
    case 'reduce':
      return reduce(e.op, e.loops, a);
  }
}

/** Every subexpression once, operands before what they are in. */
export function visit(roots: readonly Expr[], f: (e: Expr) => void, seen: Set<Expr> = new Set()): void {
  for (const e of roots) {
    if (seen.has(e)) continue;
    seen.add(e);
    visit(operandsOf(e), f, seen);
    f(e);
  }
}

/**
 * A function that rebuilds expressions: `replace` gives another expression for one, or nothing to go on with its
 * operands. Shared subtrees stay shared, in all expressions that it is given.
 */
export function rewriter(replace: (e: Expr) => Expr | undefined): (e: Expr) => Expr {
  const done = new Map<Expr, Expr>();
  const rewrite = (e: Expr): Expr => {
    const found = done.get(e);
    if (found) return found;
    const result = replace(e) ?? withOperands(e, operandsOf(e).map(rewrite));
    done.set(e, result);
    return result;
  };
  return rewrite;
}

/** A function that puts expressions in the place of loop variables. */
export const substitution = (values: ReadonlyMap<LoopVar, Expr>): ((e: Expr) => Expr) =>
  rewriter((e) => (e.kind === 'var' ? values.get(e.loop) : undefined));

export const substitute = (e: Expr, values: ReadonlyMap<LoopVar, Expr>): Expr => substitution(values)(e);

/** The loops that an expression depends on, those of reductions inside it left out. */
export function freeLoops(e: Expr): ReadonlySet<LoopVar> {
  const [free, bound] = [new Set<LoopVar>(), new Set<LoopVar>()];
  visit([e], (x) => {
    if (x.kind === 'var') free.add(x.loop);
    if (x.kind === 'reduce') for (const loop of x.loops) bound.add(loop);
  });
  for (const loop of bound) free.delete(loop);
  return free;
}

/** The buffers that are loaded from, in order of appearance. */
export function loadedBuffers(roots: readonly Expr[]): Set<Buffer> {
  const buffers = new Set<Buffer>();
  visit(roots, (e) => {
    if (e.kind === 'load') buffers.add(e.buffer);
  });
  return buffers;
}

/** The reductions with at most `limit` steps written out, so that their bodies stand one after the other. */
export function unrolled(e: Expr, limit: number): Expr {
  const rewrite: (x: Expr) => Expr = rewriter((x) => {
    if (x.kind !== 'reduce') return undefined;
    const steps = x.loops.reduce((all, { extent }) => all * extent, 1);
    return steps <= limit ? unrollLoops(x, x.loops, rewrite(x.body)) : undefined;
  });
  return rewrite(e);
}

const joins = { sum: 'add', prod: 'mul', max: 'max', min: 'min' } as const;

function unrollLoops(e: Expr & { kind: 'reduce' }, loops: readonly LoopVar[], body: Expr): Expr {
  const [loop, ...inner] = loops;
  if (!loop) return body;
  const steps = Array.from({ length: loop.extent }, (_, i) =>
    unrollLoops(e, inner, substitute(body, new Map([[loop, { kind: 'const', type: 'i32', value: i }]]))),
  );
  return steps.reduce((all, step) => binary(joins[e.op], all, step));
}
