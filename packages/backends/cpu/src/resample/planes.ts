/** The planes of a tensor, resampled one after the other in strips of output rows. */
import { type AxisTable, dtypes } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Step } from '@polyphase/plugin';
import type { Build, Data, Place } from '../compile/build.ts';
import { type Axes, type EpiloguePlan, planEpilogue } from '../contractions/epilogue.ts';
import { epiloguePlaces, namesIn } from '../contractions/product.ts';
import { addresses, extrasOf, keyOfTile, type Params, type TileShape } from '../contractions/tile.ts';
import { outputShapeOf, shapeOf } from '../families/geometry.ts';
import { type Expr, type Func, type FunctionBuilder, i32, type Local, select } from '../wasm/index.ts';
import { planRow, type RowPlan, tapsOf } from './axis.ts';
import { columnFunction, rowNames } from './column.ts';
import { rowBytes, rowFunction, rowTables } from './row.ts';

type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

interface Plan {
  readonly inputRows: number;
  readonly inputColumns: number;
  readonly outputRows: number;
  readonly outputColumns: number;
  /** Output rows of a strip, and strips of a plane. */
  readonly stripRows: number;
  readonly strips: number;
  readonly rows: AxisTable;
  readonly row: RowPlan;
  readonly tile: TileShape;
}

/** Units of a step, if there are so few planes. */
const leastUnits = 16;
const leastStripRows = 16;
/** Outputs in a microsecond, about. */
const outputsPerMicrosecond = 4000;
const callMicroseconds = 100;

export function emitPlanes(
  build: Build,
  step: ContractionStep,
  [rows, row]: readonly [AxisTable, AxisTable],
  axes: Axes,
): void {
  const [inputRows, inputColumns] = shapeOf(step.node, 0).slice(-2) as [number, number];
  const shape = outputShapeOf(step.node);
  const [outputRows, outputColumns] = shape.slice(-2) as [number, number];
  const planes = shape.slice(0, -2).reduce((all, length) => all * length, 1);
  const wanted = Math.ceil(leastUnits / planes);
  const stripRows = Math.min(Math.max(Math.ceil(outputRows / wanted), leastStripRows), outputRows);
  const strips = Math.ceil(outputRows / stripRows);
  const tile = tileOf(step, outputColumns, planEpilogue(step, axes));
  const sizes = { inputRows, inputColumns, outputRows, outputColumns, stripRows, strips };
  const plan: Plan = { ...sizes, rows, row: planRow(row, inputColumns), tile };
  const names = ['x', 'y', 'plan', 'tables', 'ring', ...extrasOf(tile)];
  const known: Record<string, Place | undefined> = {
    x: { kind: 'buffer', buffer: step.inputs[0]! },
    y: { kind: 'buffer', buffer: step.output },
    plan: build.add(strideTable(rows)),
    tables: build.add(rowTables(plan.row)),
    ring: build.scratch([ringRows(rows) * rowBytes(outputColumns)])[0],
    ...epiloguePlaces(build, tile.epilogue),
  };
  const kernel = `resampling ${rows.taps}x${row.taps}`;
  const described: Step = { kernel, nodes: step.nodes };
  const func = writePlanes(build, described, plan, names);
  const units = planes * strips;
  const work = (planes * outputRows * outputColumns) / outputsPerMicrosecond;
  const grain = Math.max(1, Math.round((callMicroseconds * units) / work));
  const places = names.map((name) => known[name]!);
  build.tasks.push({ step: described, func, places, units, grain, ordered: false, work });
}

function tileOf({ output }: ContractionStep, columns: number, epilogue: EpiloguePlan | undefined): TileShape {
  const { dtype } = output;
  const y = { dtype, row: columns * dtypes[dtype].bytes };
  return {
    rows: 1,
    starts: columns % 8 === 0 ? [0, 4] : [0],
    a: 'packed',
    b: 'packed',
    y,
    bias: undefined,
    epilogue,
  };
}

/** Rows that are kept: a power of two, so that a row's place is found by a mask. */
const ringRows = ({ taps }: AxisTable): number => 2 ** Math.ceil(Math.log2(taps));

/** Of each output row: after which input row it can be made, which input rows it is made of, and their weights. */
const entryBytes = (taps: number): number => 4 + 8 * taps;

function strideTable(rows: AxisTable): Data {
  const { taps, first } = rows;
  return {
    bytes: first.length * entryBytes(taps),
    fill(memory, address) {
      for (const [output, start] of first.entries()) {
        const at = address + output * entryBytes(taps);
        const found = tapsOf(rows, output);
        new Int32Array(memory, at, 1 + taps).set([start + taps, ...found.map(({ index }) => index)]);
        new Float32Array(memory, at + 4 + 4 * taps, taps).set(found.map(({ weight }) => weight));
      }
    },
  };
}

