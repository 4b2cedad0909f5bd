/**
 * Transposed convolutions: for some rows of steps, the sums of each phase as a correlation, into memory of the thread
 * that stays in its cache; from there the phases go to the rows of the output in turn.
 */
import type { DType } from '@polyphase/ir';
import type { Step } from '@polyphase/plugin';
import type { Build, Place } from '../compile/build.ts';
import { type Expr, type Func, type FunctionBuilder, i32, type Local, select } from '../wasm/index.ts';
import { type Blocking, chooseBlocking, costOfBlocking, packingBlocks } from './blocking.ts';
import type { Taps } from './border.ts';
import { tableData } from './correlation.ts';
import { mostTaps } from './depthwise.ts';
import type { EpiloguePlan } from './epilogue.ts';
import { type Band, finishBand, finishFunction } from './interleave-band.ts';
import { keyOfMultiply, type MultiplyShape, panelBytes, panelsAtOnce } from './multiply.ts';
import { bytesOf, inputRow, type PlanePlace, placeOf, rowsLeft } from './plane-units.ts';
import { epiloguePlaces, namesIn } from './product.ts';
import { depthwiseRows, multiplyRows, type RowWriter } from './rows.ts';
import {
  eachTap,
  fillStripFunction,
  layOutStrip,
  needsStrips,
  type Planes,
  type StripLayout,
  type TapTable,
  tapTable,
} from './strip.ts';
import { addresses, extrasOf, keyOfTile, type Params, storedRow } from './tile.ts';
import { packedRowsBytes } from './weights.ts';

type Three = readonly [number, number, number];
type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

/** Phases that read the same inputs: they are computed together, as more output channels. */
export interface PhaseRows {
  readonly taps: Taps;
  /** How many phases are computed, and how many those of other classes before them are. */
  readonly count: number;
  readonly first: number;
}

export interface Phased {
  readonly batch: number;
  readonly groups: number;
  /** Output channels of a group. */
  readonly rows: number;
  /** Input channels of a group, and what all classes read; the outputs of an axis are the steps of a phase. */
  readonly planes: Planes;
  readonly classes: readonly PhaseRows[];
  /** By [depth, height, width] phase: which of those that are computed it is. */
  readonly places: Int32Array;
  readonly stride: Three;
  /** The width has at least a vector of each phase. */
  readonly output: Three;
  readonly dtype: DType;
  readonly bias: boolean;
  readonly epilogue: EpiloguePlan | undefined;
}

interface ClassPlan {
  readonly shape: MultiplyShape;
  readonly table: TapTable;
  readonly first: number;
}

interface Plan {
  readonly phased: Phased;
  readonly classes: readonly ClassPlan[];
  /** Rows of steps that are computed before their phases are interleaved. */
  readonly band: Band;
  /** Undefined: rows are read from the input as it is. */
  readonly layout: StripLayout | undefined;
  /** Bytes from one row's input to the next one's. */
  readonly rowBytes: number;
  /** Rows of steps that a unit computes. */
  readonly stripRows: number;
  readonly strips: number;
}

const stepsOf = ({ planes }: Phased): Three =>
  planes.axes.map(({ output }) => output) as [number, number, number];
const innerOf = ({ planes }: Phased, { taps }: PhaseRows): number =>
  taps.reduce((all, { length }) => all * length, planes.channels);

/** How the weights of a class have to be packed. */
export const phaseBlocking = ({ relaxed }: Build, phased: Phased, { count }: PhaseRows): Blocking =>
  chooseBlocking(phased.rows * count, stepsOf(phased)[2], relaxed);

/** Nanoseconds that an output takes on its way between the others. */
const interleavingCost = 0.12;

/** About how many nanoseconds it takes. */
export function costOfPhased(phased: Phased, relaxed: boolean): number {
  const { batch, groups, rows, classes, output } = phased;
  const [depth, height, width] = stepsOf(phased);
  const products = classes.reduce(
    (all, each) => all + innerOf(phased, each) * costOfBlocking(rows * each.count, width, relaxed),
    0,
  );
  const outputs = output.reduce((all, length) => all * length, rows);
  return batch * groups * (depth * height * products + outputs * interleavingCost);
}

