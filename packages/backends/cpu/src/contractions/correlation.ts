/**
 * Correlations, y[row][position] = bias + sum over channels and taps of w[row][channel][tap] * x[channel][position *
 * step + tap]: for each batch and group, strip after strip of output rows.
 */
import { type DType, dtypes } from '@polyphase/ir';
import type { Step } from '@polyphase/plugin';
import type { Build, Data, Place } from '../compile/build.ts';
import { type Expr, type Func, type FunctionBuilder, i32 } from '../wasm/index.ts';
import { type Blocking, chooseBlocking, packingBlocks } from './blocking.ts';
import { mostTaps } from './depthwise.ts';
import type { EpiloguePlan } from './epilogue.ts';
import { keyOfMultiply, type MultiplyShape, namesOf, panelBytes, panelsAtOnce } from './multiply.ts';
import { bytesOf, inputRow, type PlanePlace, placeOf, rowsLeft } from './plane-units.ts';
import { epiloguePlaces, located, namesIn, type Offsets } from './product.ts';
import { depthwiseRows, multiplyRows, type RowWriter } from './rows.ts';
import {
  eachTap,
  fillStripFunction,
  isResident,
  layOutStrip,
  needsStrips,
  type Planes,
  type StripLayout,
  type TapTable,
  tapTable,
} from './strip.ts';
import { addresses, type Params } from './tile.ts';
import { packedRowsBytes } from './weights.ts';

/** A correlation for each batch and group. The width has at least four outputs. */
export interface Correlation {
  readonly batch: number;
  readonly groups: number;
  /** Output channels of a group. */
  readonly rows: number;
  /** Input channels of a group, and the axes. */
  readonly planes: Planes;
  /** `imageRows`: output channels from one batch and group to the next. */
  readonly y: { readonly dtype: DType; readonly imageRows: number };
  readonly bias: boolean;
  readonly epilogue: EpiloguePlan | undefined;
}

type Address = Expr<'i32'>;

interface Plan {
  readonly correlation: Correlation;
  readonly shape: MultiplyShape;
  /** Undefined: rows are read from the input as it is. */
  readonly layout: StripLayout | undefined;
  /** Bytes from one output row's input to the next one's. */
  readonly rowBytes: number;
  readonly table: TapTable;
  /** Output rows that a unit computes. */
  readonly stripRows: number;
  readonly strips: number;
}

const lengthsOf = ({ planes }: Correlation) =>
  planes.axes.map(({ output }) => output) as [number, number, number];

/** How the weights of a correlation have to be packed. */
export const rowBlocking = ({ relaxed }: Build, correlation: Correlation): Blocking =>
  chooseBlocking(correlation.rows, lengthsOf(correlation)[2], relaxed);

function planCorrelation(build: Build, correlation: Correlation): Plan {
  const { planes } = correlation;
  const [, height] = lengthsOf(correlation);
  const layout = needsStrips(planes) ? layOutStrip(planes) : undefined;
  const stripRows = layout?.rows ?? Math.ceil(height / 8);
  const [, { step }, { input }] = planes.axes;
  const table = tapTable(planes, layout);
  return {
    correlation,
    shape: multiplyShape(build, correlation, table, layout),
    layout,
    rowBytes: step * (layout?.rowBytes ?? 4 * input),
    table,
    stripRows,
    strips: Math.ceil(height / stripRows),
  };
}

function multiplyShape(
  build: Build,
  correlation: Correlation,
  table: TapTable,
  layout: StripLayout | undefined,
): MultiplyShape {
  const { rows, planes, y, bias, epilogue } = correlation;
  const [depth, height, width] = lengthsOf(correlation);
  const blocking = rowBlocking(build, correlation);
  const inner = planes.axes.reduce((all, { taps }) => all * taps.length, planes.channels);
  const packed = blocking.blocks >= packingBlocks && !isResident(table, planes, layout);
  const packs = packed ? { taps: table.columns } : undefined;
  const tile = {
    rows: blocking.rows,
    starts: blocking.starts,
    a: 'packed',
    b: packs ? 'packed' : 'listed',
    y: { dtype: y.dtype, row: depth * height * width * dtypes[y.dtype].bytes },
    bias: bias ? 'row' : undefined,
    epilogue,
  } as const;
  return { tile, blocking, rows, columns: width, inner, packs };
}

const isDepthwise = ({ correlation, shape }: Plan): boolean =>
  correlation.rows === 1 && correlation.planes.channels === 1 && shape.inner <= mostTaps;

/** About how many products one call sums up. */
const callWork = 4_000_000;

