import type { Build } from '../compile/build.ts';
import { addresses, type Params } from '../contractions/tile.ts';
import { range } from '../families/geometry.ts';
import { type Expr, type Func, type FunctionBuilder, i32, select, v128 } from '../wasm/index.ts';
import { LinearMaps } from './linear-map.ts';
import { blockTiles, type Plan } from './plan.ts';
import { firstOf, tapsOf, type Window, windowBytes, windowFunction, windowOf } from './window.ts';

type Address = Expr<'i32'>;

/** Bytes from the elements of one point and tap to those of the next: a row of a strip's tiles. */
const tapBytes = ({ strip }: Plan): number => 4 * blockTiles * strip.blocks + 16;

/** Bytes of working memory: copied rows, and what the first of two passes leaves. */
export function inputScratch(plan: Plan): readonly [number, number] {
  const [y, x] = plan.tiling.axes;
  // A vector of the last tiles is stored as a whole.
  return [windowBytes(windowOf(plan)), y.algorithm.points * tapsOf(x) * tapBytes(plan) + 64];
}

/** Transforms the inputs of strips: a unit is one channel of one strip, from strip `first` on, whose results go to `v`. */
export const inputFunction = (build: Build, plan: Plan): Func<Params> => {
  const { channels, axes } = plan.tiling;
  const [y, x] = axes;
  const window = windowOf(plan);
  const copy = windowFunction(build, plan, window);
  const columns = columnsFunction(build, plan, window);
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
      const tiles = f.let('tiles', i32.mul(count, x.tiles));
      f.call(copy, { source, rows: p.rows!, top });
      for (const [setY, firstY] of y.firsts.entries()) {
        const from = i32.add(p.rows!, (firstY - window.first) * 4 * window.rowLength);
        f.call(columns, { rows: from, taps: p.taps!, count });
        for (const [setX, firstX] of x.firsts.entries()) {
          const taps = i32.add(p.taps!, (firstX - firstOf(x)) * tapBytes(plan));
          const set = setY * x.firsts.length + setX;
          f.call(rows, { taps, v: i32.add(v, set * plan.setBytes), tiles });
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
function columnsFunction(build: Build, plan: Plan, window: Window): Func<Params> {
  const [, x] = plan.tiling.axes;
  const column = columnFunction(build, plan, window);
  return build.module.func(`columns.${x.tiles}`, addresses(['rows', 'taps', 'count']), [], (f, p) => {
    for (const [tap, offset] of window.tapOffsets.entries())
      f.call(column, {
        from: i32.add(p.rows!, 4 * offset),
        to: i32.add(p.taps!, tap * tapBytes(plan)),
        count: p.count!,
      });
  });
}

/** One tap of all rows of tiles. */
function columnFunction(build: Build, plan: Plan, { rowLength, tapOffsets }: Window): Func<Params> {
  const [y, x] = plan.tiling.axes;
  const { points, outputs, input } = y.algorithm;
  const pointBytes = tapOffsets.length * tapBytes(plan);
  const vectorBytes = 16 * Math.ceil(x.tiles / 4);
  return build.module.func(`column.${points}`, addresses(['from', 'to', 'count']), [], (f, p) => {
    const maps = new LinearMaps(f, [input], build.relaxed);
    f.for('row', 0, p.count!, 1, () => {
      const end = f.let('end', i32.add(p.to!, vectorBytes));
      f.doWhile(() => {
        const inputs = range(points).map((i) => f.let(`x${i}`, v128.load(p.from!, i * 4 * rowLength)));
        for (const [i, value] of maps.byRows(input, inputs).entries())
          f.v128.store(p.to!, value, i * pointBytes);
        f.set(p.from!, i32.add(p.from!, 16));
        return i32.ne(f.set(p.to!, i32.add(p.to!, 16)), end);
      }, 'tiles');
      f.set(p.from!, i32.add(p.from!, outputs * 4 * rowLength - vectorBytes));
      f.set(p.to!, i32.add(p.to!, 4 * x.tiles - vectorBytes));
    });
  });
}

/** The second pass, which transforms rows, four tiles at a time, and stores each point's to its panel. */
function rowsFunction(build: Build, plan: Plan): Func<Params> {
  const row = rowFunction(build, plan);
  return build.module.func('rows', addresses(['taps', 'v', 'tiles']), [], (f, p) => {
    const vectors = f.let('vectors', i32.shr_u(i32.add(p.tiles!, 3), 2));
    f.for('vector', 0, vectors, 4, (vector) => {
      const left = f.let('left', i32.sub(vectors, vector));
      const count = f.let('count', select(i32.const(4), left, i32.gt_s(left, 4)));
      f.call(row, { from: p.taps!, to: p.v!, bytes: i32.mul(count, 16) });
      f.set(p.taps!, i32.add(p.taps!, 4 * blockTiles));
      f.set(p.v!, i32.add(p.v!, plan.blockBytes));
    });
  });
}

/** All points of a block of tiles. */
function rowFunction(build: Build, plan: Plan): Func<Params> {
  const [y, x] = plan.tiling.axes;
  const { points, input } = x.algorithm;
  const pointBytes = tapsOf(x) * tapBytes(plan);
  return build.module.func(`row.${points}`, addresses(['from', 'to', 'bytes']), [], (f, p) => {
    const maps = new LinearMaps(f, [input], build.relaxed);
    f.for('point', 0, y.algorithm.points, 1, () => {
      const end = f.let('end', i32.add(p.to!, p.bytes!));
      f.doWhile(() => {
        const inputs = range(points).map((i) => f.let(`x${i}`, v128.load(p.from!, i * tapBytes(plan))));
        for (const [i, value] of maps.byRows(input, inputs).entries())
          f.v128.store(p.to!, value, i * plan.panelBytes);
        f.set(p.from!, i32.add(p.from!, 16));
        return i32.ne(f.set(p.to!, i32.add(p.to!, 16)), end);
      }, 'tiles');
      f.set(p.from!, i32.add(p.from!, i32.sub(pointBytes, p.bytes!)));
      f.set(p.to!, i32.add(p.to!, i32.sub(points * plan.panelBytes, p.bytes!)));
    });
  });
}
