import { dtypes } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import {
  type Expr,
  type Func,
  type FunctionBuilder,
  f32x4,
  i32,
  type Local,
  madd,
  v128,
} from '../wasm/index.ts';
import { addresses, endTile, extrasOf, type Params, type TileShape } from './tile.ts';

/**
 * Rows of one output channel from one input channel, four columns at a time: the weights of all taps stay in registers,
 * and an input element that several rows read is loaded once.
 */
export interface DepthwiseShape {
  /** What it stores, and through which epilogue. */
  readonly tile: TileShape;
  /** Output rows that are computed at once, and columns of each. */
  readonly rows: number;
  readonly columns: number;
  /** Where each tap of the first row lies, in bytes, and how far the next row's lie from there. */
  readonly taps: readonly number[];
  readonly rowBytes: number;
}

/** With more taps than this, the weights are read again for each column. */
export const mostTaps = 25;

/** Writes columns from those at `b` and `y` on, up to `end`. */
export const depthwiseFunction = (build: Build, shape: DepthwiseShape): Func<Params> => {
  const { tile, rows, columns, taps, rowBytes } = shape;
  const key = JSON.stringify([rows, columns, taps, rowBytes, tile.y, tile.bias, tile.epilogue?.key]);
  return build.once(`depthwise ${key}`, () => {
    const params = addresses(['a', 'b', 'y', 'end', ...extrasOf(tile)]);
    return build.module.func(`depthwise.${rows}x${columns}.${taps.length}`, params, [], (f, p) => {
      f.comment(`${rows} rows of one channel, ${taps.length} taps`);
      const weights = taps.map((_, tap) => f.let(`w${tap}`, v128.load32_splat(p.a!, 4 * tap)));
      const start = f.let('start', tile.bias ? v128.load32_splat(p.bias!) : f32x4.splat(0));
      f.doWhile(() => fourColumns(f, build, shape, p, weights, start), 'column');
    });
  });
};

type Locals = Readonly<Record<string, Local<'i32'>>>;

/** Four columns of all rows; its value is whether there are more. */
function fourColumns(
  f: FunctionBuilder,
  build: Build,
  shape: DepthwiseShape,
  p: Locals,
  weights: readonly Expr<'v128'>[],
  start: Expr<'v128'>,
): Expr<'i32'> {
  const { tile, rows, columns } = shape;
  const sums = Array.from({ length: rows }, (_, row) => f.let(`y${row}`, start));
  for (const [offset, products] of productsByOffset(shape)) {
    const x = f.let('x', v128.load(p.b!, offset));
    for (const { row, tap } of products) f.set(sums[row]!, madd(x, weights[tap]!, sums[row]!, build.relaxed));
  }
  const { epilogue, y } = tile;
  endTile(build, tile, p, { f, sums: [sums], starts: sums.map((_, row) => row * columns) });
  for (const [i, { steps }] of epilogue?.walks.entries() ?? [])
    if (steps.lane !== 0) f.set(p[`e${i}`]!, i32.add(p[`e${i}`]!, 4 * steps.lane));
  f.set(p.b!, i32.add(p.b!, 16));
  f.set(p.y!, i32.add(p.y!, 4 * dtypes[y.dtype].bytes));
  return i32.ne(p.y!, p.end!);
}

/** Which products an input element takes part in, by where it lies. */
function productsByOffset({ rows, taps, rowBytes }: DepthwiseShape) {
  const byOffset = new Map<number, { readonly row: number; readonly tap: number }[]>();
  for (let row = 0; row < rows; row++)
    for (const [tap, at] of taps.entries()) {
      const offset = at + row * rowBytes;
      const products = byOffset.get(offset);
      if (products) products.push({ row, tap });
      else byOffset.set(offset, [{ row, tap }]);
    }
  return [...byOffset].sort(([a], [b]) => a - b);
}
