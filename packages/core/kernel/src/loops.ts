import { add, int, mul } from './build.ts';
import type { Expr, LoopKernel, LoopVar } from './expr.ts';
import { linearOf } from './linear.ts';
import { gcd } from './numbers.ts';
import { freeLoops, substitution, visit } from './walk.ts';

/** Loops around some expressions, outermost first. */
export interface Nest {
  readonly loops: readonly LoopVar[];
  readonly roots: readonly Expr[];
}

const mostLoops = 10;

/** After how many steps of a loop a quotient or remainder by c begins anew: c for loop / c, c/2 for (2 * loop + 1) mod c. */
function periodIn(e: Expr, loop: LoopVar): number | undefined {
  if (e.kind !== 'binary' || (e.op !== 'div' && e.op !== 'mod') || e.b.kind !== 'const' || e.type !== 'i32')
    return undefined;
  const own = linearOf(e.a).terms.find(({ atom }) => atom.kind === 'var' && atom.loop === loop);
  return own && e.b.value / gcd(e.b.value, own.coef);
}

/** The shortest such period that divides the loop. */
function divisorOf(roots: readonly Expr[], loop: LoopVar): number | undefined {
  let least: number | undefined;
  visit(roots, (e) => {
    const period = periodIn(e, loop);
    if (period === undefined || period === 1 || loop.extent % period !== 0) return;
    least = Math.min(least ?? period, period);
  });
  return least;
}

/** Loops whose steps are taken apart by quotients and remainders as two loops each, so that indexes become affine. */
export function splitLoops(nest: Nest): Nest {
  for (const [i, loop] of nest.loops.entries()) {
    const c = divisorOf(nest.roots, loop);
    if (c === undefined || nest.loops.length >= mostLoops) continue;
    const outer: LoopVar = { name: loop.name, extent: loop.extent / c };
    const inner: LoopVar = { name: loop.name, extent: c };
    const value = (part: LoopVar): Expr =>
      part.extent === 1 ? int(0) : { kind: 'var', type: 'i32', loop: part };
    const replace = substitution(new Map([[loop, add(mul(value(outer), int(c)), value(inner))]]));
    return splitLoops({ loops: nest.loops.toSpliced(i, 1, outer, inner), roots: nest.roots.map(replace) });
  }
  return nest;
}

const leastLanes = 4;

/** What an access costs for each lane of a vector along a loop. */
const accessCosts = { still: 0, contiguous: 1, strided: 4, irregular: 7 };

function accessCost(index: Expr, loop: LoopVar): number {
  const { terms } = linearOf(index);
  const own = terms.find(({ atom }) => atom.kind === 'var' && atom.loop === loop);
  if (terms.some(({ atom }) => atom.kind !== 'var' && freeLoops(atom).has(loop)))
    return accessCosts.irregular;
  if (!own) return accessCosts.still;
  return Math.abs(own.coef) === 1 ? accessCosts.contiguous : accessCosts.strided;
}

const costOfAll = (indexes: readonly Expr[], loop: LoopVar): number =>
  loop.extent < leastLanes
    ? indexes.length * accessCosts.irregular
    : indexes.reduce((sum, index) => sum + accessCost(index, loop), 0);

function loadsIn(roots: readonly Expr[]): Expr[] {
  const indexes: Expr[] = [];
  visit(roots, (e) => {
    if (e.kind === 'load') indexes.push(e.index);
  });
  return indexes;
}

/** What the accesses cost with vectors along the innermost loops of the reductions; undefined when there are none. */
function reductionCost(roots: readonly Expr[]): number | undefined {
  let cost: number | undefined;
  visit(roots, (e) => {
    if (e.kind === 'reduce') cost = (cost ?? 0) + costOfAll(loadsIn([e.body]), e.loops.at(-1)!);
  });
  return cost;
}

/** A loop is not moved inwards when so many steps as this would then pass between two that share a cache line. */
const mostSteps = 2 ** 16;

const stepsFrom = (loops: readonly LoopVar[], loop: LoopVar): number =>
  loops.slice(loops.indexOf(loop)).reduce((all, { extent }) => all * extent, 1);

const isRegular = (index: Expr): boolean => linearOf(index).terms.every(({ atom }) => atom.kind === 'var');

/**
 * The kernel with the loop innermost along which memory is passed best, the others in their order. Kernels that store
 * to places that depend on data keep their order.
 */
export function orderLoops(kernel: LoopKernel): { readonly kernel: LoopKernel; readonly cost: number } {
  const last = kernel.loops.at(-1);
  const roots = [kernel.index, kernel.value];
  const reduced = reductionCost(roots) ?? Number.POSITIVE_INFINITY;
  if (!last || kernel.combine || !isRegular(kernel.index)) return { kernel, cost: reduced };
  const accesses = [kernel.index, ...loadsIn(roots)];
  let [best, cost] = [last, Math.min(costOfAll(accesses, last), reduced)];
  for (const loop of kernel.loops.slice(0, -1).reverse()) {
    if (stepsFrom(kernel.loops, loop) > mostSteps) break;
    const other = costOfAll(accesses, loop);
    if (other < cost) [best, cost] = [loop, other];
  }
  const loops = [...kernel.loops.filter((loop) => loop !== best), best];
  return { kernel: { ...kernel, loops }, cost };
}
