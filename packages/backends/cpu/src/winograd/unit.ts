import type { Build } from '../compile/build.ts';
import { addresses, extrasOf, type Params } from '../contractions/tile.ts';
import { range } from '../families/geometry.ts';
import { type Expr, type Func, type FunctionBuilder, i32, type Local, select } from '../wasm/index.ts';
import { channelBytes, finishFunction, tileOf } from './finish.ts';
import { stripAt } from './input.ts';
import { outputFunction } from './output.ts';
import { blockTiles, type Plan } from './plan.ts';
import { entriesOfGroup, entryBytes, productsFunction } from './products.ts';
import { groupBytes } from './weights.ts';

type Locals = Readonly<Record<string, Local<'i32'>>>;
type Address = Expr<'i32'>;

/** The addresses that it takes, besides which strip is the first and how many there are. */
export const namesOf = (plan: Plan): readonly string[] => [
  'u',
  'v',
  'y',
  ...extrasOf(tileOf(plan)),
  'entries',
  'tiles',
  'm',
  'middle',
  'planes',
];

/** Writes outputs: a unit is a block of rows of a strip; the strips of one block follow each other, since they share its weights. */
export function unitFunction(build: Build, plan: Plan, layers: string): Func<Params> {
  const { tiling, blockRows, strip } = plan;
  const products = range(4).map((i) => productsFunction(build, plan, i + 1));
  const outputs = outputFunction(build, plan);
  const finish = finishFunction(build, plan);
  const [y, x] = tiling.axes;
  const params = addresses(['begin', 'end', 'first', 'strips', ...namesOf(plan)]);
  const name = `winograd.${y.algorithm.outputs}x${x.algorithm.outputs}.${tiling.rows}x${tiling.channels}`;
  return build.module.func(name, params, [], (f, p) => {
    f.comment(`first for ${layers}`);
    f.comment(`a unit is ${blockRows} channels of a strip of ${strip.rows} rows of tiles`);
    f.for('unit', p.begin!, p.end!, 1, (unit) => {
      const at = unitAt(f, plan, p, unit);
      const vectors = f.let('vectors', i32.shr_u(i32.add(i32.mul(at.count, x.tiles), 3), 2));
      const target = {
        plane: p.planes!,
        top: at.top,
        count: at.count,
        rows: at.rows,
        ...targetOf(f, plan, p, at),
      };
      f.for('phases', 0, plan.phaseGroups, 1, (phases) => {
        const places = { ...p, u: at.u, v: at.v, phases };
        multiplyBlocks(f, plan, { products, outputs }, places, { vectors, rows: at.rows });
        f.call(finish, { ...target, group: phases });
      });
    });
  });
}

interface UnitPlace {
  readonly u: Local<'i32'>;
  readonly v: Local<'i32'>;
  readonly image: Local<'i32'>;
  readonly group: Local<'i32'>;
  /** The first of its output channels within the group, and how many there are. */
  readonly row: Local<'i32'>;
  readonly rows: Address;
  /** The first of its tile rows, and how many there are. */
  readonly top: Local<'i32'>;
  readonly count: Local<'i32'>;
}

function unitAt(f: FunctionBuilder, plan: Plan, p: Locals, unit: Local<'i32'>): UnitPlace {
  const { tiling, blockRows, rowBlocks } = plan;
  const block = f.let('block', i32.div_u(unit, p.strips!));
  const local = f.let('local', i32.sub(unit, i32.mul(block, p.strips!)));
  const { image, top, rows: count } = stripAt(f, plan, i32.add(p.first!, local));
  const group = f.let('group', tiling.groups === 1 ? i32.const(0) : i32.rem_u(image, tiling.groups));
  const blockBytes = plan.entries.length * entryBytes(plan);
  const weights = i32.add(i32.mul(group, groupBytes(plan)), i32.mul(block, blockBytes));
  const row = f.let('row', i32.mul(block, blockRows));
  const left = f.let('left', i32.sub(tiling.rows, row));
  const some = select(i32.const(blockRows), left, i32.gt_s(left, blockRows));
  return {
    u: f.let('u.at', i32.add(p.u!, weights)),
    v: f.let('v.at', i32.add(p.v!, i32.mul(local, plan.stripBytes))),
    ...{ image, group, row, top, count },
    rows: rowBlocks * blockRows === tiling.rows ? i32.const(blockRows) : f.let('rows', some),
  };
}

/** Where the outputs of a unit's first channel go, through which bias and operands of the epilogue. */
function targetOf(f: FunctionBuilder, plan: Plan, p: Locals, { image, group, row }: UnitPlace) {
  const { tiling, target } = plan;
  const channel = f.let('channel', i32.add(i32.mul(group, tiling.rows), row));
  const first = i32.add(i32.mul(image, tiling.rows), row);
  const batch = f.let('batch', i32.div_u(image, tiling.groups));
  const walks = target.epilogue?.walks.map(({ base, steps }, i) => {
    const offset = i32.add(i32.mul(batch, steps.batch), i32.mul(channel, steps.row));
    return [`e${i}`, f.let('operand', i32.add(i32.add(p[`e${i}`]!, base), offset))] as const;
  });
  return {
    y: f.let('y.at', i32.add(p.y!, i32.mul(first, channelBytes(plan)))),
    ...(p.bias && { bias: f.let('bias.at', i32.add(p.bias, i32.mul(channel, 4))) }),
    ...(p.pool && { pool: p.pool }),
    ...Object.fromEntries(walks ?? []),
  };
}

/** For a group of phases, block after block of tiles: products at all points, and their outputs in the planes. */
function multiplyBlocks(
  f: FunctionBuilder,
  plan: Plan,
  { products, outputs }: { readonly products: readonly Func<Params>[]; readonly outputs: Func<Params> },
  p: Locals,
  { vectors, rows }: { readonly vectors: Address; readonly rows: Address },
): void {
  const m = p.m!;
  const count = entriesOfGroup(plan);
  const entries = f.let('entries.group', i32.add(p.entries!, i32.mul(p.phases!, 8 * count)));
  const u = f.let('u.group', i32.add(p.u!, i32.mul(p.phases!, count * entryBytes(plan))));
  const v = f.let('v.block', i32.add(p.v!, 0));
  const tiles = f.let('tiles.block', i32.add(p.tiles!, 0));
  f.for('vector', 0, vectors, 4, (vector) => {
    const left = f.let('vectors.left', i32.sub(vectors, vector));
    const most = f.let('vectors.here', select(i32.const(4), left, i32.gt_s(left, 4)));
    for (const [i, each] of products.entries())
      f.if(i32.eq(most, i + 1), () => f.call(each, { entries, u, v, m }));
    f.call(outputs, { m, middle: p.middle!, tiles, plane: p.planes!, rows, vectors: most });
    f.set(v, i32.add(v, plan.blockBytes));
    f.set(tiles, i32.add(tiles, 4 * blockTiles));
  });
}
