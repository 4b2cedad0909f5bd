import type { Build } from '../compile/build.ts';
import { addresses, type Params } from '../contractions/tile.ts';
import { range } from '../families/geometry.ts';
import { type Expr, type Func, type FunctionBuilder, i32, select, v128 } from '../wasm/index.ts';
import type { TileAxis } from './axis.ts';
import { LinearMaps } from './linear-map.ts';
import { blockTiles, type Plan } from './plan.ts';
import { windowBytes, windowFunction, windowOf } from './window.ts';

type Address = Expr<'i32'>;

/** Bytes from the elements of one point and tap to those of the next: a row of a strip's tiles. */
const tapBytes = ({ strip }: Plan): number => 4 * blockTiles * strip.blocks + 16;

/** Bytes of working memory: copied rows, and what the first of two passes leaves. */
export function inputScratch(plan: Plan): readonly [number, number] {
  const windows = plan.tiling.axes[1].firsts.map((_, set) => windowOf(plan, set));
  const [y, x] = plan.tiling.axes;
  const rows = Math.max(...windows.map(windowBytes));
  // A vector of the last tiles is stored as a whole.
  return [rows, y.algorithm.points * x.algorithm.points * tapBytes(plan) + 64];
}

/** Transforms the inputs of strips: a unit is one channel of one strip, from strip `first` on, whose results go to `v`. */
export const inputFunction = (build: Build, plan: Plan): Func<Params> => {
  const { channels, axes } = plan.tiling;
  const [y, x] = axes;
  const windows = x.firsts.map((_, set) => windowOf(plan, set));
  const copies = windows.map((window) => windowFunction(build, plan, window));
  const columns = columnsFunction(build, plan);
  const rows = rowsFunction(build, plan);
  const params = addresses(['begin', 'end', 'first', 'x', 'v', 'rows', 'taps']);
  return build.module.func(`tiles.${y.algorithm.points}x${x.algorithm.points}`, params, [], (f, p) => {
    f.comment(`a unit is one of ${channels} channels of a strip of ${plan.strip.rows} rows of tiles`);
    f.for('unit', p.begin!, p.end!, 1, (unit) => {
      const local = f.let('local', i32.div_u(unit, channels));
      const channel = f.let('channel', i32.sub(unit, i32.mul(local, channels)));
      const { image, top, rows: count } = stripAt(f, plan, i32.add(p.first!, local));
      const plane = i32.add(i32.mul(image, channels), channel);
      const source = f.let('source', i32.add(p.x!, i32.mul(plane, 4 * y.input * x.input)));
      const place = i32.add(i32.mul(local, plan.stripBytes), i32.mul(channel, 4 * blockTiles));
      const v = f.let('v.at', i32.add(p.v!, place));
      for (const [setX, copy] of copies.entries()) {
        f.call(copy, { source, rows: p.rows!, top });
        for (const [setY, first] of y.firsts.entries()) {
          const window = windows[setX]!;
          const from = i32.add(p.rows!, (first - window.first) * 4 * window.rowLength);
          f.call(columns, { rows: from, taps: p.taps!, count });
          const set = setY * x.firsts.length + setX;
          const to = i32.add(v, set * plan.setBytes);
          f.call(rows, { taps: p.taps!, v: to, tiles: i32.mul(count, x.tiles) });
        }
      }
    });
  });
};

/** Which strip of which image, the first of its tile rows, and how many it has. */
export function stripAt(f: FunctionBuilder, { strip, tiling }: Plan, index: Address) {
  const tileRows = tiling.axes[0].tiles;
  const number = f.let('strip', index);
  const image = f.let('image', i32.div_u(number, strip.count));
  const top = f.let('top', i32.mul(i32.sub(number, i32.mul(image, strip.count)), strip.rows));
  const left = f.let('left', i32.sub(tileRows, top));
  const rows = f.let('strip.rows', select(i32.const(strip.rows), left, i32.gt_s(left, strip.rows)));
  return { image, top, rows };
}

/**
 * The first pass, which transforms columns: [point][tap] rows of the strip's tiles. Vectors may reach past the end of a
 * row of tiles, where the next row follows.
 */