/** Adds the task for all batches and groups: a unit is some rows of the output of one of them. */
export function emitCorrelation(
  build: Build,
  step: Step,
  correlation: Correlation,
  operands: { readonly a: Place; readonly b: Place; readonly y: Place; readonly bias?: Place | undefined },
): void {
  const plan = planCorrelation(build, correlation);
  const { shape, layout, strips } = plan;
  const names = ['a', 'b', 'y', ...namesOf(shape), ...(layout ? ['strip'] : [])];
  const key = JSON.stringify([correlation.batch, correlation.groups, correlation.planes, correlation.y]);
  const func = build.once(`correlation ${key} ${keyOfMultiply(shape)}`, () =>
    writeCorrelation(build, step, plan, names),
  );
  const scratch = [shape.packs ? panelsAtOnce(shape) * panelBytes(shape) : 0, layout?.bytes ?? 0];
  const [panels, strip] = build.scratch(scratch);
  const known: Record<string, Place | undefined> = {
    ...operands,
    ...epiloguePlaces(build, correlation.epilogue),
    table: build.add(tableData(shape.packs ? plan.table.rows : eachTap(plan.table))),
    panels,
    strip,
  };
  const [depth, height, width] = lengthsOf(correlation);
  const units = correlation.batch * correlation.groups * depth * strips;
  const work = (shape.rows * shape.inner * height * width) / strips;
  const grain = Math.max(1, Math.round(callWork / work));
  build.tasks.push({ step, func, places: names.map((name) => known[name]!), units, grain, ordered: false });
}

export const tableData = (table: Int32Array): Data => ({
  bytes: table.byteLength,
  fill: (memory, address) => new Int32Array(memory, address, table.length).set(table),
});

function writeCorrelation(build: Build, step: Step, plan: Plan, names: readonly string[]): Func<Params> {
  const { correlation, layout, stripRows, strips, rowBytes } = plan;
  const { planes, rows } = correlation;
  const fill = layout && fillStripFunction(build, planes, layout);
  const writer = rowWriter(build, plan);
  const taps = planes.axes.map((axis) => axis.taps.length).join('x');
  const name = `correlation.${rows}x${planes.channels}.${taps}`;
  return build.module.func(name, addresses(['begin', 'end', ...names]), [], (f, p) => {
    f.comment(namesIn(step));
    f.comment(
      `${rows} channels of ${planes.channels}, ${taps} taps; a unit is ${stripRows} rows of the output`,
    );
    f.for('unit', p.begin!, p.end!, 1, (unit) => {
      const plane = f.let('plane', i32.div_u(unit, strips));
      const top = f.let('top', i32.mul(i32.sub(unit, i32.mul(plane, strips)), stripRows));
      const at = placeOf(f, lengthsOf(correlation)[0], plane);
      const source = f.let('source', i32.add(p.b!, i32.mul(at.image, bytesOf(planes))));
      if (fill) f.call(fill, { source, strip: p.strip!, depth: at.depth, top });
      const first = f.let('first', layout ? p.strip! : inputRow(planes, source, at.depth, top));
      const rowAt = (row: Address) => {
        const b = f.let('b', i32.add(first, i32.mul(row, rowBytes)));
        return located(plan.shape, { ...p, b }, offsetsOf(f, plan, at, i32.add(top, row)));
      };
      writer(f, rowsLeft(f, lengthsOf(correlation)[1], stripRows, top), rowAt);
    });
  });
}

function rowWriter(build: Build, plan: Plan): RowWriter {
  const { shape, table, rowBytes } = plan;
  if (!isDepthwise(plan)) return multiplyRows(build, shape);
  return depthwiseRows(build, {
    tile: shape.tile,
    columns: shape.columns,
    taps: [...eachTap(table)],
    rowBytes,
  });
}

function offsetsOf(
  f: FunctionBuilder,
  { correlation, shape }: Plan,
  { image, depth }: PlanePlace,
  y: Address,
): Offsets {
  const { groups, rows, epilogue } = correlation;
  const [, height, width] = lengthsOf(correlation);
  const batch = f.let('batch', i32.div_u(image, groups));
  const group = f.let('group', i32.sub(image, i32.mul(batch, groups)));
  const column = f.let('column', i32.mul(i32.add(i32.mul(depth, height), y), width));
  const walks = epilogue?.walks.map(({ steps }) =>
    i32.add(
      i32.add(i32.mul(batch, steps.batch), i32.mul(group, rows * steps.row)),
      i32.mul(column, steps.lane),
    ),
  );
  const { dtype, row } = shape.tile.y;
  return {
    a: i32.mul(group, packedRowsBytes(shape.blocking, shape.inner)),
    b: i32.const(0),
    y: i32.add(i32.mul(image, correlation.y.imageRows * row), i32.mul(column, dtypes[dtype].bytes)),
    bias: i32.mul(group, 4 * rows),
    walks: walks ?? [],
  };
}
