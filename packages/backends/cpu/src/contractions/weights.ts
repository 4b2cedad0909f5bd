/** Weights in the order in which tiles read them. */
import type { Build, Data } from '../compile/build.ts';
import type { Packing } from '../compile/packing.ts';
import { range } from '../families/geometry.ts';
import { type Func, f32, i32 } from '../wasm/index.ts';
import type { Blocking } from './blocking.ts';
import { addresses, type Params } from './tile.ts';

/**
 * Matrices inside of an array, one for each group: element [group][row][k] is at group * groupStep + rows[row] +
 * i * step + taps[t], where k is i * taps.length + t.
 */
export interface Weights<T = Float32Array> {
  readonly elements: T;
  readonly groups: number;
  readonly groupStep: number;
  readonly rows: Int32Array;
  readonly inner: {
    readonly count: number;
    readonly step: number;
    /** A negative one stands for weights that are all 0. */
    readonly taps: readonly number[];
  };
}

const innerOf = ({ inner }: Pick<Weights, 'inner'>): number => inner.count * inner.taps.length;

/** Bytes that one matrix takes as `packRows` packs it. */
export const packedRowsBytes = ({ rows, blocks }: Blocking, inner: number): number =>
  4 * rows * blocks * inner;

/** Bytes that one matrix takes as `packColumns` packs it. */
export const packedColumnsBytes = ({ starts, panels }: Blocking, inner: number): number =>
  16 * starts.length * panels * inner;

/** [block][k][row]: the rows of each block side by side, for matrices one after the other. */
export function packRows(build: Build, weights: Weights, { rows, blocks }: Blocking): Data {
  const last = weights.rows.length - rows;
  const lanes = new Int32Array(blocks * rows);
  for (let block = 0, at = 0; block < blocks; block++) {
    const first = Math.min(block * rows, last);
    for (let r = 0; r < rows; r++) lanes[at++] = weights.rows[first + r]!;
  }
  return packLanes(build, weights, lanes, rows);
}

/** [block][k][row] with all rows of a matrix in blocks of `width`. */
export const packBlocks = (build: Build, weights: Weights, width: number): Data =>
  packLanes(build, weights, weights.rows, width);

/** [panel][k][column]: the columns of each panel side by side; element [k][column] is the matrix's [column][k]. */
export function packColumns(build: Build, weights: Weights, { starts, width, panels }: Blocking): Data {
  const last = weights.rows.length - width;
  const lanes = new Int32Array(panels * 4 * starts.length);
  for (let panel = 0, at = 0; panel < panels; panel++) {
    const first = Math.min(panel * width, last);
    for (const start of starts)
      for (let lane = 0; lane < 4; lane++) lanes[at++] = weights.rows[first + start + lane]!;
  }
  return packLanes(build, weights, lanes, 4 * starts.length);
}

/** [group][block][k][lane] with `width` lanes a block: `lanes` says which row of the matrix each of them is. */
function packLanes(build: Build, weights: Weights, lanes: Int32Array, width: number): Data {
  const { elements, inner } = weights;
  const bytes = 4 * weights.groups * lanes.length * innerOf(weights);
  if (inner.taps.some((tap) => tap < 0)) return filled(bytes, (target) => target.fill(0));
  if (isPacked(weights, lanes, width)) return filled(bytes, (target) => target.set(elements));
  return packingOf(build, weights, lanes, width, bytes);
}

const filled = (bytes: number, fill: (target: Float32Array) => void): Data => ({
  bytes,
  fill: (memory, address) => fill(new Float32Array(memory, address, bytes / 4)),
});

/** Whether they lie in that order already. */
const isPacked = ({ groups, groupStep, inner }: Weights, lanes: Int32Array, width: number): boolean =>
  width === 1 &&
  inner.step === 1 &&
  inner.taps.length === 1 &&
  inner.taps[0] === 0 &&
  (groups === 1 || groupStep === lanes.length * inner.count) &&
  lanes.every((lane, i) => lane === i * inner.count);

function packingOf(build: Build, weights: Weights, lanes: Int32Array, width: number, bytes: number): Packing {
  const { elements, groups, groupStep, inner } = weights;
  const { count, step, taps } = inner;
  const blockBytes = 4 * width * innerOf(weights);
  const groupBytes = bytes / groups;
  return {
    bytes,
    func: lanesFunction(build, width),
    source: elements,
    extent: { groups, groupStep, count, step, ...spans(lanes, width, Math.max(...taps)) },
    tables: [lanes.map((lane) => 4 * lane), Int32Array.from(taps, (tap) => 4 * tap)],
    *calls({ group, rows: [block, end], steps: [from, to] }, { source, target, tables: [rowsAt, tapsAt] }) {
      const [first, last] = [rowsAt! + 4 * width * block, rowsAt! + 4 * width * end];
      const at = target + group * groupBytes + block * blockBytes + 4 * width * taps.length * from;
      const tapsEnd = tapsAt! + 4 * taps.length;
      yield [first, last, source + 4 * step * from, 4 * step, to - from, tapsAt!, tapsEnd, at, blockBytes];
    },
  };
}

/** Where each block's elements begin and end at step 0. */
function spans(lanes: Int32Array, width: number, furthest: number) {
  const blocks = lanes.length / width;
  const [begins, ends] = [new Int32Array(blocks), new Int32Array(blocks)];
  for (let block = 0; block < blocks; block++) {
    const each = lanes.subarray(block * width, (block + 1) * width);
    begins[block] = Math.min(...each);
    ends[block] = Math.max(...each) + furthest + 1;
  }
  return { begins, ends };
}

const parameters = ['rows', 'end', 'source', 'step', 'count', 'taps', 'tapsEnd', 'target', 'blockBytes'];

/** Packs blocks: `rows` up to `end` lists where their lanes begin. */
const lanesFunction = (build: Build, width: number): Func<Params> =>
  build.once(`pack ${width}`, () =>
    build.module.func(`pack.${width}`, addresses(parameters), [], (f, p) => {
      f.comment(`weights of ${width} lanes side by side, for every tap of every step`);
      const at = f.local('at', 'i32');
      const tap = f.local('tap', 'i32');
      f.doWhile(() => {
        const lanes = range(width).map((lane) =>
          f.let(`lane${lane}`, i32.add(p.source!, i32.load(p.rows!, 4 * lane))),
        );
        f.set(at, p.target!);
        f.for('i', 0, p.count!, 1, () => {
          f.set(tap, p.taps!);
          f.doWhile(() => {
            const offset = f.let('offset', i32.load(tap));
            for (const [i, lane] of lanes.entries()) f.f32.store(at, f32.load(i32.add(lane, offset)), 4 * i);
            f.set(at, i32.add(at, 4 * width));
            return i32.ne(f.set(tap, i32.add(tap, 4)), p.tapsEnd!);
          }, 'tap');
          for (const lane of lanes) f.set(lane, i32.add(lane, p.step!));
        });
        f.set(p.target!, i32.add(p.target!, p.blockBytes!));
        return i32.ne(f.set(p.rows!, i32.add(p.rows!, 4 * width)), p.end!);
      }, 'block');
    }),
  );
