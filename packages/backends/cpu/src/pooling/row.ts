/** One output row of a pooled plane. */
import { dtypes } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import {
  addresses,
  endTile,
  extrasOf,
  keyOfTile,
  type Params,
  type TileShape,
} from '../contractions/tile.ts';
import {
  type Expr,
  type Func,
  type FunctionBuilder,
  f32,
  f32x4,
  i32,
  type Local,
  shuffle32,
  v128,
} from '../wasm/index.ts';
import { commonFactor, isInside, type Pooling } from './window.ts';

type Vector = Expr<'v128'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

export const rowNames = ({ height }: Pooling): readonly string[] =>
  Array.from({ length: height.kernel }, (_, tap) => `row${tap}`);

/** Whether what output columns read is folded for each of them alone: no input is in two windows, or beside the row. */
export const foldsInPlace = ({ width }: Pooling): boolean =>
  width.kernel <= width.stride && width.stride <= 2 && width.dilation === 1 && isInside(width);

/** Names of what a row function takes besides its input rows. */
export const ownNames = (pooling: Pooling, tile: TileShape): readonly string[] => [
  'y',
  ...(foldsInPlace(pooling) ? [] : ['folded']),
  ...(pooling.factors && commonFactor(pooling.factors) === undefined ? ['rowFactor', 'columnFactors'] : []),
  ...extrasOf(tile),
];

/**
 * Writes an output row: the rows of its windows are folded into one, `folded`, which has borders around it, and neighbours
 * in that one then.
 */
export function poolRowFunction(build: Build, pooling: Pooling, tile: TileShape): Func<Params> {
  const { height, width, fold, factors } = pooling;
  const common = factors && commonFactor(factors);
  const key = JSON.stringify([fold.name, height.kernel, width, common, factors !== undefined]);
  return build.once(`pool row ${key} ${keyOfTile(tile)}`, () => {
    const params = addresses([...rowNames(pooling), ...ownNames(pooling, tile)]);
    const name = `poolRow.${fold.name}.${height.kernel}x${width.kernel}`;
    return build.module.func(name, params, [], (f, p) => {
      f.comment(`${width.output} outputs of ${width.input} columns`);
      const writer: Writer = { f, build, pooling, tile, p, scale: scaleOf(f, pooling, p) };
      if (!foldsInPlace(pooling)) foldRows(writer);
      writeColumns(writer);
    });
  });
}

interface Writer {
  readonly f: FunctionBuilder;
  readonly build: Build;
  readonly pooling: Pooling;
  readonly tile: TileShape;
  readonly p: Locals;
  /** What becomes of a folded vector at the column in turn. */
  readonly scale: (folded: Vector) => Vector;
}

function scaleOf(f: FunctionBuilder, { factors }: Pooling, p: Locals): Writer['scale'] {
  if (!factors) return (folded) => folded;
  const common = commonFactor(factors);
  if (common !== undefined) {
    const factor = f.let('factor', f32x4.splat(f32.const(common)));
    return (folded) => f32x4.mul(folded, factor);
  }
  const row = f.let('factor', v128.load32_splat(p.rowFactor!));
  return (folded) => f32x4.mul(folded, f32x4.mul(row, v128.load(p.columnFactors!)));
}

/** Vectors of a row that are folded in a turn. */
const vectorsAtOnce = 2;

/** The input rows as one, where `folded` has its columns. */
function foldRows(writer: Writer): void {
  const { f, pooling, p } = writer;
  const { input, begin } = pooling.width;
  const to = f.let('to', i32.add(p.folded!, 4 * begin));
  const fold = (count: number): void => {
    for (let i = 0; i < count; i++) f.v128.store(to, rowsAt(writer, 16 * i), 16 * i);
    moveRows(writer, 16 * count);
    f.set(to, i32.add(to, 16 * count));
  };
  const whole = Math.floor(input / 4);
  const turns = Math.floor(whole / vectorsAtOnce);
  if (turns > 0) {
    const end = f.let('end', i32.add(to, 16 * vectorsAtOnce * turns));
    f.doWhile(() => {
      fold(vectorsAtOnce);
      return i32.ne(to, end);
    }, 'rows');
  }
  if (whole % vectorsAtOnce > 0) fold(whole % vectorsAtOnce);
  if (input % 4 === 0) return;
  moveRows(writer, 4 * (input % 4) - 16);
  f.set(to, i32.add(to, 4 * (input % 4) - 16));
  fold(1);
}

