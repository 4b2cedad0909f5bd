/**
 * Transposed convolutions whose kernel is as long as their stride: each output has one product for each input channel, so
 * that all phases are rows of one product of matrices, and those along the width are interleaved in registers.
 */
import { dtypes, sizeOf } from '@polyphase/ir';
import type { Step } from '@polyphase/plugin';
import type { Build, Place } from '../compile/build.ts';
import { type Expr, type Func, type FunctionBuilder, i32, type Local, select } from '../wasm/index.ts';
import { leastColumns } from './blocking.ts';
import type { EpiloguePlan } from './epilogue.ts';
import { packFunction } from './panel.ts';
import { epiloguePlaces, namesIn } from './product.ts';
import { addresses, extrasOf, type Params, type TileShape, tileFunction } from './tile.ts';

type Three = readonly [number, number, number];
type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

export interface Shuffle {
  readonly batch: number;
  readonly groups: number;
  /** Input and output channels of a group. */
  readonly channels: number;
  readonly rows: number;
  readonly input: Three;
  readonly stride: Three;
  readonly dtype: TileShape['y']['dtype'];
  readonly bias: boolean;
  readonly epilogue: EpiloguePlan | undefined;
}

/** Vectors of a tile, by the stride along the width: as many as registers hold. */
const vectorsOf: Readonly<Record<number, number>> = { 2: 4, 3: 2, 4: 2 };

interface Panels {
  readonly tile: TileShape;
  /** Columns of a panel, panels of an input row, and how many are packed at once. */
  readonly width: number;
  readonly count: number;
  readonly group: number;
  readonly bytes: number;
}

const lineBytes = 64;
/** Packed panels stay in the second-level cache. */
const mostPanelBytes = 262144;

function panelsOf({ channels, input, stride, dtype, bias, epilogue }: Shuffle): Panels {
  const [, , columns] = input;
  const vectors = Math.min(vectorsOf[stride[2]]!, Math.ceil(columns / leastColumns));
  const width = Math.min(4 * vectors, columns);
  const count = Math.ceil(columns / width);
  const bytes = channels * 16 * vectors + lineBytes;
  const tile: TileShape = {
    rows: stride[2],
    starts: Array.from({ length: vectors }, (_, v) => Math.min(4 * v, width - 4)),
    a: 'packed',
    b: 'packed',
    y: { dtype, row: 0 },
    bias: bias ? 'none' : undefined,
    interleaved: true,
    epilogue,
  };
  return {
    tile,
    width,
    count,
    group: Math.min(count, Math.max(1, Math.floor(mostPanelBytes / bytes))),
    bytes,
  };
}

/** About how many products one call sums up. */
const callWork = 4_000_000;
const productsPerMicrosecond = 27_000;

/** Adds the task: a unit is one row of the input. `a` holds [group][row][depth phase][height phase][channel][width phase]. */
export function emitShuffle(
  build: Build,
  step: Step,
  shuffle: Shuffle,
  operands: { readonly a: Place; readonly x: Place; readonly y: Place; readonly bias?: Place | undefined },
): void {
  const panels = panelsOf(shuffle);
  const names = ['a', 'x', 'y', ...extrasOf(panels.tile), 'panels'];
  const known: Record<string, Place | undefined> = {
    ...operands,
    ...epiloguePlaces(build, shuffle.epilogue),
    panels: build.scratch([panels.group * panels.bytes])[0],
  };
  const { batch, groups, channels, rows, input, stride } = shuffle;
  const units = batch * groups * input[0] * input[1];
  const products = channels * rows * sizeOf(stride) * input[2];
  build.tasks.push({
    step,
    func: shuffleFunction(build, shuffle, panels, names, namesIn(step)),
    places: names.map((name) => known[name]!),
    units,
    grain: Math.max(1, Math.round(callWork / products)),
    ordered: false,
    work: (units * products) / productsPerMicrosecond,
  });
}

function shuffleFunction(
  build: Build,
  shuffle: Shuffle,
  panels: Panels,
  names: readonly string[],
  layers: string,
): Func<Params> {
  const { groups, channels, rows, input, stride } = shuffle;
  const [depth, height, width] = input;
  const pack = packFunction(build, {
    starts: panels.tile.starts,
    source: { distance: 4 * sizeOf(input) },
  });
  const multiply = multiplyFunction(build, shuffle, panels);
  const group = `${rows}x${channels}.${stride.join('x')}`;
  return build.module.func(`shuffle.${group}`, addresses(['begin', 'end', ...names]), [], (f, p) => {
    f.comment(layers);
    f.comment(`${rows} channels of ${channels}, ${stride.join(' by ')} phases; a unit is a row of the input`);
    f.for('unit', p.begin!, p.end!, 1, (unit) => {
      const image = f.let('image', i32.div_u(unit, depth * height));
      const row = f.let('row', i32.sub(unit, i32.mul(image, depth * height)));
      const source = i32.add(i32.mul(image, channels * sizeOf(input)), i32.mul(row, width));
      const x = f.let('x.row', i32.add(p.x!, i32.mul(source, 4)));
      f.for('from', 0, panels.count, panels.group, (from) => {
        const end = i32.add(from, panels.group);
        const to = f.let('to', select(i32.const(panels.count), end, i32.gt_s(end, panels.count)));
        f.for('panel', from, to, 1, (panel) => {
          const at = f.let('packed', i32.add(p.panels!, i32.mul(i32.sub(panel, from), panels.bytes)));
          f.call(pack, {
            source: i32.add(x, i32.mul(columnOf(panels, width, panel), 4)),
            panel: at,
            end: i32.add(at, panels.bytes - lineBytes),
          });
        });
        f.call(multiply, { ...p, from, to, ...placesOf(f, shuffle, p, image, row, groups) });
      });
    });
  });
}

