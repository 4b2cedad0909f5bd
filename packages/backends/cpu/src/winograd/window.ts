import type { Build } from '../compile/build.ts';
import { clearRowFunction } from '../contractions/border.ts';
import { transposed } from '../contractions/interleave.ts';
import { addresses, type Params } from '../contractions/tile.ts';
import { range } from '../families/geometry.ts';
import {
  type Expr,
  type Func,
  type FunctionBuilder,
  f32x4,
  i32,
  type Local,
  shuffle32,
  v128,
} from '../wasm/index.ts';
import type { TileAxis } from './axis.ts';
import type { Plan } from './plan.ts';

type Vector = Expr<'v128'>;

/** Copies of the rows that a strip reads of a channel, with their borders, and every m-th element side by side: for all sets. */
export interface Window {
  /** Rows of all sets, and which input row the first of them is for the first row of tiles. */
  readonly rows: number;
  readonly first: number;
  /** Elements of an input row, and which of them the first one of its copy is: one before the row begins is 0. */
  readonly input: number;
  readonly firstColumn: number;
  /** Parts of a copied row, elements of a part, whose neighbours are as many apart in the input, and of all of them. */
  readonly parts: number;
  readonly partLength: number;
  readonly rowLength: number;
  /** Where the first tile's element of each tap lies; taps are counted from the first one of any set. */
  readonly tapOffsets: readonly number[];
}

export function windowOf({ tiling: { axes }, strip }: Plan): Window {
  const [y, x] = axes;
  const { outputs } = x.algorithm;
  const taps = tapsOf(x);
  const partLength = 4 * Math.ceil((x.tiles + Math.floor((taps - 1) / outputs)) / 4) + 4;
  return {
    rows: (strip.rows - 1) * y.algorithm.outputs + tapsOf(y),
    first: firstOf(y),
    input: x.input,
    firstColumn: firstOf(x),
    parts: outputs,
    partLength,
    rowLength: partLength * outputs,
    tapOffsets: range(taps).map((tap) => (tap % outputs) * partLength + Math.floor(tap / outputs)),
  };
}

/** The first input of the first tile of any set. */
export const firstOf = ({ firsts }: TileAxis): number => Math.min(...firsts);

/** How many neighbouring inputs the tiles at one place read, of all sets. */
export const tapsOf = (axis: TileAxis): number =>
  axis.algorithm.points + Math.max(...axis.firsts) - firstOf(axis);

/** Bytes of working memory. */
export const windowBytes = ({ rows, rowLength }: Window): number => 4 * rows * rowLength + 64;

/** Copies the rows from tile row `top` on of the channel at `source`. */
export function windowFunction(build: Build, { tiling }: Plan, window: Window): Func<Params> {
  const [y, x] = tiling.axes;
  const split = splitFunction(build, window);
  const clear = clearRowFunction(build, window.rowLength);
  const rowBytes = 4 * window.rowLength;
  const key = JSON.stringify([window, y.input, y.algorithm.outputs]);
  return build.once(`window ${key}`, () =>
    build.module.func(`window.${window.rows}`, addresses(['source', 'rows', 'top']), [], (f, p) => {
      const first = f.let('first', i32.add(i32.mul(p.top!, y.algorithm.outputs), window.first));
      f.for('row', 0, window.rows, 1, (row) => {
        const at = f.let('at', i32.add(first, row));
        const to = f.let('to', i32.add(p.rows!, i32.mul(row, rowBytes)));
        f.if(
          i32.lt_u(at, y.input),
          () => f.call(split, { source: i32.add(p.source!, i32.mul(at, 4 * x.input)), row: to }),
          () => f.call(clear, { row: to }),
        );
      });
    }),
  );
}

/**
 * Takes a row of the input apart, a vector of each part at a time: part i holds the elements i, i + parts, i + 2 parts and
 * so on. A loop goes over the turns that read nothing but the row.
 */
function splitFunction(build: Build, window: Window): Func<Params> {
  const { input, firstColumn, parts, partLength } = window;
  const turns = partLength / 4;
  const begin = Math.min(turns, Math.max(0, Math.ceil(-firstColumn / (4 * parts))));
  const end = Math.max(begin, Math.min(turns, Math.floor((input - firstColumn) / (4 * parts))));
  return build.once(`split ${JSON.stringify([input, firstColumn, parts, partLength])}`, () =>
    build.module.func(`split.${parts}`, addresses(['source', 'row']), [], (f, p) => {
      const ofTurn = (turn: number) => firstColumn + 4 * parts * turn;
      const atBorder = (turn: number) =>
        store(f, window, f.let('to', i32.add(p.row!, 16 * turn)), (i) =>
          elementsAt(p.source!, ofTurn(turn) + 4 * i, input),
        );
      for (const turn of range(begin)) atBorder(turn);
      if (end > begin) {
        const from = f.let('from', i32.add(p.source!, 4 * ofTurn(begin)));
        const to = f.let('to', i32.add(p.row!, 16 * begin));
        const stop = f.let('stop', i32.add(p.row!, 16 * end));
        f.doWhile(() => {
          store(f, window, to, (i) => v128.load(from, 16 * i));
          f.set(from, i32.add(from, 16 * parts));
          return i32.ne(f.set(to, i32.add(to, 16)), stop);
        }, 'turn');
      }
      for (const turn of range(turns - end)) atBorder(end + turn);
    }),
  );
}

/** One vector of each part, from the elements that follow each other. */
function store(
  f: FunctionBuilder,
  { parts, partLength }: Window,
  to: Local<'i32'>,
  vector: (index: number) => Vector,
): void {
  const vectors = range(parts).map((i) => f.let(`x${i}`, vector(i)));
  for (const [i, part] of partsOf(f, vectors).entries()) f.v128.store(to, part, 4 * i * partLength);
}

/** Four elements of a row from `first` on, zeros where they are outside of it. */
function elementsAt(source: Local<'i32'>, first: number, input: number): Vector {
  if (first >= 0 && first + 4 <= input) return v128.load(source, 4 * first);
  const inside = range(4).filter((lane) => first + lane >= 0 && first + lane < input);
  return inside.reduce<Vector>(
    (vector, lane) => v128.load32_lane(source, vector, lane as 0 | 1 | 2 | 3, 4 * (first + lane)),
    f32x4.splat(0),
  );
}

/** Vectors of every n-th element of n vectors. */
function partsOf(f: FunctionBuilder, vectors: readonly Vector[]): readonly Vector[] {
  const count = vectors.length;
  if (count === 1) return vectors;
  if (count === 4) return transposed(f, vectors);
  return vectors.map((_, i) => {
    const places = range(4).map((lane) => i + lane * count);
    const [a, b, c, d] = places.map((place) => ({ vector: vectors[place >> 2]!, lane: place & 3 }));
    const pair = (one: typeof a, two: typeof a): Vector =>
      shuffle32(one!.vector, two!.vector, [one!.lane, one!.lane, 4 + two!.lane, 4 + two!.lane]);
    return shuffle32(pair(a, b), pair(c, d), [0, 2, 4, 6]);
  });
}
