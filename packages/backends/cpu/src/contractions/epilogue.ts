import { type DType, dtypes } from '@polyphase/ir';
import type { Buffer, ContractionStep, LoopVar, Scalar } from '@polyphase/kernel';
import type { Data } from '../compile/build.ts';
import { Dag } from '../loops/dag.ts';
import { Evaluator } from '../loops/evaluator.ts';
import { type LoadNode, type Node, operandsOf } from '../loops/nodes.ts';
import * as one from '../loops/scalar-ops.ts';
import * as four from '../loops/vector-ops.ts';
import type { Library } from '../math/library.ts';
import { type Expr, type FunctionBuilder, f32, v128 } from '../wasm/index.ts';

/** Which axes of the output a tile's rows and lanes run along; the others are counted by whoever calls it. */
export interface Axes {
  readonly batch: readonly number[];
  readonly row: readonly number[];
  readonly lane: readonly number[];
}

/** Bytes from one batch, row or lane to the next. */
export interface Steps {
  readonly batch: number;
  readonly row: number;
  readonly lane: number;
}

/** An operand of an epilogue, walked along with the output. */
interface Walk {
  readonly load: LoadNode;
  readonly buffer: Buffer;
  /** Bytes from the buffer's beginning to its first element. */
  readonly base: number;
  readonly steps: Steps;
}

/** A pointwise tail that is computed in registers, on four elements of the output's innermost axis at once. */
export interface EpiloguePlan {
  readonly value: Node;
  readonly sum: Node;
  readonly lane: LoopVar;
  readonly walks: readonly Walk[];
  /** Float constants: they lie in memory, so that layers which differ in them only share their code. */
  readonly pool: readonly Node[];
  /** Equal for epilogues with the same code. */
  readonly key: string;
}

/** The plan of a step's epilogue; undefined when it cannot be computed in registers. */
export function planEpilogue({ epilogue, output }: ContractionStep, axes: Axes): EpiloguePlan | undefined {
  if (!epilogue || !four.hasLanes(epilogue.value.type)) return undefined;
  const dag = new Dag(epilogue.loops, epilogue.sum);
  const value = dag.root(epilogue.value);
  const nodes = reached(value);
  const loopsOf = (indices: readonly number[]) => indices.map((axis) => epilogue.loops[axis]!);
  const lane = loopsOf(axes.lane).findLast(({ extent }) => extent > 1);
  const sum = nodes.find(({ kind }) => kind === 'sum');
  if (!lane || !sum || !nodes.every(isPointwise)) return undefined;
  const walks: Walk[] = [];
  for (const load of nodes) {
    if (load.kind !== 'load') continue;
    const steps = [axes.batch, axes.row, axes.lane].map((indices) => jointStep(load, loopsOf(indices)));
    const [batch, row, across] = steps;
    if (batch === undefined || row === undefined || across === undefined) return undefined;
    walks.push({ load, buffer: load.buffer, base: load.base, steps: { batch, row, lane: across } });
  }
  const text = walks.map(({ steps }) => `${steps.row} ${steps.lane}`).join();
  return { value, sum, lane, walks, pool: dag.pool, key: [output.dtype, value.id, text, dag.key].join(' ') };
}

/** The nodes that are computed for a value; addresses are not. */
function reached(root: Node): readonly Node[] {
  const nodes = new Set<Node>();
  const collect = (node: Node): void => {
    if (nodes.has(node)) return;
    nodes.add(node);
    if (node.kind !== 'load') for (const operand of operandsOf(node)) collect(operand);
  };
  collect(root);
  return [...nodes];
}

const isPointwise = (node: Node): boolean =>
  four.hasLanes(node.type) &&
  node.kind !== 'var' &&
  node.kind !== 'reduce' &&
  (node.kind !== 'load' || node.irregular.size + node.repeats.size === 0);

/** The step of several loops that are counted as one, the last innermost; undefined when they do not pass as one. */
function jointStep({ strides }: LoadNode, loops: readonly LoopVar[]): number | undefined {
  const turning = loops.filter(({ extent }) => extent > 1);
  const step = strides.get(turning.at(-1) as LoopVar) ?? 0;
  let expected = step;
  for (const loop of turning.toReversed()) {
    if ((strides.get(loop) ?? 0) !== expected) return undefined;
    expected *= loop.extent;
  }
  return step < 0 ? undefined : step;
}

