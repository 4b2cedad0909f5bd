import type { Build } from '../compile/build.ts';
import { type Func, type FunctionBuilder, i32, type Local, v128 } from '../wasm/index.ts';

/**
 * A panel holds, for each step of k, the columns of one tile side by side: k after k, so that tiles read memory in a
 * straight line whatever the distance between rows is.
 */
export interface PanelShape {
  /** The first column of each vector. */
  readonly starts: readonly number[];
  readonly source: PanelSource;
}

/**
 * Where the rows lie: at a distance of so many bytes, or where a table lists them; `taps` then are the places, in bytes,
 * that each of them is read at, one step of k after the other.
 */
export type PanelSource = { readonly distance: number } | { readonly taps: readonly number[] };

type PackParams = { readonly source: 'i32'; readonly panel: 'i32'; readonly end: 'i32' } & Partial<
  Record<'table', 'i32'>
>;

/** Copies columns of rows at `source` into the panel up to `end`. */
export const packFunction = (build: Build, shape: PanelShape): Func<PackParams> =>
  build.once(`pack ${JSON.stringify(shape)}`, () => {
    const params: PackParams = {
      source: 'i32',
      panel: 'i32',
      end: 'i32',
      ...('taps' in shape.source && { table: 'i32' }),
    };
    return build.module.func(`pack.${shape.starts.length}`, params, [], (f, p) => {
      f.comment(`${4 * shape.starts.length} columns of each row`);
      f.doWhile(() => packRow(f, shape, p as Readonly<Record<keyof PackParams, Local<'i32'>>>), 'k');
    });
  });

function packRow(
  f: FunctionBuilder,
  { starts, source: from }: PanelShape,
  { source, panel, end, table }: Readonly<Record<keyof PackParams, Local<'i32'>>>,
) {
  const taps = 'taps' in from ? from.taps : [0];
  const row = 'taps' in from ? f.let('row', i32.add(source, i32.load(table))) : source;
  const bytes = 16 * starts.length;
  for (const [k, tap] of taps.entries())
    for (const [v, column] of starts.entries())
      f.v128.store(panel, v128.load(row, tap + 4 * column), k * bytes + 16 * v);
  if ('taps' in from) f.set(table, i32.add(table, 4));
  else f.set(source, i32.add(source, from.distance));
  f.set(panel, i32.add(panel, taps.length * bytes));
  return i32.ne(panel, end);
}
