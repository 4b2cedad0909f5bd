/** One output row from the resampled input rows that it is made of. */
import { dtypes } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import {
  addresses,
  endTile,
  extrasOf,
  keyOfTile,
  type Params,
  type TileShape,
} from '../contractions/tile.ts';
import { type Func, type FunctionBuilder, f32x4, i32, type Local, madd, v128 } from '../wasm/index.ts';

type Locals = Readonly<Record<string, Local<'i32'>>>;

export const rowNames = (taps: number): readonly string[] =>
  Array.from({ length: taps }, (_, t) => `row${t}`);

/** Writes the columns from `y` up to `end`, as many at a time as the tile has: the sum over taps of weights times rows. */
export const columnFunction = (build: Build, tile: TileShape, taps: number): Func<Params> =>
  build.once(`resample column ${taps} ${keyOfTile(tile)} ${build.relaxed}`, () => {
    const params = addresses(['y', 'end', 'weights', ...rowNames(taps), ...extrasOf(tile)]);
    return build.module.func(`resampleColumn.${taps}x${tile.starts.length}`, params, [], (f, p) => {
      f.comment(`y[column] = sum over ${taps} rows of weight * row[column]`);
      const weights = rowNames(taps).map((_, t) => f.let(`w${t}`, v128.load32_splat(p.weights!, 4 * t)));
      f.doWhile(() => columns(f, build, tile, p, weights), 'columns');
    });
  });

/** The columns of a tile; its value is whether there are more. */
function columns(
  f: FunctionBuilder,
  build: Build,
  tile: TileShape,
  p: Locals,
  weights: readonly Local<'v128'>[],
) {
  const rows = rowNames(weights.length).map((name) => p[name]!);
  const sums = tile.starts.map((start, v) => {
    const [first, ...others] = rows.map((row, t) => [v128.load(row, 4 * start), weights[t]!] as const);
    return f.let(
      `y${v}`,
      others.reduce((sum, [x, w]) => madd(x, w, sum, build.relaxed), f32x4.mul(...first!)),
    );
  });
  endTile(build, tile, p, { f, sums: [sums], starts: tile.starts });
  const count = 4 * tile.starts.length;
  for (const row of rows) f.set(row, i32.add(row, 4 * count));
  for (const [i, { steps }] of tile.epilogue?.walks.entries() ?? [])
    if (steps.lane !== 0) f.set(p[`e${i}`]!, i32.add(p[`e${i}`]!, count * steps.lane));
  f.set(p.y!, i32.add(p.y!, count * dtypes[tile.y.dtype].bytes));
  return i32.ne(p.y!, p.end!);
}
