import type { Build } from '../compile/build.ts';
import { clearRowFunction, copyRowFunction, type TapAxis } from '../contractions/border.ts';
import { transposed } from '../contractions/interleave.ts';
import { addresses, type Params } from '../contractions/tile.ts';
import { range } from '../families/geometry.ts';
import { type Expr, type Func, type FunctionBuilder, i32, shuffle32, v128 } from '../wasm/index.ts';
import type { Plan } from './plan.ts';

type Vector = Expr<'v128'>;

/** Copies of the rows that a strip reads of a channel, with their borders, and every m-th element side by side. */
export interface Window {
  /** Rows of all sets, and which input row the first of them is for the first row of tiles. */
  readonly rows: number;
  readonly first: number;
  /** A row as it is, with its borders. */
  readonly line: TapAxis;
  /** Elements of a part, whose neighbours are m apart in the input, and of all of them. */
  readonly partLength: number;
  readonly rowLength: number;
  /** Where the first tile's element of each tap lies. */
  readonly tapOffsets: readonly number[];
}

export function windowOf({ tiling: { axes }, strip }: Plan, set: number): Window {
  const [y, x] = axes;
  const { outputs, points } = x.algorithm;
  const first = Math.min(...y.firsts);
  const span = Math.max(...y.firsts) - first;
  const partLength = 4 * Math.ceil((x.tiles + Math.floor((points - 1) / outputs)) / 4) + 4;
  return {
    rows: (strip.rows - 1) * y.algorithm.outputs + y.algorithm.points + span,
    first,
    line: { input: x.input, output: partLength * outputs, step: 1, taps: [x.firsts[set]!] },
    partLength,
    rowLength: partLength * outputs,
    tapOffsets: range(points).map((tap) => (tap % outputs) * partLength + Math.floor(tap / outputs)),
  };
}

/** Bytes of working memory: the rows, and one as it is. */
export const windowBytes = ({ rows, rowLength }: Window): number => 4 * (rows + 1) * rowLength + 64;

/** Copies the rows from tile row `top` on of the channel at `source`. */
export function windowFunction(build: Build, { tiling }: Plan, window: Window): Func<Params> {
  const [y, x] = tiling.axes;
  const { outputs } = x.algorithm;
  const copy = copyRowFunction(build, window.line);
  const clear = clearRowFunction(build, window.rowLength);
  const split = outputs > 1 ? splitFunction(build, outputs, window.partLength) : undefined;
  const rowBytes = 4 * window.rowLength;
  const key = JSON.stringify([window, y.input, y.algorithm.outputs]);
  return build.once(`window ${key}`, () =>
    build.module.func(`window.${window.rows}`, addresses(['source', 'rows', 'top']), [], (f, p) => {
      const first = f.let('first', i32.add(i32.mul(p.top!, y.algorithm.outputs), window.first));
      const line = f.let('line', i32.add(p.rows!, window.rows * rowBytes));
      f.for('row', 0, window.rows, 1, (row) => {
        const at = f.let('at', i32.add(first, row));
        const to = f.let('to', i32.add(p.rows!, i32.mul(row, rowBytes)));
        f.if(
          i32.lt_u(at, y.input),
          () => {
            f.call(copy, { source: i32.add(p.source!, i32.mul(at, 4 * x.input)), row: split ? line : to });
            if (split) f.call(split, { line, row: to });
          },
          () => f.call(clear, { row: to }),
        );
      });
    }),
  );
}

/** Takes a row apart: part i holds the elements i, i + count, i + 2 count and so on. */
const splitFunction = (build: Build, count: number, partLength: number): Func<Params> =>
  build.once(`split ${count} ${partLength}`, () =>
    build.module.func(`split.${count}`, addresses(['line', 'row']), [], (f, p) => {
      const end = f.let('end', i32.add(p.row!, 4 * partLength));
      f.doWhile(() => {
        const vectors = range(count).map((i) => f.let(`x${i}`, v128.load(p.line!, 16 * i)));
        for (const [i, part] of partsOf(f, vectors).entries()) f.v128.store(p.row!, part, 4 * i * partLength);
        f.set(p.line!, i32.add(p.line!, 16 * count));
        return i32.ne(f.set(p.row!, i32.add(p.row!, 16)), end);
      }, 'elements');
    }),
  );

/** Vectors of every n-th element of n vectors. */
function partsOf(f: FunctionBuilder, vectors: readonly Vector[]): readonly Vector[] {
  const count = vectors.length;
  if (count === 4) return transposed(f, vectors);
  return vectors.map((_, i) => {
    const places = range(4).map((lane) => i + lane * count);
    const [a, b, c, d] = places.map((place) => ({ vector: vectors[place >> 2]!, lane: place & 3 }));
    const pair = (one: typeof a, two: typeof a): Vector =>
      shuffle32(one!.vector, two!.vector, [one!.lane, one!.lane, 4 + two!.lane, 4 + two!.lane]);
    return shuffle32(pair(a, b), pair(c, d), [0, 2, 4, 6]);
  });
}
