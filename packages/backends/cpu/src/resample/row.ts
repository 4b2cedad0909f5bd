/** Input rows resampled along the innermost axis. */
import type { Build, Data } from '../compile/build.ts';
import {
  type Expr,
  type Func,
  type FunctionBuilder,
  f32,
  f32x4,
  i8x16,
  i32,
  type Local,
  madd,
  shuffle32,
  v128,
} from '../wasm/index.ts';
import { type Phases, type RowPlan, tapsOf } from './axis.ts';

type Address = Expr<'i32'>;
type Vector = Expr<'v128'>;
export type RowParams = { readonly source: 'i32'; readonly row: 'i32'; readonly tables: 'i32' };

/** Room that a resampled row takes, in bytes: stores come in fours; no power of two, so that rows do not meet in a cache. */
export const rowBytes = (outputs: number): number => (Math.ceil(outputs / 16) * 16 + 16) * 4;

/** Resamples the row at `source` into the one at `row`; what it reads from memory lies at `tables`. */
export const rowFunction = (build: Build, plan: RowPlan): Func<RowParams> => {
  const { table, phases, tabled, listed } = plan;
  const { taps } = table;
  const key = JSON.stringify([taps, phases, tabled, listed.length, build.relaxed]);
  return build.once(`resample row ${key}`, () =>
    build.module.func(
      `resampleRow.${table.first.length}`,
      { source: 'i32', row: 'i32', tables: 'i32' },
      [],
      (f, p) => {
        f.comment(`${table.first.length} outputs of ${taps} taps`);
        if (listed.length > 0) writeListed(f, p, listed.length, taps);
        if (phases) writePhases(f, p, phases, build.relaxed);
        if (tabled) writeTabled(f, p, plan, build.relaxed);
      },
    ),
  );
};

type Locals = { readonly [K in keyof RowParams]: Local<'i32'> };

/** Bytes of an output's entry: where it lies, where its taps lie, their weights. */
const listedBytes = (taps: number): number => 4 + 8 * taps;
/** Bytes of the entry of four outputs: where what they read begins, then tap by tap where it lies from there and its weight. */
const quadBytes = (taps: number, isNear: boolean): number => (isNear ? 4 + 32 * taps : 16 + 16 * taps);

function writeListed(f: FunctionBuilder, { source, row, tables }: Locals, count: number, taps: number): void {
  const end = f.let('end', i32.add(tables, count * listedBytes(taps)));
  f.doWhile(() => {
    const products = Array.from({ length: taps }, (_, t) =>
      f32.mul(f32.load(i32.add(source, i32.load(tables, 4 + 4 * t))), f32.load(tables, 4 + 4 * taps + 4 * t)),
    );
    f.f32.store(
      i32.add(row, i32.load(tables)),
      products.reduce((a, b) => f32.add(a, b)),
    );
    f.set(tables, i32.add(tables, listedBytes(taps)));
    return i32.ne(tables, end);
  }, 'listed');
}

/** Runs \`body\` for every four of `count`, the last ones twice where they are fewer. */
function inFours(
  f: FunctionBuilder,
  count: number,
  steps: readonly (readonly [Local<'i32'>, number])[],
  body: () => void,
): void {
  const whole = Math.floor(count / 4);
  const [[first, step]] = steps as readonly [readonly [Local<'i32'>, number]];
  const end = f.let('end', i32.add(first, whole * step));
  f.doWhile(() => {
    body();
    for (const [local, bytes] of steps) f.set(local, i32.add(local, bytes));
    return i32.ne(first, end);
  }, 'fours');
  if (count % 4 === 0) return;
  for (const [local, bytes] of steps) f.set(local, i32.sub(local, ((4 - (count % 4)) / 4) * bytes));
  body();
}

const weighted = (vectors: readonly Vector[], weights: readonly Vector[], relaxed: boolean): Vector =>
  vectors
    .slice(1)
    .reduce((sum, x, i) => madd(x, weights[i + 1]!, sum, relaxed), f32x4.mul(vectors[0]!, weights[0]!));

function writePhases(
  f: FunctionBuilder,
  { source, row }: Locals,
  { step, begin, groups, first, weights }: Phases,
  relaxed: boolean,
): void {
  const known = new Map<number, Local<'v128'>>();
  for (const weight of weights.flat())
    if (!known.has(weight)) known.set(weight, f.let('w', f32x4.splat(f32.const(weight))));
  const at = f.let('at', i32.add(source, 4 * Math.min(...first)));
  const to = f.let('to', i32.add(row, 4 * begin));
  inFours(
    f,
    groups,
    [
      [at, 16],
      [to, 16 * step],
    ],
    () => {
      const inputs = new Map<number, Local<'v128'>>();
      const input = (offset: number) => {
        const loaded = inputs.get(offset) ?? f.let('x', v128.load(at, offset));
        inputs.set(offset, loaded);
        return loaded;
      };
      const phases = weights.map((row, r) => {
        const offset = 4 * (first[r]! - Math.min(...first));
        const taps = row.map((_, t) => input(offset + 4 * t));
        return f.let(
          `phase${r}`,
          weighted(
            taps,
            row.map((weight) => known.get(weight)!),
            relaxed,
          ),
        );
      });
      for (const [i, vector] of interleaved(f, phases).entries()) f.v128.store(to, vector, 16 * i);
    },
  );
}

