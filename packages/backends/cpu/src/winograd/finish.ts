import { dtypes } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import {
  addresses,
  endTile,
  extrasOf,
  type Params,
  storedRow,
  type TileShape,
} from '../contractions/tile.ts';
import { type Expr, type Func, f32x4, i32, v128 } from '../wasm/index.ts';
import { type Plan, runOf } from './plan.ts';

type Address = Expr<'i32'>;

/** How four outputs are stored. */
export const tileOf = ({ target: { dtype, bias, epilogue } }: Plan): TileShape =>
  storedRow(dtype, epilogue, { bias: bias ? 'row' : undefined });

/** Bytes from one output channel to the next. */
export const channelBytes = ({
  tiling: {
    axes: [y, x],
  },
  target,
}: Plan): number => y.output * x.output * dtypes[target.dtype].bytes;

/**
 * Brings `rows` planes to the output channels from `y` on, through bias and epilogue: the outputs of a group of phases of
 * `count` tile rows from `top` on, as far as they are outputs of the layer.
 */
export function finishFunction(build: Build, plan: Plan): Func<Params> {
  const { tiling, target, groupPhases, pitch, planeBytes } = plan;
  const [yAxis, xAxis] = tiling.axes;
  const tile = tileOf(plan);
  const bytes = dtypes[target.dtype].bytes;
  const finish = finishRowFunction(build, plan);
  const { outputs } = yAxis.algorithm;
  const names = ['plane', 'y', 'rows', 'top', 'count', 'group', ...extrasOf(tile)];
  return build.module.func(`finish.${yAxis.output}x${xAxis.output}`, addresses(names), [], (f, p) => {
    const begin = i32.sub(i32.mul(p.top!, runOf(yAxis)), yAxis.offset);
    const first = f.let('first', i32.add(begin, i32.mul(p.group!, groupPhases)));
    const lines = f.let('lines', i32.mul(p.count!, groupPhases * outputs));
    f.for('row', 0, p.rows!, 1, (row) => {
      const source = i32.add(i32.add(p.plane!, i32.mul(row, planeBytes)), 4 * xAxis.offset);
      const plane = f.let('plane.at', source);
      const y = f.let('y.at', i32.add(p.y!, i32.mul(row, channelBytes(plan))));
      f.for('line', 0, lines, 1, (line) => {
        const step = f.let('step', i32.div_u(line, groupPhases));
        const jump = i32.mul(step, yAxis.phases.length - groupPhases);
        const at = f.let('output', i32.add(first, i32.add(line, jump)));
        f.if(i32.lt_u(at, yAxis.output), () => {
          const lane = f.let('lane', i32.mul(at, xAxis.output));
          f.call(finish, {
            source: i32.add(plane, i32.mul(line, 4 * pitch)),
            y: i32.add(y, i32.mul(lane, bytes)),
            ...(p.bias && { bias: i32.add(p.bias, i32.mul(row, 4)) }),
            ...(p.pool && { pool: p.pool }),
            ...walksAt(plan, p, row, lane),
          });
        });
      });
    });
  });
}

const walksAt = (
  { target }: Plan,
  p: Readonly<Record<string, Address>>,
  row: Address,
  lane: Address,
): Record<string, Address> =>
  Object.fromEntries(
    target.epilogue?.walks.map(({ steps }, i) => [
      `e${i}`,
      i32.add(i32.add(p[`e${i}`]!, i32.mul(row, steps.row)), i32.mul(lane, steps.lane)),
    ]) ?? [],
  );

/** One row of the output, four elements at a time, the last four by themselves. */
function finishRowFunction(build: Build, plan: Plan): Func<Params> {
  const tile = tileOf(plan);
  const width = plan.tiling.axes[1].output;
  const bytes = dtypes[plan.target.dtype].bytes;
  const whole = width - (width % 4);
  const params = addresses(['source', 'y', ...extrasOf(tile)]);
  const key = JSON.stringify([width, tile.y, tile.bias, tile.epilogue?.key]);
  return build.once(`finish row ${key}`, () =>
    build.module.func(`finishRow.${width}`, params, [], (f, p) => {
      const bias = f.let('bias.all', p.bias ? v128.load32_splat(p.bias) : f32x4.splat(0));
      const end = f.let('end', i32.add(p.y!, whole * bytes));
      const move = (columns: number): void => {
        f.set(p.source!, i32.add(p.source!, 4 * columns));
        f.set(p.y!, i32.add(p.y!, columns * bytes));
        for (const [i, { steps }] of tile.epilogue?.walks.entries() ?? [])
          if (steps.lane !== 0) f.set(p[`e${i}`]!, i32.add(p[`e${i}`]!, columns * steps.lane));
      };
      const four = (): void => {
        const loaded = v128.load(p.source!);
        const sum = f.let('sum', tile.bias ? f32x4.add(loaded, bias) : loaded);
        endTile(build, tile, p, { f, sums: [[sum]], starts: [0] });
      };
      f.doWhile(() => {
        four();
        move(4);
        return i32.ne(p.y!, end);
      }, 'columns');
      if (width === whole) return;
      move((width % 4) - 4);
      four();
    }),
  );
}
