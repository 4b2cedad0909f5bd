import type { DType } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import { fromFiniteHalves } from '../math/float16.ts';
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
import { type EpiloguePlan, storeSums, storeThrough, type TileEnd } from './epilogue.ts';
import { interleave } from './interleave.ts';

/**
 * A block of the output that is summed in registers: y[row][column] = bias + sum over k of a[row][k] * b[k][column],
 * `a` an element at a time, `b` four columns at a time. All distances are in bytes.
 */
export interface TileShape {
  readonly rows: number;
  /** The first column of each vector of four; the last may overlap the one before. */
  readonly starts: readonly number[];
  /** `packed`: the rows of a tile side by side, k after k; or the distance between rows that are read where they are. */
  readonly a: 'packed' | number;
  /**
   * `packed`: the vectors of a tile side by side, k after k; `halved`: likewise, of finite float16; rows at a distance, or
   * at offsets that a table lists.
   */
  readonly b: 'packed' | 'halved' | 'listed' | number;
  readonly y: { readonly dtype: DType; readonly row: number };
  /** Which axis the bias runs along; `none`: all rows are of one channel. */
  readonly bias: 'row' | 'lane' | 'none' | undefined;
  /** Whether the rows lie in one row of the output, their columns in turn. Default: each has a row of its own. */
  readonly interleaved?: true;
  readonly epilogue: EpiloguePlan | undefined;
}

/** A row whose sums lie in registers already, stored in vectors of four from `starts` on. */
export const storedRow = (
  dtype: DType,
  epilogue: EpiloguePlan | undefined,
  {
    row = 0,
    starts = [0],
    bias,
  }: { row?: number; starts?: readonly number[]; bias?: TileShape['bias'] } = {},
): TileShape => ({ rows: 1, starts, a: 'packed', b: 'packed', y: { dtype, row }, bias, epilogue });

/** Names of the addresses that a tile takes besides `a` and `y`, in order. */
export const extrasOf = ({ b, bias, epilogue }: TileShape): readonly string[] => [
  ...(b === 'listed' ? ['table'] : []),
  ...(bias ? ['bias'] : []),
  ...(epilogue?.pool.length ? ['pool'] : []),
  ...(epilogue?.walks.map((_, i) => `e${i}`) ?? []),
];

export const keyOfTile = ({ rows, starts, a, b, y, bias, interleaved, epilogue }: TileShape): string =>
  JSON.stringify([rows, starts, a, b, y, bias, interleaved, epilogue?.key]);

export type Params = Record<string, 'i32'>;
export const addresses = (names: readonly string[]): Params =>
  Object.fromEntries(names.map((name) => [name, 'i32']));

/** Bytes from one step of k to the next. */
export const stepOfA = ({ a, rows }: TileShape): number => (a === 'packed' ? 4 * rows : 4);

/** The micro-kernel of a tile: `a` up to `end` against `b`. One step of k a turn, since V8 spills when it is unrolled. */
export const tileFunction = (build: Build, shape: TileShape): Func<Params> =>
  build.once(`tile ${keyOfTile(shape)}`, () => {
    const name = `tile.${shape.rows}x${shape.starts.length}`;
    return build.module.func(name, addresses(['a', 'end', 'b', 'y', ...extrasOf(shape)]), [], (f, p) => {
      f.comment('y[row][column] = bias + sum over k of a[row][k] * b[k][column]');
      const sums = startSums(f, shape, p);
      f.doWhile(() => step(f, shape, p, sums, build.relaxed), 'k');
      endTile(
        build,
        shape,
        p,
        shape.interleaved ? inOneRow(f, shape, sums) : { f, sums, starts: shape.starts },
      );
    });
  });

type Locals = Readonly<Record<string, Local<'i32'>>>;

/** Stores the sums of a tile, through its epilogue if it has one. */
export function endTile(
  { library }: Build,
  { y, epilogue }: TileShape,
  p: Locals,
  rest: Pick<TileEnd, 'f' | 'sums' | 'starts'>,
): void {
  const end: TileEnd = { ...rest, library, y: p.y!, dtype: y.dtype, rowBytes: y.row };
  if (!epilogue) storeSums(end);
  else storeThrough(epilogue, { pool: p.pool, walks: epilogue.walks.map((_, i) => p[`e${i}`]!) }, end);
}

/** By row and vector. */
type Sums = readonly (readonly Local<'v128'>[])[];

function startSums(f: FunctionBuilder, { rows, starts, bias }: TileShape, p: Locals): Sums {
  const start = (row: number, column: number): Expr<'v128'> => {
    if (bias === 'row') return v128.load32_splat(p.bias!, 4 * row);
    if (bias === 'none') return v128.load32_splat(p.bias!);
    return bias === 'lane' ? v128.load(p.bias!, 4 * column) : f32x4.splat(0);
  };
  return Array.from({ length: rows }, (_, row) =>
    starts.map((column, v) => f.let(`y${row}${v}`, start(row, column))),
  );
}

/** The sums of all rows as those of one row. */
function inOneRow(f: FunctionBuilder, { rows, starts }: TileShape, sums: Sums) {
  const vectors = starts.flatMap((_, v) =>
    interleave(
      f,
      sums.map((row) => row[v]!),
    ),
  );
  return { f, sums: [vectors], starts: starts.flatMap((start) => sums.map((_, i) => rows * start + 4 * i)) };
}

/** One step of k; its value is whether there is another one. */
function step(f: FunctionBuilder, shape: TileShape, p: Locals, sums: Sums, relaxed: boolean): Expr<'i32'> {
  const { starts, a, b } = shape;
  const [left, right, table] = [p.a!, p.b!, p.table];
  const from = b === 'listed' ? f.let('row', i32.add(right, i32.load(table!))) : right;
  const vectors = starts.map((column, v) => f.let(`b${v}`, loadOfB(shape, from, column, v)));
  for (const [r, row] of sums.entries()) {
    const splat = f.let(`a${r}`, v128.load32_splat(left, r * (a === 'packed' ? 4 : a)));
    for (const [v, sum] of row.entries()) f.set(sum, madd(splat, vectors[v]!, sum, relaxed));
  }
  f.set(left, i32.add(left, stepOfA(shape)));
  if (b === 'listed') f.set(table!, i32.add(table!, 4));
  else f.set(right, i32.add(right, stepOfB(b, starts.length)));
  return i32.ne(left, p.end!);
}

function loadOfB({ b }: TileShape, from: Expr<'i32'>, column: number, vector: number): Expr<'v128'> {
  if (b === 'halved') return fromFiniteHalves(v128.load16x4_s(from, 8 * vector));
  return v128.load(from, b === 'packed' ? 16 * vector : 4 * column);
}

const stepOfB = (b: 'packed' | 'halved' | number, vectors: number): number =>
  b === 'packed' ? 16 * vectors : b === 'halved' ? 8 * vectors : b;
