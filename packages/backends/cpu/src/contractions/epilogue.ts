import { type DType, dtypes } from '@polyphase/ir';
import type { Buffer, ContractionStep, LoopVar } from '@polyphase/kernel';
import type { Data } from '../compile/build.ts';
import { Dag, type LoadNode, type Node, operandsOf } from '../loops/dag.ts';
import { Evaluator } from '../loops/evaluator.ts';
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
  (node.kind !== 'load' || node.irregular.size === 0);

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

/** Where results go. */
export interface Target {
  readonly dtype: DType;
  readonly y: Address;
  /** Bytes from one row to the next. */
  readonly row: number;
}

/** Writes the end of a tile: `sums[row][vector]`, each vector starting at a column, through the epilogue to memory. */
export function storeTile(
  f: FunctionBuilder,
  library: Library,
  plan: EpiloguePlan | undefined,
  inputs: EpilogueInputs,
  target: Target,
  sums: readonly (readonly Expr<'v128'>[])[],
  starts: readonly number[],
): void {
  const { dtype, y } = target;
  const element = { type: plan?.value.type ?? 'f32', dtype } as const;
  const store = (row: number, vector: number, value: Expr<'v128'>) =>
    four.store({ f, library }, element, y, value, row * target.row + starts[vector]! * dtypes[dtype].bytes);
  if (!plan) return sums.forEach((row, r) => row.forEach((sum, v) => store(r, v, sum)));
  const evaluator = new Evaluator(f, library, new Map());
  for (const [i, node] of plan.pool.entries())
    evaluator.preset(node, {
      scalar: f32.load(inputs.pool!, 4 * i),
      vector: f.let(`c${i}`, v128.load32_splat(inputs.pool!, 4 * i)),
    });
  evaluator.inLanes(plan.lane, () => {
    for (const [r, row] of sums.entries())
      evaluator.scope(() => {
        presetRow(evaluator, plan, inputs, r);
        for (const [v, sum] of row.entries())
          evaluator.scope(() => {
            presetVectors(evaluator, plan, inputs, r, starts[v]!);
            evaluator.preset(plan.sum, { vector: sum });
            store(r, v, evaluator.vector(plan.value));
          });
      });
  });
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
