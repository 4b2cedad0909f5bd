import { dtypes } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import { type Expr, type Func, type FunctionBuilder, i32, type Local, select } from '../wasm/index.ts';
import type { Blocking } from './blocking.ts';
import { type PanelSource, packFunction } from './panel.ts';
import {
  addresses,
  extrasOf,
  keyOfTile,
  type Params,
  stepOfA,
  type TileShape,
  tileFunction,
} from './tile.ts';

/** All rows of a product, by a group of neighbouring panels of its columns. Distances are in bytes. */
export interface MultiplyShape {
  /** Its rows and columns are those of the blocking. */
  readonly tile: TileShape;
  readonly blocking: Blocking;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  /** The rows of b that are packed into panels first. Undefined: the tiles read b as it is. */
  readonly packs: PanelSource | undefined;
}

/** How many panels are packed at once: they take about half of a first-level cache. */
export const panelsAtOnce = (shape: MultiplyShape): number =>
  Math.min(Math.max(Math.floor(16384 / panelBytes(shape)), 1), shape.blocking.panels);

const lineBytes = 64;
/** Bytes from one panel to the next: what it holds, and a line more, so that panels do not meet in a cache. */
export const panelBytes = (shape: MultiplyShape): number =>
  heldBytes(shape) + (shape.packs === undefined ? 0 : lineBytes);
const heldBytes = ({ inner, blocking, tile }: MultiplyShape): number =>
  inner * blocking.starts.length * (tile.b === 'halved' ? 8 : 16);

/** The addresses that the function takes besides a, b and y. */
export const namesOf = ({ tile, packs }: MultiplyShape): readonly string[] => [
  ...extrasOf(tile),
  ...(isListed(packs) ? ['table'] : []),
  ...(packs === undefined ? [] : ['panels']),
];

const isPacked = ({ b }: TileShape): boolean => b === 'packed' || b === 'halved';

const isListed = (source: PanelSource | undefined): boolean => source !== undefined && 'taps' in source;

export const keyOfMultiply = ({ tile, blocking, rows, columns, inner, packs }: MultiplyShape): string =>
  `${JSON.stringify([blocking, rows, columns, inner, packs])} ${keyOfTile(tile)}`;

type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

/** Where step `index` begins: the last one overlaps the one before it if `count` is no multiple of `step`. */
const clampedStart = (index: Address, step: number, count: number): Address => {
  const [start, last] = [i32.mul(index, step), count - step];
  return count % step === 0 ? start : select(i32.const(last), start, i32.gt_s(start, last));
};

/**
 * Multiplies all rows with the panels `from` up to `to`, `panelsAtOnce` at most. Panels that have been packed before
 * lie at `b` from the first one of all on.
 */
export const multiplyFunction = (build: Build, shape: MultiplyShape): Func<Params> =>
  build.once(`multiply ${keyOfMultiply(shape)}`, () => {
    const { rows, inner, columns, blocking, packs } = shape;
    const params = addresses(['a', 'b', 'y', 'from', 'to', ...namesOf(shape)]);
    const tile = tileFunction(build, shape.tile);
    const pack =
      packs === undefined ? undefined : packFunction(build, { starts: blocking.starts, source: packs });
    return build.module.func(`multiply.${rows}x${inner}x${columns}`, params, [], (f, p) => {
      f.comment(`${rows} rows, ${inner} products each, of ${columns} columns those of some panels`);
      if (pack) packPanels(f, shape, pack, p);
      f.for('block', 0, blocking.blocks, 1, (block) => multiplyBlock(f, shape, tile, p, block));
    });
  });

function packPanels(f: FunctionBuilder, shape: MultiplyShape, pack: Func<Params>, p: Locals): void {
  const { blocking, columns, packs } = shape;
  f.for('panel', p.from!, p.to!, 1, (index) => {
    const column = clampedStart(index, blocking.width, columns);
    const panel = f.let('packed', i32.add(p.panels!, i32.mul(i32.sub(index, p.from!), panelBytes(shape))));
    f.call(pack, {
      source: i32.add(p.b!, i32.mul(column, 4)),
      panel,
      end: i32.add(panel, heldBytes(shape)),
      ...(isListed(packs) && { table: p.table! }),
    });
  });
}

function multiplyBlock(
  f: FunctionBuilder,
  shape: MultiplyShape,
  kernel: Func<Params>,
  p: Locals,
  block: Address,
): void {
  const { tile, blocking, rows, columns, inner, packs } = shape;
  const row = f.let('row', clampedStart(block, blocking.rows, rows));
  const packedBlock = i32.mul(block, 4 * inner * blocking.rows);
  const a = f.let('a.block', i32.add(p.a!, tile.a === 'packed' ? packedBlock : i32.mul(row, tile.a)));
  f.for('panel', p.from!, p.to!, 1, (index) => {
    const column = f.let('column', clampedStart(index, blocking.width, columns));
    const panel = packs === undefined ? index : i32.sub(index, p.from!);
    const b = p[packs === undefined ? 'b' : 'panels']!;
    f.call(kernel, {
      a,
      end: i32.add(a, inner * stepOfA(tile)),
      b: i32.add(b, isPacked(tile) ? i32.mul(panel, panelBytes(shape)) : i32.mul(column, 4)),
      y: at(p.y!, { row: tile.y.row, lane: dtypes[tile.y.dtype].bytes }, row, column),
      ...extras(tile, p, row, column),
    });
  });
}

/** base + row steps + lane steps. */
const at = (
  base: Address,
  steps: { readonly row: number; readonly lane: number },
  row: Address,
  column: Address,
) => i32.add(i32.add(base, i32.mul(row, steps.row)), i32.mul(column, steps.lane));

function extras({ b, bias, epilogue }: TileShape, p: Locals, row: Address, column: Address) {
  const walks =
    epilogue?.walks.map(({ steps }, i) => [`e${i}`, at(p[`e${i}`]!, steps, row, column)] as const) ?? [];
  return {
    ...(b === 'listed' && { table: p.table! }),
    ...(bias && { bias: i32.add(p.bias!, i32.mul(bias === 'row' ? row : column, 4)) }),
    ...(epilogue?.pool.length && { pool: p.pool! }),
    ...Object.fromEntries(walks),
  };
}
