import type { Build } from '../compile/build.ts';
import { addresses, type Params } from '../contractions/tile.ts';
import { range } from '../families/geometry.ts';
import { type Func, type FunctionBuilder, f32x4, i32, type Local, madd, v128 } from '../wasm/index.ts';
import { blockTiles, type Plan, type Sizes } from './plan.ts';

/** Rows of an entry: those of all its phases. */
const entryRows = ({ blockRows, entryPhases }: Sizes): number => blockRows * entryPhases;

/** Bytes of weights that belong to one entry. */
export const entryBytes = (sizes: Sizes): number => 4 * entryRows(sizes) * sizes.tiling.channels;

export const entriesOfGroup = ({ entries, phaseGroups }: Plan): number => entries.length / phaseGroups;

/** Pairs of offsets: of an entry's panel and of its sums. */
export function entryTable({ entries }: Plan): Int32Array {
  const table = new Int32Array(2 * entries.length);
  for (let i = 0; i < entries.length; i++) {
    table[2 * i] = entries[i]!.panel;
    table[2 * i + 1] = entries[i]!.sums;
  }
  return table;
}

/**
 * The products of a block of rows with a block of tiles at all points, for a group of phases: `u` are the weights, entry after entry, `v` the
 * transformed inputs, `m` the sums.
 */
export const productsFunction = (build: Build, plan: Plan, vectors: number): Func<Params> => {
  const { parts, tiling } = plan;
  const entries = entriesOfGroup(plan);
  const inner = tiling.channels / parts;
  const first = rowsFunction(build, { pairs: entryRows(plan) / 2, vectors, inner, adds: false });
  const next = rowsFunction(build, { pairs: entryRows(plan) / 2, vectors, inner, adds: true });
  const partBytes = entryBytes(plan) / parts;
  const params = addresses(['entries', 'u', 'v', 'm']);
  return build.module.func(`products.${entries}x${vectors}`, params, [], (f, p) => {
    f.comment(`${entries} products of ${entryRows(plan)} rows with ${4 * vectors} tiles`);
    f.for('entry', 0, entries, 1, () => {
      const v = f.let('v.at', i32.add(p.v!, i32.load(p.entries!)));
      const m = f.let('m.at', i32.add(p.m!, i32.load(p.entries!, 4)));
      for (const part of range(parts))
        f.call(part === 0 ? first : next, {
          u: i32.add(p.u!, part * partBytes),
          v: i32.add(v, part * inner * 4 * blockTiles),
          m,
        });
      f.set(p.u!, i32.add(p.u!, parts * partBytes));
      f.set(p.entries!, i32.add(p.entries!, 8));
    });
  });
};

interface RowsShape {
  readonly pairs: number;
  readonly vectors: number;
  readonly inner: number;
  /** Whether sums begin with what is there. */
  readonly adds: boolean;
}

/** All pairs of rows of an entry: one step of k a turn, since V8 spills when it is unrolled. */
const rowsFunction = (build: Build, shape: RowsShape): Func<Params> =>
  build.once(`winograd rows ${JSON.stringify(shape)}`, () => {
    const { pairs, vectors, inner, adds } = shape;
    return build.module.func(`rows.2x${vectors}`, addresses(['u', 'v', 'm']), [], (f, p) => {
      f.comment('m[row][tile] = sum over k of u[k][row] * v[k][tile]');
      const b = f.local('b', 'i32');
      const end = f.local('end', 'i32');
      const rowEnd = f.let('m.end', i32.add(p.m!, pairs * 2 * 4 * blockTiles));
      f.doWhile(() => {
        const sums = [0, 1].map((row) =>
          range(vectors).map((v) =>
            f.let(`y${row}${v}`, adds ? v128.load(p.m!, offsetOf(row, v)) : f32x4.splat(0)),
          ),
        );
        f.set(b, p.v!);
        f.set(end, i32.add(p.u!, 8 * inner));
        f.doWhile(() => step(f, build, p.u!, b, end, sums), 'k');
        for (const [row, each] of sums.entries())
          for (const [v, sum] of each.entries()) f.v128.store(p.m!, sum, offsetOf(row, v));
        return i32.ne(f.set(p.m!, i32.add(p.m!, 2 * 4 * blockTiles)), rowEnd);
      }, 'pair');
    });
  });

const offsetOf = (row: number, vector: number): number => row * 4 * blockTiles + 16 * vector;

function step(
  f: FunctionBuilder,
  { relaxed }: Build,
  u: Local<'i32'>,
  b: Local<'i32'>,
  end: Local<'i32'>,
  sums: readonly (readonly Local<'v128'>[])[],
) {
  const vectors = sums[0]!.map((_, v) => f.let(`b${v}`, v128.load(b, 16 * v)));
  for (const [row, each] of sums.entries()) {
    const splat = f.let(`a${row}`, v128.load32_splat(u, 4 * row));
    for (const [v, sum] of each.entries()) f.set(sum, madd(splat, vectors[v]!, sum, relaxed));
  }
  f.set(b, i32.add(b, 4 * blockTiles));
  return i32.ne(f.set(u, i32.add(u, 8)), end);
}