/** Four columns of all input rows, folded. */
function rowsAt({ f, pooling, p }: Writer, offset: number): Vector {
  const rows = rowNames(pooling).map((name) => f.let('x', v128.load(p[name]!, offset)));
  return joined(f, pooling, rows);
}

const joined = (f: FunctionBuilder, { fold }: Pooling, vectors: readonly Vector[]): Vector =>
  vectors.reduce((all, vector) => f.let('folded', fold.join(all, vector)));

function moveRows({ f, pooling, p }: Writer, bytes: number): void {
  for (const name of rowNames(pooling)) f.set(p[name]!, i32.add(p[name]!, bytes));
}

function writeColumns(writer: Writer): void {
  const { f, pooling, p } = writer;
  const { output } = pooling.width;
  const end = f.let('last', i32.add(p.y!, (output - (output % 4)) * bytesOf(writer)));
  f.doWhile(() => {
    fourOutputs(writer);
    return i32.ne(p.y!, end);
  }, 'columns');
  if (output % 4 === 0) return;
  advance(writer, (output % 4) - 4);
  fourOutputs(writer);
}

const bytesOf = ({ tile }: Writer): number => dtypes[tile.y.dtype].bytes;

function fourOutputs(writer: Writer): void {
  const { f, build, pooling, tile, p, scale } = writer;
  const vectors = tapsOf(writer);
  endTile(build, tile, p, { f, sums: [[f.let('pooled', scale(joined(f, pooling, vectors)))]], starts: [0] });
  advance(writer, 4);
}

/** What each tap along the row reads for four outputs. */
function tapsOf(writer: Writer): readonly Vector[] {
  const { f, pooling, p } = writer;
  const { kernel, stride, dilation, begin } = pooling.width;
  const inPlace = foldsInPlace(pooling);
  const loaded = new Map<number, Vector>();
  const at = (offset: number): Vector => {
    const vector = loaded.get(offset);
    if (vector) return vector;
    const fresh = f.let(
      'inputs',
      inPlace ? rowsAt(writer, offset - 4 * begin) : v128.load(p.folded!, offset),
    );
    loaded.set(offset, fresh);
    return fresh;
  };
  return Array.from({ length: kernel }, (_, tap) => {
    const first = tap * dilation;
    return f.let('tap', stride > 2 ? fewOf(p.folded!, first, stride) : everyOf(at, first, stride));
  });
}

/** Four neighbours from element `first` on, or every second element. */
function everyOf(at: (offset: number) => Vector, first: number, stride: number): Vector {
  if (stride === 1) return at(4 * first);
  const even = first - (first % 2);
  return shuffle32(at(4 * even), at(4 * even + 16), even === first ? [0, 2, 4, 6] : [1, 3, 5, 7]);
}

/** Four elements that are further apart, one by one. */
const fewOf = (from: Local<'i32'>, first: number, stride: number): Vector =>
  [1, 2, 3].reduce(
    (vector, lane) => v128.load32_lane(from, vector, lane, 4 * (first + lane * stride)),
    v128.load32_zero(from, 4 * first),
  );

/** Moves on by so many outputs. */
function advance(writer: Writer, outputs: number): void {
  const { f, pooling, tile, p } = writer;
  const inputs = 4 * outputs * pooling.width.stride;
  const move = (name: string, bytes: number): void => void f.set(p[name]!, i32.add(p[name]!, bytes));
  if (foldsInPlace(pooling)) moveRows(writer, inputs);
  else move('folded', inputs);
  move('y', outputs * bytesOf(writer));
  if (p.columnFactors) move('columnFactors', 4 * outputs);
  for (const [i, { steps }] of tile.epilogue?.walks.entries() ?? [])
    if (steps.lane !== 0) move(`e${i}`, outputs * steps.lane);
}
