/** Strips: what some rows of the output read of all input channels, with borders, in one piece of memory. */
import type { Build } from '../compile/build.ts';
import { type Func, i32 } from '../wasm/index.ts';
import {
  clearRowFunction,
  copyRowFunction,
  isInside,
  layOutRow,
  lowest,
  type RowLayout,
  residuesOf,
  spanOf,
  type TapAxis,
  type Taps,
} from './border.ts';

/** A correlation of several input channels: the axes are depth, height and width. */
export interface Planes {
  readonly channels: number;
  readonly axes: readonly [TapAxis, TapAxis, TapAxis];
}

/** [channel][depth tap][row][column phases], in bytes. */
export interface StripLayout {
  /** Output rows that a strip serves. */
  readonly rows: number;
  readonly inputRows: number;
  readonly row: RowLayout;
  readonly rowBytes: number;
  readonly planeBytes: number;
  readonly channelBytes: number;
  readonly bytes: number;
}

/** A strip and what is computed from it stay in the second-level cache. */
const stripBytes = 524288;
/** Output rows are cut into at least this many strips, if there are as many: they are what can run side by side. */
const leastStrips = 4;
const pageBytes = 4096;

/** `multiple`: of how many output rows at once. */
export function layOutStrip({ channels, axes }: Planes, multiple = 1): StripLayout {
  const [depth, height, width] = axes;
  const row = layOutRow(width);
  const rowBytes = 4 * row.length;
  const layout = (rows: number): StripLayout => {
    const inputRows = (rows - 1) * height.step + spanOf(height);
    const planeBytes = inputRows * rowBytes;
    // Channels at a distance of whole pages would meet in the same lines of the cache.
    const packed = depth.taps.length * planeBytes;
    const channelBytes = packed % pageBytes === 0 ? packed + 64 : packed;
    return { rows, inputRows, row, rowBytes, planeBytes, channelBytes, bytes: channels * channelBytes };
  };
  const most = Math.ceil(height.output / leastStrips);
  const [one, two] = [layout(1), layout(2)];
  const perRow = Math.max(two.bytes - one.bytes, 1);
  const rows = Math.max(1, Math.min(most, 1 + Math.floor((stripBytes - one.bytes) / perRow)));
  return layout(Math.ceil(rows / multiple) * multiple);
}

/** Whether the rows have to be copied: they have borders, or neighbouring outputs do not read neighbours. */
export const needsStrips = ({ axes }: Planes): boolean => axes[2].step > 1 || !axes.every(isInside);

type StripParams = {
  readonly source: 'i32';
  readonly strip: 'i32';
  readonly depth: 'i32';
  readonly top: 'i32';
};

/** Fills the strip of the output rows from `top` on in output plane `depth`; `source` is the first input channel. */
export const fillStripFunction = (build: Build, planes: Planes, layout: StripLayout): Func<StripParams> =>
  build.once(`strip ${JSON.stringify([planes, layout.rows])}`, () => {
    const { channels, axes } = planes;
    const [depth, height, width] = axes;
    const copy = copyRowFunction(build, width);
    const clear = clearRowFunction(build, layout.row.length);
    const params: StripParams = { source: 'i32', strip: 'i32', depth: 'i32', top: 'i32' };
    return build.module.func(`fillStrip.${channels}x${layout.inputRows}`, params, [], (f, p) => {
      const first = f.let('first', i32.add(i32.mul(p.top, height.step), lowest(height)));
      f.for('channel', 0, channels, 1, (channel) => {
        const input = f.let(
          'input',
          i32.add(p.source, i32.mul(channel, 4 * depth.input * height.input * width.input)),
        );
        const output = f.let('output', i32.add(p.strip, i32.mul(channel, layout.channelBytes)));
        for (const [i, tap] of depth.taps.entries()) {
          const plane = f.let('plane', i32.add(i32.mul(p.depth, depth.step), tap));
          const source = f.let('rows', i32.add(input, i32.mul(plane, 4 * height.input * width.input)));
          const target = f.let('target', i32.add(output, i * layout.planeBytes));
          const inPlane = f.let('inside', i32.lt_u(plane, depth.input));
          for (const residue of residuesOf(height))
            f.for('row', residue, layout.inputRows, height.step, (row) => {
              const at = f.let('at', i32.add(first, row));
              const to = i32.add(target, i32.mul(row, layout.rowBytes));
              f.if(
                i32.and(inPlane, i32.lt_u(at, height.input)),
                () => f.call(copy, { source: i32.add(source, i32.mul(at, 4 * width.input)), row: to }),
                () => f.call(clear, { row: to }),
              );
            });
        }
      });
    });
  });

/** Where the input of an output element's products lies, in bytes from where its taps are counted. */
export interface TapTable {
  /** The rows: channel after channel, depth taps, height taps. */
  readonly rows: Int32Array;
  /** The width taps of each row. */
  readonly columns: readonly number[];
}

/** In a strip, or in the input itself; of all taps that there are, or of some. */
export function tapTable(
  { channels, axes }: Planes,
  layout: StripLayout | undefined,
  [depths, heights, widths]: Taps = [axes[0].taps, axes[1].taps, axes[2].taps],
): TapTable {
  const [depth, height, width] = axes;
  const rowBytes = layout?.rowBytes ?? 4 * width.input;
  const planeBytes = layout?.planeBytes ?? rowBytes * height.input;
  const channelBytes = layout?.channelBytes ?? planeBytes * depth.input;
  const planesOf = layout ? depths.map((tap) => depth.taps.indexOf(tap)) : depths;
  const rowsOf = layout ? heights.map((tap) => tap - lowest(height)) : heights;
  const columnsOf = layout ? widths.map((tap) => layout.row.tapOffsets[width.taps.indexOf(tap)]!) : widths;
  const rows = new Int32Array(channels * planesOf.length * rowsOf.length);
  let at = 0;
  for (let channel = 0; channel < channels; channel++)
    for (const plane of planesOf)
      for (const row of rowsOf) rows[at++] = channel * channelBytes + plane * planeBytes + row * rowBytes;
  return { rows, columns: columnsOf.map((column) => 4 * column) };
}

/** Rows that fit the first-level cache are read where they are, once for each tile. */
const residentBytes = 24576;

/** Whether all rows that an output row reads stay in the first-level cache, in a strip or in the input itself. */
export const isResident = ({ rows }: TapTable, { axes }: Planes, layout: StripLayout | undefined): boolean =>
  rows.length * (layout?.rowBytes ?? 4 * axes[2].input) <= residentBytes;

/** One entry for each product. */
export function eachTap({ rows, columns }: TapTable): Int32Array {
  const taps = new Int32Array(rows.length * columns.length);
  for (let i = 0; i < taps.length; i++)
    taps[i] = rows[Math.floor(i / columns.length)]! + columns[i % columns.length]!;
  return taps;
}
