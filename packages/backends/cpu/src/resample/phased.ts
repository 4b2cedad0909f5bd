/** Output rows by phases, straight from the input rows that they are made of: nothing in between is stored. */
import { dtypes } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import { interleave } from '../contractions/interleave.ts';
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
  madd,
  shuffle32,
  v128,
} from '../wasm/index.ts';
import { rowNames } from './column.ts';
import type { RowPhases } from './row-phases.ts';
import { entryBytes, type RowShape, rowSteps, type StripWriter } from './row-writer.ts';

type Vector = Expr<'v128'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

/** Blocks of four inputs that are computed in a turn. */
const blocksAtOnce = 2;

/** For rows that come in phases. */
export function phasedWriter(build: Build, shape: RowShape, row: RowPhases): StripWriter {
  const func = phasedFunction(build, shape, row);
  return {
    kernel: `phased resampling ${shape.taps}x${Math.max(...row.phases.map(({ length }) => length))}`,
    key: `phased ${func.index}`,
    places: {},
    write: (f, { source, entry, end, row }) => void f.call(func, { source, entry, end, ...row }),
  };
}

/** Writes the output rows of the entries from `entry` up to `end`: of each the input rows by their weights, then the phases. */
function phasedFunction(build: Build, shape: RowShape, row: RowPhases): Func<Params> {
  const { taps, tile, inputColumns } = shape;
  const key = JSON.stringify([row, taps, rowSteps(shape), build.relaxed]);
  return build.once(`phased ${key} ${keyOfTile(tile)}`, () => {
    const params = addresses(['y', 'source', 'entry', 'end', ...extrasOf(tile)]);
    return build.module.func(`phased.${taps}x${row.phases.length}`, params, [], (f, p) => {
      f.comment(`${row.inputs} inputs of ${taps} rows, ${row.phases.length} outputs of each`);
      const weights = new Map<number, Vector>();
      for (const { weight } of row.phases.flat())
        if (!weights.has(weight)) weights.set(weight, f.let('w', f32x4.splat(f32.const(weight))));
      f.doWhile(() => {
        const rows = rowNames(taps).map((name, t) => {
          const offset = i32.mul(i32.load(p.entry!, 4 + 4 * t), 4 * inputColumns);
          return [name, f.let(name, i32.add(p.source!, offset))] as const;
        });
        const rowWeights = rows.map((_, t) =>
          f.let(`w${t}`, v128.load32_splat(p.entry!, 4 + 4 * taps + 4 * t)),
        );
        const cursors = { ...p, ...Object.fromEntries(rows) };
        writeRow({ f, build, tile, p: cursors, row, rowWeights, weights });
        for (const [name, bytes] of leftOver(shape)) f.set(p[name]!, i32.add(p[name]!, bytes));
        f.set(p.entry!, i32.add(p.entry!, entryBytes(taps)));
        return i32.ne(p.entry!, p.end!);
      }, 'rows');
    });
  });
}

interface Writer {
  readonly f: FunctionBuilder;
  readonly build: Build;
  readonly tile: TileShape;
  readonly p: Locals;
  readonly row: RowPhases;
  readonly rowWeights: readonly Vector[];
  /** The phases' weights in all lanes. */
  readonly weights: Map<number, Vector>;
}

/** Four neighbouring inputs, and the four on each side of them. */
type Block = readonly [before: Vector, own: Vector, after: Vector];

function writeRow(writer: Writer): void {
  const { f, row } = writer;
  const { inputs } = row;
  const own = f.local('own', 'v128');
  const before = f.local('before', 'v128');
  f.set(own, joined(writer, 0));
  f.set(before, f32x4.splat(f32x4.extract_lane(own, 0)));
  // Blocks whose right neighbours are all inputs.
  const inner = Math.floor(inputs / 4) - 1;
  const turn = (count: number): void => {
    let [left, middle]: Vector[] = [before, own];
    const blocks = Array.from({ length: count }, (_, i): Block => {
      const after = f.let('after', joined(writer, 4 * i + 4));
      const block: Block = [left!, middle!, after];
      [left, middle] = [middle, after];
      return block;
    });
    writeBlocks(writer, blocks);
    f.set(before, middleOf(blocks));
    f.set(own, middle!);
    advance(writer, 4 * count);
  };
  const turns = Math.floor(inner / blocksAtOnce);
  if (turns > 0) {
    const end = f.let('end', i32.add(writer.p.row0!, turns * blocksAtOnce * 16));
    f.doWhile(() => {
      turn(blocksAtOnce);
      return i32.ne(writer.p.row0!, end);
    }, 'columns');
  }
  if (inner % blocksAtOnce > 0) turn(inner % blocksAtOnce);
  writeEnd(writer, 4 * inner);
}

const middleOf = (blocks: readonly Block[]): Vector => blocks.at(-1)![1];

