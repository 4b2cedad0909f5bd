import { sizeOf } from '@polyphase/ir';
import { load } from './build.ts';
import { costOf, isPointwise, operationsIn } from './cost.ts';
import type { Expr, LoopVar } from './expr.ts';
import type { At } from './lowering.ts';
import { Sharing } from './share.ts';
import { isOwnIndex, Spaces } from './space.ts';
import { knownElement, type Stage, throughViews } from './stages.ts';
import type { OnRead, Tracer } from './tracer.ts';

/** An element of a stage that a kernel reads. */
export interface Read {
  readonly stage: Stage;
  readonly index: readonly Expr[];
  /** Stands for the element until it is known whether the stage is stored; if it is, this is how it is read. */
  readonly load: Expr;
  /** How often it is read in one run. */
  count: number;
}

/** The elements that a kernel reads, by their loads, of which there is one object for each element. */
export type Reads = Map<Expr, Read>;

/** What scheduling asks of an expression again and again. */
export interface Traits {
  readonly operations: number;
  readonly isPointwise: boolean;
  readonly cost: number;
}

/** A stage as a kernel of its own. */
export interface Sketch {
  readonly loops: readonly LoopVar[];
  /** The stored element, axis by axis; a scatter computes it from data. */
  readonly index: readonly Expr[];
  readonly value: Expr;
  readonly reads: Reads;
  /** Of the value. */
  readonly traits: Traits;
}

type Place = (index: readonly Expr[]) => readonly Expr[];

/** Evaluates the element functions of stages, and notes what they read. */
export class Sketcher {
  readonly spaces = new Spaces();
  readonly #tracer: Tracer;
  readonly #sharing = new Sharing();
  readonly #known = new Map<Stage, readonly Sketch[]>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** The one object for all expressions of this structure. */
  share(e: Expr): Expr {
    return this.#sharing.share(e);
  }

  /** The kernels that would store a stage: one if it is computed, two for a scatter, none for what is given. */
  sketchesOf(stage: Stage): readonly Sketch[] {
    const known = this.#known.get(stage) ?? this.#make(stage);
    this.#known.set(stage, known);
    return known;
  }

  #make(stage: Stage): readonly Sketch[] {
    const { source } = stage;
    if (stage.size === 0) return [];
    if (source.kind === 'computed') return [this.#sketch(stage.shape, source.at)];
    if (source.kind !== 'scatter') return [];
    const { initial, updates, value, place } = source.scatter;
    return [this.#sketch(stage.shape, initial), this.#sketch(updates, value, place)];
  }

  #sketch(shape: readonly number[], at: At, place: Place = (index) => index): Sketch {
    const { loops, index } = this.spaces.of(shape);
    const reads: Reads = new Map();
    if (shape.includes(0))
      return { loops, index: [], value: loopIndependent, reads, traits: traitsOf(loopIndependent) };
    return this.#tracer.trace(this.#reader(reads), sizeOf(shape), () => {
      const value = this.share(at(index));
      return { loops, index: place(index), value, reads, traits: traitsOf(value) };
    });
  }

  /** One element of a computed stage, read `count` times; what it reads itself goes into `reads` and to `onNew`. */
  element(
    stage: Stage,
    index: readonly Expr[],
    count: number,
    reads: Reads,
    onNew: (read: Read) => void,
  ): Expr {
    const { source, shape, size } = stage;
    if (source.kind !== 'computed') return this.#loadOf(stage, index);
    if (count !== size || !isOwnIndex(index, this.spaces.of(shape)))
      return this.#tracer.trace(this.#reader(reads, onNew), count, () => this.share(source.at(index)));
    const [sketch] = this.sketchesOf(stage);
    for (const read of sketch!.reads.values()) enter(read, reads, onNew);
    return sketch!.value;
  }

  #loadOf(stage: Stage, index: readonly Expr[]): Expr {
    return this.share(load(stage.buffer, this.spaces.flatten(index, stage.shape)));
  }

  #reader(reads: Reads, onNew?: (read: Read) => void): OnRead {
    return (operand, position, count) => {
      const { stage, index } = throughViews(operand as Stage, position);
      const known = knownElement(stage);
      if (known) return known;
      const element = this.#loadOf(stage, index);
      enter({ stage, index, load: element, count }, reads, onNew);
      return element;
    };
  }
}

/** Adds a read to those of a kernel. */
function enter(
  { stage, index, load: element, count }: Read,
  reads: Reads,
  onNew?: (read: Read) => void,
): void {
  const known = reads.get(element);
  if (known) {
    known.count = Math.max(known.count, count);
    return;
  }
  const read = { stage, index, load: element, count };
  reads.set(element, read);
  onNew?.(read);
}

const traitsOf = (value: Expr): Traits => ({
  operations: operationsIn([value]),
  isPointwise: isPointwise(value),
  cost: costOf(value),
});

const loopIndependent: Expr = { kind: 'const', type: 'i32', value: 0 };
