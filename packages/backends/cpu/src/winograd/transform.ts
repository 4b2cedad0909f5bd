import type { Build } from '../compile/build.ts';
import type { Params } from '../contractions/tile.ts';
import { addresses } from '../contractions/tile.ts';
import { range } from '../families/geometry.ts';
import {
  type Expr,
  type Func,
  type FunctionBuilder,
  f32x4,
  f64x2,
  i32,
  type Local,
  select,
  v128,
} from '../wasm/index.ts';
import { hasProducts, none, type TileAxis } from './axis.ts';
import type { Plan } from './plan.ts';
import { entryBytes } from './products.ts';

/** How the weights of phases are transformed whose taps lie alike and meet the same rows of the algorithms' matrices. */
export interface Transform {
  readonly y: Side;
  readonly x: Side;
  /** Where the elements lie in a kernel, row after row, from the first of them on. */
  readonly offsets: readonly number[];
  /** Where the weights lie in a block of rows, in bytes from the first: by point of y and point of x. */
  readonly places: Int32Array;
  /** By phase: the first of its rows in an entry; in bytes, its first element and the first of its places. */
  readonly phases: Int32Array;
}

/** Phases along one axis. */
interface Side {
  /** From the first to the others. */
  readonly elements: readonly number[];
  /** The points at which there are products, and the rows of the algorithm's matrix for them: a number an element. */
  readonly points: readonly number[];
  readonly matrix: readonly (readonly number[])[];
  /** The phases, and the first element of each. */
  readonly phases: readonly { readonly phase: number; readonly first: number }[];
}

/** The phases of an axis, those together that are transformed alike. */
function sidesOf(axis: TileAxis): readonly Side[] {
  const sides = new Map<string, Side & { readonly phases: { phase: number; first: number }[] }>();
  for (const [phase, each] of axis.phases.entries()) {
    const taps = each.elements.flatMap((element, tap) => (element === none ? [] : [{ element, tap }]));
    if (taps.length === 0) continue;
    const first = Math.min(...taps.map(({ element }) => element));
    const elements = taps.map(({ element }) => element - first);
    const key = `${elements} ${taps.map(({ tap }) => tap)}`;
    const points = range(axis.algorithm.points).filter((point) => hasProducts(axis, each, point));
    const matrix = points.map((point) => taps.map(({ tap }) => axis.algorithm.kernel[point]![tap]!));
    const known = sides.get(key) ?? { elements, points, matrix, phases: [] };
    sides.set(key, known);
    known.phases.push({ phase, first });
  }
  return [...sides.values()];
}

/** The phases of a plan, those together that are transformed alike. */
export function transformsOf(plan: Plan, width: number): readonly Transform[] {
  const [y, x] = plan.tiling.axes.map(sidesOf) as [readonly Side[], readonly Side[]];
  const places = placesByPhase(plan);
  return y.flatMap((sideY) => x.flatMap((sideX) => transformsOfSides(plan, width, sideY, sideX, places)));
}

/** One for all phases of both sides, unless their places lie differently. */
function transformsOfSides(
  plan: Plan,
  width: number,
  y: Side,
  x: Side,
  places: Places,
): readonly Transform[] {
  const offsets = y.elements.flatMap((row) => x.elements.map((column) => row * width + column));
  const count = y.points.length * x.points.length;
  const transforms: { readonly places: Int32Array; readonly phases: number[] }[] = [];
  for (const row of y.phases)
    for (const column of x.phases) {
      const phase = row.phase * plan.tiling.axes[1].phases.length + column.phase;
      const each = places.all.subarray(phase * places.points, phase * places.points + count);
      const local = (phase % plan.entryPhases) * plan.blockRows;
      const known = transforms.find((other) => liesAlike(other.places, each));
      const transform = known ?? { places: each.map((place) => place - each[0]!), phases: [] };
      if (!known) transforms.push(transform);
      transform.phases.push(local, 4 * (row.first * width + column.first), each[0]!);
    }
  return transforms.map(({ phases, ...rest }) => ({
    y,
    x,
    offsets,
    ...rest,
    phases: Int32Array.from(phases),
  }));
}

function liesAlike(relative: Int32Array, places: Int32Array): boolean {
  for (let i = 0; i < places.length; i++) if (places[i]! - places[0]! !== relative[i]) return false;
  return true;
}

