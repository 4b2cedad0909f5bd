/** Cook-Toom tiles along the height of rows: what goes in and what comes out, whole rows at a time. */
import type { Build } from '../compile/build.ts';
import { type Expr, type Func, i32, v128 } from '../wasm/index.ts';
import type { CookToom } from '../winograd/cook-toom.ts';
import { LinearMaps } from '../winograd/linear-map.ts';

type Address = Expr<'i32'>;

/** Distances are in bytes. */
export interface RowTiles {
  readonly algorithm: CookToom;
  readonly channels: number;
  /** From one row of the input to the next, which is what a row takes, and from channel to channel. */
  readonly rowBytes: number;
  readonly channelBytes: number;
  /** From the rows of all channels at one point to those at the next. */
  readonly pointBytes: number;
}

/** Rows of the input of all channels as rows at each point. */
export const tilesInFunction = (
  build: Build,
  tiles: RowTiles,
): Func<{ readonly source: 'i32'; readonly v: 'i32' }> =>
  build.once(`row tiles in ${JSON.stringify(tiles)}`, () => {
    const { algorithm, channels, rowBytes, channelBytes, pointBytes } = tiles;
    const [window] = algorithm.input as [readonly number[]];
    return build.module.func('rowTilesIn', { source: 'i32', v: 'i32' }, [], (f, p) => {
      f.comment(`${channels} channels, ${window.length} rows of each to ${algorithm.points} points`);
      const maps = new LinearMaps(f, [algorithm.input], build.relaxed);
      f.for('channel', 0, channels, 1, (channel) => {
        const from = f.let('from', i32.add(p.source, i32.mul(channel, channelBytes)));
        const to = f.let('to', i32.add(p.v, i32.mul(channel, rowBytes)));
        const end = f.let('end', i32.add(to, rowBytes));
        f.doWhile(() => {
          const inputs = window.map((_, i) => f.let('x', v128.load(from, i * rowBytes)));
          for (const [point, value] of maps.byRows(algorithm.input, inputs).entries())
            f.v128.store(to, value, point * pointBytes);
          f.set(from, i32.add(from, 16));
          return i32.ne(f.set(to, i32.add(to, 16)), end);
        }, 'column');
      });
    });
  });

/** Products [point][row][column] as sums [row][output][column]. There are at least four columns. */
export const tilesOutFunction = (
  build: Build,
  algorithm: CookToom,
  rows: number,
  columns: number,
): Func<{ readonly m: 'i32'; readonly sums: 'i32' }> =>
  build.once(`row tiles out ${JSON.stringify([algorithm, rows, columns])}`, () =>
    build.module.func('rowTilesOut', { m: 'i32', sums: 'i32' }, [], (f, p) => {
      f.comment(`${rows} rows, ${algorithm.outputs} outputs of each from ${algorithm.points} points`);
      const maps = new LinearMaps(f, [algorithm.output], build.relaxed);
      const write = (column: Address, from: Address, to: Address) => {
        const source = f.let('source', i32.add(from, column));
        const target = f.let('target', i32.add(to, column));
        const inputs = algorithm.output[0]!.map((_, point) =>
          f.let('x', v128.load(source, 4 * point * rows * columns)),
        );
        for (const [i, value] of maps.byColumns(algorithm.output, inputs).entries())
          f.v128.store(target, value, 4 * i * columns);
      };
      f.for('row', 0, rows, 1, (row) => {
        const from = f.let('from', i32.add(p.m, i32.mul(row, 4 * columns)));
        const to = f.let('to', i32.add(p.sums, i32.mul(row, 4 * algorithm.outputs * columns)));
        f.for('column', 0, 4 * (columns - (columns % 4)), 16, (column) => write(column, from, to));
        if (columns % 4 > 0) write(i32.const(4 * (columns - 4)), from, to);
      });
    }),
  );
