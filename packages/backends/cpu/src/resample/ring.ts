/** Output rows from input rows that have been resampled along the row, each once, and wait in a ring. */
import { dtypes } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import type { TileShape } from '../contractions/tile.ts';
import { type Expr, type FunctionBuilder, i32, type Local } from '../wasm/index.ts';
import type { RowPlan } from './axis.ts';
import { columnFunction, rowNames } from './column.ts';
import { rowBytes, rowFunction, rowTables } from './row.ts';
import { entryBytes, type RowShape, rowSteps, type Strip, type StripWriter } from './row-writer.ts';

type Address = Expr<'i32'>;

/** Rows that are kept: a power of two, so that a row's place is found by a mask. */
const ringRows = (taps: number): number => 2 ** Math.ceil(Math.log2(taps));

/** For outputs that never go back along the columns. */
export function ringWriter(build: Build, shape: RowShape, plan: RowPlan): StripWriter {
  const { taps, inputColumns, outputColumns, tile } = shape;
  const resampleRow = rowFunction(build, plan);
  const resampleColumn = columnFunction(build, tile, taps);
  const [ring] = build.scratch([ringRows(taps) * rowBytes(outputColumns)]);
  const { table, ...own } = plan;
  const slotOf = ({ p }: Strip, index: Address): Address =>
    i32.add(p.ring!, i32.mul(i32.and(index, ringRows(taps) - 1), rowBytes(outputColumns)));
  const fill = (f: FunctionBuilder, strip: Strip, next: Local<'i32'>): void =>
    f.block('ready', (ready) => {
      f.loop('rows', (again) => {
        f.br_if(ready, i32.ge_s(next, i32.load(strip.entry)));
        f.call(resampleRow, {
          source: i32.add(strip.source, i32.mul(next, 4 * inputColumns)),
          row: slotOf(strip, next),
          tables: strip.p.tables!,
        });
        f.set(next, i32.add(next, 1));
        f.br(again);
      });
    });
  return {
    kernel: `resampling ${taps}x${table.taps}`,
    key: JSON.stringify(['ring', table.taps, own]),
    places: { ring: ring!, tables: build.add(rowTables(plan)) },
    write(f, strip) {
      const { entry, end, row } = strip;
      const next = f.let('next', i32.sub(i32.load(entry), taps));
      f.doWhile(() => {
        fill(f, strip, next);
        const rows = rowNames(taps).map((name, t) => {
          const slot = slotOf(strip, i32.load(entry, 4 + 4 * t));
          return [name, f.let(name, slot)] as const;
        });
        const weights = i32.add(entry, 4 + 4 * taps);
        for (const [from, to] of partsOf(outputColumns))
          f.call(resampleColumn, {
            ...partOf(tile, { ...row, ...Object.fromEntries(rows) }, from, to),
            weights,
          });
        for (const [name, bytes] of rowSteps(shape)) f.set(row[name]!, i32.add(row[name]!, bytes));
        f.set(entry, i32.add(entry, entryBytes(taps)));
        return i32.ne(entry, end);
      }, 'outputs');
    },
  };
}

/** Whole vectors, then the last four columns if they were not among them. */
const partsOf = (columns: number): readonly (readonly [from: number, to: number])[] => {
  const whole = columns - (columns % 4);
  return whole < columns
    ? [
        [0, whole],
        [columns - 4, columns],
      ]
    : [[0, whole]];
};

/** The addresses of a row for some of its columns. */
function partOf(tile: TileShape, args: Readonly<Record<string, Address>>, from: number, to: number) {
  const { bytes } = dtypes[tile.y.dtype];
  const moved = Object.entries(args).map(([name, address]) => {
    const walk = name.startsWith('e') ? tile.epilogue?.walks[Number(name.slice(1))] : undefined;
    const step = walk ? walk.steps.lane : name.startsWith('row') ? 4 : name === 'y' ? bytes : 0;
    return [name, i32.add(address, from * step)] as const;
  });
  return { ...Object.fromEntries(moved), end: i32.add(args.y!, bytes * to) };
}
