import { int, reduce } from './build.ts';
import type { Expr, LoopKernel, LoopVar } from './expr.ts';
import { linearOf } from './linear.ts';
import { type Nest, orderLoops, splitLoops } from './loops.ts';
import { Sharing } from './share.ts';
import { operandsOf, rewriter, substitution, visit, withOperands } from './walk.ts';

/**
 * Brings a kernel into its final form: loops of one step are gone, adjacent loops that every index passes as one are
 * one loop, loops that indexes take apart are several where memory is then passed better, the innermost loop suits
 * vectors, equal expressions are one object, and loops are named in order.
 */
export function tidy(kernel: LoopKernel): LoopKernel {
  const whole = collapseKernel(mapReductions(kernel, collapse));
  const named = nameLoops(
    takesApart(whole) ? cheapestOf(whole, splitApart(whole)) : orderLoops(whole).kernel,
  );
  const sharing = new Sharing();
  return { ...named, index: sharing.share(named.index), value: sharing.share(named.value) };
}

/** Whether an index takes a loop apart. */
function takesApart({ index, value }: LoopKernel): boolean {
  let found = false;
  visit([index, value], (e) => {
    found ||= e.kind === 'binary' && (e.op === 'div' || e.op === 'mod') && e.type === 'i32';
  });
  return found;
}

const splitApart = (kernel: LoopKernel): LoopKernel =>
  collapseKernel(mapReductions(splitKernel(kernel), (nest) => collapse(splitLoops(nest))));

function cheapestOf(whole: LoopKernel, split: LoopKernel): LoopKernel {
  const [asItIs, apart] = [orderLoops(whole), orderLoops(split)];
  return apart.cost < asItIs.cost ? apart.kernel : asItIs.kernel;
}

const join = (outer: LoopVar, inner: LoopVar): LoopVar => ({
  name: inner.name,
  extent: outer.extent * inner.extent,
});

const joining = (outer: LoopVar, inner: LoopVar, joined: LoopVar): ((e: Expr) => Expr) =>
  substitution(
    new Map<LoopVar, Expr>([
      [outer, int(0)],
      [inner, { kind: 'var', type: 'i32', loop: joined }],
    ]),
  );

/** Whether every use of the two loops is as outer * (extent of inner) + inner, times something. */
function passesAsOne(roots: readonly Expr[], outer: LoopVar, inner: LoopVar): boolean {
  const seen = new Set<Expr>();
  const check = (e: Expr): boolean => {
    if (seen.has(e)) return true;
    seen.add(e);
    if (e.type !== 'i32' || e.kind === 'const') return operandsOf(e).every(check);
    const { terms } = linearOf(e);
    const coefOf = (loop: LoopVar): number =>
      terms.find(({ atom }) => atom.kind === 'var' && atom.loop === loop)?.coef ?? 0;
    if (coefOf(outer) !== coefOf(inner) * inner.extent) return false;
    return terms.every(({ atom }) => atom.kind === 'var' || operandsOf(atom).every(check));
  };
  return roots.every(check);
}

/** A loop nest with its adjacent loops joined, from the innermost pair out. */
function collapse({ loops, roots }: Nest): Nest {
  const nest = loops.filter(({ extent }) => extent > 1);
  for (let i = nest.length - 2; i >= 0; i--) {
    const [outer, inner] = [nest[i]!, nest[i + 1]!];
    if (!passesAsOne(roots, outer, inner)) continue;
    const joined = join(outer, inner);
    roots = roots.map(joining(outer, inner, joined));
    nest.splice(i, 2, joined);
  }
  return { loops: nest, roots };
}

function mapKernel(kernel: LoopKernel, change: (nest: Nest) => Nest): LoopKernel {
  const { loops, roots } = change({ loops: kernel.loops, roots: [kernel.index, kernel.value] });
  return { ...kernel, loops, index: roots[0]!, value: roots[1]! };
}

const collapseKernel = (kernel: LoopKernel): LoopKernel => mapKernel(kernel, collapse);
const splitKernel = (kernel: LoopKernel): LoopKernel => mapKernel(kernel, splitLoops);

/** The kernel with the loop nests of its reductions changed, the innermost reductions first. */
function mapReductions(kernel: LoopKernel, change: (nest: Nest) => Nest): LoopKernel {
  const rewrite: (e: Expr) => Expr = rewriter((e) => {
    if (e.kind !== 'reduce') return undefined;
    const { loops, roots } = change({ loops: e.loops, roots: [rewrite(e.body)] });
    return reduce(e.op, loops, roots[0]!);
  });
  return { ...kernel, index: rewrite(kernel.index), value: rewrite(kernel.value) };
}

/** i0, i1... from the outermost loop in; r0, r1... for reductions in the order of the text. */
function nameLoops(kernel: LoopKernel): LoopKernel {
  const names = new Map<LoopVar, LoopVar>();
  const rename = (loop: LoopVar, name: string): LoopVar => {
    const renamed = names.get(loop) ?? { name, extent: loop.extent };
    names.set(loop, renamed);
    return renamed;
  };
  const loops = kernel.loops.map((loop, i) => rename(loop, `i${i}`));
  let reductions = 0;
  visit([kernel.index, kernel.value], (e) => {
    if (e.kind === 'reduce')
      for (const loop of e.loops) if (!names.has(loop)) rename(loop, `r${reductions++}`);
  });
  const replace: (e: Expr) => Expr = rewriter((e) => {
    if (e.kind === 'var') return { ...e, loop: names.get(e.loop) ?? e.loop };
    if (e.kind !== 'reduce') return undefined;
    const inner = withOperands(e, [replace(e.body)]);
    return inner.kind === 'reduce' ? { ...inner, loops: e.loops.map((loop) => names.get(loop)!) } : inner;
  });
  return { ...kernel, loops, index: replace(kernel.index), value: replace(kernel.value) };
}
