/**
 * Convolutions and transposed ones with few output channels: Cook-Toom tiles along the height alone. Rows of the input
 * are transformed as they are, with all loads and stores contiguous; the taps along the width are more products.
 */
import type { Step } from '@polyphase/plugin';
import type { Build, Place } from '../compile/build.ts';
import { type Expr, type Func, type FunctionBuilder, i32, type Local, select } from '../wasm/index.ts';
import type { CookToom } from '../winograd/cook-toom.ts';
import { type Blocking, chooseBlocking, costOfBlocking, packingBlocks } from './blocking.ts';
import { lowest } from './border.ts';
import { tableData } from './correlation.ts';
import { type Band, finishBand, finishFunction } from './interleave-band.ts';
import { keyOfMultiply, type MultiplyShape, panelBytes, panelsAtOnce } from './multiply.ts';
import type { Phased, PhaseRows } from './phased.ts';
import { bytesOf } from './plane-units.ts';
import { epiloguePlaces, namesIn } from './product.ts';
import { tilesInFunction, tilesOutFunction } from './row-tiles.ts';
import { multiplyRows } from './rows.ts';
import { eachTap, fillStripFunction, layOutStrip, type StripLayout, type TapTable } from './strip.ts';
import { addresses, extrasOf, keyOfTile, type Params, storedRow } from './tile.ts';
import { packedRowsBytes } from './weights.ts';

type Three = readonly [number, number, number];
type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

interface ClassPlan {
  readonly shape: MultiplyShape;
  readonly table: TapTable;
  readonly first: number;
  /** The first row of the strip that its tiles read, and how they are computed. */
  readonly row: number;
  readonly algorithm: CookToom;
  /** Whether the class before it reads the same transformed rows. */
  readonly shares: boolean;
}

interface Plan {
  readonly phased: Phased;
  readonly outputs: number;
  readonly classes: readonly ClassPlan[];
  readonly band: Band;
  readonly layout: StripLayout;
  readonly strips: number;
  readonly pointBytes: number;
}

const stepsOf = ({ planes }: Phased): Three =>
  planes.axes.map(({ output }) => output) as [number, number, number];

export const columnsBlocking = ({ relaxed }: Build, phased: Phased, { count }: PhaseRows): Blocking =>
  chooseBlocking(phased.rows * count, stepsOf(phased)[2], relaxed);

/** Nanoseconds of a vector at a point on its way in and out, and of an output on its way to its place. */
const inputCost = 0.5;
const outputCost = 0.4;
const finishCost = 0.12;

/** About how many nanoseconds it takes. */
export function costOfColumns(phased: Phased, algorithms: readonly CookToom[], relaxed: boolean): number {
  const { batch, groups, rows, classes, output, planes } = phased;
  const [, height, width] = stepsOf(phased);
  const vectors = width / 4 + 1;
  const costs = classes.map(({ taps, count }, i) => {
    const { points, outputs } = algorithms[i]!;
    const isFirst = !sharesRows(classes, i);
    const products = points * planes.channels * taps[2].length * costOfBlocking(rows * count, width, relaxed);
    const input = isFirst ? planes.channels * vectors * points * inputCost : 0;
    return input + products + rows * count * vectors * (points + outputs) * outputCost;
  });
  const band = costs.reduce((all, cost) => all + cost, 0);
  const outputs = output.reduce((all, length) => all * length, rows);
  return batch * groups * (Math.ceil(height / algorithms[0]!.outputs) * band + outputs * finishCost);
}

/** Whether a class reads the same transformed rows as the one before it. */
const sharesRows = (classes: readonly PhaseRows[], i: number): boolean =>
  i > 0 && classes[i - 1]!.taps[1].join() === classes[i]!.taps[1].join();

const pageBytes = 4096;

function planColumns(build: Build, phased: Phased, algorithms: readonly CookToom[]): Plan {
  const { planes, rows, groups, stride, output, dtype, bias, epilogue } = phased;
  const [, height, width] = stepsOf(phased);
  const { outputs } = algorithms[0]!;
  const layout = layOutStrip(planes, outputs);
  const packed = planes.channels * layout.rowBytes;
  const tile = storedRow(dtype, epilogue, { starts: [], bias: bias ? 'none' : undefined });
  return {
    phased,
    outputs,
    classes: phased.classes.map((_, i) => planClass(build, phased, layout, i, algorithms[i]!)),
    band: { tile, groups, rows, isDepthwise: false, height: outputs, width, stride, output },
    layout,
    strips: Math.ceil(height / layout.rows),
    // Points at a distance of whole pages would meet in the same lines of the cache.
    pointBytes: packed % pageBytes === 0 ? packed + 64 : packed,
  };
}