function writePlanes(build: Build, step: Step, plan: Plan, names: readonly string[]): Func<Params> {
  const { rows, row, tile, ...sizes } = plan;
  const { table, ...own } = row;
  const key = JSON.stringify([sizes, rows.taps, table.taps, own, build.relaxed]);
  const resampleRow = rowFunction(build, row);
  const resampleColumn = columnFunction(build, tile, rows.taps);
  return build.once(`resample planes ${key} ${keyOfTile(tile)}`, () =>
    build.module.func(
      `resample.${plan.outputRows}x${plan.outputColumns}`,
      addresses(['begin', 'end', ...names]),
      [],
      (f, p) => {
        f.comment(namesIn(step));
        f.comment(
          `planes of ${plan.inputRows}x${plan.inputColumns}, a unit is ${plan.stripRows} output rows`,
        );
        f.for('unit', p.begin!, p.end!, 1, (unit) =>
          writeStrip(f, plan, p, unit, { resampleRow, resampleColumn }),
        );
      },
    ),
  );
}

interface Callees {
  readonly resampleRow: ReturnType<typeof rowFunction>;
  readonly resampleColumn: Func<Params>;
}

function writeStrip(f: FunctionBuilder, plan: Plan, p: Locals, unit: Address, callees: Callees): void {
  const { strips, stripRows, outputRows, inputRows, inputColumns, outputColumns, rows } = plan;
  const bytes = entryBytes(rows.taps);
  const plane = f.let('plane', i32.div_u(unit, strips));
  const from = f.let('from', i32.mul(i32.sub(unit, i32.mul(plane, strips)), stripRows));
  const to = f.let('to', i32.add(from, stripRows));
  if (outputRows % stripRows > 0) f.set(to, select(i32.const(outputRows), to, i32.gt_s(to, outputRows)));
  const source = f.let('source', i32.add(p.x!, i32.mul(plane, 4 * inputRows * inputColumns)));
  const entry = f.let('entry', i32.add(p.plan!, i32.mul(from, bytes)));
  const next = f.let('next', i32.sub(i32.load(entry), rows.taps));
  f.for('output', from, to, 1, (output) => {
    f.block('ready', (ready) => {
      f.loop('rows', (again) => {
        f.br_if(ready, i32.ge_s(next, i32.load(entry)));
        f.call(callees.resampleRow, {
          source: i32.add(source, i32.mul(next, 4 * inputColumns)),
          row: slotOf(plan, p, next),
          tables: p.tables!,
        });
        f.set(next, i32.add(next, 1));
        f.br(again);
      });
    });
    const index = f.let('index', i32.add(i32.mul(plane, outputRows), output));
    const y = f.let('y', i32.add(p.y!, i32.mul(index, plan.tile.y.row)));
    writeRow(
      f,
      plan,
      callees.resampleColumn,
      { ...walked(f, plan, p, plane, output), y },
      { entry, p, columns: outputColumns },
    );
    f.set(entry, i32.add(entry, bytes));
  });
}

const slotOf = ({ rows, outputColumns }: Plan, p: Locals, index: Address): Address =>
  i32.add(p.ring!, i32.mul(i32.and(index, ringRows(rows) - 1), rowBytes(outputColumns)));

/** The addresses that the epilogue takes for an output row. */
function walked(f: FunctionBuilder, { tile }: Plan, p: Locals, plane: Address, output: Address) {
  const walks = tile.epilogue?.walks.map(({ base, steps }, i) => {
    const at = i32.add(i32.mul(plane, steps.batch), i32.mul(output, steps.row));
    return [`e${i}`, f.let(`e${i}`, i32.add(i32.add(p[`e${i}`]!, base), at))] as const;
  });
  return { ...Object.fromEntries(walks ?? []), ...(p.pool && { pool: p.pool }) };
}

interface RowPlace {
  readonly entry: Address;
  readonly p: Locals;
  readonly columns: number;
}

/** An output row: whole vectors, then the last four columns if they were not among them. */
function writeRow(
  f: FunctionBuilder,
  plan: Plan,
  resampleColumn: Func<Params>,
  args: Readonly<Record<string, Local<'i32'>>>,
  { entry, p, columns }: RowPlace,
): void {
  const { taps } = plan.rows;
  const { tile } = plan;
  const bytes = dtypes[tile.y.dtype].bytes;
  const slots = rowNames(taps).map(
    (name, t) => [name, f.let(name, slotOf(plan, p, i32.load(entry, 4 + 4 * t)))] as const,
  );
  const part = (from: number, to: number) => {
    const rows = slots.map(([name, slot]) => [name, i32.add(slot, 4 * from)] as const);
    const walks = tile.epilogue?.walks.map(
      ({ steps }, i) => [`e${i}`, i32.add(args[`e${i}`]!, from * steps.lane)] as const,
    );
    f.call(resampleColumn, {
      ...args,
      ...Object.fromEntries([...rows, ...(walks ?? [])]),
      weights: i32.add(entry, 4 + 4 * taps),
      y: i32.add(args.y!, bytes * from),
      end: i32.add(args.y!, bytes * to),
    });
  };
  const whole = columns - (columns % 4);
  part(0, whole);
  if (whole < columns) part(columns - 4, columns);
}
