/** Planes pooled one after the other, row by row. */
import { type DType, dtypes } from '@polyphase/ir';
import type { Build, Data, Place } from '../compile/build.ts';
import type { EpiloguePlan } from '../contractions/epilogue.ts';
import { epiloguePlaces, namesIn } from '../contractions/product.ts';
import { addresses, keyOfTile, type Params, storedRow, type TileShape } from '../contractions/tile.ts';
import {
  type Expr,
  type Func,
  type FunctionBuilder,
  f32,
  f32x4,
  i32,
  type Local,
  select,
} from '../wasm/index.ts';
import { foldsInPlace, ownNames, poolRowFunction, rowNames } from './row.ts';
import { isInside, type Pooling, paddedLength } from './window.ts';

type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

/** Where a pooling reads and writes. */
export interface PoolingOperands {
  readonly x: Place;
  readonly y: Place;
  readonly dtype: DType;
  readonly epilogue: EpiloguePlan | undefined;
}

interface Plan {
  readonly pooling: Pooling;
  readonly tile: TileShape;
  /** Output rows of a unit, and units of a plane. */
  readonly stripRows: number;
  readonly strips: number;
}

/** Units of a step, if there are so few planes. */
const leastUnits = 16;
const elementsPerMicrosecond = 3000;
const callMicroseconds = 100;

/** Adds the task: a unit is some output rows of a plane. */
export function emitPooling(
  build: Build,
  pooling: Pooling,
  { x, y, dtype, epilogue }: PoolingOperands,
): void {
  const { planes, height, width, factors, step } = pooling;
  const row = width.output * dtypes[dtype].bytes;
  const tile = storedRow(dtype, epilogue, { row });
  const stripRows = Math.ceil(height.output / Math.ceil(leastUnits / planes));
  const plan: Plan = { pooling, tile, stripRows, strips: Math.ceil(height.output / stripRows) };
  const [folded, empty] = build.scratch([4 * paddedLength(width), 4 * width.input + 16]);
  const known: Record<string, Place | undefined> = {
    ...{ x, y, folded, empty },
    ...(factors && {
      rowFactor: build.add(floats(factors.rows)),
      columnFactors: build.add(floats(factors.columns)),
    }),
    ...epiloguePlaces(build, epilogue),
  };
  const names = [...new Set(['x', 'empty', ...ownNames(pooling, tile)])];
  const func = writePlanes(build, plan, names);
  const units = planes * plan.strips;
  const inputs = planes * height.output * width.input * height.kernel;
  const work = (inputs + planes * height.output * width.output * width.kernel) / elementsPerMicrosecond;
  const grain = Math.max(1, Math.round((callMicroseconds * units) / work));
  build.tasks.push({
    step,
    func,
    places: names.map((name) => known[name]!),
    units,
    grain,
    ordered: false,
    work,
  });
}

const floats = (values: readonly number[]): Data => ({
  bytes: 4 * values.length + 16,
  fill: (memory, address) => new Float32Array(memory, address, values.length).set(values),
});

function writePlanes(build: Build, plan: Plan, names: readonly string[]): Func<Params> {
  const { pooling, tile, stripRows } = plan;
  const { height, width, fold, planes, factors } = pooling;
  const poolRow = poolRowFunction(build, pooling, tile);
  const steps = tile.epilogue?.walks.map(({ base, steps }) => [base, steps]);
  const key = JSON.stringify([poolRow.index, planes < leastUnits, stripRows, height, width, factors, steps]);
  return build.once(`pool planes ${key} ${keyOfTile(tile)}`, () =>
    build.module.func(`poolPlanes.${fold.name}`, addresses(['begin', 'end', ...names]), [], (f, p) => {
      f.comment(namesIn(pooling.step));
      f.comment(`planes of ${height.input}x${width.input}, a unit is ${stripRows} output rows`);
      clearBorders(f, pooling, p);
      f.for('unit', p.begin!, p.end!, 1, (unit) => writeStrip(f, plan, p, unit, poolRow));
    }),
  );
}

/** Fills what is around a row, and the row that stands for those outside of the input, with the fold of nothing. */
function clearBorders(f: FunctionBuilder, pooling: Pooling, p: Locals): void {
  const { height, width, fold } = pooling;
  const nothing = f.let('nothing', f32x4.splat(f32.const(fold.empty)));
  const clear = (name: string, elements: number): void =>
    f.for(`${name}.at`, 0, 4 * elements, 16, (at) => f.v128.store(i32.add(p[name]!, at), nothing));
  if (!foldsInPlace(pooling)) clear('folded', 4 * Math.floor(paddedLength(width) / 4));
  if (!isInside(height)) clear('empty', width.input);
}

function writeStrip(f: FunctionBuilder, plan: Plan, p: Locals, unit: Address, poolRow: Func<Params>): void {
  const { pooling, tile, stripRows, strips } = plan;
  const { height, width } = pooling;
  const plane = f.let('plane', i32.div_u(unit, strips));
  const from = f.let('from', i32.mul(i32.sub(unit, i32.mul(plane, strips)), stripRows));
  const to = f.let('to', i32.add(from, stripRows));
  if (height.output % stripRows > 0)
    f.set(to, select(i32.const(height.output), to, i32.gt_s(to, height.output)));
  const source = f.let('source', i32.add(p.x!, i32.mul(plane, 4 * height.input * width.input)));
  f.for('output', from, to, 1, (output) => {
    const index = i32.add(i32.mul(plane, height.output), output);
    const walks = tile.epilogue?.walks.map(({ base, steps }, i) => {
      const at = i32.add(i32.mul(plane, steps.batch), i32.mul(output, steps.row));
      return [`e${i}`, i32.add(i32.add(p[`e${i}`]!, base), at)] as const;
    });
    f.call(poolRow, {
      ...rowsOf(f, pooling, p, source, output),
      ...Object.fromEntries(ownNames(pooling, tile).map((name) => [name, p[name]!])),
      ...Object.fromEntries(walks ?? []),
      ...(p.rowFactor && { rowFactor: i32.add(p.rowFactor, i32.mul(output, 4)) }),
      y: i32.add(p.y!, i32.mul(index, tile.y.row)),
    });
  });
}

/** The input rows of an output row's windows; the empty one for those that lie outside. */
function rowsOf(f: FunctionBuilder, pooling: Pooling, p: Locals, source: Address, output: Address) {
  const { height, width } = pooling;
  const rows = rowNames(pooling).map((name, tap) => {
    const at = f.let('at', i32.add(i32.mul(output, height.stride), tap * height.dilation - height.begin));
    const row = i32.add(source, i32.mul(at, 4 * width.input));
    return [name, isInside(height) ? row : select(row, p.empty!, i32.lt_u(at, height.input))] as const;
  });
  return Object.fromEntries(rows);
}
