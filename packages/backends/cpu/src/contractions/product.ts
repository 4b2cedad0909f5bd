/** Matrix products y[rows][columns] = a[rows][inner] * b[inner][columns], several of one shape. */
import type { DType } from '@polyphase/ir';
import type { Step } from '@polyphase/plugin';
import type { Build, Place } from '../compile/build.ts';
import { type Expr, type Func, type FunctionBuilder, i32, type Local, select } from '../wasm/index.ts';
import { type Blocking, chooseBlocking, packingBlocks } from './blocking.ts';
import { type EpiloguePlan, poolData } from './epilogue.ts';
import {
  keyOfMultiply,
  type MultiplyShape,
  multiplyFunction,
  namesOf,
  panelBytes,
  panelsAtOnce,
} from './multiply.ts';
import { addresses, type Params } from './tile.ts';

/** What the products have in common. Distances are in bytes. */
export interface Products {
  readonly images: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** `packed` by `packRows`, or the distance between rows. */
  readonly a: 'packed' | number;
  /**
   * `packed` by `packColumns`, `halved` by `packHalfColumns`, or the distance between rows: they are packed while running
   * where that pays.
   */
  readonly b: 'packed' | 'halved' | number;
  readonly y: { readonly dtype: DType; readonly row: number };
  readonly bias: 'row' | 'lane' | undefined;
  readonly epilogue: EpiloguePlan | undefined;
}

type Address = Expr<'i32'>;
type Locals = Readonly<Record<string, Local<'i32'>>>;

/** How far into each operand an image lies, in bytes; `walks` for the operands of the epilogue. */
export interface Offsets {
  readonly a: Address;
  readonly b: Address;
  readonly y: Address;
  readonly bias: Address;
  readonly walks: readonly Address[];
}

/** Where the images lie. Equal keys mean equal code; `tables` are more addresses that it takes. */
export interface Locate {
  readonly key: string;
  readonly tables: Readonly<Record<string, Place>>;
  offsets(f: FunctionBuilder, image: Local<'i32'>, tables: Locals): Offsets;
}

export interface Operands {
  readonly a: Place;
  readonly b: Place;
  readonly y: Place;
  readonly bias?: Place | undefined;
}

/** How operands of the products that are known have to be packed. */
export const productBlocking = (
  { relaxed }: Build,
  { rows, columns }: Pick<Products, 'rows' | 'columns'>,
): Blocking => chooseBlocking(rows, columns, relaxed);

function multiplyShape(build: Build, products: Products): MultiplyShape {
  const { rows, columns, inner, a, b, y, bias, epilogue } = products;
  const blocking = productBlocking(build, products);
  const packs = typeof b === 'number' && blocking.blocks >= packingBlocks ? { distance: b } : undefined;
  const tile = {
    rows: blocking.rows,
    starts: blocking.starts,
    a,
    b: packs === undefined ? b : 'packed',
    y,
    bias,
    epilogue,
  } as const;
  return { tile, blocking, rows, columns, inner, packs };
}

/** About how many products one call sums up. */
const callWork = 4_000_000;

/** Adds the task for all images: a unit is a group of panels of one of them. */
export function emitProducts(
  build: Build,
  step: Step,
  products: Products,
  operands: Operands,
  locate: Locate,
): void {
  const shape = multiplyShape(build, products);
  const group = panelsAtOnce(shape);
  const groups = Math.ceil(shape.blocking.panels / group);
  const names = ['a', 'b', 'y', ...namesOf(shape), ...Object.keys(locate.tables)];
  const func = build.once(`products ${locate.key} ${keyOfMultiply(shape)}`, () =>
    writeProducts(build, step, shape, names, locate),
  );
  const known: Record<string, Place | undefined> = {
    ...operands,
    ...epiloguePlaces(build, products.epilogue),
    ...locate.tables,
    panels: shape.packs === undefined ? undefined : build.scratch([group * panelBytes(shape)])[0],
  };
  const units = products.images * groups;
  const work = (products.images * products.rows * products.inner * products.columns) / units;
  const grain = Math.max(1, Math.round(callWork / work));
  build.tasks.push({ step, func, places: names.map((name) => known[name]!), units, grain, ordered: false });
}

/** The places of an epilogue's operands, by the names that tiles give them. */
export function epiloguePlaces(build: Build, epilogue: EpiloguePlan | undefined): Record<string, Place> {
  if (!epilogue) return {};
  const walks = epilogue.walks.map(({ buffer }, i) => [`e${i}`, { kind: 'buffer', buffer }] as const);
  return {
    ...Object.fromEntries(walks),
    ...(epilogue.pool.length > 0 && { pool: build.add(poolData(epilogue)) }),
  };
}

function writeProducts(
  build: Build,
  step: Step,
  shape: MultiplyShape,
  names: readonly string[],
  locate: Locate,
): Func<Params> {
  const multiply = multiplyFunction(build, shape);
  const { rows, inner, columns, blocking } = shape;
  const group = panelsAtOnce(shape);
  const groups = Math.ceil(blocking.panels / group);
  return build.module.func(
    `products.${rows}x${inner}x${columns}`,
    addresses(['begin', 'end', ...names]),
    [],
    (f, p) => {
      f.comment(namesIn(step));
      f.comment(`${rows} rows, ${inner} products each, ${columns} columns; a unit is ${group} panels`);
      f.for('unit', p.begin!, p.end!, 1, (unit) => {
        const image = f.let('image', i32.div_u(unit, groups));
        const from = f.let('from', i32.mul(i32.sub(unit, i32.mul(image, groups)), group));
        const to = f.let('to', i32.add(from, group));
        if (blocking.panels % group > 0)
          f.set(to, select(i32.const(blocking.panels), to, i32.gt_s(to, blocking.panels)));
        f.call(multiply, { from, to, ...located(shape, p, locate.offsets(f, image, p)) });
      });
    },
  );
}

/** The layers of a step, the first of those that share its code. */
export const namesIn = ({ nodes }: Step): string => nodes.map(({ name }) => name).join(' + ');

/** The arguments of a multiply function for one image. */
export function located(shape: MultiplyShape, p: Locals, offsets: Offsets): Record<string, Address> {
  const walks = shape.tile.epilogue?.walks.map(({ base }, i) => {
    return [`e${i}`, i32.add(i32.add(p[`e${i}`]!, base), offsets.walks[i]!)] as const;
  });
  const as = ['table', 'panels', 'pool'].flatMap((name) => (p[name] ? [[name, p[name]] as const] : []));
  return {
    a: i32.add(p.a!, offsets.a),
    b: i32.add(p.b!, offsets.b),
    y: i32.add(p.y!, offsets.y),
    ...(p.bias && { bias: i32.add(p.bias, offsets.bias) }),
    ...Object.fromEntries([...(walks ?? []), ...as]),
  };
}
