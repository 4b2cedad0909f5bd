import { sizeOf } from '@polyphase/ir';
import { load, loopVar, variable } from './build.ts';
import type { Expr, LoopVar } from './expr.ts';
import type { At } from './lowering.ts';
import type { Sharing } from './share.ts';
import { knownElement, type Stage, throughViews } from './stages.ts';
import type { OnRead, Tracer } from './tracer.ts';
import { flatten } from './views.ts';

/** An element of a stage that a kernel reads. */
export interface Read {
  readonly stage: Stage;
  readonly index: readonly Expr[];
  /** Stands for the element until it is known whether the stage is stored; if it is, this is how it is read. */
  readonly load: Expr;
  /** How often it is read in one run. */
  count: number;
}

/** The elements that a kernel reads, by the structure of their loads. */
export type Reads = Map<string, Read>;

/** A stage as a kernel of its own. */
export interface Sketch {
  readonly loops: readonly LoopVar[];
  /** The stored element, axis by axis; a scatter computes it from data. */
  readonly index: readonly Expr[];
  readonly value: Expr;
  readonly reads: Reads;
}

type Place = (index: readonly Expr[]) => readonly Expr[];

/** Evaluates the element functions of stages, and notes what they read. */
export class Sketcher {
  readonly #tracer: Tracer;
  readonly #sharing: Sharing;
  readonly #known = new Map<Stage, readonly Sketch[]>();

  constructor(tracer: Tracer, sharing: Sharing) {
    this.#tracer = tracer;
    this.#sharing = sharing;
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
    const loops = shape.map((extent, axis) => loopVar(`i${axis}`, extent));
    const reads: Reads = new Map();
    if (shape.includes(0)) return { loops, index: [], value: loopIndependent, reads };
    const variables = loops.map(variable);
    return this.#tracer.trace(this.#reader(reads), sizeOf(shape), () => ({
      loops,
      index: place(variables),
      value: at(variables),
      reads,
    }));
  }

  /** One element of a computed stage, read `count` times; what it reads itself goes into `reads` and to `onNew`. */
  element(
    stage: Stage,
    index: readonly Expr[],
    count: number,
    reads: Reads,
    onNew: (read: Read) => void,
  ): Expr {
    const { source } = stage;
    if (source.kind !== 'computed') return load(stage.buffer, flatten(index, stage.shape));
    return this.#tracer.trace(this.#reader(reads, onNew), count, () => source.at(index));
  }

  keyOf = (element: Expr): string => this.#sharing.keyOf(element);

  #reader(reads: Reads, onNew?: (read: Read) => void): OnRead {
    return (operand, position, count) => {
      const { stage, index } = throughViews(operand as Stage, position);
      const known = knownElement(stage);
      if (known) return known;
      const element = load(stage.buffer, flatten(index, stage.shape));
      const key = this.keyOf(element);
      const read = reads.get(key) ?? { stage, index, load: element, count };
      read.count = Math.max(read.count, count);
      if (!reads.has(key)) onNew?.(read);
      reads.set(key, read);
      return read.load;
    };
  }
}

const loopIndependent: Expr = { kind: 'const', type: 'i32', value: 0 };