function planClass(
  build: Build,
  phased: Phased,
  layout: StripLayout,
  i: number,
  algorithm: CookToom,
): ClassPlan {
  const { planes, classes } = phased;
  const [, height, width] = planes.axes;
  const each = classes[i]!;
  const table: TapTable = {
    rows: Int32Array.from({ length: planes.channels }, (_, channel) => channel * layout.rowBytes),
    columns: each.taps[2].map((tap) => 4 * layout.row.tapOffsets[width.taps.indexOf(tap)]!),
  };
  return {
    shape: multiplyShape(build, phased, each, table),
    table,
    first: each.first,
    row: Math.min(...each.taps[1]) - lowest(height),
    algorithm,
    shares: sharesRows(classes, i),
  };
}

function multiplyShape(build: Build, phased: Phased, each: PhaseRows, table: TapTable): MultiplyShape {
  const blocking = columnsBlocking(build, phased, each);
  const packs = blocking.blocks >= packingBlocks ? { taps: table.columns } : undefined;
  const columns = stepsOf(phased)[2];
  const tile = {
    rows: blocking.rows,
    starts: blocking.starts,
    a: 'packed',
    b: packs ? 'packed' : 'listed',
    y: { dtype: 'float32', row: 4 * columns },
    bias: undefined,
    epilogue: undefined,
  } as const;
  const inner = phased.planes.channels * each.taps[2].length;
  return { tile, blocking, rows: phased.rows * each.count, columns, inner, packs };
}

/** About how many products one call sums up. */
const callWork = 4_000_000;

/** Adds the task for all batches and groups: a unit is a strip of rows of steps. `a`: each class's weights, point after point. */
export function emitColumns(
  build: Build,
  step: Step,
  phased: Phased,
  algorithms: readonly CookToom[],
  operands: {
    readonly a: readonly Place[];
    readonly x: Place;
    readonly y: Place;
    readonly bias?: Place | undefined;
  },
): void {
  const plan = planColumns(build, phased, algorithms);
  const { classes, layout, strips, band, outputs } = plan;
  const { a, ...others } = operands;
  const known: Record<string, Place | undefined> = {
    ...others,
    ...epiloguePlaces(build, phased.epilogue),
    ...scratchOf(build, plan),
    places: build.add(tableData(phased.places.map((place) => place * phaseBytes(plan)))),
  };
  for (const [i, { shape, table }] of classes.entries()) {
    known[`a${i}`] = a[i];
    known[`table${i}`] = build.add(tableData(shape.packs ? table.rows : eachTap(table)));
  }
  const ofClasses = classes.flatMap((_, i) => [`a${i}`, `table${i}`]);
  const names = ['x', 'y', 'places', ...scratchNames, ...ofClasses, ...extrasOf(band.tile)];
  const func = build.once(keyOf(plan), () => writeUnits(build, step, plan, names));
  const units = phased.batch * phased.groups * strips;
  const products = classes.reduce(
    (all, { shape, algorithm }) =>
      all + (shape.rows * shape.inner * shape.columns * algorithm.points) / outputs,
    0,
  );
  const grain = Math.max(1, Math.round(callWork / (products * layout.rows)));
  build.tasks.push({ step, func, places: names.map((name) => known[name]!), units, grain, ordered: false });
}

/** Bytes of the sums of a phase, all channels. */
const phaseBytes = ({ band }: Plan): number => 4 * band.rows * band.height * band.width;

const scratchNames = ['panels', 'strip', 'v', 'm', 'sums'] as const;

/** Packed panels, a strip of the input, its rows at all points, the products of a class, the sums of all. */
function scratchOf(build: Build, plan: Plan): Record<string, Place> {
  const { classes, layout, band, pointBytes, phased } = plan;
  const most = (of: (each: ClassPlan) => number): number => Math.max(...classes.map(of));
  const count = classes.reduce((all, { shape }) => all + shape.rows / phased.rows, 0);
  const places = build.scratch([
    most(({ shape }) => (shape.packs ? panelsAtOnce(shape) * panelBytes(shape) : 0)),
    layout.bytes,
    most(({ algorithm }) => algorithm.points) * pointBytes,
    most(({ shape, algorithm }) => algorithm.points * shape.rows * 4 * band.width),
    count * phaseBytes(plan),
  ]);
  return Object.fromEntries(scratchNames.map((name, i) => [name, places[i]!]));
}

