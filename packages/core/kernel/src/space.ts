import { loopVar, variable } from './build.ts';
import type { Expr, LoopVar } from './expr.ts';
import { flatten } from './views.ts';

/** The loops over a shape, the index that they make, and its flat position. */
export interface Space {
  readonly loops: readonly LoopVar[];
  readonly index: readonly Expr[];
  readonly position: Expr;
}

/**
 * The spaces of shapes, each made once, and loops of one axis and length likewise: what layers of one shape do alike is
 * then one object, and is found again rather than made and compared.
 */
export class Spaces {
  readonly #loops = new Map<string, LoopVar>();
  readonly #variables = new Map<LoopVar, Expr>();
  readonly #known = new Map<string, Space>();

  of(shape: readonly number[]): Space {
    const key = shape.join();
    const known = this.#known.get(key) ?? this.#make(shape);
    this.#known.set(key, known);
    return known;
  }

  /** The flat position of an index in a row-major tensor. */
  flatten(index: readonly Expr[], shape: readonly number[]): Expr {
    const space = this.of(shape);
    return isOwnIndex(index, space) ? space.position : flatten(index, shape);
  }

  #make(shape: readonly number[]): Space {
    const loops = shape.map((extent, axis) => this.#loop(axis, extent));
    const index = loops.map((loop) => this.#variable(loop));
    return { loops, index, position: flatten(index, shape) };
  }

  #loop(axis: number, extent: number): LoopVar {
    const key = `${axis},${extent}`;
    const known = this.#loops.get(key) ?? loopVar(`i${axis}`, extent);
    this.#loops.set(key, known);
    return known;
  }

  #variable(loop: LoopVar): Expr {
    const known = this.#variables.get(loop) ?? variable(loop);
    this.#variables.set(loop, known);
    return known;
  }
}

/** Whether an index is that of the loops over its shape. Along axes of length 1 there is no other. */
export const isOwnIndex = (index: readonly Expr[], { loops, index: own }: Space): boolean =>
  loops.every(({ extent }, axis) => extent === 1 || index[axis] === own[axis]);
