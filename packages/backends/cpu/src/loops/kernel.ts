import { type Buffer, type Expr, type LoopKernel, type LoopVar, scalarOf } from '@polyphase/kernel';
import type { Library } from '../math/library.ts';
import type { Func, ModuleBuilder, Operand } from '../wasm/index.ts';
import { Dag } from './dag.ts';
import { Evaluator } from './evaluator.ts';
import { lanesOfKernel } from './lanes.ts';
import type { Node, Place } from './nodes.ts';
import { joins } from './reductions.ts';
import * as one from './scalar-ops.ts';
import { hasLanes } from './vector-ops.ts';

/** What is to be written for a kernel, with every choice made. */
export interface LoopPlan {
  readonly name: string;
  readonly loops: readonly LoopVar[];
  readonly place: Place;
  readonly value: Node;
  readonly combine: LoopKernel['combine'];
  /** The loop of which one call runs a part; a kernel without loops has none. */
  readonly sliced: LoopVar | undefined;
  /** The loop that runs four steps at a time: the innermost, or none. */
  readonly lane: LoopVar | undefined;
  /** Iterations must run in order: an element may be stored to twice. */
  readonly ordered: boolean;
  /** The buffers whose addresses the function takes. */
  readonly buffers: readonly Buffer[];
  /** How many nodes are computed in all, four lanes counting as one. */
  readonly work: number;
  /** Equal for plans that lead to the same code. */
  readonly key: string;
}

export function planLoops({ name, loops, target, index, value, combine }: LoopKernel): LoopPlan {
  const dag = new Dag(loops);
  const place = dag.place(target, index);
  const root = dag.root(combine ? value : narrowest(value));
  const ordered =
    combine !== undefined || place.irregular.size > 0 || loops.some((loop) => !place.strides.has(loop));
  const lane = ordered ? undefined : lanesOfKernel(loops, root);
  const sliced = ordered ? loops[0] : slicedLoop(loops);
  const [at, slice] = [loops.indexOf(lane as LoopVar), loops.indexOf(sliced as LoopVar)];
  const key = [place.dtype, place.address.id, place.offset, root.id, combine, at, slice, dag.key].join(' ');
  const work = dag.evaluations(loops) / (lane ? 4 : 1);
  return { name, loops, place, value: root, combine, sliced, lane, ordered, buffers: dag.buffers, work, key };
}

/** An integer before it is widened to 64 bits, which the store does: only 32 bits have four lanes. */
function narrowest(value: Expr): Expr {
  const isWidened = value.kind === 'convert' && (value.type === 'i64' || value.type === 'u64');
  return isWidened && value.x.type !== 'f32' && hasLanes(value.x.type) ? value.x : value;
}

const enoughSlices = 16;

/** The outermost loop that is long enough to be cut into slices, else the longest. */
function slicedLoop(loops: readonly LoopVar[]): LoopVar | undefined {
  const long = loops.find(({ extent }) => extent >= enoughSlices);
  return long ?? [...loops].sort((a, b) => b.extent - a.extent)[0];
}

/** Parameters of a loop function: which part of the sliced loop, then an address for each buffer. */
type LoopParams = Record<string, 'i32'>;

/** Writes the function of a plan. */
export function writeLoops(module: ModuleBuilder, library: Library, plan: LoopPlan): Func {
  const names = plan.buffers.map((_, i) => `b${i}`);
  const params: LoopParams = Object.fromEntries(['begin', 'end', ...names].map((name) => [name, 'i32']));
  return module.func(`loops.${plan.name}`, params, [], (f, locals) => {
    f.comment(plan.name);
    const bases = new Map(plan.buffers.map((buffer, i) => [buffer, locals[names[i]!]!]));
    const evaluator = new Evaluator(f, library, bases);
    nest(evaluator, plan, plan.loops, { from: locals.begin!, to: locals.end! });
  });
}

interface Slice {
  readonly from: Operand<'i32'>;
  readonly to: Operand<'i32'>;
}

function nest(evaluator: Evaluator, plan: LoopPlan, loops: readonly LoopVar[], slice: Slice): void {
  const [loop, ...inner] = loops;
  const { place, value, sliced, lane } = plan;
  if (!loop) {
    storeOne(evaluator, plan);
    return;
  }
  const range = loop === sliced ? slice : { from: 0, to: loop.extent };
  evaluator.hoist([place.address]);
  if (loop === lane) {
    evaluator.lanes(loop, [value], range, {
      whole: () => evaluator.storeVector(place, value.type, evaluator.vector(value)),
      rest: () => storeOne(evaluator, plan),
    });
  } else {
    evaluator.loop(loop, [value], range, () => nest(evaluator, plan, inner, slice));
  }
}

function storeOne(evaluator: Evaluator, { place, value, combine }: LoopPlan): void {
  const element = one.convert(scalarOf[place.dtype], value.type, evaluator.scalar(value));
  const joined = combine
    ? one.binary(evaluator, joins[combine], value.type, evaluator.loadScalar(place), element)
    : element;
  evaluator.storeScalar(place, joined);
}