function planPhased(build: Build, phased: Phased): Plan {
  const { planes } = phased;
  const [, height] = stepsOf(phased);
  const layout = needsStrips(planes) ? layOutStrip(planes) : undefined;
  const stripRows = layout?.rows ?? Math.ceil(height / 8);
  const band = bandOf(phased, stripRows);
  const classes = phased.classes.map((each): ClassPlan => {
    const table = tapTable(planes, layout, each.taps);
    const channelBytes = 4 * band.height * band.width;
    return { shape: multiplyShape(build, phased, each, table, channelBytes), table, first: each.first };
  });
  const rowBytes = layout?.rowBytes ?? 4 * planes.axes[2].input;
  return { phased, classes, band, layout, rowBytes, stripRows, strips: Math.ceil(height / stripRows) };
}

/** The sums of a band stay in the second-level cache, together with the weights of a class. */
const bandBytes = 131072;

/** Channels by themselves are computed a whole strip at a time. */
function bandOf(phased: Phased, stripRows: number): Band {
  const { planes, groups, rows, stride, output, dtype, bias, epilogue } = phased;
  const isDepthwise = phased.classes.every(
    (each) => rows * each.count === 1 && planes.channels === 1 && innerOf(phased, each) <= mostTaps,
  );
  const tile = storedRow(dtype, epilogue, { starts: [], bias: bias ? 'none' : undefined });
  const [, , width] = stepsOf(phased);
  const count = phased.classes.reduce((all, each) => all + each.count, 0);
  const most = Math.max(1, Math.floor(bandBytes / (4 * count * rows * width)));
  const height = isDepthwise ? stripRows : Math.min(most, stripRows);
  return { tile, groups, rows, isDepthwise, height, width, stride, output };
}

function multiplyShape(
  build: Build,
  phased: Phased,
  each: PhaseRows,
  table: TapTable,
  channelBytes: number,
): MultiplyShape {
  const blocking = phaseBlocking(build, phased, each);
  const packs = blocking.blocks >= packingBlocks ? { taps: table.columns } : undefined;
  const tile = {
    rows: blocking.rows,
    starts: blocking.starts,
    a: 'packed',
    b: packs ? 'packed' : 'listed',
    y: { dtype: 'float32', row: channelBytes },
    bias: undefined,
    epilogue: undefined,
  } as const;
  const columns = stepsOf(phased)[2];
  return { tile, blocking, rows: phased.rows * each.count, columns, inner: innerOf(phased, each), packs };
}

/** Bytes of the sums of a phase, all channels. */
const phaseBytes = ({ band }: Plan): number => 4 * band.rows * band.height * band.width;

/** About how many products one call sums up. */
const callWork = 4_000_000;

/** Adds the task for all batches and groups: a unit is some rows of steps. `a`: the weights of each class. */
export function emitPhased(
  build: Build,
  step: Step,
  phased: Phased,
  operands: {
    readonly a: readonly Place[];
    readonly x: Place;
    readonly y: Place;
    readonly bias?: Place | undefined;
  },
): void {
  const plan = planPhased(build, phased);
  const { classes, layout, strips, band } = plan;
  const ofClasses = classes.flatMap((_, i) => [`a${i}`, `table${i}`]);
  const names = ['x', 'y', 'places', 'panels', 'strip', 'sums', ...ofClasses, ...extrasOf(band.tile)];
  const func = build.once(keyOf(plan), () => writeUnits(build, step, plan, names));
  const panels = classes.map(({ shape }) => (shape.packs ? panelsAtOnce(shape) * panelBytes(shape) : 0));
  const count = classes.reduce((all, { shape }) => all + shape.rows / phased.rows, 0);
  const scratch = [Math.max(...panels), layout?.bytes ?? 0, count * phaseBytes(plan)];
  const [panelPlace, strip, sums] = build.scratch(scratch);
  const { a, ...rest } = operands;
  const known: Record<string, Place | undefined> = {
    ...rest,
    ...epiloguePlaces(build, phased.epilogue),
    places: build.add(tableData(phased.places.map((place) => place * phaseBytes(plan)))),
    panels: panelPlace,
    strip,
    sums,
  };
  for (const [i, { shape, table }] of classes.entries()) {
    known[`a${i}`] = a[i];
    known[`table${i}`] = build.add(tableData(shape.packs ? table.rows : eachTap(table)));
  }
  const [depth, height] = stepsOf(phased);
  const units = phased.batch * phased.groups * depth * strips;
  const products = classes.reduce((all, { shape }) => all + shape.rows * shape.inner * shape.columns, 0);
  const grain = Math.max(1, Math.round((callWork * strips) / (products * height)));
  build.tasks.push({ step, func, places: names.map((name) => known[name]!), units, grain, ordered: false });
}

