/**
 * Transposed convolutions of each channel by itself: output s * g + r of an axis is a sum over few inputs near g. All
 * phases r of a row come from the same loads, are interleaved in registers and stored as whole vectors.
 */
import { type DType, dtypes } from '@polyphase/ir';
import type { Step } from '@polyphase/plugin';
import type { Build, Place } from '../compile/build.ts';
import {
  type Expr,
  type Func,
  type FunctionBuilder,
  f32x4,
  i32,
  type Local,
  madd,
  select,
  v128,
} from '../wasm/index.ts';
import { lowest, type TapAxis } from './border.ts';
import type { EpiloguePlan } from './epilogue.ts';
import { interleave } from './interleave.ts';
import { epiloguePlaces, namesIn } from './product.ts';
import { fillStripFunction, layOutStrip, type Planes, type StripLayout } from './strip.ts';
import { addresses, endTile, extrasOf, keyOfTile, type Params, storedRow, type TileShape } from './tile.ts';

type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

/** A product of a phase: how far from its own input it reads, and with which element of the kernel. */
export interface PhaseProduct {
  readonly distance: number;
  readonly tap: number;
}

export interface PhasedAxis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  /** One for each residue of the output. */
  readonly phases: readonly (readonly PhaseProduct[])[];
}

/** The output length along the width is a multiple of its phases; there are at least four of each. */
export interface DepthwiseTransposed {
  readonly batch: number;
  readonly channels: number;
  readonly height: PhasedAxis;
  readonly width: PhasedAxis;
  readonly dtype: DType;
  readonly bias: boolean;
  readonly epilogue: EpiloguePlan | undefined;
}

/** Output o + crop = stride * i + dilation * tap, by residues of o. */
export function phasedAxis(
  lengths: Pick<PhasedAxis, 'input' | 'output' | 'kernel'>,
  { stride, dilation, crop }: { readonly stride: number; readonly dilation: number; readonly crop: number },
): PhasedAxis {
  const phases = Array.from({ length: stride }, (_, phase) =>
    Array.from({ length: lengths.kernel }, (_, tap) => ({ tap, at: phase + crop - tap * dilation }))
      .filter(({ at }) => at % stride === 0)
      .map(({ tap, at }): PhaseProduct => ({ tap, distance: at / stride })),
  );
  return { ...lengths, phases };
}

/** Outputs of each phase, and which inputs they read. */
const tapAxis = ({ input, output, phases }: PhasedAxis): TapAxis => ({
  input,
  output: Math.ceil(output / phases.length),
  step: 1,
  taps: [...new Set(phases.flat().map(({ distance }) => distance))].sort((a, b) => a - b),
});

const alone: TapAxis = { input: 1, output: 1, step: 1, taps: [0] };

interface Plan {
  readonly layer: DepthwiseTransposed;
  readonly planes: Planes;
  readonly layout: StripLayout;
  readonly strips: number;
  readonly tile: TileShape;
}

function planOf(layer: DepthwiseTransposed): Plan {
  const { height, width, dtype, bias, epilogue } = layer;
  const planes: Planes = { channels: 1, axes: [alone, tapAxis(height), tapAxis(width)] };
  const layout = layOutStrip(planes);
  const tile = storedRow(dtype, epilogue, { bias: bias ? 'none' : undefined });
  return { layer, planes, layout, strips: Math.ceil(planes.axes[1].output / layout.rows), tile };
}

/** About how many products one call sums up. */
const callWork = 1_000_000;

