/** Rows copied to more places: each output row is written from its input row, one stream of stores in all. */
import { dtypes } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Step } from '@polyphase/plugin';
import type { Build, Data, Place } from '../compile/build.ts';
import type { EpiloguePlan } from '../contractions/epilogue.ts';
import { epiloguePlaces, namesIn } from '../contractions/product.ts';
import {
  addresses,
  endTile,
  extrasOf,
  type Params,
  storedRow,
  type TileShape,
} from '../contractions/tile.ts';
import {
  type Expr,
  type Func,
  type FunctionBuilder,
  i8x16,
  i32,
  type Local,
  select,
  v128,
} from '../wasm/index.ts';
import { type Picked, type Repeated, type Replication, vectorBytes } from './row-copy.ts';

type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

interface Plan extends Replication {
  readonly tile: TileShape;
  /** Output rows of a unit, and units of a plane. */
  readonly stripRows: number;
  readonly strips: number;
}

/** Of the output, in bytes. */
const stripSize = 32768;
const bytesPerMicrosecond = 20_000;
const callMicroseconds = 100;

/** Adds the task: a unit is some rows of a plane. */
export function emitReplication(
  build: Build,
  step: ContractionStep,
  replication: Replication,
  epilogue: EpiloguePlan | undefined,
): void {
  const { planes, rows, rowBytes, copy } = replication;
  const stripRows = Math.min(Math.max(1, Math.round(stripSize / rowBytes)), rows.length);
  const strips = Math.ceil(rows.length / stripRows);
  const plan: Plan = { ...replication, tile: storedRow(step.output.dtype, epilogue), stripRows, strips };
  const kernel = copy.kind === 'repeated' ? `replication ${copy.times}` : 'replication by table';
  const described: Step = { kernel, nodes: step.nodes };
  const known: Record<string, Place | undefined> = {
    x: { kind: 'buffer', buffer: step.inputs[0]! },
    y: { kind: 'buffer', buffer: step.output },
    rows: build.add(integers(rows)),
    ...(copy.kind === 'picked' && { lanes: build.add(lanesData(copy)) }),
    ...epiloguePlaces(build, epilogue),
  };
  const names = ['x', 'y', 'rows', ...stripNames(plan)];
  const func = writePlanes(build, described, plan, names);
  const units = planes * strips;
  const work = (planes * rows.length * rowBytes) / bytesPerMicrosecond;
  const grain = Math.max(1, Math.round((callMicroseconds * units) / work));
  const places = names.map((name) => known[name]!);
  build.tasks.push({ step: described, func, places, units, grain, ordered: false, work });
}

/** What a strip takes besides its rows. */
const stripNames = ({ copy, tile }: Plan): readonly string[] => [
  ...(copy.kind === 'picked' ? ['lanes'] : []),
  ...extrasOf(tile),
];

const integers = (table: Int32Array): Data => ({
  bytes: table.byteLength,
  fill: (memory, address) => new Int32Array(memory, address, table.length).set(table),
});

/** Bytes of a vector's entry: where its elements begin, and which they are. */
const pickBytes = 4 + vectorBytes;

const lanesData = ({ vectors }: Picked): Data => ({
  bytes: vectors.length * pickBytes,
  fill(memory, address) {
    for (const [i, { from, lanes }] of vectors.entries()) {
      new Int32Array(memory, address + i * pickBytes, 1)[0] = from;
      new Uint8Array(memory, address + i * pickBytes + 4, vectorBytes).set(lanes);
    }
  },
});

function writePlanes(build: Build, step: Step, plan: Plan, names: readonly string[]): Func<Params> {
  const { rows, planeBytes, rowBytes, stripRows, tile } = plan;
  const strip = stripFunction(build, plan);
  const steps = tile.epilogue?.walks.map(({ base, steps }) => [base, steps.batch, steps.row]);
  const key = JSON.stringify([strip.index, rows.length, planeBytes, rowBytes, stripRows, steps]);
  return build.once(`replicate planes ${key}`, () =>
    build.module.func(`replicatePlanes.${rows.length}`, addresses(['begin', 'end', ...names]), [], (f, p) => {
      f.comment(namesIn(step));
      f.comment(`planes of ${rows.length} rows of ${rowBytes} bytes, a unit is ${stripRows} rows`);
      f.for('unit', p.begin!, p.end!, 1, (unit) => writeUnit(f, plan, p, unit, strip));
    }),
  );
}

function writeUnit(f: FunctionBuilder, plan: Plan, p: Locals, unit: Address, strip: Func<Params>): void {
  const { rows, planeBytes, rowBytes, stripRows, strips, tile } = plan;
  const plane = f.let('plane', i32.div_u(unit, strips));
  const from = f.let('from', i32.mul(i32.sub(unit, i32.mul(plane, strips)), stripRows));
  const to = f.let('to', i32.add(from, stripRows));
  if (rows.length % stripRows > 0) f.set(to, select(i32.const(rows.length), to, i32.gt_s(to, rows.length)));
  const walks = tile.epilogue?.walks.map(({ base, steps }, i) => {
    const at = i32.add(i32.mul(plane, steps.batch), i32.mul(from, steps.row));
    return [`e${i}`, i32.add(i32.add(p[`e${i}`]!, base), at)] as const;
  });
  f.call(strip, {
    y: i32.add(p.y!, i32.mul(i32.add(i32.mul(plane, rows.length), from), rowBytes)),
    source: i32.add(p.x!, i32.mul(plane, planeBytes)),
    row: i32.add(p.rows!, i32.mul(from, 4)),
    end: i32.add(p.rows!, i32.mul(to, 4)),
    ...(p.lanes && { lanes: p.lanes }),
    ...(p.pool && { pool: p.pool }),
    ...Object.fromEntries(walks ?? []),
  });
}