function columnsFunction(build: Build, plan: Plan): Func<Params> {
  const [y, x] = plan.tiling.axes;
  const window = windowOf(plan, 0);
  const rowBytes = 4 * window.rowLength;
  const column = columnFunction(build, plan, rowBytes);
  return build.module.func(`columns.${x.tiles}`, addresses(['rows', 'taps', 'count']), [], (f, p) => {
    f.for('row', 0, p.count!, 1, (row) => {
      const from = f.let('from', i32.add(p.rows!, i32.mul(row, y.algorithm.outputs * rowBytes)));
      const to = f.let('to', i32.add(p.taps!, i32.mul(row, 4 * x.tiles)));
      for (const [tap, offset] of window.tapOffsets.entries())
        f.call(column, { from: i32.add(from, 4 * offset), to: i32.add(to, tap * tapBytes(plan)) });
    });
  });
}

/** One tap of one row of tiles. */
function columnFunction(build: Build, plan: Plan, rowBytes: number): Func<Params> {
  const [y, x] = plan.tiling.axes;
  const { points, input } = y.algorithm;
  const pointBytes = x.algorithm.points * tapBytes(plan);
  return build.module.func(`column.${points}`, addresses(['from', 'to']), [], (f, p) => {
    const maps = new LinearMaps(f, [input], build.relaxed);
    const end = f.let('end', i32.add(p.to!, 16 * Math.ceil(x.tiles / 4)));
    f.doWhile(() => {
      const inputs = range(points).map((i) => f.let(`x${i}`, v128.load(p.from!, i * rowBytes)));
      for (const [i, value] of maps.byRows(input, inputs).entries())
        f.v128.store(p.to!, value, i * pointBytes);
      f.set(p.from!, i32.add(p.from!, 16));
      return i32.ne(f.set(p.to!, i32.add(p.to!, 16)), end);
    }, 'tiles');
  });
}

/** The second pass, which transforms rows, four tiles at a time, and stores each point's to its panel. */
function rowsFunction(build: Build, plan: Plan): Func<Params> {
  const [y, x] = plan.tiling.axes;
  const transform = rowFunction(build, plan, x.algorithm);
  const pointsBytes = x.algorithm.points * tapBytes(plan);
  return build.module.func('rows', addresses(['taps', 'v', 'tiles']), [], (f, p) => {
    const vectors = f.let('vectors', i32.shr_u(i32.add(p.tiles!, 3), 2));
    f.for('vector', 0, vectors, 4, (vector) => {
      const left = f.let('left', i32.sub(vectors, vector));
      const count = f.let('count', select(i32.const(4), left, i32.gt_s(left, 4)));
      const from = f.let('from', i32.add(p.taps!, i32.mul(vector, 16)));
      const to = f.let('to', i32.add(p.v!, i32.mul(i32.shr_u(vector, 2), plan.blockBytes)));
      f.for('point', 0, y.algorithm.points, 1, (point) => {
        const row = f.let('row', i32.add(to, i32.mul(point, x.algorithm.points * plan.panelBytes)));
        f.call(transform, {
          from: i32.add(from, i32.mul(point, pointsBytes)),
          to: row,
          end: i32.add(row, i32.mul(count, 16)),
        });
      });
    });
  });
}

function rowFunction(build: Build, plan: Plan, { points, input }: TileAxis['algorithm']): Func<Params> {
  return build.module.func(`row.${points}`, addresses(['from', 'to', 'end']), [], (f, p) => {
    const maps = new LinearMaps(f, [input], build.relaxed);
    f.doWhile(() => {
      const inputs = range(points).map((i) => f.let(`x${i}`, v128.load(p.from!, i * tapBytes(plan))));
      for (const [i, value] of maps.byRows(input, inputs).entries())
        f.v128.store(p.to!, value, i * plan.panelBytes);
      f.set(p.from!, i32.add(p.from!, 16));
      return i32.ne(f.set(p.to!, i32.add(p.to!, 16)), p.end!);
    }, 'tiles');
  });
}
