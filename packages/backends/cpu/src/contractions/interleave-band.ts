/** From the sums of all phases to the output: the rows of steps that a unit of a transposed convolution has computed. */
import { dtypes } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import { type Expr, type Func, type FunctionBuilder, i32, type Local } from '../wasm/index.ts';
import { interleaveRowFunction } from './interleaved-row.ts';
import { addresses, extrasOf, type Params, type TileShape } from './tile.ts';

type Three = readonly [number, number, number];
type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

/** Sums lie as [phase][channel][row of the band][step]. */
export interface Band {
  /** What the output's rows are stored through. */
  readonly tile: TileShape;
  readonly groups: number;
  /** Output channels of a group. */
  readonly rows: number;
  /** Whether rows are computed channel by channel. */
  readonly isDepthwise: boolean;
  /** Rows of steps, and steps of a row. */
  readonly height: number;
  readonly width: number;
  readonly stride: Three;
  readonly output: Three;
}

/** Where a band is: counted in batches and groups, and in steps of the phases. */
export interface BandPlace {
  readonly image: Address;
  readonly group: Address;
  readonly depth: Address;
  /** Its first row, and how many of its rows there are. */
  readonly row: Address;
  readonly count: Address;
}

/** Brings all rows of a band to the output. */
export function finishBand(
  f: FunctionBuilder,
  { tile, groups, rows, width, output }: Band,
  finish: Func<Params>,
  p: Locals,
  { image, group, depth, row, count }: BandPlace,
): void {
  const batch = f.let('batch', i32.div_u(image, groups));
  const walks = tile.epilogue?.walks.map(({ base, steps }, i) => {
    const channels = i32.add(i32.mul(batch, steps.batch), i32.mul(group, rows * steps.row));
    return [`e${i}`, i32.add(i32.add(p[`e${i}`]!, base), channels)] as const;
  });
  const imageBytes = rows * output[0] * output[1] * output[2] * dtypes[tile.y.dtype].bytes;
  f.for('band', 0, count, 1, (next) =>
    f.call(finish, {
      sums: i32.add(p.sums!, i32.mul(next, 4 * width)),
      places: p.places!,
      y: i32.add(p.y!, i32.mul(image, imageBytes)),
      row: i32.add(row, next),
      depth,
      ...(p.bias && { bias: i32.add(p.bias, i32.mul(group, 4 * rows)) }),
      ...(p.pool && { pool: p.pool }),
      ...Object.fromEntries(walks ?? []),
    }),
  );
}

/** One row of steps of all channels: its rows of the output, as far as there are such. */
export function finishFunction(build: Build, band: Band): Func<Params> {
  const { tile, rows, stride } = band;
  const names = ['sums', 'places', 'y', 'row', 'depth', ...extrasOf(tile)];
  return build.module.func(`interleave.${rows}.${stride.join('x')}`, addresses(names), [], (f, p) =>
    f.for('channel', 0, rows, 1, (channel) =>
      f.for('z', 0, stride[0], 1, (z) =>
        f.for('phase', 0, stride[1], 1, (y) => finishRow(f, build, band, p, { channel, z, y })),
      ),
    ),
  );
}

/** A channel, and which phase of a row it is. */
type RowPlace = Readonly<Record<'channel' | 'z' | 'y', Local<'i32'>>>;

function finishRow(
  f: FunctionBuilder,
  build: Build,
  band: Band,
  p: Locals,
  { channel, z, y }: RowPlace,
): void {
  const { tile, height, width, stride, output } = band;
  const interleaveRow = interleaveRowFunction(build, { tile, stride: stride[2], columns: output[2] });
  const plane = f.let('plane', i32.add(i32.mul(p.depth!, stride[0]), z));
  const line = f.let('line', i32.add(i32.mul(p.row!, stride[1]), y));
  f.if(i32.and(i32.lt_u(plane, output[0]), i32.lt_u(line, output[1])), () => {
    const position = f.let('position', i32.mul(i32.add(i32.mul(plane, output[1]), line), output[2]));
    const element = i32.add(i32.mul(channel, output[0] * output[1] * output[2]), position);
    const walks = tile.epilogue?.walks.map(({ steps }, i) => {
      const offset = i32.add(i32.mul(channel, steps.row), i32.mul(position, steps.lane));
      return [`e${i}`, i32.add(p[`e${i}`]!, offset)] as const;
    });
    f.call(interleaveRow, {
      sums: i32.add(p.sums!, i32.mul(channel, 4 * height * width)),
      places: i32.add(p.places!, i32.mul(i32.add(i32.mul(z, stride[1]), y), 4 * stride[2])),
      y: i32.add(p.y!, i32.mul(element, dtypes[tile.y.dtype].bytes)),
      ...(p.bias && { bias: i32.add(p.bias, i32.mul(channel, 4)) }),
      ...(p.pool && { pool: p.pool }),
      ...Object.fromEntries(walks ?? []),
    });
  });
}