/** The last blocks: the one that begins at input `at`, and if it is not the last a last one that overlaps it. */
function writeEnd(writer: Writer, at: number): void {
  const { row } = writer;
  const last = row.inputs - 4;
  let here = at;
  for (const start of at === last ? [at] : [at, last]) {
    advance(writer, start - here);
    here = start;
    const vectorAt = (first: number) => clamped(writer, first, here);
    writeBlocks(writer, [[vectorAt(start - 4), vectorAt(start), vectorAt(start + 4)]]);
  }
  advance(writer, 4);
}

/** The inputs from one on, each beyond the ends replaced by the one at the end; the rows stand at input `here`. */
function clamped(writer: Writer, first: number, here: number): Vector {
  const { f, row } = writer;
  const last = row.inputs - 4;
  const from = Math.min(Math.max(first, 0), last);
  const vector = f.let('inputs', joined(writer, from - here));
  if (from === first) return vector;
  const lanes = [0, 1, 2, 3].map((i) => Math.min(Math.max(first + i, 0), row.inputs - 1) - from);
  return f.let('clamped', shuffle32(vector, vector, lanes as [number, number, number, number]));
}

/** Four inputs of the rows by their weights, `distance` inputs from where the rows stand. */
function joined({ build, p, rowWeights }: Writer, distance: number): Vector {
  const rows = rowWeights.map((_, t) => {
    const at = distance < 0 ? i32.sub(p[`row${t}`]!, -4 * distance) : p[`row${t}`]!;
    return v128.load(at, Math.max(0, 4 * distance));
  });
  return weighted(rows, rowWeights, build.relaxed);
}

const weighted = (vectors: readonly Vector[], weights: readonly Vector[], relaxed: boolean): Vector =>
  vectors
    .slice(1)
    .reduce((sum, x, i) => madd(x, weights[i + 1]!, sum, relaxed), f32x4.mul(vectors[0]!, weights[0]!));

function writeBlocks(writer: Writer, blocks: readonly Block[]): void {
  const { f, build, tile, p, row } = writer;
  const vectors = blocks.flatMap((block) => outputsOf(writer, block));
  const starts = blocks.flatMap((_, b) => row.phases.map((_, i) => 4 * (b * row.phases.length + i)));
  endTile(build, tile, p, { f, sums: [vectors], starts });
}

/** The outputs of four inputs. */
function outputsOf({ f, build, row, weights }: Writer, block: Block): readonly Vector[] {
  const neighbours = known((distance: number) => shifted(f, block, distance));
  const firsts = known((weight: number) => f.let('first', f32x4.mul(block[1], weights.get(weight)!)));
  const phases = row.phases.map((taps) => {
    const own = taps.find(({ distance }) => distance === 0)!;
    const others = taps.filter((tap) => tap !== own);
    const product = others.reduce(
      (sum, { distance, weight }) => madd(neighbours(distance), weights.get(weight)!, sum, build.relaxed),
      firsts(own.weight) as Vector,
    );
    return f.let('phase', product);
  });
  return interleave(f, phases);
}

/** A function that computes each value once. */
function known<V>(compute: (key: number) => V): (key: number) => V {
  const values = new Map<number, V>();
  return (key) => {
    const value = values.get(key) ?? compute(key);
    values.set(key, value);
    return value;
  };
}

/** The inputs that lie so far from the block's own. */
function shifted(f: FunctionBuilder, [before, own, after]: Block, distance: number): Vector {
  const whole = { '-4': before, '0': own, '4': after }[distance];
  if (whole) return whole;
  const lanes = [0, 1, 2, 3].map((i) => i + (distance < 0 ? distance + 4 : distance));
  const [a, b] = distance < 0 ? [before, own] : [own, after];
  return f.let('neighbours', shuffle32(a, b, lanes as [number, number, number, number]));
}

/** Moves the rows on by so many inputs, and the output and what its epilogue reads by what they make. */
function advance({ f, tile, p, row, rowWeights }: Writer, inputs: number): void {
  if (inputs === 0) return;
  const move = (name: string, bytes: number): void => void f.set(p[name]!, i32.add(p[name]!, bytes));
  const outputs = inputs * row.phases.length;
  for (const t of rowWeights.keys()) move(`row${t}`, 4 * inputs);
  move('y', outputs * dtypes[tile.y.dtype].bytes);
  for (const [i, { steps }] of tile.epilogue?.walks.entries() ?? [])
    if (steps.lane !== 0) move(`e${i}`, outputs * steps.lane);
}

/** What is left to go from the end of a row to the next row, for operands that its columns have passed. */
const leftOver = ({ tile, outputColumns }: RowShape): readonly (readonly [name: string, bytes: number])[] =>
  (tile.epilogue?.walks ?? [])
    .map(({ steps }, i) => [`e${i}`, steps.row - outputColumns * steps.lane] as const)
    .filter(([, bytes]) => bytes !== 0);
