import { loopVar, reduce, select, variable } from './build.ts';
import type { Expr, ReduceName } from './expr.ts';
import type { At, Operand } from './lowering.ts';

/** Called for every element that is read: `count` is how often it is read in one run. */
export type OnRead = (operand: Operand, index: readonly Expr[], count: number) => Expr;

interface Frame {
  readonly onRead: OnRead;
  readonly count: number;
}

/** Evaluates element functions to expressions, following what they read and how often. */
export class Tracer {
  #frame: Frame | undefined;

  /** The expression of an element that is computed `count` times. */
  trace<T>(onRead: OnRead, count: number, body: () => T): T {
    return this.#within({ onRead, count }, body);
  }

  read(operand: Operand, index: readonly Expr[]): Expr {
    const { onRead, count } = this.#frame!;
    return onRead(operand, index, count);
  }

  reduce(op: ReduceName, extents: readonly number[], body: At): Expr {
    const loops = extents.map((extent, i) => loopVar(`r${i}`, extent));
    const steps = extents.reduce((all, extent) => all * extent, 1);
    return reduce(
      op,
      loops,
      this.#times(steps, () => body(loops.map(variable))),
    );
  }

  choose(condition: Expr, share: number, then: () => Expr, otherwise: () => Expr): Expr {
    if (condition.kind === 'const') return condition.value ? then() : otherwise();
    return select(condition, this.#times(share, then), this.#times(1 - share, otherwise));
  }

  #times<T>(factor: number, body: () => T): T {
    const { onRead, count } = this.#frame!;
    return this.#within({ onRead, count: count * factor }, body);
  }

  #within<T>(frame: Frame, body: () => T): T {
    const outer = this.#frame;
    this.#frame = frame;
    try {
      return body();
    } finally {
      this.#frame = outer;
    }
  }
}