/** The float constants of an epilogue, side by side. */
export const poolData = ({ pool }: EpiloguePlan): Data => ({
  bytes: 4 * pool.length,
  fill(memory, address) {
    const values = pool.map((node) => (node.kind === 'const' ? node.value : 0));
    new Float32Array(memory, address, values.length).set(values);
  },
});

type Address = Expr<'i32'>;

/** What an epilogue takes: the address of its constants, and that of each operand for the tile's first element. */
export interface EpilogueInputs {
  readonly pool: Address | undefined;
  readonly walks: readonly Address[];
}

/** The end of a tile: its sums, and where they go. */
export interface TileEnd {
  readonly f: FunctionBuilder;
  readonly library: Library;
  /** By row and vector. */
  readonly sums: readonly (readonly Expr<'v128'>[])[];
  /** The column at which each vector begins. */
  readonly starts: readonly number[];
  readonly y: Address;
  readonly dtype: DType;
  /** Bytes from one row to the next. */
  readonly rowBytes: number;
}

/** Writes the sums of a tile to memory. */
export function storeSums(end: TileEnd): void {
  for (const [row, sums] of end.sums.entries())
    for (const [vector, sum] of sums.entries()) storeVector(end, 'f32', row, vector, sum);
}

/** Writes what an epilogue makes of the sums of a tile to memory. */
export function storeThrough(plan: EpiloguePlan, inputs: EpilogueInputs, end: TileEnd): void {
  const { f, library, sums, starts } = end;
  const evaluator = new Evaluator(f, library, new Map());
  for (const [i, node] of plan.pool.entries()) {
    const vector = f.let(`c${i}`, v128.load32_splat(inputs.pool!, 4 * i));
    evaluator.preset(node, { scalar: f32.load(inputs.pool!, 4 * i), vector });
  }
  const finish = (row: number, vector: number, sum: Expr<'v128'>) => {
    presetVectors(evaluator, plan, inputs, row, starts[vector]!);
    evaluator.preset(plan.sum, { vector: sum });
    storeVector(end, plan.value.type, row, vector, evaluator.vector(plan.value));
  };
  const finishRow = (row: number) => {
    presetRow(evaluator, plan, inputs, row);
    for (const [vector, sum] of sums[row]!.entries()) evaluator.scope(() => finish(row, vector, sum));
  };
  evaluator.inLanes(plan.lane, () => {
    for (const row of sums.keys()) evaluator.scope(() => finishRow(row));
  });
}

function storeVector(end: TileEnd, type: Scalar, row: number, vector: number, value: Expr<'v128'>): void {
  const { dtype, y, rowBytes, starts } = end;
  four.store(end, { type, dtype }, y, value, row * rowBytes + starts[vector]! * dtypes[dtype].bytes);
}

/** Operands that are the same in a whole row. */
function presetRow(evaluator: Evaluator, { walks }: EpiloguePlan, inputs: EpilogueInputs, row: number): void {
  for (const [i, { load, steps }] of walks.entries()) {
    if (steps.lane !== 0) continue;
    const scalar = one.load(evaluator, load.dtype, inputs.walks[i]!, row * steps.row);
    evaluator.preset(load, { scalar: evaluator.f.let('operand', scalar) });
  }
}

function presetVectors(
  evaluator: Evaluator,
  { walks }: EpiloguePlan,
  inputs: EpilogueInputs,
  row: number,
  start: number,
): void {
  const { f } = evaluator;
  for (const [i, { load, steps }] of walks.entries()) {
    if (steps.lane === 0) continue;
    const address = inputs.walks[i]!;
    const offset = row * steps.row + start * steps.lane;
    const contiguous = steps.lane === dtypes[load.dtype].bytes;
    const vector = contiguous
      ? four.load(evaluator, load.dtype, address, offset)
      : four.gather(
          evaluator,
          load,
          [0, 1, 2, 3].map((i) => ({ address, offset: offset + i * steps.lane })),
        );
    evaluator.preset(load, { vector: f.let('operand', vector) });
  }
}
