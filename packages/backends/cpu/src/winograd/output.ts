import type { Build } from '../compile/build.ts';
import { transposed } from '../contractions/interleave.ts';
import { addresses, type Params } from '../contractions/tile.ts';
import { range } from '../families/geometry.ts';
import { type Expr, type Func, type FunctionBuilder, i32, type Local, v128 } from '../wasm/index.ts';
import { hasProducts, type TilePhase } from './axis.ts';
import { LinearMaps } from './linear-map.ts';
import { blockTiles, isRegular, type Plan, runOf } from './plan.ts';

type Vector = Expr<'v128'>;

/** Bytes between the first and the second pass: [phase][row][point] of one vector of tiles. */
const middlePhaseBytes = ({ tiling: { axes } }: Plan): number => {
  const [y, x] = axes;
  return 16 * y.algorithm.outputs * x.algorithm.points;
};
export const middleBytes = (plan: Plan): number =>
  middlePhaseBytes(plan) * plan.groupPhases * plan.tiling.axes[1].phases.length;

/** Where each tile of a strip, and of what fills up its last block, lies in a channel's plane, in bytes. */
export function tileTable({ tiling: { axes }, strip, groupPhases, pitch }: Plan): Int32Array {
  const [y, x] = axes;
  const lines = groupPhases * y.algorithm.outputs;
  return Int32Array.from({ length: strip.blocks * blockTiles }, (_, tile) => {
    const row = Math.floor(tile / x.tiles);
    return 4 * (row * lines * pitch + (tile - row * x.tiles) * runOf(x));
  });
}

/** The outputs of a block of tiles and a group of phases, from the sums at `m` to the planes of `rows` channels. */
export function outputFunction(build: Build, plan: Plan): Func<Params> {
  const columns = columnsFunction(build, plan);
  const rows = rowsFunction(build, plan);
  const params = addresses(['m', 'middle', 'tiles', 'plane', 'rows', 'vectors']);
  return build.module.func('outputs', params, [], (f, p) => {
    f.for('row', 0, p.rows!, 1, (row) => {
      const m = f.let('m.at', i32.add(p.m!, i32.mul(row, 4 * blockTiles)));
      const plane = f.let('plane.at', i32.add(p.plane!, i32.mul(row, plan.planeBytes)));
      f.for('vector', 0, p.vectors!, 1, (vector) => {
        const at = f.let('vector.at', i32.mul(vector, 16));
        f.call(columns, { m: i32.add(m, at), middle: p.middle! });
        f.call(rows, { middle: p.middle!, tiles: i32.add(p.tiles!, at), plane });
      });
    });
  });
}

/** The first pass: for each point of a row, outputs along the columns of four tiles. */
function columnsFunction(build: Build, plan: Plan): Func<Params> {
  const [y, x] = plan.tiling.axes;
  const { points, output } = y.algorithm;
  const rowBytes = 16 * x.algorithm.points;
  const pointBytes = x.algorithm.points * plan.pointBytes;
  const phases = y.phases.slice(0, plan.groupPhases).flatMap((phase) => x.phases.map(() => phase));
  return build.module.func(`outputs.${points}`, addresses(['m', 'middle']), [], (f, p) => {
    const maps = new LinearMaps(f, [output], build.relaxed);
    const column = (phase: TilePhase, m: Local<'i32'>, middle: Local<'i32'>, from: number, to: number) => {
      const sums = range(points).map((point) =>
        hasProducts(y, phase, point)
          ? f.let(`m${point}`, v128.load(m, from + point * pointBytes))
          : undefined,
      );
      for (const [row, value] of maps.byColumns(output, sums).entries())
        f.v128.store(middle, value, to + row * rowBytes);
    };
    const end = f.let('end', i32.add(p.middle!, rowBytes));
    f.doWhile(() => {
      if (isRegular(plan.tiling.axes)) {
        const [m, middle] = [
          f.let('m.phase', i32.add(p.m!, 0)),
          f.let('middle.phase', i32.add(p.middle!, 0)),
        ];
        const last = f.let('phases.end', i32.add(p.middle!, middleBytes(plan)));
        f.doWhile(() => {
          column(phases[0]!, m, middle, 0, 0);
          f.set(m, i32.add(m, plan.phaseBytes));
          return i32.ne(f.set(middle, i32.add(middle, middlePhaseBytes(plan))), last);
        }, 'phase');
      } else
        for (const [i, phase] of phases.entries())
          column(phase, p.m!, p.middle!, i * plan.phaseBytes, i * middlePhaseBytes(plan));
      f.set(p.m!, i32.add(p.m!, plan.pointBytes));
      return i32.ne(f.set(p.middle!, i32.add(p.middle!, 16)), end);
    }, 'point');
  });
}

