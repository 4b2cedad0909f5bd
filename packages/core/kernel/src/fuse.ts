import { isInteger, type Node } from '@polyphase/ir';
import { load, loopVar, narrow } from './build.ts';
import { isPointwise, loadCost, operationsIn, storeCost } from './cost.ts';
import type { Expr, LoopVar, ReduceName } from './expr.ts';
import { mostFolded } from './fold.ts';
import { sameExpr } from './linear.ts';
import type { Read, Sketch, Sketcher } from './sketch.ts';
import { baseOf, type LoweredRegion, type Stage } from './stages.ts';
import { tailEnds } from './tails.ts';
import { rewriter } from './walk.ts';

export interface FusionLimits {
  /** How many tensors a kernel may read. */
  readonly tensors: number;
  /** How many operations a kernel may hold. */
  readonly operations: number;
}

/** The sum of a contraction in the kernel that is its tail. */
export interface Contraction {
  readonly stage: Stage;
  readonly inputs: readonly (Stage | undefined)[];
  readonly sum: Expr;
  /** One for each axis of the contraction's output. */
  readonly loops: readonly LoopVar[];
}

/** A kernel in the making: a stage that is stored, and all that is substituted into it. */
export interface Draft extends Omit<Sketch, 'traits'> {
  readonly stage: Stage;
  readonly combine?: ReduceName | undefined;
  readonly nodes: Set<Node>;
  operations: number;
  isPointwise: boolean;
  contraction?: Contraction;
}

/**
 * Decides which stages are stored, from the outputs back: when it is a stage's turn all of its readers are known, and
 * with them how often its elements would be computed if it were not stored.
 */
export class Fusion {
  readonly #region: LoweredRegion;
  readonly #sketcher: Sketcher;
  readonly #limits: FusionLimits;
  readonly #stored: Set<Stage>;
  readonly #tailEnds: ReadonlySet<Stage>;
  readonly #constant: ReadonlySet<Stage>;
  readonly #readersOf = new Map<Stage, Map<Read, Draft>>();
  readonly #elements = new Map<Expr, Expr>();
  readonly #drafts: Draft[] = [];

  constructor(region: LoweredRegion, outputs: readonly Stage[], sketcher: Sketcher, limits: FusionLimits) {
    this.#region = region;
    this.#sketcher = sketcher;
    this.#limits = limits;
    this.#stored = new Set(outputs.map(baseOf));
    this.#tailEnds = tailEnds(region.stages, this.#stored, sketcher);
    this.#constant = constantStages(region.stages, sketcher);
  }