/** Adds the task: a unit is some rows of a plane. `w` are the kernels of all channels, as they are. */
export function emitDepthwiseTransposed(
  build: Build,
  step: Step,
  layer: DepthwiseTransposed,
  operands: { readonly x: Place; readonly w: Place; readonly y: Place; readonly bias?: Place | undefined },
): void {
  const plan = planOf(layer);
  const { layout, strips, tile } = plan;
  const { batch, channels, height, width, epilogue } = layer;
  const names = ['x', 'w', 'y', 'strip', ...extrasOf(tile)];
  const known: Record<string, Place | undefined> = {
    ...operands,
    ...epiloguePlaces(build, epilogue),
    strip: build.scratch([layout.bytes])[0],
  };
  const key = JSON.stringify([channels, height, width]);
  const steps = JSON.stringify(epilogue?.walks.map(({ base, steps }) => [base, steps]));
  const func = build.once(`depthwise transposed ${key} ${keyOfTile(tile)} ${steps}`, () =>
    writePlanes(build, step, plan, names),
  );
  const units = batch * channels * strips;
  const products =
    (height.output * width.output * height.kernel * width.kernel) /
    height.phases.length /
    width.phases.length;
  const grain = Math.max(1, Math.round((callWork * strips) / products));
  build.tasks.push({ step, func, places: names.map((name) => known[name]!), units, grain, ordered: false });
}

function writePlanes(build: Build, step: Step, plan: Plan, names: readonly string[]): Func<Params> {
  const { layer, planes, layout, strips } = plan;
  const { height, width, channels } = layer;
  const fill = fillStripFunction(build, planes, layout);
  const rows = height.phases.map((products) => rowFunction(build, plan, products));
  const params = addresses(['begin', 'end', ...names]);
  return build.module.func(`depthwiseTransposed.${height.kernel}x${width.kernel}`, params, [], (f, p) => {
    f.comment(namesIn(step));
    f.comment(`a channel at a time; a unit is ${layout.rows * rows.length} rows of the output`);
    f.for('unit', p.begin!, p.end!, 1, (unit) => {
      const plane = f.let('plane', i32.div_u(unit, strips));
      const top = f.let('top', i32.mul(i32.sub(unit, i32.mul(plane, strips)), layout.rows));
      const source = i32.add(p.x!, i32.mul(plane, 4 * height.input * width.input));
      f.call(fill, { source, strip: p.strip!, depth: 0, top });
      const channel = f.let('channel', i32.rem_u(plane, channels));
      f.for('row', 0, rowsLeft(f, plan, top), 1, (row) => {
        const b = f.let('b', i32.add(p.strip!, i32.mul(row, layout.rowBytes)));
        const first = f.let('first', i32.mul(i32.add(top, row), rows.length));
        for (const [phase, func] of rows.entries())
          writePhase(f, plan, p, { func, b, plane, channel, output: i32.add(first, phase) });
      });
    });
  });
}

/** How many steps of the phases the strip from `top` on has. */
function rowsLeft(f: FunctionBuilder, { planes, layout }: Plan, top: Address): Address {
  const { output } = planes.axes[1];
  if (output % layout.rows === 0) return i32.const(layout.rows);
  const left = f.let('left', i32.sub(output, top));
  return f.let('rows', select(i32.const(layout.rows), left, i32.gt_s(left, layout.rows)));
}

interface PhaseRow {
  readonly func: Func<Params>;
  readonly b: Address;
  readonly plane: Address;
  readonly channel: Address;
  readonly output: Address;
}

/** One output row, unless it lies behind the last one. */
function writePhase(f: FunctionBuilder, { layer, tile }: Plan, p: Locals, row: PhaseRow): void {
  const { height, width, channels } = layer;
  const { func, b, plane, channel } = row;
  const output = f.let('output', row.output);
  const call = (): void => {
    const column = f.let('column', i32.mul(output, width.output));
    const image = i32.mul(plane, height.output * width.output);
    const batch = () => i32.div_u(plane, channels);
    const walks = tile.epilogue?.walks.map(({ base, steps }, i) => {
      const inPlane = i32.add(i32.mul(channel, steps.row), i32.mul(column, steps.lane));
      const at = i32.add(inPlane, i32.mul(batch(), steps.batch));
      return [`e${i}`, i32.add(i32.add(p[`e${i}`]!, base), at)] as const;
    });
    f.call(func, {
      a: i32.add(p.w!, i32.mul(channel, 4 * height.kernel * width.kernel)),
      b,
      y: i32.add(p.y!, i32.mul(i32.add(image, column), dtypes[tile.y.dtype].bytes)),
      ...(p.bias && { bias: i32.add(p.bias, i32.mul(channel, 4)) }),
      ...(p.pool && { pool: p.pool }),
      ...Object.fromEntries(walks ?? []),
    });
  };
  if (height.output % height.phases.length === 0) call();
  else f.if(i32.lt_s(output, height.output), call);
}

