/** Rows of the output of a transposed convolution out of rows of its phases. */
import { dtypes } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import { type Expr, type Func, type FunctionBuilder, f32x4, i32, type Local, v128 } from '../wasm/index.ts';
import { interleave } from './interleave.ts';
import { addresses, endTile, extrasOf, keyOfTile, type Params, type TileShape } from './tile.ts';

export interface InterleavedRow {
  /** What is stored, with which bias and through which epilogue. */
  readonly tile: TileShape;
  readonly stride: number;
  /** Columns of the output. */
  readonly columns: number;
}

/** The shortest row: one vector of each phase. */
export const leastInterleaved = (stride: number): number => 4 * stride;

type Address = Expr<'i32'>;
type Vector = Expr<'v128'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Phases that are interleaved at once: all of them, or fours, the last of which may overlap the one before. */
const groupsOf = (stride: number): readonly (readonly number[])[] =>
  stride <= 4
    ? [range(stride)]
    : range(Math.ceil(stride / 4)).map((group) => range(4).map((i) => Math.min(4 * group, stride - 4) + i));

/**
 * Column stride * j + k of the row at `y` is column j of phase k, whose row is so many bytes from `sums` on as the k-th
 * number at `places` says.
 */
export const interleaveRowFunction = (build: Build, row: InterleavedRow): Func<Params> => {
  const { tile, stride, columns } = row;
  return build.once(`interleave row ${stride} ${columns} ${keyOfTile(tile)}`, () =>
    build.module.func(
      `interleaveRow.${stride}`,
      addresses(['sums', 'places', 'y', ...extrasOf(tile)]),
      [],
      (f, p) => {
        f.comment(`${columns} columns of ${stride} phases`);
        const bias = tile.bias && f.let('start', v128.load32_splat(p.bias!));
        const phase = (k: number): Address => i32.add(p.sums!, i32.load(p.places!, 4 * k));
        const whole = Math.floor(columns / stride);
        for (const group of groupsOf(stride)) {
          const phases = group.map((k) => f.let(`phase${k}`, phase(k)));
          wholeVectors(f, build, row, p, { first: group[0]!, phases, bias, count: Math.floor(whole / 4) });
        }
        if (columns % (4 * stride) !== 0) lastVectors(f, build, row, p, phase, bias);
      },
    ),
  );
};

interface Walked {
  readonly first: number;
  readonly phases: readonly Local<'i32'>[];
  readonly bias: Local<'v128'> | undefined;
  readonly count: number;
}

/** Four columns of each phase of a group after the other. */
function wholeVectors(
  f: FunctionBuilder,
  build: Build,
  { tile, stride }: InterleavedRow,
  p: Locals,
  { first, phases, bias, count }: Walked,
): void {
  const { bytes } = dtypes[tile.y.dtype];
  const steps = tile.epilogue?.walks.map(({ steps }) => steps.lane) ?? [];
  const own = (name: string, distance: number) => f.let(`${name}.walk`, i32.add(p[name]!, first * distance));
  const y = own('y', bytes);
  const walks = steps.map((lane, i) => [`e${i}`, own(`e${i}`, lane)] as const);
  const end = f.let('end', i32.add(y, 4 * stride * count * bytes));
  f.doWhile(() => {
    const vectors = phases.map((phase) => v128.load(phase));
    const starts = startsOf(stride, phases.length, 0);
    endTile(
      build,
      tile,
      { ...p, y, ...Object.fromEntries(walks) },
      { f, sums: [placed(f, vectors, bias)], starts },
    );
    for (const phase of phases) f.set(phase, i32.add(phase, 16));
    for (const [i, [, walk]] of walks.entries())
      if (steps[i] !== 0) f.set(walk, i32.add(walk, 4 * stride * steps[i]!));
    return i32.ne(f.set(y, i32.add(y, 4 * stride * bytes)), end);
  }, 'column');
}

/** The last columns that are a vector of each phase; they begin at any phase. */
function lastVectors(
  f: FunctionBuilder,
  build: Build,
  { tile, stride, columns }: InterleavedRow,
  p: Locals,
  phase: (k: number) => Address,
  bias: Local<'v128'> | undefined,
): void {
  const from = columns - 4 * stride;
  for (const group of groupsOf(stride)) {
    const vectors = group.map((i) => {
      const column = from + i;
      return v128.load(phase(column % stride), 4 * Math.floor(column / stride));
    });
    const starts = startsOf(stride, group.length, from + group[0]!);
    endTile(build, tile, p, { f, sums: [placed(f, vectors, bias)], starts });
  }
}

/** Where interleaved vectors of so many phases begin: side by side if these are all. */
const startsOf = (stride: number, phases: number, from: number): readonly number[] =>
  range(phases).map((i) => from + i * (phases === stride ? 4 : stride));

/** The vectors with their lanes in turn, and the bias. */
function placed(
  f: FunctionBuilder,
  vectors: readonly Vector[],
  bias: Local<'v128'> | undefined,
): readonly Vector[] {
  const lanes = vectors.map((vector, i) => f.let(`x${i}`, vector));
  const turned = lanes.length === 1 ? lanes : interleave(f, lanes);
  return turned.map((vector) => (bias ? f32x4.add(vector, bias) : vector));
}