/** Lane 0 of each vector, then lane 1 of each, ...: two vectors or four. */
function interleaved(f: FunctionBuilder, vectors: readonly Local<'v128'>[]): readonly Vector[] {
  const [a, b, c, d] = vectors as readonly [Local<'v128'>, Local<'v128'>, Local<'v128'>?, Local<'v128'>?];
  const low = shuffle32(a, b, [0, 4, 1, 5]);
  const high = shuffle32(a, b, [2, 6, 3, 7]);
  if (!c || !d) return [low, high];
  const [ab, ab2] = [f.let('ab', low), f.let('ab', high)];
  const [cd, cd2] = [f.let('cd', shuffle32(c, d, [0, 4, 1, 5])), f.let('cd', shuffle32(c, d, [2, 6, 3, 7]))];
  return [
    shuffle32(ab, cd, [0, 1, 4, 5]),
    shuffle32(ab, cd, [2, 3, 6, 7]),
    shuffle32(ab2, cd2, [0, 1, 4, 5]),
    shuffle32(ab2, cd2, [2, 3, 6, 7]),
  ];
}

function writeTabled(
  f: FunctionBuilder,
  { source, row, tables }: Locals,
  plan: RowPlan,
  relaxed: boolean,
): void {
  const { taps } = plan.table;
  const { begin, end, isNear } = plan.tabled!;
  const bytes = quadBytes(taps, isNear);
  const to = f.let('to', i32.add(row, 4 * begin));
  const quads = (count: number) => {
    for (let i = 0; i < count; i++) {
      const weightsAt = i * bytes + (isNear ? 4 + 16 * taps : 16);
      const weights = Array.from({ length: taps }, (_, t) => v128.load(tables, weightsAt + 16 * t));
      const vectors = isNear
        ? swizzled(f, source, { tables, at: i * bytes, taps, relaxed })
        : gathered(f, source, { tables, at: i * bytes, taps });
      f.v128.store(to, weighted(vectors, weights, relaxed), 16 * i);
    }
    f.set(tables, i32.add(tables, bytes * count));
    f.set(to, i32.add(to, 16 * count));
  };
  const whole = Math.floor((end - begin) / 4);
  const pairs = Math.floor(whole / 2);
  if (pairs > 0) {
    const last = f.let('last', i32.add(to, 32 * pairs));
    f.doWhile(() => {
      quads(2);
      return i32.ne(to, last);
    }, 'tabled');
  }
  if (whole % 2 === 1) quads(1);
  if ((end - begin) % 4 === 0) return;
  f.set(to, i32.add(row, 4 * (end - 4)));
  quads(1);
}

interface Quad {
  readonly tables: Address;
  /** Of its entry. */
  readonly at: number;
  readonly taps: number;
}

/** The taps of four outputs that all lie in one vector of the input, a vector each. */
function swizzled(
  f: FunctionBuilder,
  source: Address,
  { tables, at, taps, relaxed }: Quad & { readonly relaxed: boolean },
): readonly Vector[] {
  const take = relaxed ? i8x16.relaxed_swizzle : i8x16.swizzle;
  const inputs = f.let('inputs', v128.load(i32.add(source, i32.load(tables, at))));
  return Array.from({ length: taps }, (_, t) => take(inputs, v128.load(tables, at + 4 + 16 * t)));
}

/** The taps of four outputs, a vector each. */
function gathered(f: FunctionBuilder, source: Address, { tables, at, taps }: Quad): readonly Vector[] {
  const input = (i: number) => f.let(`x${i}`, i32.add(source, i32.load(tables, at + 4 * i)));
  const [a, b, c, d] = [input(0), input(1), input(2), input(3)] as const;
  if (taps === 1)
    return [v128.load32_lane(d, v128.load32_lane(c, v128.load32_lane(b, v128.load32_zero(a), 1), 2), 3)];
  if (taps === 2) {
    const ab = f.let('ab', v128.load64_lane(b, v128.load64_zero(a), 1));
    const cd = f.let('cd', v128.load64_lane(d, v128.load64_zero(c), 1));
    return [shuffle32(ab, cd, [0, 2, 4, 6]), shuffle32(ab, cd, [1, 3, 5, 7])];
  }
  const rows = [a, b, c, d].map((address, i) => f.let(`row${i}`, v128.load(address)));
  const columns = interleaved(f, rows);
  return columns.slice(0, taps).map((column, t) => f.let(`tap${t}`, column));
}

type ArrayKind = Int32ArrayConstructor | Float32ArrayConstructor | Uint8ArrayConstructor;

/** What a row function reads from memory. */
export function rowTables({ table, tabled, listed }: RowPlan): Data {
  const { taps } = table;
  const isNear = tabled?.isNear ?? false;
  const quads = tabled ? Math.ceil((tabled.end - tabled.begin) / 4) : 0;
  return {
    bytes: listed.length * listedBytes(taps) + quads * quadBytes(taps, isNear),
    fill(memory, address) {
      let at = address;
      const put = (array: ArrayKind, values: readonly number[]) => {
        new array(memory, at, values.length).set(values);
        at += array.BYTES_PER_ELEMENT * values.length;
      };
      for (const output of listed) {
        const found = tapsOf(table, output);
        put(Int32Array, [4 * output, ...found.map(({ index }) => 4 * index)]);
        put(
          Float32Array,
          found.map(({ weight }) => weight),
        );
      }
      for (let quad = 0; quad < quads; quad++) {
        const start = Math.min(tabled!.begin + 4 * quad, tabled!.end - 4);
        const four = [0, 1, 2, 3].map((i) => tapsOf(table, start + i));
        const firsts = four.map(([tap]) => 4 * tap!.index);
        const from = Math.min(...four.flat().map(({ index }) => 4 * index));
        put(Int32Array, isNear ? [from] : firsts);
        for (let t = 0; isNear && t < taps; t++)
          put(
            Uint8Array,
            four.flatMap((each) => [0, 1, 2, 3].map((byte) => 4 * each[t]!.index - from + byte)),
          );
        for (let t = 0; t < taps; t++)
          put(
            Float32Array,
            four.map((each) => each[t]!.weight),
          );
      }
    },
  };
}