interface Places {
  /** [phase][point], as far as a phase has products; in bytes from the beginning of a block of rows. */
  readonly all: Int32Array;
  readonly points: number;
}

function placesByPhase(plan: Plan): Places {
  const { entries, entryPhases } = plan;
  const [y, x] = plan.tiling.axes;
  const points = y.algorithm.points * x.algorithm.points;
  const all = new Int32Array(y.phases.length * x.phases.length * points);
  const ends = new Int32Array(y.phases.length * x.phases.length);
  const bytes = entryBytes(plan);
  for (let at = 0; at < entries.length; at++) {
    const { phase } = entries[at]!;
    const first = phase[0] * x.phases.length + phase[1];
    for (let i = first; i < first + entryPhases; i++) all[i * points + ends[i]!++] = at * bytes;
  }
  return { all, points };
}

/** Transforms the weights of one row and phase, two channels at a time; the last two overlap those before. */
export const transformFunction = (build: Build, transform: Transform, channelBytes: number): Func<Params> => {
  const { offsets, places, y, x } = transform;
  const key = [channelBytes, offsets, places, x.elements.length, y.matrix, x.matrix].join(';');
  return build.once(`transform ${key}`, () => {
    const name = `transform.${y.points.length}x${x.points.length}`;
    return build.module.func(name, addresses(['source', 'target', 'channels']), [], (f, p) => {
      f.comment('G g Gt in float64, for two channels');
      const numbers = constantsOf(f, [...y.matrix, ...x.matrix]);
      const second = f.let('second', i32.gt_u(p.channels!, 1));
      const last = f.let('last', i32.sub(i32.sub(p.channels!, 1), second));
      f.for('channel', 0, p.channels!, 2, (channel) => {
        const at = f.let('at', select(channel, last, i32.lt_s(channel, last)));
        const source = f.let('from', i32.add(p.source!, i32.mul(at, channelBytes)));
        const partner = f.let('from.second', i32.add(source, i32.mul(second, channelBytes)));
        const target = f.let('to', i32.add(p.target!, i32.shl(at, 3)));
        const next = f.let('to.second', i32.add(target, i32.shl(second, 3)));
        const kernel = offsets.map((offset) => f.let('g', twoOf(source, partner, 4 * offset)));
        storeEntries(f, transform, numbers, kernel, (entry, value) => {
          const rounded = f.let('u', f32x4.demote_f64x2_zero(value));
          f.v128.store32_lane(target, rounded, 0, places[entry]!);
          f.v128.store32_lane(next, rounded, 1, places[entry]!);
        });
      });
    });
  });
};

/** An element of two kernels, in float64. */
const twoOf = (source: Local<'i32'>, partner: Local<'i32'>, offset: number): Expr<'v128'> =>
  f64x2.promote_low_f32x4(v128.load32_lane(partner, v128.load32_zero(source, offset), 1, offset));

type Numbers = ReadonlyMap<number, Local<'v128'>>;

function constantsOf(f: FunctionBuilder, rows: readonly (readonly number[])[]): Numbers {
  const numbers = [...new Set(rows.flat())].filter((number) => number !== 0 && number !== 1);
  return new Map(numbers.map((number) => [number, f.let('number', f64x2.splat(number))]));
}

/** Point after point. */
function storeEntries(
  f: FunctionBuilder,
  { y, x }: Transform,
  numbers: Numbers,
  kernel: readonly Expr<'v128'>[],
  store: (entry: number, value: Expr<'v128'>) => void,
): void {
  const columns = x.elements.length;
  for (const [i, row] of y.matrix.entries()) {
    const half = range(columns).map((j) =>
      f.let(
        'half',
        weightedSum(numbers, row, (k) => kernel[k * columns + j]!),
      ),
    );
    for (const [j, factors] of x.matrix.entries())
      store(
        i * x.matrix.length + j,
        weightedSum(numbers, factors, (k) => half[k]!),
      );
  }
}

/** From left to right. */
function weightedSum(
  numbers: Numbers,
  factors: readonly number[],
  term: (i: number) => Expr<'v128'>,
): Expr<'v128'> {
  const products = factors.flatMap((factor, i) =>
    factor === 0 ? [] : [factor === 1 ? term(i) : f64x2.mul(term(i), numbers.get(factor)!)],
  );
  return products.reduce((sum, product) => f64x2.add(sum, product));
}