function keyOf({ phased, classes, band }: Plan): string {
  const { tile, ...rest } = band;
  const shapes = classes.map(({ shape, first, row, algorithm }) => [
    first,
    row,
    algorithm.outputs,
    algorithm.taps,
    keyOfMultiply(shape),
  ]);
  return `columns ${JSON.stringify([phased.batch, phased.planes, rest, shapes])} ${keyOfTile(tile)}`;
}

function writeUnits(build: Build, step: Step, plan: Plan, names: readonly string[]): Func<Params> {
  const { phased, layout, strips, band, outputs } = plan;
  const { planes } = phased;
  const [, height] = stepsOf(phased);
  const fill = fillStripFunction(build, planes, layout);
  const finish = finishFunction(build, band);
  const writeClasses = classWriter(build, plan);
  const name = `columns.${band.rows}x${planes.channels}`;
  return build.module.func(name, addresses(['begin', 'end', ...names]), [], (f, p) => {
    f.comment(namesIn(step));
    f.comment(`${outputs} rows of steps at once, ${layout.rows} a unit`);
    f.for('unit', p.begin!, p.end!, 1, (unit) => {
      const image = f.let('image', i32.div_u(unit, strips));
      const top = f.let('top', i32.mul(i32.sub(unit, i32.mul(image, strips)), layout.rows));
      const source = f.let('source', i32.add(p.x!, i32.mul(image, bytesOf(planes))));
      const depth = i32.const(0);
      f.call(fill, { source, strip: p.strip!, depth, top });
      const group = f.let('group', i32.rem_u(image, phased.groups));
      const count = f.let('count', atMost(f, i32.sub(height, top), layout.rows));
      f.for('row', 0, count, outputs, (row) => {
        writeClasses(f, p, group, f.let('from.row', i32.add(p.strip!, i32.mul(row, layout.rowBytes))));
        const rows = f.let('rows', atMost(f, i32.sub(count, row), outputs));
        finishBand(f, band, finish, p, {
          image,
          group,
          depth,
          row: f.let('step', i32.add(top, row)),
          count: rows,
        });
      });
    });
  });
}

function atMost(f: FunctionBuilder, value: Address, most: number): Address {
  const left = f.let('left', value);
  return select(i32.const(most), left, i32.gt_s(left, most));
}

/** Writes the code for the sums of all classes in as many rows of steps as a tile has, which read the strip at `from`. */
function classWriter(build: Build, plan: Plan) {
  const { layout, pointBytes, phased } = plan;
  const { rowBytes, channelBytes } = layout;
  const writers = plan.classes.map(({ shape, algorithm, shares }) => {
    const tiles = { algorithm, channels: phased.planes.channels, rowBytes, channelBytes, pointBytes };
    return {
      transform: shares ? undefined : tilesInFunction(build, tiles),
      multiply: multiplyRows(build, shape),
      gather: tilesOutFunction(build, algorithm, shape.rows, shape.columns),
    };
  });
  return (f: FunctionBuilder, p: Locals, group: Address, from: Address): void => {
    for (const [i, { transform, multiply, gather }] of writers.entries()) {
      const { shape, algorithm, row, first } = plan.classes[i]!;
      const pointWeights = packedRowsBytes(shape.blocking, shape.inner);
      if (transform) f.call(transform, { source: i32.add(from, row * rowBytes), v: p.v! });
      const a = f.let('a', i32.add(p[`a${i}`]!, i32.mul(group, algorithm.points * pointWeights)));
      f.for('point', 0, algorithm.points, 1, (point) =>
        multiply(f, i32.const(1), () => ({
          a: i32.add(a, i32.mul(point, pointWeights)),
          b: i32.add(p.v!, i32.mul(point, pointBytes)),
          y: i32.add(p.m!, i32.mul(point, 4 * shape.rows * shape.columns)),
          table: p[`table${i}`]!,
          panels: p.panels!,
        })),
      );
      f.call(gather, { m: p.m!, sums: i32.add(p.sums!, first * phaseBytes(plan)) });
    }
  };
}