function keyOf({ phased, classes, band }: Plan): string {
  const { batch, planes } = phased;
  const { tile, ...rest } = band;
  const shapes = classes.map(({ shape, first }) => `${first} ${keyOfMultiply(shape)}`);
  return `phased ${JSON.stringify([batch, planes, rest, shapes])} ${keyOfTile(tile)}`;
}

function writeUnits(build: Build, step: Step, plan: Plan, names: readonly string[]): Func<Params> {
  const { phased, layout, stripRows, strips } = plan;
  const { planes, rows, stride } = phased;
  const [depths, height] = stepsOf(phased);
  const fill = layout && fillStripFunction(build, planes, layout);
  const writeBands = bandWriter(build, plan);
  const name = `phased.${rows}x${planes.channels}.${stride.join('x')}`;
  return build.module.func(name, addresses(['begin', 'end', ...names]), [], (f, p) => {
    f.comment(namesIn(step));
    f.comment(
      `${rows} channels of ${planes.channels}, ${stride.join(' by ')} phases; a unit is ${stripRows} rows of each`,
    );
    f.for('unit', p.begin!, p.end!, 1, (unit) => {
      const plane = f.let('plane', i32.div_u(unit, strips));
      const top = f.let('top', i32.mul(i32.sub(unit, i32.mul(plane, strips)), stripRows));
      const at = placeOf(f, depths, plane);
      const source = f.let('source', i32.add(p.x!, i32.mul(at.image, bytesOf(planes))));
      if (fill) f.call(fill, { source, strip: p.strip!, depth: at.depth, top });
      const first = f.let('first', layout ? p.strip! : inputRow(planes, source, at.depth, top));
      const group = f.let('group', i32.rem_u(at.image, phased.groups));
      const count = f.let('count', rowsLeft(f, height, stripRows, top));
      writeBands(f, p, { ...at, group, first, top, count });
    });
  });
}

/** A unit: where its input begins, its first row of steps, how many there are. */
interface UnitPlace extends PlanePlace {
  readonly group: Address;
  readonly first: Address;
  readonly top: Address;
  readonly count: Address;
}

/** Writes the code for the sums of all classes in a band, and for their way to the output, band after band. */
function bandWriter(build: Build, plan: Plan) {
  const { band, rowBytes } = plan;
  const finish = finishFunction(build, band);
  const writers = plan.classes.map(({ shape, table }) => rowWriter(build, plan, shape, table));
  return (f: FunctionBuilder, p: Locals, { image, group, depth, first, top, count }: UnitPlace): void =>
    f.for('row', 0, count, band.height, (row) => {
      const from = f.let('from.row', i32.add(first, i32.mul(row, rowBytes)));
      const left = f.let('left', i32.sub(count, row));
      const rows =
        band.height === 1
          ? i32.const(1)
          : f.let('band.rows', select(i32.const(band.height), left, i32.gt_s(left, band.height)));
      for (const [i, write] of writers.entries())
        write(f, rows, (next) => ({
          ...classArgs(plan, i, p, group, next),
          b: i32.add(from, i32.mul(next, rowBytes)),
        }));
      finishBand(f, band, finish, p, {
        image,
        group,
        depth,
        row: f.let('step', i32.add(top, row)),
        count: rows,
      });
    });
}

function rowWriter(build: Build, { band, rowBytes }: Plan, shape: MultiplyShape, table: TapTable): RowWriter {
  if (!band.isDepthwise) return multiplyRows(build, shape);
  const { tile, columns } = shape;
  return depthwiseRows(build, { tile, columns, taps: [...eachTap(table)], rowBytes });
}

/** The weights of a class, and where its sums of a row go. */
function classArgs(plan: Plan, i: number, p: Locals, group: Address, row: Address): Record<string, Address> {
  const { shape, first } = plan.classes[i]!;
  return {
    a: i32.add(p[`a${i}`]!, i32.mul(group, packedRowsBytes(shape.blocking, shape.inner))),
    y: i32.add(i32.add(p.sums!, first * phaseBytes(plan)), i32.mul(row, 4 * shape.columns)),
    table: p[`table${i}`]!,
    panels: p.panels!,
  };
}
