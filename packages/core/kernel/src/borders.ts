import { add, int } from './build.ts';
import type { CompareName, Expr, LoopKernel, LoopVar } from './expr.ts';
import { linearOf, linearRange, plus } from './linear.ts';
import { loadedBuffers, substitution, visit } from './walk.ts';

/** A kernel is cut into at most this many pieces. */
const mostPieces = 1024;
/** A piece has at least this many iterations on average, unless the whole reads too many tensors. */
const leastIterations = 64;

/** Where the difference of two compared expressions changes its side: below 0, and above 0. */
type Side = 'negative' | 'positive';

const sidesOf: Readonly<Record<CompareName, readonly Side[]>> = {
  lt: ['negative'],
  ge: ['negative'],
  le: ['positive'],
  gt: ['positive'],
  eq: ['negative', 'positive'],
  ne: ['negative', 'positive'],
};

interface Comparison {
  readonly a: Expr;
  readonly b: Expr;
  readonly sides: readonly Side[];
}

const isExtreme = (e: Expr): e is Expr & { kind: 'binary' } =>
  e.kind === 'binary' && (e.op === 'min' || e.op === 'max');

/** What an index that is clamped may be: through `min` and `max` down to their operands. */
const clampedIn = (e: Expr): readonly Expr[] => (isExtreme(e) ? [...clampedIn(e.a), ...clampedIn(e.b)] : [e]);

/**
 * The comparisons in an expression: its own, or those of a clamped index. Of equal operands `min` and `max` may take
 * either; the side is such that min(i, n - 1) changes at n and max(i, 0) at 0, as bound checks do.
 */
function comparisonsIn(e: Expr): readonly Comparison[] {
  if (e.kind === 'compare' && e.a.type === 'i32') return [{ a: e.a, b: e.b, sides: sidesOf[e.op] }];
  if (!isExtreme(e) || e.type !== 'i32') return [];
  const sides: readonly Side[] = [e.op === 'min' ? 'positive' : 'negative'];
  return clampedIn(e.a).flatMap((a) => clampedIn(e.b).map((b): Comparison => ({ a, b, sides })));
}

/** The first step of a loop at which coef * loop + rest is (for a negative coef: is no longer) at or past the side. */
function threshold(coef: number, rest: number, side: Side): number {
  if (coef > 0) return side === 'negative' ? Math.ceil(-rest / coef) : Math.floor(-rest / coef) + 1;
  return side === 'negative' ? Math.floor(rest / -coef) + 1 : Math.ceil(rest / -coef);
}

type Cuts = Map<LoopVar, Set<number>>;

/** At which steps of the kernel's loops a comparison may change its outcome, for comparisons of one loop. */
function cutsOf(kernel: LoopKernel): Cuts {
  const cuts: Cuts = new Map();
  visit([kernel.index, kernel.value], (e) => {
    for (const comparison of comparisonsIn(e)) cutAt(comparison, kernel.loops, cuts);
  });
  return cuts;
}

function cutAt({ a, b, sides }: Comparison, loops: readonly LoopVar[], cuts: Cuts): void {
  const { base, terms } = plus(linearOf(a), linearOf(b), -1);
  const turning = terms.flatMap(({ atom, coef }) =>
    atom.kind === 'var' && loops.includes(atom.loop) ? [{ loop: atom.loop, coef }] : [],
  );
  const [only, ...others] = turning;
  if (!only || others.length > 0) return;
  const { lo, hi } = linearRange({ base, terms: terms.filter(({ atom }) => !isVarOf(atom, only.loop)) });
  for (const rest of [lo, hi])
    for (const side of sides) enter(cuts, only.loop, threshold(only.coef, rest, side));
}

const isVarOf = (e: Expr, loop: LoopVar): boolean => e.kind === 'var' && e.loop === loop;

function enter(cuts: Cuts, loop: LoopVar, at: number): void {
  if (at <= 0 || at >= loop.extent) return;
  const known = cuts.get(loop);
  if (known) known.add(at);
  else cuts.set(loop, new Set([at]));
}

const piecesOf = (cuts: ReadonlyMap<LoopVar, ReadonlySet<number>>): number =>
  [...cuts.values()].reduce((all, at) => all * (at.size + 1), 1);

/** Loops with many cuts are left whole until there are few enough pieces. */
function limitCuts(cuts: Cuts): void {
  const byCount = [...cuts].sort(([, a], [, b]) => b.size - a.size);
  for (const [loop] of byCount) {
    if (piecesOf(cuts) <= mostPieces) return;
    cuts.delete(loop);
  }
}

/**
 * A kernel as several, over parts of the iteration space in which the bound checks of loops against constants have one
 * outcome: the interior of a window or padding is then free of selects, and a concatenation copies operand by operand.
 * Scatters stay whole, since their order counts. Without `borders` only what reads too many tensors is cut.
 */
export function splitBorders(kernel: LoopKernel, mostTensors: number, borders = true): readonly LoopKernel[] {
  if (kernel.combine || linearOf(kernel.index).terms.some(({ atom }) => atom.kind !== 'var')) return [kernel];
  const isLarge = loadedBuffers([kernel.index, kernel.value]).size > mostTensors;
  if (!borders && !isLarge) return [kernel];
  const cuts = cutsOf(kernel);
  limitCuts(cuts);
  const count = piecesOf(cuts);
  if (count === 1) return [kernel];
  const iterations = kernel.loops.reduce((all, { extent }) => all * extent, 1);
  if (iterations < count * leastIterations && !isLarge) return [kernel];
  return [...cuts].reduce<readonly LoopKernel[]>(
    (parts, [loop, at]) =>
      parts.flatMap((part) =>
        cutLoop(
          part,
          loop,
          [...at].sort((a, b) => a - b),
        ),
      ),
    [kernel],
  );
}

function cutLoop(kernel: LoopKernel, loop: LoopVar, at: readonly number[]): LoopKernel[] {
  return [0, ...at].map((begin, i) => {
    const part: LoopVar = { name: loop.name, extent: (at[i] ?? loop.extent) - begin };
    const step: Expr = part.extent === 1 ? int(0) : { kind: 'var', type: 'i32', loop: part };
    const replace = substitution(new Map([[loop, add(step, int(begin))]]));
    const loops = kernel.loops.map((other) => (other === loop ? part : other));
    return { ...kernel, loops, index: replace(kernel.index), value: replace(kernel.value) };
  });
}