  /** The kernels to run, in order. */
  drafts(): readonly Draft[] {
    for (const stage of this.#region.stages.toReversed()) this.#decide(stage);
    return this.#drafts.reverse();
  }

  /** Expressions of drafts with the stages that are not stored put in their places. To be used after `drafts`. */
  resolver(): (e: Expr) => Expr {
    const resolve: (e: Expr) => Expr = rewriter((e) => {
      const element = this.#elements.get(e);
      return element && resolve(element);
    });
    return resolve;
  }

  #decide(stage: Stage): void {
    const readers = this.#readersOf.get(stage) ?? new Map<Read, Draft>();
    const { source } = stage;
    if (stage.size === 0 || (readers.size === 0 && !this.#stored.has(stage))) return;
    if (source.kind === 'contraction') this.#keepContraction(stage, source.inputs, readers);
    const [sketch, updates] = this.#sketcher.sketchesOf(stage);
    if (source.kind === 'scatter' && updates) this.#keep(stage, updates, source.scatter.combine);
    if (!sketch) return;
    if (source.kind === 'computed' && !this.#isStored(stage, sketch, readers))
      this.#substitute(stage, sketch, readers);
    else this.#keep(stage, sketch);
  }

  #isStored(stage: Stage, sketch: Sketch, readers: ReadonlyMap<Read, Draft>): boolean {
    if (this.#stored.has(stage)) return true;
    const count = [...readers.keys()].reduce((sum, read) => sum + read.count, 0);
    if (this.#tailEnds.has(stage) && count >= stage.size) return true;
    const { cost } = sketch.traits;
    if (cost > loadCost && this.#constant.has(stage)) return true;
    if (count * cost > stage.size * (cost + storeCost) + count * loadCost) return true;
    return ![...readers].every(([read, draft]) => this.#hasRoom(sketch, read, draft));
  }

  #keep(stage: Stage, sketch: Sketch, combine?: ReduceName): void {
    if (sketch.loops.some(({ extent }) => extent === 0)) return;
    const { value, index } = sketch;
    const draft: Draft = {
      ...sketch,
      stage,
      combine,
      nodes: new Set(stage.node && [stage.node]),
      operations: operationsIn([value, ...index]),
      isPointwise: sketch.traits.isPointwise,
    };
    for (const read of sketch.reads.values()) this.#enter(read, draft);
    this.#drafts.push(draft);
  }

  #enter(read: Read, draft: Draft): void {
    const readers = this.#readersOf.get(read.stage);
    if (readers) readers.set(read, draft);
    else this.#readersOf.set(read.stage, new Map([[read, draft]]));
  }

  #substitute(stage: Stage, sketch: Sketch, readers: ReadonlyMap<Read, Draft>): void {
    for (const [read, draft] of readers) {
      draft.reads.delete(read.load);
      const enter = (inner: Read): void => this.#enter(inner, draft);
      const element = this.#sketcher.element(stage, read.index, read.count, draft.reads, enter);
      this.#elements.set(read.load, isInteger(stage.dtype) ? narrow(stage.dtype, element) : element);
      draft.operations += sketch.traits.operations;
      draft.isPointwise &&= sketch.traits.isPointwise && isPointwise(read.load);
      if (stage.node) draft.nodes.add(stage.node);
    }
  }

  #hasRoom(sketch: Sketch, read: Read, draft: Draft): boolean {
    const { operations, isPointwise: pointwise } = sketch.traits;
    if (draft.contraction && !(pointwise && isPointwise(read.load))) return false;
    if (draft.operations + operations > this.#limits.operations) return false;
    const before = tensorsOf(draft);
    const after = new Set([...before, ...[...sketch.reads.values()].map(({ stage }) => stage)]);
    return after.size - 1 <= Math.max(this.#limits.tensors, before.size);
  }

  #keepContraction(stage: Stage, inputs: Contraction['inputs'], readers: ReadonlyMap<Read, Draft>): void {
    for (const input of inputs) if (input) this.#stored.add(baseOf(input));
    const [reader, ...others] = readers;
    if (reader && others.length === 0 && !this.#stored.has(stage) && this.#makeTail(stage, inputs, ...reader))
      return;
    const { loops, index, position } = this.#sketcher.spaces.of(stage.shape);
    const sum = this.#sketcher.share(load(stage.buffer, position));
    this.#drafts.push({
      stage,
      loops,
      index,
      value: sum,
      reads: new Map(),
      nodes: new Set(),
      operations: 0,
      isPointwise: true,
      contraction: { stage, inputs, sum, loops },
    });
  }

  /** Makes the one reader of a contraction its tail, if it needs no more of it than the element it stores. */
  #makeTail(stage: Stage, inputs: Contraction['inputs'], { load: sum }: Read, draft: Draft): boolean {
    const { stage: target } = draft;
    if (draft.contraction || !draft.isPointwise || target.source.kind !== 'computed') return false;
    if (target.size !== stage.size || target.dtype !== stage.dtype || sum.kind !== 'load') return false;
    if (!sameExpr(sum.index, this.#sketcher.spaces.flatten(draft.index, target.shape))) return false;
    const loops = loopsFor(stage.shape, draft.loops);
    if (!loops || tensorsOf(draft).size - 1 + operandsIn(inputs) > this.#limits.tensors) return false;
    draft.reads.delete(sum);
    draft.contraction = { stage, inputs, sum, loops };
    return true;
  }
}

const operandsIn = (inputs: Contraction['inputs']): number =>
  inputs.filter((input) => input !== undefined).length;

/** What a kernel reads, the operands of its contraction among it. */
const tensorsOf = ({ reads, contraction }: Draft): Set<Stage> =>
  new Set([
    ...[...reads.values()].map(({ stage }) => stage),
    ...(contraction?.inputs.flatMap((input) => (input ? [input] : [])) ?? []),
  ]);

/** The stages that depend on constants only, so that they can be computed while compiling. */
function constantStages(stages: readonly Stage[], sketcher: Sketcher): ReadonlySet<Stage> {
  const constant = new Set<Stage>();
  for (const stage of stages) {
    const { source } = stage;
    if (source.kind === 'given' && stage.constant) constant.add(stage);
    if (source.kind !== 'computed' || stage.size > mostFolded) continue;
    const reads = sketcher.sketchesOf(stage).flatMap((sketch) => [...sketch.reads.values()]);
    if (reads.every((read) => constant.has(read.stage))) constant.add(stage);
  }
  return constant;
}

/** The loops with those of length 1 put in or left out, so that there is one for each axis. */
function loopsFor(shape: readonly number[], loops: readonly LoopVar[]): LoopVar[] | undefined {
  const turning = loops.filter(({ extent }) => extent > 1);
  const long = shape.filter((length) => length > 1);
  if (turning.length !== long.length || turning.some(({ extent }, i) => extent !== long[i])) return undefined;
  const next = turning.values();
  return shape.map((length, axis) => (length > 1 ? next.next().value! : loopVar(`i${axis}`, 1)));
}