/** A product as it is computed: which phase it belongs to, and where its weight lies. */
interface Product {
  readonly phase: number;
  readonly weight: number;
}

/** The products of a row by where in the strip their inputs lie, in bytes from the row's own. */
function productsByOffset(
  { layer, layout, planes }: Plan,
  rows: readonly PhaseProduct[],
): Map<number, Product[]> {
  const { width } = layer;
  const [, height, columns] = planes.axes;
  const byOffset = new Map<number, Product[]>();
  for (const row of rows)
    for (const [phase, taps] of width.phases.entries())
      for (const { distance, tap } of taps) {
        const line = (row.distance - lowest(height)) * layout.rowBytes;
        const offset = line + 4 * (distance - lowest(columns));
        const product = { phase, weight: 4 * (row.tap * width.kernel + tap) };
        const known = byOffset.get(offset);
        if (known) known.push(product);
        else byOffset.set(offset, [product]);
      }
  return byOffset;
}

/** Writes an output row of one channel whose phase along the height has these products. */
function rowFunction(build: Build, plan: Plan, rows: readonly PhaseProduct[]): Func<Params> {
  const { layer, tile } = plan;
  const { width } = layer;
  const phases = width.phases.length;
  const products = productsByOffset(plan, rows);
  const key = JSON.stringify([[...products], width.output, phases, build.relaxed]);
  return build.once(`depthwise phases ${key} ${keyOfTile(tile)}`, () => {
    const params = addresses(['a', 'b', 'y', ...extrasOf(tile)]);
    return build.module.func(`depthwisePhases.${rows.length}x${width.kernel}`, params, [], (f, p) => {
      f.comment(`${phases} phases of ${rows.length} input rows`);
      const weights = new Map<number, Local<'v128'>>();
      for (const { weight } of [...products.values()].flat())
        weights.set(weight, weights.get(weight) ?? f.let('w', v128.load32_splat(p.a!, weight)));
      const start = f.let('start', tile.bias ? v128.load32_splat(p.bias!) : f32x4.splat(0));
      const block = (): void => {
        const sums = width.phases.map((_, phase) => f.let(`y${phase}`, start));
        for (const [offset, each] of products) {
          const x = f.let('x', v128.load(p.b!, offset));
          for (const { phase, weight } of each)
            f.set(sums[phase]!, madd(x, weights.get(weight)!, sums[phase]!, build.relaxed));
        }
        const starts = width.phases.map((_, i) => 4 * i);
        endTile(build, tile, p, { f, sums: [interleave(f, sums)], starts });
        advance(f, tile, p, 4, phases);
      };
      const steps = width.output / phases;
      const whole = Math.floor(steps / 4);
      const end = f.let('end', i32.add(p.b!, 16 * whole));
      f.doWhile(() => {
        block();
        return i32.ne(p.b!, end);
      }, 'columns');
      if (steps % 4 === 0) return;
      advance(f, tile, p, (steps % 4) - 4, phases);
      block();
    });
  });
}

/** Moves on by so many inputs, and the outputs of all phases. */
function advance(
  f: FunctionBuilder,
  { y, epilogue }: TileShape,
  p: Locals,
  inputs: number,
  phases: number,
): void {
  f.set(p.b!, i32.add(p.b!, 4 * inputs));
  f.set(p.y!, i32.add(p.y!, inputs * phases * dtypes[y.dtype].bytes));
  for (const [i, { steps }] of epilogue?.walks.entries() ?? [])
    if (steps.lane !== 0) f.set(p[`e${i}`]!, i32.add(p[`e${i}`]!, inputs * phases * steps.lane));
}