const columnOf = ({ width, count }: Panels, columns: number, panel: Address): Address =>
  count * width === columns
    ? i32.mul(panel, width)
    : select(
        i32.const(columns - width),
        i32.mul(panel, width),
        i32.gt_s(i32.mul(panel, width), columns - width),
      );

/** The output's distances in elements. */
function distances({ input, stride }: Shuffle) {
  const line = input[2] * stride[2];
  const plane = line * input[1] * stride[1];
  return { line, plane, channel: plane * input[0] * stride[0] };
}

/** Where the output of an input row begins, for each operand that is walked along with it. */
function placesOf(
  f: FunctionBuilder,
  shuffle: Shuffle,
  p: Locals,
  image: Local<'i32'>,
  row: Local<'i32'>,
  groups: number,
): Record<string, Address> {
  const { rows, channels, input, stride, epilogue, dtype } = shuffle;
  const { line, plane, channel } = distances(shuffle);
  const group = f.let('group', groups === 1 ? i32.const(0) : i32.rem_u(image, groups));
  const z = f.let('z', i32.div_u(row, input[1]));
  const lines = i32.mul(i32.sub(row, i32.mul(z, input[1])), stride[1] * line);
  const inPlane = f.let('in.plane', i32.add(i32.mul(z, stride[0] * plane), lines));
  const batch = i32.div_u(image, groups);
  const walks = epilogue?.walks.map(({ base, steps }, i) => {
    const channels = i32.add(i32.mul(batch, steps.batch), i32.mul(group, rows * steps.row));
    const offset = i32.add(channels, i32.mul(inPlane, steps.lane));
    return [`e${i}`, i32.add(i32.add(p[`e${i}`]!, base), offset)] as const;
  });
  const y = i32.add(i32.mul(image, rows * channel), inPlane);
  return {
    a: i32.add(p.a!, i32.mul(group, 4 * rows * channels * sizeOf(stride))),
    y: i32.add(p.y!, i32.mul(y, dtypes[dtype].bytes)),
    ...(p.bias && { bias: i32.add(p.bias, i32.mul(group, 4 * rows)) }),
    ...Object.fromEntries(walks ?? []),
  };
}

/** All output channels of the packed panels `from` up to `to`, whose stores run along the rows of the output. */
function multiplyFunction(build: Build, shuffle: Shuffle, panels: Panels): Func<Params> {
  const { rows, channels, input, stride, dtype, epilogue } = shuffle;
  const { tile } = panels;
  const { line, plane, channel } = distances(shuffle);
  const kernel = tileFunction(build, tile);
  const aBytes = 4 * channels * stride[2];
  const names = ['a', 'y', ...extrasOf(tile), 'panels', 'from', 'to'];
  return build.module.func(`shuffleRow.${rows}`, addresses(names), [], (f, p) => {
    f.for('channel', 0, rows, 1, (row) => {
      for (let z = 0; z < stride[0]; z++)
        f.for('phase', 0, stride[1], 1, (phase) => {
          const lane = f.let('lane', i32.add(i32.mul(phase, line), z * plane));
          const end = f.let('a.end', i32.add(p.a!, aBytes));
          f.for('panel', p.from!, p.to!, 1, (panel) => {
            const column = i32.mul(columnOf(panels, input[2], panel), stride[2]);
            const element = f.let('element', i32.add(lane, column));
            const walks = epilogue?.walks.map(({ steps }, i) => {
              const offset = i32.add(i32.mul(row, steps.row), i32.mul(element, steps.lane));
              return [`e${i}`, i32.add(p[`e${i}`]!, offset)] as const;
            });
            f.call(kernel, {
              a: p.a!,
              end,
              b: i32.add(p.panels!, i32.mul(i32.sub(panel, p.from!), panels.bytes)),
              y: i32.add(p.y!, i32.mul(i32.add(i32.mul(row, channel), element), dtypes[dtype].bytes)),
              ...(p.bias && { bias: i32.add(p.bias, i32.mul(row, 4)) }),
              ...(p.pool && { pool: p.pool }),
              ...Object.fromEntries(walks ?? []),
            });
          });
          f.set(p.a!, end);
        });
    });
  });
}