/** Writes the output rows whose inputs are listed from `row` up to `end`, one after the other from `y` on. */
function stripFunction(build: Build, plan: Plan): Func<Params> {
  const { copy, inputRowBytes, rowBytes, tile } = plan;
  const form = copy.kind === 'repeated' ? copy : copy.kind;
  const rowSteps = tile.epilogue?.walks.map(({ steps }) => steps.row);
  const key = JSON.stringify([form, inputRowBytes, rowBytes, tile.y, tile.epilogue?.key, rowSteps]);
  return build.once(`replicate ${key}`, () => {
    const params = addresses(['y', 'source', 'row', 'end', ...stripNames(plan)]);
    return build.module.func(`replicate.${rowBytes}`, params, [], (f, p) => {
      const out: Output = { f, build, tile, p };
      f.doWhile(() => {
        const from = f.let('from', i32.add(p.source!, i32.load(p.row!)));
        if (copy.kind === 'repeated') repeatRow(out, copy, from, inputRowBytes);
        else pickRow(out, copy, from, rowBytes);
        for (const [i, { steps }] of tile.epilogue?.walks.entries() ?? [])
          move(out, `e${i}`, steps.row - (rowBytes / dtypes[tile.y.dtype].bytes) * steps.lane);
        f.set(p.row!, i32.add(p.row!, 4));
        return i32.ne(p.row!, p.end!);
      }, 'rows');
    });
  });
}

interface Output {
  readonly f: FunctionBuilder;
  readonly build: Build;
  readonly tile: TileShape;
  readonly p: Locals;
}

function move({ f, p }: Output, name: string, bytes: number): void {
  if (bytes !== 0) f.set(p[name]!, i32.add(p[name]!, bytes));
}

/** Moves the output, and what its epilogue reads, on by so many bytes of the output. */
function advance(out: Output, bytes: number): void {
  const { tile } = out;
  move(out, 'y', bytes);
  for (const [i, { steps }] of tile.epilogue?.walks.entries() ?? [])
    move(out, `e${i}`, (bytes / dtypes[tile.y.dtype].bytes) * steps.lane);
}

/** Writes vectors one after another, through the epilogue if there is one. */
function write(out: Output, vectors: readonly Expr<'v128'>[]): void {
  const { f, build, tile, p } = out;
  if (!tile.epilogue)
    for (const [i, vector] of vectors.entries()) f.v128.store(p.y!, vector, vectorBytes * i);
  else endTile(build, tile, p, { f, sums: [vectors], starts: vectors.map((_, i) => 4 * i) });
  advance(out, vectorBytes * vectors.length);
}

/** Vectors of the output that are written in a turn. */
const vectorsAtOnce = 4;

function repeatRow(
  out: Output,
  { times, element }: Repeated,
  from: Local<'i32'>,
  inputRowBytes: number,
): void {
  const { f } = out;
  const repeat = (count: number): void => {
    const inputs = Array.from({ length: count }, (_, i) => f.let('x', v128.load(from, vectorBytes * i)));
    write(
      out,
      inputs.flatMap((x) =>
        repetitions(times, element).map((lanes) => (times === 1 ? x : i8x16.shuffle(x, x, lanes))),
      ),
    );
    f.set(from, i32.add(from, vectorBytes * count));
  };
  const whole = Math.floor(inputRowBytes / vectorBytes);
  const atOnce = Math.max(1, Math.floor(vectorsAtOnce / times));
  const turns = Math.floor(whole / atOnce);
  if (turns > 1) {
    const end = f.let('stop', i32.add(from, turns * atOnce * vectorBytes));
    f.doWhile(() => {
      repeat(atOnce);
      return i32.ne(from, end);
    }, 'columns');
  }
  const left = turns > 1 ? whole % atOnce : whole;
  if (left > 0) repeat(left);
  const rest = inputRowBytes % vectorBytes;
  if (rest === 0) return;
  f.set(from, i32.add(from, rest - vectorBytes));
  advance(out, (rest - vectorBytes) * times);
  repeat(1);
}

/** Which bytes of an input vector each of its output vectors has. */
const repetitions = (times: number, element: number): readonly (readonly number[])[] =>
  Array.from({ length: times }, (_, vector) =>
    Array.from({ length: vectorBytes }, (_, i) => {
      const at = vector * vectorBytes + i;
      return Math.floor(at / element / times) * element + (at % element);
    }),
  );

function pickRow(out: Output, { vectors }: Picked, from: Local<'i32'>, rowBytes: number): void {
  const { f, build, p } = out;
  const entry = f.let('entry', p.lanes!);
  const take = build.relaxed ? i8x16.relaxed_swizzle : i8x16.swizzle;
  const pick = (count: number): void => {
    const picks = Array.from({ length: count }, (_, i) => {
      const at = i * pickBytes;
      const bytes = v128.load(i32.add(from, i32.load(entry, at)));
      return f.let('picked', take(bytes, v128.load(entry, at + 4)));
    });
    write(out, picks);
    f.set(entry, i32.add(entry, pickBytes * count));
  };
  const whole = Math.floor(rowBytes / vectorBytes);
  const atOnce = vectorsAtOnce / 2;
  const turns = Math.floor(whole / atOnce);
  if (turns > 1) {
    const end = f.let('stop', i32.add(entry, turns * atOnce * pickBytes));
    f.doWhile(() => {
      pick(atOnce);
      return i32.ne(entry, end);
    }, 'columns');
  }
  const left = turns > 1 ? whole % atOnce : whole;
  if (left > 0) pick(left);
  if (vectors.length === whole) return;
  advance(out, (rowBytes % vectorBytes) - vectorBytes);
  pick(1);
}