/** The second pass: outputs along the rows of four tiles, all phases side by side. */
function rowsFunction(build: Build, plan: Plan): Func<Params> {
  const [y, x] = plan.tiling.axes;
  const { points, output } = x.algorithm;
  const lineBytes = 4 * plan.pitch;
  const params = addresses(['middle', 'tiles', 'plane']);
  return build.module.func(`outputs.${points}.rows`, params, [], (f, p) => {
    const maps = new LinearMaps(f, [output], build.relaxed);
    const tiles = range(4).map((i) => f.let(`tile${i}`, i32.add(p.plane!, i32.load(p.tiles!, 4 * i))));
    f.for('phase', 0, plan.groupPhases, 1, (phase) => {
      const to = f.let('to', i32.mul(phase, lineBytes));
      const end = f.let('end', i32.add(p.middle!, 16 * points * y.algorithm.outputs));
      f.doWhile(() => {
        storeRow(f, maps, plan, { middle: p.middle!, tiles, to });
        f.set(to, i32.add(to, plan.groupPhases * lineBytes));
        return i32.ne(f.set(p.middle!, i32.add(p.middle!, 16 * points)), end);
      }, 'row');
      f.set(p.middle!, i32.add(end, (x.phases.length - 1) * middlePhaseBytes(plan)));
    });
  });
}

interface RowPlace {
  readonly middle: Local<'i32'>;
  readonly tiles: readonly Local<'i32'>[];
  /** How far into the tiles the row lies, in bytes. */
  readonly to: Local<'i32'>;
}

const vectorPhases = 4;

/** One row of four tiles: all phases together, or four at a time where they are many. */
function storeRow(f: FunctionBuilder, maps: LinearMaps, plan: Plan, { middle, tiles, to }: RowPlace): void {
  const x = plan.tiling.axes[1];
  const count = x.phases.length;
  const places = tiles.map((tile, i) => f.let(`to${i}`, i32.add(tile, to)));
  if (count % vectorPhases !== 0 || !isRegular(plan.tiling.axes)) {
    const outputs = x.phases.map((_, j) => outputsOf(f, maps, plan, middle, j));
    const run = range(runOf(x)).map((i) => outputs[i % count]![Math.floor(i / count)]!);
    storeRuns(f, run, places);
    return;
  }
  const from = f.let('from', i32.add(middle, 0));
  f.for('phases', 0, count, vectorPhases, () => {
    const outputs = range(vectorPhases).map((j) => outputsOf(f, maps, plan, from, j));
    for (const i of range(x.algorithm.outputs)) {
      const four = outputs.map((each) => each[i]!);
      for (const [tile, value] of transposed(f, four).entries())
        f.v128.store(places[tile]!, value, 4 * i * count);
    }
    for (const place of places) f.set(place, i32.add(place, 4 * vectorPhases));
    f.set(from, i32.add(from, vectorPhases * middlePhaseBytes(plan)));
  });
}

/** The outputs along the row of one phase, counted from the place of the first. */
function outputsOf(f: FunctionBuilder, maps: LinearMaps, plan: Plan, from: Local<'i32'>, phase: number) {
  const x = plan.tiling.axes[1];
  const { points, output } = x.algorithm;
  const offset = phase * middlePhaseBytes(plan);
  const sums = range(points).map((point) =>
    hasProducts(x, x.phases[phase]!, point)
      ? f.let(`m${point}`, v128.load(from, offset + 16 * point))
      : undefined,
  );
  return maps.byColumns(output, sums);
}

/**
 * Stores four tiles' runs, each of which is a lane of all vectors, to four places. A run shorter than a vector is stored
 * with something behind it, which the next tile's overwrites.
 */
function storeRuns(f: FunctionBuilder, run: readonly Vector[], places: readonly Local<'i32'>[]): void {
  for (const start of startsOf(run.length)) {
    const four = range(4).map((i) => run[Math.min(start + i, run.length - 1)]!);
    for (const [i, value] of transposed(f, four).entries()) f.v128.store(places[i]!, value, 4 * start);
  }
}

/** Where vectors begin that cover so many elements, the last one within them if there are enough. */
const startsOf = (length: number): readonly number[] =>
  range(Math.ceil(length / 4)).map((i) => Math.max(0, Math.min(4 * i, length - 4)));
