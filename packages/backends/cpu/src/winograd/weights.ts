import type { Build } from '../compile/build.ts';
import type { Packing } from '../compile/packing.ts';
import type { Extent } from '../compile/parts.ts';
import { addresses, type Params } from '../contractions/tile.ts';
import { range } from '../families/geometry.ts';
import { type Func, i32 } from '../wasm/index.ts';
import type { Plan } from './plan.ts';
import { entryBytes } from './products.ts';
import { type Transform, transformFunction, transformsOf } from './transform.ts';

/** Where the weights of a kernel lie: element [group][row][channel][element]. */
export interface Kernels {
  readonly elements: Float32Array;
  readonly width: number;
  /** Elements of a kernel. */
  readonly size: number;
  /** Elements from one to the next. */
  readonly group: number;
  readonly row: number;
  readonly channel: number;
}

/** Bytes of one group's transformed weights. */
export const groupBytes = (plan: Plan): number => plan.rowBlocks * blockBytes(plan);
const blockBytes = (plan: Plan): number => plan.entries.length * entryBytes(plan);

/** Bytes from one pair of rows to the next, and from one part of the channels to the next. */
const pairBytes = ({ tiling, parts }: Plan): number => (8 * tiling.channels) / parts;
const partBytes = (plan: Plan): number => entryBytes(plan) / plan.parts;

/**
 * Transformed weights, [group][block of rows][entry][part of the channels][pair of rows][channel][2]: computed in
 * float64 and rounded once.
 */
export function transformedWeights(build: Build, plan: Plan, kernels: Kernels): Packing {
  const { groups, channels } = plan.tiling;
  const transforms = transformsOf(plan, kernels.width);
  const perPart = channels / plan.parts;
  return {
    bytes: groups * groupBytes(plan),
    func: rowsFunction(build, plan, kernels, transforms),
    source: kernels.elements,
    extent: extentOf(plan, kernels),
    tables: transforms.map(({ phases }) => phases),
    *calls({ group, rows: [row, rowEnd], steps: [from, to] }, { source, target, tables }) {
      for (let part = Math.floor(from / perPart); part * perPart < to; part++) {
        const [first, last] = [Math.max(from, part * perPart), Math.min(to, (part + 1) * perPart)];
        const at = target + group * groupBytes(plan) + part * partBytes(plan) + 8 * (first - part * perPart);
        yield [row, rowEnd, source + 4 * first * kernels.channel, at, last - first, ...tables];
      }
    },
  };
}

function extentOf({ tiling }: Plan, { size, group, row, channel }: Kernels): Extent {
  const begins = Int32Array.from(range(tiling.rows), (index) => index * row);
  const ends = begins.map((begin) => begin + size);
  return { groups: tiling.groups, groupStep: group, begins, ends, count: tiling.channels, step: channel };
}

/** Transforms rows of a group: `source` and `target` are those of row 0 at the first of `channels`. */
function rowsFunction(
  build: Build,
  plan: Plan,
  kernels: Kernels,
  transforms: readonly Transform[],
): Func<Params> {
  const functions = transforms.map((transform) => transformFunction(build, transform, 4 * kernels.channel));
  const counts = transforms.map(({ phases }) => phases.length);
  const sizes = [plan.blockRows, blockBytes(plan), pairBytes(plan), kernels.row];
  const key = [sizes, counts, functions.map(({ id }) => id)].join(';');
  return build.once(`winograd weights ${key}`, () => {
    const tables = transforms.map((_, i) => `phases${i}`);
    const params = addresses(['from', 'to', 'source', 'target', 'channels', ...tables]);
    return build.module.func(`weights.${plan.tiling.rows}x${plan.tiling.channels}`, params, [], (f, p) => {
      f.comment('transforms the weights of some rows: all phases, entry after entry');
      f.for('row', p.from!, p.to!, 1, (row) => {
        const block = f.let('block', i32.div_u(row, plan.blockRows));
        const inBlock = f.let('in.block', i32.sub(row, i32.mul(block, plan.blockRows)));
        const kernel = f.let('kernel', i32.add(p.source!, i32.mul(row, 4 * kernels.row)));
        const target = f.let('to.block', i32.add(p.target!, i32.mul(block, blockBytes(plan))));
        for (const [i, transform] of functions.entries()) {
          const phases = p[tables[i]!]!;
          f.for('phase', phases, i32.add(phases, 4 * counts[i]!), 12, (phase) => {
            const local = f.let('local', i32.add(i32.load(phase), inBlock));
            const pair = i32.mul(i32.shr_u(local, 1), pairBytes(plan));
            const place = i32.add(i32.add(pair, i32.mul(i32.and(local, 1), 4)), i32.load(phase, 8));
            f.call(transform, {
              source: i32.add(kernel, i32.load(phase, 4)),
              target: i32.add(target, place),
              channels: p.channels!,
            });
          });
        }
      });
    });
  });
}
