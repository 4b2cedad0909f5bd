/** The planes of a tensor, resampled one after the other in strips of output rows. */
import { type AxisTable, dtypes } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Step } from '@polyphase/plugin';
import type { Build, Data, Place } from '../compile/build.ts';
import { type Axes, type EpiloguePlan, planEpilogue } from '../contractions/epilogue.ts';
import { epiloguePlaces, namesIn } from '../contractions/product.ts';
import {
  addresses,
  extrasOf,
  keyOfTile,
  type Params,
  storedRow,
  type TileShape,
} from '../contractions/tile.ts';
import { outputShapeOf, shapeOf } from '../families/geometry.ts';
import { type Expr, type Func, type FunctionBuilder, i32, type Local, select } from '../wasm/index.ts';
import { planRow, tapsOf } from './axis.ts';
import { phasedWriter } from './phased.ts';
import { ringWriter } from './ring.ts';
import { rowPhases } from './row-phases.ts';
import { entryBytes, type RowShape, type StripWriter } from './row-writer.ts';

type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

interface Plan extends RowShape {
  readonly inputRows: number;
  readonly outputRows: number;
  /** Output rows of a strip, and strips of a plane. */
  readonly stripRows: number;
  readonly strips: number;
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
  const { taps } = rows;
  const plan: Plan = { inputRows, inputColumns, outputRows, outputColumns, stripRows, strips, taps, tile };
  const phases = rowPhases(row, inputColumns);
  const writer = phases
    ? phasedWriter(build, plan, phases)
    : ringWriter(build, plan, planRow(row, inputColumns));
  const known: Record<string, Place | undefined> = {
    x: { kind: 'buffer', buffer: step.inputs[0]! },
    y: { kind: 'buffer', buffer: step.output },
    plan: build.add(strideTable(rows)),
    ...writer.places,
    ...epiloguePlaces(build, tile.epilogue),
  };
  const names = ['x', 'y', 'plan', ...Object.keys(writer.places), ...extrasOf(tile)];
  const described: Step = { kernel: writer.kernel, nodes: step.nodes };
  const func = writePlanes(build, described, plan, { names, writer });
  const units = planes * strips;
  const work = (planes * outputRows * outputColumns) / outputsPerMicrosecond;
  const grain = Math.max(1, Math.round((callMicroseconds * units) / work));
  const places = names.map((name) => known[name]!);
  build.tasks.push({ step: described, func, places, units, grain, ordered: false, work });
}

function tileOf({ output }: ContractionStep, columns: number, epilogue: EpiloguePlan | undefined): TileShape {
  const { dtype } = output;
  const row = columns * dtypes[dtype].bytes;
  return storedRow(dtype, epilogue, { row, starts: columns % 8 === 0 ? [0, 4] : [0] });
}

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

interface Writing {
  readonly names: readonly string[];
  readonly writer: StripWriter;
}

function writePlanes(build: Build, step: Step, plan: Plan, { names, writer }: Writing): Func<Params> {
  const { tile, inputRows, inputColumns, stripRows, ...sizes } = plan;
  const key = JSON.stringify([inputRows, inputColumns, stripRows, sizes, build.relaxed]);
  const name = `resamplePlanes.${inputRows}x${inputColumns}`;
  return build.once(`resample planes ${key} ${writer.key} ${keyOfTile(tile)}`, () =>
    build.module.func(name, addresses(['begin', 'end', ...names]), [], (f, p) => {
      f.comment(namesIn(step));
      f.comment(`planes of ${inputRows}x${inputColumns}, a unit is ${stripRows} output rows`);
      f.for('unit', p.begin!, p.end!, 1, (unit) => writeStrip(f, plan, writer, p, unit));
    }),
  );
}

function writeStrip(f: FunctionBuilder, plan: Plan, writer: StripWriter, p: Locals, unit: Address): void {
  const { strips, stripRows, outputRows, inputRows, inputColumns, taps, tile } = plan;
  const plane = f.let('plane', i32.div_u(unit, strips));
  const from = f.let('from', i32.mul(i32.sub(unit, i32.mul(plane, strips)), stripRows));
  const to = f.let('to', i32.add(from, stripRows));
  if (outputRows % stripRows > 0) f.set(to, select(i32.const(outputRows), to, i32.gt_s(to, outputRows)));
  const source = f.let('source', i32.add(p.x!, i32.mul(plane, 4 * inputRows * inputColumns)));
  const entry = f.let('entry', i32.add(p.plan!, i32.mul(from, entryBytes(taps))));
  const end = f.let('end', i32.add(p.plan!, i32.mul(to, entryBytes(taps))));
  const index = i32.add(i32.mul(plane, outputRows), from);
  const y = f.let('y', i32.add(p.y!, i32.mul(index, tile.y.row)));
  writer.write(f, { p, source, entry, end, row: { ...walked(f, plan, p, plane, from), y } });
}

/** The addresses that the epilogue takes for an output row. */
function walked(f: FunctionBuilder, { tile }: Plan, p: Locals, plane: Address, output: Address) {
  const walks = tile.epilogue?.walks.map(({ base, steps }, i) => {
    const at = i32.add(i32.mul(plane, steps.batch), i32.mul(output, steps.row));
    return [`e${i}`, f.let(`e${i}`, i32.add(i32.add(p[`e${i}`]!, base), at))] as const;
  });
  return { ...Object.fromEntries(walks ?? []), ...(p.pool && { pool: p.pool }) };
}
