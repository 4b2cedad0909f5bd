import { type PadMode, type Pair, padSource, partOffsets } from '@polyphase/ir';
import { add, constant, ge, int, le, lt, mod, mul, select, sub } from '../build.ts';
import { type Expr, scalarOf } from '../expr.ts';
import type { At, Builder, Lowering, Lowerings, Operand } from '../lowering.ts';
import { like, readBroadcast, readScalar } from './elementwise.ts';
import { allOf, clamp, isWithin } from './window.ts';

const viewOp: Lowering<'x', object> = ({ x }) => ({ view: x });

/** Axes split off and reordered: what depthToSpace and its inverse are, as a transposition between two reshapes. */
const transposed = (
  b: Builder,
  name: string,
  x: Operand,
  shape: readonly number[],
  perm: readonly number[],
): Operand => {
  const from = b.reshape(x, shape);
  return b.stage(
    name,
    x.dtype,
    perm.map((axis) => shape[axis]!),
    (index) => {
      const source = new Array<Expr>(perm.length);
      for (const [axis, i] of index.entries()) source[perm[axis]!] = i;
      return b.read(from, source);
    },
  );
};

const map4 = (x: Operand): readonly [number, number, number, number] =>
  x.shape as unknown as readonly [number, number, number, number];

/** x at i within an operand that begins at `offset` along the axis, made safe outside of it. */
const readPart = (b: Builder, x: Operand, index: readonly Expr[], axis: number, offset: number): Expr =>
  b.read(x, index.with(axis, clamp(sub(index[axis]!, int(offset)), x.shape[axis]!)));

/** Finds the part by halving, so that expressions of many parts are not deep. */
function concatAt(b: Builder, parts: readonly Operand[], axis: number): At {
  const offsets = partOffsets(parts.map((x) => x.shape[axis]!));
  const between = (index: readonly Expr[], first: number, end: number): Expr => {
    if (end - first === 1) return readPart(b, parts[first]!, index, axis, offsets[first]!);
    const middle = (first + end) >> 1;
    const [begin, cut, last] = [offsets[first]!, offsets[middle]!, offsets[end]!];
    const isBefore = lt(index[axis]!, int(cut));
    const share = (cut - begin) / (last - begin);
    return b.choose(
      isBefore,
      share,
      () => between(index, first, middle),
      () => between(index, middle, end),
    );
  };
  return (index) => between(index, 0, parts.length);
}

/** The source of each position of a padded axis, for the modes that repeat the operand. */
function repeatedAxis(b: Builder, n: number, pair: Pair, mode: PadMode, axis: number): (i: Expr) => Expr {
  const [begin, end] = pair;
  const dropped = Math.max(-begin, 0);
  const kept = n - dropped - Math.max(-end, 0);
  const position = (i: Expr): Expr => sub(i, int(Math.max(begin, 0)));
  const shifted = (e: Expr): Expr => add(e, int(dropped));
  if (mode === 'edge') return (i) => shifted(clamp(position(i), kept));
  const most = Math.max(begin, end);
  const [before, after] = folds[mode === 'wrap' ? 'wrap' : 'reflect'](kept);
  if (most < kept || (mode === 'wrap' && most === kept)) {
    return (i) => {
      const at = position(i);
      return shifted(select(lt(at, int(0)), before(at), select(ge(at, int(kept)), after(at), at)));
    };
  }
  const sourceOf = padSource(n, pair, mode);
  const sources = b.table(
    `source${axis}`,
    'int32',
    Array.from({ length: n + begin + end }, (_, i) => sourceOf(i)!),
  );
  return (i) => clamp(b.read(sources, [i]), n);
}

/** Positions before and after an axis of n elements, back in it. */
const folds: Readonly<
  Record<'wrap' | 'reflect', (n: number) => readonly [(at: Expr) => Expr, (at: Expr) => Expr]>
> = {
  wrap: (n) => [(at) => add(at, int(n)), (at) => sub(at, int(n))],
  reflect: (n) => [(at) => sub(int(0), at), (at) => sub(int(2 * (n - 1)), at)],
};

function padConstant(
  b: Builder,
  x: Operand,
  value: Operand | undefined,
  pads: readonly Pair[],
  shape: readonly number[],
): At {
  const share = x.shape.reduce((all, n, axis) => all * Math.min(1, n / shape[axis]!), 1);
  return (index) => {
    const at = index.map((i, axis) => sub(i, int(pads[axis]![0])));
    const inside = allOf(at.map((position, axis) => isWithin(position, x.shape[axis]!)));
    const outside = value ? readScalar(b, value) : constant(scalarOf[x.dtype], 0);
    return b.choose(
      inside,
      share,
      () =>
        b.read(
          x,
          at.map((position, axis) => clamp(position, x.shape[axis]!)),
        ),
      () => outside,
    );
  };
}

export const layouts = {
  identity: viewOp,
  reshape: viewOp,

  transpose:
    ({ x }, { perm }, b) =>
    (index) => {
      const source = new Array<Expr>(perm.length);
      for (const [axis, i] of index.entries()) source[perm[axis]!] = i;
      return b.read(x, source);
    },

  expand:
    ({ x }, _, b) =>
    (index) =>
      readBroadcast(b, x, index),

  concat: ({ xs }, { axis }, b) =>
    concatAt(
      b,
      xs.filter((x) => x.shape[axis] !== 0),
      axis,
    ),

  split({ x }, { axis, lengths }, b) {
    const offsets = partOffsets(lengths);
    return lengths.map(
      (_, part): At =>
        (index) =>
          b.read(x, index.with(axis, add(index[axis]!, int(offsets[part]!)))),
    );
  },

  slice:
    ({ x }, { start, step }, b) =>
    (index) =>
      b.read(
        x,
        index.map((i, axis) => add(mul(i, int(step[axis]!)), int(start[axis]!))),
      ),

  pad({ x, value }, { pads, mode }, b, [y]) {
    if (mode === 'constant') return padConstant(b, x, value, pads, y.shape);
    const axes = x.shape.map((n, axis) => repeatedAxis(b, n, pads[axis]!, mode, axis));
    return (index) =>
      b.read(
        x,
        index.map((i, axis) => axes[axis]!(i)),
      );
  },

  tile:
    ({ x }, _, b) =>
    (index) =>
      b.read(
        x,
        index.map((i, axis) => mod(i, int(x.shape[axis]!))),
      ),

  depthToSpace({ x }, { blocksize: s, mode }, b) {
    const [n, deep, h, w] = map4(x);
    const c = deep / (s * s);
    return mode === 'CRD'
      ? { view: transposed(b, 'shuffled', x, [n, c, s, s, h, w], [0, 1, 4, 2, 5, 3]) }
      : { view: transposed(b, 'shuffled', x, [n, s, s, c, h, w], [0, 3, 4, 1, 5, 2]) };
  },

  spaceToDepth({ x }, { blocksize: s }, b) {
    const [n, c, h, w] = map4(x);
    return { view: transposed(b, 'shuffled', x, [n, c, h / s, s, w / s, s], [0, 3, 5, 1, 2, 4]) };
  },

  trilu:
    ({ x }, { upper, k }, b) =>
    (index) => {
      const [row, column] = index.slice(-2) as [Expr, Expr];
      const diagonal = sub(column, row);
      const element = b.read(x, index);
      return select(upper ? ge(diagonal, int(k)) : le(diagonal, int(k)), element, like(element, 0));
    },
} satisfies Partial<Lowerings>;
